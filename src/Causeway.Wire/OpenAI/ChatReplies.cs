using Causeway.Wire.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.OpenAI;

/// <summary>Chat completions, plain and as chunks.</summary>
internal sealed class ChatReplies : ReplyReader
{
    private const int Model = 0;
    private const int Usage = 1;
    private const int GroqUsage = 2;
    private const int ServiceTier = 3;
    private const int Error = 4;
    private const int FinishReason = 5;
    private const int Choices = 5;
    private const int Fingerprint = 6;
    private const int Refusal = 7;

    // Azure's first chunk has no model yet, so a few are tried; a server that never tells it must not cost every chunk an exact reading.
    private const int EventsToFindModel = 4;

    private static readonly JsonPaths ChunkPaths = new("model", "usage", "x_groq.usage", "service_tier", "error", "choices", "system_fingerprint");
    private static readonly JsonPaths ChoicePaths = new("*.finish_reason");

    public override JsonPaths BodyPaths { get; } =
        new(
            ["model", "usage", "x_groq.usage", "service_tier", "error", "choices.*.finish_reason", "system_fingerprint", "choices.*.message.refusal"],
            ["choices.*.message.content", "choices.*.message.reasoning_content", "choices.*.message.reasoning", "choices.*.message.tool_calls", "choices.*.message.function_call", "choices.*.text"]);

    public override void Take(ResponseMeter meter, int path, ReadOnlySpan<byte> value)
    {
        switch (path)
        {
            case FinishReason:
                meter.StopReason = JsonText.Word(value) ?? meter.StopReason;
                break;
            case Refusal:
                meter.TakeRefusal(value);
                break;
            default:
                TakeShared(meter, path, value);
                break;
        }
    }

    public override StreamVerdict Event(ResponseMeter meter, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (data.Trim(" "u8).SequenceEqual("[DONE]"u8))
        {
            meter.Ended = true;
            return StreamVerdict.End;
        }

        meter.OutputTextBytes += TextBytes(meter, data);
        bool exact = (meter.Model is null && meter.Events <= EventsToFindModel)
            || JsonText.HasMember(data, "\"usage\""u8)
            || JsonText.HasMember(data, "\"finish_reason\""u8)
            || JsonText.HasMember(data, "\"error\""u8);
        return exact ? Exact(meter, data) : StreamVerdict.Pass;
    }

    private static StreamVerdict Exact(ResponseMeter meter, ReadOnlySpan<byte> data)
    {
        JsonTap tap = new(ChunkPaths);
        bool isError = false;
        bool hasUsage = false;
        bool isEmpty = false;
        while (tap.TryRead(ref data, out int path, out ReadOnlySpan<byte> value))
        {
            switch (path)
            {
                case Choices:
                    isEmpty = value[0] == '[' && value[1..].TrimStart(" \t\r\n"u8).StartsWith("]"u8);
                    TakeChoices(meter, value);
                    break;
                case Error:
                    isError |= ReplyError.Take(meter, value);
                    break;
                default:
                    hasUsage |= path == Usage && value[0] == '{';
                    TakeShared(meter, path, value);
                    break;
            }
        }

        if (!tap.IsDone)
        {
            meter.MalformedEvents++;
            return StreamVerdict.Pass;
        }

        return isError ? StreamVerdict.Error : hasUsage && isEmpty ? StreamVerdict.UsageOnly : StreamVerdict.Pass;
    }

    private static void TakeChoices(ResponseMeter meter, ReadOnlySpan<byte> choices)
    {
        JsonTap tap = new(ChoicePaths);
        while (tap.TryRead(ref choices, out _, out ReadOnlySpan<byte> value))
        {
            meter.StopReason = JsonText.Word(value) ?? meter.StopReason;
        }
    }

    private static void TakeShared(ResponseMeter meter, int path, ReadOnlySpan<byte> value)
    {
        switch (path)
        {
            case Model:
                meter.TakeModel(value);
                break;
            case Usage or GroqUsage:
                OpenAIUsage.TakeChat(meter, value);
                break;
            case ServiceTier:
                meter.ServiceTier ??= JsonText.Word(value);
                break;
            case Fingerprint:
                meter.Fingerprint ??= JsonText.Word(value);
                break;
            case Error:
                ReplyError.Take(meter, value);
                break;
        }
    }

    /// <summary>Most chunks carry one kind of text, and content is the most common kind.</summary>
    private static int TextBytes(ResponseMeter meter, ReadOnlySpan<byte> data)
    {
        int bytes = JsonText.StringBytes(data, "\"content\""u8);
        if (bytes > 0)
        {
            return bytes;
        }

        int refused = JsonText.StringBytes(data, "\"refusal\""u8);
        meter.Refuses |= refused > 0;
        return refused
            + JsonText.StringBytes(data, "\"arguments\""u8)
            + JsonText.StringBytes(data, "\"reasoning_content\""u8)
            + JsonText.StringBytes(data, "\"reasoning\""u8);
    }
}
