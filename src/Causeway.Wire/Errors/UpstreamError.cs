using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Causeway.Wire.Errors;

/// <summary>What a provider's error body says, as far as it can be read.</summary>
/// <param name="Type">The vendor's class of error (<c>error.type</c>, Gemini's <c>status</c>, the <c>__type</c> of AWS).</param>
/// <param name="Code">The vendor's code, numbers spelled out.</param>
/// <param name="Message">The vendor's text. May quote the prompt: not for logs.</param>
/// <param name="SpendExhausted">The account's money is used up (F-02): never retry on this credential.</param>
/// <param name="RetryDelay">Gemini's <c>RetryInfo.retryDelay</c>, up to one day.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct UpstreamError(string? Type, string? Code, string? Message, bool SpendExhausted, TimeSpan? RetryDelay)
{
    private const int MaxDepth = 6;

    /// <summary>Reads an error body of any shape; an unreadable one gives the default value. Never throws.</summary>
    /// <remarks>
    /// Known shapes: the three vendors' own; a list of them (Gemini streams); members at the top (Mistral); <c>error</c> or <c>detail</c> as
    /// plain text (Ollama, FastAPI) or as a list of faults (FastAPI, Mistral); a numeric <c>code</c> (vLLM, Azure); a capital <c>Message</c> (AWS, before a request reaches the service).
    /// </remarks>
    public static UpstreamError Scan(Protocol protocol, ReadOnlySpan<byte> body)
    {
        try
        {
            Utf8JsonReader reader = new(body);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return Read(document.RootElement, WireFormat.Of(protocol).SpentWords);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A page of a proxy, a cut body, or text that is not UTF-8: the status has to speak for itself.
            return default;
        }
    }

    private static UpstreamError Read(JsonElement root, ReadOnlySpan<string> spentWords)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            root = root.GetArrayLength() > 0 ? root[0] : default;
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        JsonElement error = root.TryGetProperty("error", out JsonElement inner) ? inner : root;
        if (error.ValueKind != JsonValueKind.Object)
        {
            return new UpstreamError(null, null, Text(error), SpendExhausted: false, RetryDelay: null);
        }

        TimeSpan? delay = null;
        bool spent = false;
        Search(root, spentWords, MaxDepth, ref spent, ref delay);
        (string? code, string? message) = Detail(error);
        return new UpstreamError(
            Member(error, "type") ?? Member(error, "status") ?? Member(error, "__type"),
            Member(error, "code") ?? code,
            Member(error, "message") ?? Member(error, "Message") ?? Member(error, "detail") ?? message,
            spent,
            delay);
    }

    // FastAPI's list of faults, at the top or in Mistral's message: the first one, with its place.
    private static (string? Code, string? Message) Detail(JsonElement error)
    {
        JsonElement holder = error.TryGetProperty("message", out JsonElement message) && message.ValueKind == JsonValueKind.Object ? message : error;
        if (!holder.TryGetProperty("detail", out JsonElement faults) || faults.ValueKind != JsonValueKind.Array || faults.GetArrayLength() == 0
            || faults[0] is not { ValueKind: JsonValueKind.Object } fault || Member(fault, "msg") is not { } said)
        {
            return default;
        }

        string place = fault.TryGetProperty("loc", out JsonElement loc) && loc.ValueKind == JsonValueKind.Array ? string.Join('.', loc.EnumerateArray().Select(Text)) : "";
        return (Member(fault, "type"), place.Length > 0 ? $"{place}: {said}" : said);
    }

    private static void Search(JsonElement element, ReadOnlySpan<string> spentWords, int depth, ref bool spent, ref TimeSpan? delay)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array when depth > 0:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Search(item, spentWords, depth - 1, ref spent, ref delay);
                }

                break;
            case JsonValueKind.Object when depth > 0:
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    if (member.NameEquals("retryDelay"u8))
                    {
                        delay ??= Delay(Text(member.Value));
                    }
                    else
                    {
                        Search(member.Value, spentWords, depth - 1, ref spent, ref delay);
                    }
                }

                break;
            case JsonValueKind.String:
                foreach (string word in spentWords)
                {
                    spent |= element.ValueEquals(word);
                }

                break;
        }
    }

    private static string? Member(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement member) ? Text(member) : null;

    private static string? Text(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetRawText(),
        _ => null,
    };

    /// <summary>A protobuf duration: seconds with an optional fraction, then <c>s</c>.</summary>
    private static TimeSpan? Delay(string? text) =>
        text is ['0' or '1' or '2' or '3' or '4' or '5' or '6' or '7' or '8' or '9', .., 's']
        && double.TryParse(text.AsSpan(..^1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
        && seconds <= TimeSpan.SecondsPerDay
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
