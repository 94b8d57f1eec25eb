using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>Writes a whole response.</summary>
internal static class ResponsesReplyWriter
{
    public static void Write(NeutralReply reply, ReplyContext context, Utf8JsonWriter json)
    {
        OutputItems items = new(context);
        foreach (ReplyBlock block in reply.Blocks)
        {
            Place(items, block);
        }

        ReplyStop stop = reply.Stops.Count > 0 ? reply.Stops.First().Value : new ReplyStop(StopKind.EndTurn);
        if (items.RefusalFor(stop) is { } refusal)
        {
            items.Place(refusal);
        }

        new ResponseEnvelope(context).Write(json, items.ResponseId(reply.Head.Id), reply.Head, ResponseEnd.Of(stop), items, reply.HasUsage ? reply.Tokens : null);
    }

    private static void Place(OutputItems items, ReplyBlock block)
    {
        OutputItem item = items.Place(block);
        if (item.Kind is BlockKind.ToolCall or BlockKind.CustomToolCall)
        {
            items.NameCall(item, block);
        }
    }
}
