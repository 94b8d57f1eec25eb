using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Reads a plain reply.</summary>
internal static class MessagesReplyReader
{
    public static void Read(JsonElement root, ReplySink sink)
    {
        if (root.TryGet("error", out _))
        {
            Fail(JsonMarshal.GetRawUtf8Value(root), sink);
            return;
        }

        JsonElement content = root.GetProperty("content");
        JsonElement usage = root.TryGet("usage", out JsonElement report) ? report : default;
        string? served = Served(usage) ?? root.Text("model");
        MessagesReplyBlocks blocks = new(sink) { Model = First(content) ?? served };
        sink.Start(new ReplyStart(root.Text("id"), served, Tier(usage)));
        foreach (JsonElement block in content.EnumerateArray())
        {
            if (blocks.Begin(block) is { } open)
            {
                blocks.End(open);
            }
        }

        sink.Stop(0, MessagesStops.Read(root) ?? new ReplyStop(StopKind.EndTurn));
        if (usage.ValueKind == JsonValueKind.Object
            && AnthropicUsage.TryRead(JsonMarshal.GetRawUtf8Value(usage), default, hasBefore: false, whole: true, out TokenUsage tokens))
        {
            sink.Usage(tokens);
        }

        sink.End();
    }

    /// <summary>Tells an error that came with status 200.</summary>
    public static void Fail(ReadOnlySpan<byte> error, ReplySink sink)
    {
        UpstreamError scanned = UpstreamError.Scan(Protocol.Anthropic, error);
        UpstreamFailure failure = UpstreamFailure.Of("The provider", StatusOf(scanned.Type), scanned);
        sink.Fail(new ReplyFailure(failure.Kind, failure.Code, failure.Message));
    }

    public static string? Tier(JsonElement usage) => usage.ValueKind == JsonValueKind.Object ? usage.Text("service_tier") : null;

    /// <summary>The model that took over, if one did: the reports of the attempts tell, not the block between them.</summary>
    private static string? Served(JsonElement usage)
    {
        string? served = null;
        if (usage.ValueKind == JsonValueKind.Object && usage.TryGet("iterations", out JsonElement iterations))
        {
            foreach (JsonElement iteration in iterations.EnumerateArray())
            {
                served = iteration.Text("type") == "fallback_message" ? iteration.Text("model") ?? served : served;
            }
        }

        return served;
    }

    /// <summary>The model that began, where another one took over.</summary>
    private static string? First(JsonElement content)
    {
        foreach (JsonElement block in content.EnumerateArray())
        {
            if (block.Text("type") == "fallback" && block.TryGet("from", out JsonElement from))
            {
                return from.Text("model");
            }
        }

        return null;
    }

    // The statuses that the vendor gives these types outside of streams.
    private static int StatusOf(string? type) => type switch
    {
        "invalid_request_error" => 400,
        "authentication_error" => 401,
        "billing_error" => 402,
        "permission_error" => 403,
        "not_found_error" => 404,
        "request_too_large" => 413,
        "rate_limit_error" => 429,
        "timeout_error" => 504,
        "overloaded_error" => 529,
        _ => 500,
    };
}
