using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>The members with which a message begins, plain or as an event.</summary>
internal static class MessagesHead
{
    public static void Write(Utf8JsonWriter json, in ReplyStart start, ReplyContext context)
    {
        // An id of another vendor would look like one of an object that cannot be asked for.
        string? given = context.Target.Operation == Operation.Messages ? start.Id : null;
        json.WriteString("id"u8, given ?? $"msg_{context.RequestId["req_".Length..]}");
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("model"u8, start.Model ?? context.Target.Model);
    }

    /// <summary>The tier, where another vendor's has a name here.</summary>
    public static void WriteTier(Utf8JsonWriter json, in ReplyStart start)
    {
        if (MessagesTiers.Served(start.ServiceTier) is { } tier)
        {
            json.WriteString("service_tier"u8, tier);
        }
    }
}
