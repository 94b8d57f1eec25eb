using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>What every response object says besides its candidates; encoded once, since every chunk of a stream repeats it.</summary>
internal sealed class ReplyFrame(ReplyContext context)
{
    private readonly JsonEncodedText _created = Encode(context.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
    private JsonEncodedText _model = Encode(context.Target.Model);
    private JsonEncodedText _id = Encode(context.RequestId);

    public void Take(in ReplyStart head)
    {
        _model = head.Model is null ? _model : Encode(head.Model);
        _id = head.Id is null ? _id : Encode(head.Id);
    }

    /// <param name="json">Inside the response object, behind its candidates.</param>
    /// <param name="usage">What was used so far; null: not told.</param>
    public void Write(Utf8JsonWriter json, in TokenUsage? usage)
    {
        if (usage is { } known)
        {
            GeminiUsage.Write(json, known);
        }

        json.WriteString("modelVersion"u8, _model);
        json.WriteString("createTime"u8, _created);
        json.WriteString("responseId"u8, _id);
    }

    /// <summary>Writes the feedback that stands in place of candidates.</summary>
    public static void WriteBlock(Utf8JsonWriter json, in ReplyStop stop)
    {
        (string reason, string? message) = FinishReasons.Block(stop);
        json.WriteStartObject("promptFeedback"u8);
        json.WriteString("blockReason"u8, reason);
        if (message is not null)
        {
            json.WriteString("blockReasonMessage"u8, message);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes why a candidate ended; what the model said in declining is filtered text to the vendor's callers.</summary>
    public static void WriteFinish(Utf8JsonWriter json, in ReplyStop stop, bool isRefused)
    {
        (string reason, string? message) = FinishReasons.Word(isRefused && stop.Kind == StopKind.EndTurn ? new ReplyStop(StopKind.Refusal) : stop);
        json.WriteString("finishReason"u8, reason);
        if (message is not null)
        {
            json.WriteString("finishMessage"u8, message);
        }
    }

    private static JsonEncodedText Encode(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
}
