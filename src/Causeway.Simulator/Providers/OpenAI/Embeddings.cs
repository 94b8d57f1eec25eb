using System.Globalization;
using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary><c>/v1/embeddings</c>: text, texts, token ids or lists of them; floats or base64.</summary>
internal static class Embeddings
{
    /// <param name="served">The model behind the one asked for, where they differ.</param>
    public static Reading Read(Incoming incoming, Func<string, string>? served = null)
    {
        JsonElement body = incoming.Json;
        if ((incoming.Route.Model ?? body.Member("model").Text()) is not { Length: > 0 } model)
        {
            return Missing.Model;
        }

        IReadOnlyList<Input> inputs = Inputs(body);
        if (inputs.Count == 0)
        {
            return body.Member("input") is null ? Missing.Parameter("input") : Missing.Value("input", "'$.input' is invalid.");
        }

        if (body.Member("dimensions") is { } dimensions && Dimensions(dimensions) is null)
        {
            return Missing.Value("dimensions", $"Invalid 'dimensions': expected an integer from 1 to {Vectors.MaxDimensions}.");
        }

        if (body.Member("encoding_format").Text() is not (null or "float" or "base64"))
        {
            return Missing.Value("encoding_format", "Invalid 'encoding_format': expected 'float' or 'base64'.");
        }

        return new Ask
        {
            Protocol = Protocol.Openai,
            Operation = Operation.Embeddings,
            Model = model,
            ServedModel = served?.Invoke(model),
            InputTokens = inputs.Sum(input => input.Tokens),
            Body = body,
            Fingerprint = incoming.Fingerprint,
        };
    }

    public static Reply Answer(Ask ask, Behaviour then)
    {
        string model = then.ServedModel ?? ask.ServedModel ?? ask.Model;
        Tokens tokens = new()
        {
            InputUncached = then.Usage?.InputUncached ?? ask.InputTokens,
            CacheRead = then.Usage?.CacheRead ?? 0,
        };
        bool base64 = ask.Body.Member("encoding_format").Text() == "base64";
        int dimensions = ask.Body.Member("dimensions") is { } wanted ? Dimensions(wanted)!.Value : Vectors.DefaultDimensions(ask.Model);
        return Reply.Json(JsonWriting.Bytes(w =>
        {
            w.WriteStartObject();
            w.WriteString("object", "list");
            w.WriteStartArray("data");
            int index = 0;
            foreach (Input input in Inputs(ask.Body))
            {
                w.WriteStartObject();
                w.WriteString("object", "embedding");
                w.WriteNumber("index", index++);
                w.Member("embedding", v => Vector(v, Vectors.Of(ask.Model, input.Text, dimensions), base64));
                w.WriteEndObject();
            }

            w.WriteEndArray();
            w.WriteString("model", model);
            if (then.UsageJson is { } verbatim)
            {
                w.Member("usage", u => u.Verbatim(verbatim));
            }
            else if (then.OmitUsage is not true)
            {
                w.WriteStartObject("usage");
                w.WriteNumber("prompt_tokens", tokens.Input);
                w.WriteNumber("total_tokens", tokens.Input);
                w.WriteEndObject();
            }

            w.WriteEndObject();
        }), tokens);
    }

    private static void Vector(Utf8JsonWriter w, float[] vector, bool base64)
    {
        if (base64)
        {
            w.WriteStringValue(Vectors.Base64(vector));
            return;
        }

        w.WriteStartArray();
        foreach (float value in vector)
        {
            w.WriteNumberValue(value);
        }

        w.WriteEndArray();
    }

    private static int? Dimensions(JsonElement dimensions) =>
        dimensions.ValueKind == JsonValueKind.Number && dimensions.TryGetInt32(out int read) && read is >= 1 and <= Vectors.MaxDimensions ? read : null;

    /// <summary>Token ids count one token each; text counts by the rule.</summary>
    private static IReadOnlyList<Input> Inputs(JsonElement body)
    {
        JsonElement? input = body.Member("input");
        if (input.Text() is { } text)
        {
            return [Input.Of(text)];
        }

        JsonElement[] items = [.. input.Items()];
        return items.Length > 0 && items.All(item => item.ValueKind == JsonValueKind.Number)
            ? [Input.Of(items)]
            : [.. items.Select(item => item.ValueKind == JsonValueKind.String ? Input.Of(item.GetString()!) : Input.Of([.. ((JsonElement?)item).Items()]))];
    }

    private sealed record Input(string Text, long Tokens)
    {
        public static Input Of(string text) => new(text, TokenRule.Of(text));

        public static Input Of(JsonElement[] ids) => new(string.Create(CultureInfo.InvariantCulture, $"ids:{string.Join(',', ids)}"), ids.Length);
    }
}
