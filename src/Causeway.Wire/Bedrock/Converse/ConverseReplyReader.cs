using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Reads a plain reply. It has no id and names no model.</summary>
internal static class ConverseReplyReader
{
    /// <param name="root">The reply.</param>
    /// <param name="sink">Who takes it.</param>
    /// <param name="model">The model that was asked, which signs its thoughts; null: not known.</param>
    public static void Read(JsonElement root, ReplySink sink, string? model)
    {
        JsonElement content = root.GetProperty("output").GetProperty("message").GetProperty("content");

        // A stream tells the tier at its end, when it is too late to begin with it.
        sink.Start(new ReplyStart(Id: null, Model: null, root.TryGet("serviceTier", out JsonElement tier) ? tier.Text("type") : null));
        ConverseReplyBlocks blocks = new(sink, model);
        foreach (JsonElement block in content.EnumerateArray())
        {
            blocks.Whole(block);
        }

        sink.Stop(0, Stop(root));
        if (TryUsage(root, out TokenUsage usage))
        {
            sink.Usage(usage);
        }

        sink.End();
    }

    /// <summary>Reads why a reply, or a stream's message, ended.</summary>
    public static ReplyStop Stop(JsonElement holder) => ConverseStops.Read(
        holder.Text("stopReason"),
        holder.TryGet("additionalModelResponseFields", out JsonElement fields) && fields.ValueKind == JsonValueKind.Object ? fields.Text("stop_sequence") : null);

    /// <summary>Reads the usage of a reply, or of a stream's metadata; false where it is absent or cannot be believed.</summary>
    public static bool TryUsage(JsonElement holder, out TokenUsage usage)
    {
        usage = default;
        return holder.TryGet("usage", out JsonElement report) && ConverseUsage.TryRead(JsonMarshal.GetRawUtf8Value(report), out usage);
    }

    /// <summary>Tells an exception of a stream.</summary>
    /// <param name="type">The frame's type.</param>
    /// <param name="payload">Its payload; may be empty.</param>
    /// <param name="sink">Who is told.</param>
    public static void Fail(ReadOnlySpan<byte> type, ReadOnlySpan<byte> payload, ReplySink sink)
    {
        UpstreamFailure failure = UpstreamFailure.Of("The provider", BedrockErrors.StatusOf(type), UpstreamError.Scan(Protocol.Bedrock, payload));
        sink.Fail(new ReplyFailure(failure.Kind, failure.Code, failure.Message));
    }
}
