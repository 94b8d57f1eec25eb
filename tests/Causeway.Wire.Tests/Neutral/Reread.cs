using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Sse;

namespace Causeway.Wire.Tests.Neutral;

/// <summary>What a reply says once a protocol's own reader has read it: what an SDK would make of it.</summary>
internal sealed record Reread(IReadOnlyList<string> Blocks, IReadOnlyList<string> Stops, long Input, long CacheRead, long Output, bool Whole)
{
    public static Reread Stream(Operation operation, string sse)
    {
        NeutralReply reply = new();
        ReplyEvents events = WireFormat.CodecOf(operation)!.Events(reply);
        SseReader reader = new();
        reader.Feed(Encoding.UTF8.GetBytes(sse));
        while (reader.TryRead(out SseMessage? message))
        {
            events.Read(Encoding.UTF8.GetBytes(message.Name), message.Data);
        }

        return Of(reply, events.Close());
    }

    public static Reread Plain(Operation operation, string json)
    {
        NeutralReply reply = new();
        using JsonBody body = new(Encoding.UTF8.GetBytes(json));
        WireFormat.CodecOf(operation)!.ReadReply(body, reply);
        return Of(reply, whole: true);
    }

    /// <summary>The visible text of all blocks.</summary>
    public string Text => string.Concat(Blocks.Where(block => block.StartsWith("Text ", StringComparison.Ordinal)).Select(block => block[5..]));

    private static Reread Of(NeutralReply reply, bool whole) => new(
        [.. reply.Blocks.Where(block => !(block.Start.Kind is BlockKind.Text or BlockKind.Reasoning && block.Escaped.IsEmpty)).Select(Describe)],
        [.. reply.Stops.Select(stop => $"{stop.Key} {stop.Value.Kind}")],
        reply.Tokens.Input,
        reply.Tokens.CacheRead,
        reply.Tokens.Output,
        whole);

    private static string Describe(ReplyBlock block) => block.Start.Kind switch
    {
        BlockKind.ToolCall => $"ToolCall {block.Start.Name} {block.Start.CallId} {Compact(Decoded(block))}",
        BlockKind.CustomToolCall => $"CustomToolCall {block.Start.Name} {block.Start.CallId} {Decoded(block)}",
        _ => $"{block.Start.Kind} {Decoded(block)}",
    };

    private static string Decoded(ReplyBlock block) => JsonSlice.OfEscaped(block.Escaped).Text()!;

    // Some protocols have arguments as an object, whose spelling is their own.
    private static string Compact(string arguments) => arguments.Length == 0 ? "{}" : arguments.StartsWith('{') ? JsonNode.Parse(arguments)!.ToJsonString() : arguments;
}
