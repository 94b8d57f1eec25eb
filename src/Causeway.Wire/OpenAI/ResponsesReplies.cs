using Causeway.Wire.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.OpenAI;

/// <summary>Responses, plain and as typed events.</summary>
internal sealed class ResponsesReplies : ReplyReader
{
    private const int Model = 0;
    private const int Usage = 1;
    private const int Status = 2;
    private const int IncompleteReason = 3;
    private const int ServiceTier = 4;
    private const int Error = 5;
    private const int Refusal = 6;
    private const int Item = 7;
    private const int Action = 8;
    private const int Tool = 9;

    private static readonly JsonPaths RootPath = new("error", "code");

    private static readonly JsonPaths EventPaths = new(
        "response.model",
        "response.usage",
        "response.status",
        "response.incomplete_details.reason",
        "response.service_tier",
        "response.error",
        "response.output.*.content.*.refusal",
        "response.output.*.type",
        "response.output.*.action.type",
        "response.tools.*.type");

    private static readonly JsonPaths DonePaths = new("item.type", "item.action.type");

    public override JsonPaths BodyPaths { get; } =
        new(
            ["model", "usage", "status", "incomplete_details.reason", "service_tier", "error", "output.*.content.*.refusal", "output.*.type", "output.*.action.type", "tools.*.type"],
            ["output.*.content.*.text", "output.*.summary.*.text", "output.*.arguments", "output.*.input"]);

    public override void Take(ResponseMeter meter, int path, ReadOnlySpan<byte> value)
    {
        switch (path)
        {
            case Model:
                meter.TakeModel(value);
                break;
            case Usage:
                OpenAIUsage.TakeResponses(meter, value);
                break;
            case Status:
                // The reason of an incomplete response says more, whichever of the two comes first.
                meter.StopReason ??= JsonText.Word(value);
                break;
            case IncompleteReason:
                meter.StopReason = JsonText.Word(value) ?? meter.StopReason;
                break;
            case ServiceTier:
                meter.ServiceTier = JsonText.Word(value) ?? meter.ServiceTier;
                break;
            case Error:
                ReplyError.Take(meter, value);
                break;
            case Refusal:
                meter.TakeRefusal(value);
                break;
            case Item or Action:
                TakeItem(meter, value);
                break;
            case Tool when value.StartsWith("\"web_search_preview"u8):
                meter.SearchesByPreview();
                break;
        }
    }

    // A search is an item, and so is each page that is opened or looked through, which is not billed. No other item has such actions.
    private static void TakeItem(ResponseMeter meter, ReadOnlySpan<byte> type)
    {
        if (type.SequenceEqual("\"web_search_call\""u8))
        {
            meter.CountTool(ServerTool.WebSearch);
        }
        else if (type.SequenceEqual("\"file_search_call\""u8))
        {
            meter.CountTool(ServerTool.FileSearch);
        }
        else if (type.SequenceEqual("\"open_page\""u8) || type.SequenceEqual("\"find_in_page\""u8))
        {
            meter.CountTool(ServerTool.WebSearch, -1);
        }
    }

    // Of a stream that breaks off only these tell what was used.
    private static void TakeDone(ResponseMeter meter, ReadOnlySpan<byte> data)
    {
        JsonTap tap = new(DonePaths);
        while (tap.TryRead(ref data, out _, out ReadOnlySpan<byte> value))
        {
            TakeItem(meter, value);
        }
    }

    public override StreamVerdict Event(ResponseMeter meter, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> type = name.IsEmpty ? TypeOf(data) : name;
        if (type.EndsWith(".delta"u8))
        {
            int bytes = JsonText.StringBytes(data, "\"delta\""u8);
            meter.OutputTextBytes += bytes;
            meter.Refuses |= bytes > 0 && type.SequenceEqual("response.refusal.delta"u8);
            return StreamVerdict.Pass;
        }

        if (type.SequenceEqual("response.created"u8))
        {
            TakeResponse(meter, data, terminal: false);
            return StreamVerdict.Pass;
        }

        if (type.SequenceEqual("response.output_item.done"u8) && data.IndexOf("search_call\""u8) >= 0)
        {
            TakeDone(meter, data);
            return StreamVerdict.Pass;
        }

        if (type.SequenceEqual("response.completed"u8) || type.SequenceEqual("response.incomplete"u8))
        {
            return TakeResponse(meter, data, terminal: true) ? StreamVerdict.End : StreamVerdict.Pass;
        }

        if (type.SequenceEqual("response.failed"u8))
        {
            return TakeResponse(meter, data, terminal: true) ? StreamVerdict.Error : StreamVerdict.Pass;
        }

        if (type.SequenceEqual("error"u8) || (type.IsEmpty && JsonText.HasMember(data, "\"error\""u8)))
        {
            return TakeError(meter, data);
        }

        // Not OpenAI's, but some servers send it after the terminal event.
        return meter.Ended && data.SequenceEqual("[DONE]"u8) ? StreamVerdict.End : StreamVerdict.Pass;
    }

    private bool TakeResponse(ResponseMeter meter, ReadOnlySpan<byte> data, bool terminal)
    {
        JsonTap tap = new(EventPaths);
        if (terminal)
        {
            meter.TakeTools(default); // Every item is told once more.
        }

        while (tap.TryRead(ref data, out int path, out ReadOnlySpan<byte> value))
        {
            // A response that is under way has a status and a null usage, neither of which is final.
            if (terminal || path is Model or Tool)
            {
                Take(meter, path, value);
            }
        }

        meter.Ended |= terminal && tap.IsDone;
        meter.MalformedEvents += tap.IsDone ? 0 : 1;
        return tap.IsDone;
    }

    private static StreamVerdict TakeError(ResponseMeter meter, ReadOnlySpan<byte> data)
    {
        JsonTap tap = new(RootPath);
        meter.ErrorCode = "error";
        while (tap.TryRead(ref data, out int path, out ReadOnlySpan<byte> value))
        {
            if (path == 0)
            {
                ReplyError.Take(meter, value);
            }
            else
            {
                meter.ErrorCode = JsonText.Word(value) ?? meter.ErrorCode;
            }
        }

        return StreamVerdict.Error;
    }
}
