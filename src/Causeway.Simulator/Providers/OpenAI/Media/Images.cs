using System.Globalization;
using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Providers.OpenAI.Media;

/// <summary><c>/v1/images/generations</c> and <c>/edits</c>: one grey pixel, at the price of a picture.</summary>
internal static class Images
{
    private const string DefaultModel = "gpt-image-1";
    private const long TokensPerImageIn = 85;
    private const long TokensPerImageOut = 272;

    /// <summary>A PNG of one pixel.</summary>
    private const string Pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==";

    public static Reading Read(Incoming incoming)
    {
        if ((incoming.Route.TakesForm ? MediaRequest.OfForm(incoming) : (incoming.Json, incoming.Fingerprint)) is not var (body, fingerprint))
        {
            return MediaRequest.NoForm;
        }

        if (body.Member("prompt").Text() is not { Length: > 0 } prompt)
        {
            return Missing.Parameter("prompt");
        }

        bool edits = incoming.Route.TakesForm;
        return edits && MediaRequest.Bytes(body, "image") == 0 ? Missing.Parameter("image") : new Ask
        {
            Protocol = Protocol.Openai,
            Operation = Operation.Images,
            Model = body.Member("model").Text() ?? DefaultModel,
            Said = prompt,
            InputTokens = TokenRule.Of(prompt) + (edits ? TokensPerImageIn * body.Member("files").Items().Count() : 0),
            Choices = Math.Clamp(Number(body.Member("n")) ?? 1, 1, 10),
            Body = body,
            Fingerprint = fingerprint,
        };
    }

    public static Reply Answer(Ask ask, Behaviour then)
    {
        Tokens tokens = new()
        {
            InputUncached = then.Usage?.InputUncached ?? ask.InputTokens,
            Output = then.Usage?.Output ?? (TokensPerImageOut * ask.Choices),
        };
        return Reply.Json(JsonWriting.Bytes(w =>
        {
            w.WriteStartObject();
            w.WriteNumber("created", Fingerprint.CreatedUnixSeconds);
            w.WriteStartArray("data");
            for (int i = 0; i < ask.Choices; i++)
            {
                w.WriteStartObject();
                w.WriteString("b64_json", Pixel);
                w.WriteEndObject();
            }

            w.WriteEndArray();
            if (then.OmitUsage is not true)
            {
                w.Member("usage", u => Usage(u, ask, tokens));
            }

            w.WriteEndObject();
        }), tokens);
    }

    private static void Usage(Utf8JsonWriter w, Ask ask, Tokens tokens)
    {
        long text = Math.Min(TokenRule.Of(ask.Said), tokens.InputUncached);
        w.WriteStartObject();
        w.WriteNumber("total_tokens", tokens.Input + tokens.Output);
        w.WriteNumber("input_tokens", tokens.Input);
        w.WriteNumber("output_tokens", tokens.Output);
        w.WriteStartObject("input_tokens_details");
        w.WriteNumber("text_tokens", text);
        w.WriteNumber("image_tokens", tokens.Input - text);
        w.WriteEndObject();
        w.WriteEndObject();
    }

    /// <summary>A form's numbers are text.</summary>
    private static int? Number(JsonElement? value) =>
        value.Number() is { } number ? (int)Math.Clamp(number, 0, int.MaxValue)
        : int.TryParse(value.Text(), NumberStyles.None, CultureInfo.InvariantCulture, out int read) ? read
        : null;
}
