using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Providers.OpenAI.Media;

/// <summary><c>/v1/audio/transcriptions</c> and <c>/translations</c>: as JSON with usage, or as plain text without.</summary>
internal static class Transcripts
{
    private const long BytesPerToken = 100;
    private const long BytesPerSecond = 16_000;

    public static Reading Read(Incoming incoming)
    {
        if (MediaRequest.OfForm(incoming) is not var (body, fingerprint))
        {
            return MediaRequest.NoForm;
        }

        long bytes = MediaRequest.Bytes(body, "file");
        return bytes == 0 ? Missing.Parameter("file")
            : body.Member("model").Text() is not { Length: > 0 } model ? Missing.Model
            : new Ask
            {
                Protocol = Protocol.Openai,
                Operation = incoming.Route.Operation!.Value,
                Model = model,
                Said = string.Create(CultureInfo.InvariantCulture, $"I heard {bytes} bytes."),
                InputTokens = Above(bytes, BytesPerToken),
                Body = body,
                Fingerprint = fingerprint,
            };
    }

    public static Reply Answer(Ask ask, Behaviour then)
    {
        string text = then.Text ?? ask.Said;
        Tokens tokens = ByDuration(ask) ? default : new Tokens
        {
            InputUncached = then.Usage?.InputUncached ?? ask.InputTokens,
            Output = then.Usage?.Output ?? TokenRule.Of(text),
        };
        return ask.Body.Member("response_format").Text() is "text" or "srt" or "vtt"
            ? new Reply(200, "text/plain; charset=utf-8", [new Frame(Encoding.UTF8.GetBytes(text + "\n"))], tokens)
            : Reply.Json(Json(ask, then, text, tokens), tokens);
    }

    /// <summary>Whisper is paid by the second, and a translation reports nothing at all.</summary>
    private static bool ByDuration(Ask ask) => ask.Model.StartsWith("whisper", StringComparison.Ordinal);

    private static byte[] Json(Ask ask, Behaviour then, string text, Tokens tokens) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteString("text", text);
        if (then.OmitUsage is not true && ask.Operation == Operation.Transcriptions)
        {
            w.WriteStartObject("usage");
            w.WriteString("type", ByDuration(ask) ? "duration" : "tokens");
            if (ByDuration(ask))
            {
                w.WriteNumber("seconds", Above(MediaRequest.Bytes(ask.Body, "file"), BytesPerSecond));
            }
            else
            {
                Counted(w, tokens);
            }

            w.WriteEndObject();
        }

        w.WriteEndObject();
    });

    private static void Counted(Utf8JsonWriter w, Tokens tokens)
    {
        w.WriteNumber("input_tokens", tokens.Input);
        w.WriteStartObject("input_token_details");
        w.WriteNumber("text_tokens", 0);
        w.WriteNumber("audio_tokens", tokens.Input);
        w.WriteEndObject();
        w.WriteNumber("output_tokens", tokens.Output);
        w.WriteNumber("total_tokens", tokens.Input + tokens.Output);
    }

    private static long Above(long amount, long unit) => (amount + unit - 1) / unit;
}
