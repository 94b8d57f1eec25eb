using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>Hands a response over to a sink: its head, its blocks in their order, and its end. Plain replies and streams use it alike.</summary>
internal sealed class ResponsesOutput(ReplySink sink)
{
    private int _blocks;
    private bool _started;
    private bool _called;
    private bool _refused;

    public ReplySink Sink => sink;

    /// <summary>The provider's id of the response.</summary>
    public string ReplyId { get; private set; } = "";

    /// <summary>Takes the head; a second one is passed over.</summary>
    public void Start(JsonElement response)
    {
        if (!_started)
        {
            _started = true;
            string? id = response.Word("id");
            ReplyId = id ?? "";
            sink.Start(new ReplyStart(id, response.Word("model"), response.Word("service_tier")));
        }
    }

    /// <summary>Begins a block and tells its number.</summary>
    public int Begin(in BlockStart start)
    {
        if (!_started)
        {
            // Some server left the head out.
            _started = true;
            sink.Start(default);
        }

        _called |= start.Kind is BlockKind.ToolCall or BlockKind.CustomToolCall;
        _refused |= start.Kind == BlockKind.Refusal;
        sink.BeginBlock(_blocks, start);
        return _blocks++;
    }

    /// <summary>Takes a response that came to its end.</summary>
    public void Finish(JsonElement response)
    {
        Start(response);
        if (response.TryMember("usage", out JsonElement report) && OpenAIUsage.TryReadResponses(JsonMarshal.GetRawUtf8Value(report), out TokenUsage usage))
        {
            sink.Usage(usage);
        }

        string? status = response.Word("status");
        if (status is "failed" or "cancelled")
        {
            Fail(response.TryMember("error", out JsonElement error) ? error : default, status);
            return;
        }

        sink.Stop(0, StopOf(response, status));
        sink.End();
    }

    /// <summary>Takes an error, nested or flat.</summary>
    public void Fail(JsonElement error, string? fallback = null)
    {
        bool isObject = error.ValueKind == JsonValueKind.Object;
        string? code = isObject ? error.Word("code") ?? error.Word("type") : null;
        string? message = isObject ? error.Word("message") : null;
        sink.Fail(new ReplyFailure(KindOf(code), code ?? "upstream_failed", message ?? $"The provider ended the response: {fallback ?? "failed"}."));
    }

    private ReplyStop StopOf(JsonElement response, string? status)
    {
        string? reason = response.TryMember("incomplete_details", out JsonElement details) ? details.Word("reason") : null;
        return (status, reason) switch
        {
            ("incomplete", "content_filter") => new ReplyStop(StopKind.ContentFilter, Detail: reason),
            ("incomplete", "max_messages" or "steered") => new ReplyStop(StopKind.Pause, Detail: reason),
            ("incomplete", _) => new ReplyStop(StopKind.MaxTokens, Detail: reason),
            _ when _called => new ReplyStop(StopKind.ToolUse),
            _ when _refused => new ReplyStop(StopKind.Refusal),
            _ => new ReplyStop(StopKind.EndTurn),
        };
    }

    private static ErrorKind KindOf(string? code) => code switch
    {
        "rate_limit_exceeded" => ErrorKind.RateLimited,
        "server_overloaded" or "overloaded" or "slow_down" => ErrorKind.Overloaded,
        "invalid_prompt" or "invalid_request_error" or "context_length_exceeded" or "bio_policy" or "misalignment_policy_violation" => ErrorKind.Malformed,
        string image when image.Contains("image", StringComparison.Ordinal) => ErrorKind.Malformed,
        _ => ErrorKind.UpstreamFailed,
    };
}
