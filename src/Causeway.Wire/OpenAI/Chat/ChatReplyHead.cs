using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>The members that every completion and every chunk of one begins with.</summary>
internal sealed class ChatReplyHead
{
    private static readonly string[] Tiers = ["auto", "default", "flex", "scale", "priority", "fast"];

    private readonly JsonEncodedText _id;
    private readonly JsonEncodedText _model;
    private readonly JsonEncodedText? _tier;
    private readonly long _created;

    public ChatReplyHead(in ReplyStart start, ReplyContext context)
    {
        // An id of another operation would look like one of an object that cannot be asked for.
        string? given = context.Target.Operation == Operation.ChatCompletions ? start.Id : null;
        _id = JsonEncodedText.Encode(given ?? "chatcmpl-" + context.RequestId[(context.RequestId.IndexOf('_') + 1)..]);
        _model = JsonEncodedText.Encode(start.Model ?? context.Target.Model);
        _created = context.Created.ToUnixTimeSeconds();

        // Another vendor's word for its tier is none of chat's.
        _tier = start.ServiceTier is { } tier && Tiers.Contains(tier) ? JsonEncodedText.Encode(tier) : null;
    }

    public void Write(Utf8JsonWriter json, ReadOnlySpan<byte> type)
    {
        json.WriteString("id"u8, _id);
        json.WriteString("object"u8, type);
        json.WriteNumber("created"u8, _created);
        json.WriteString("model"u8, _model);
        if (_tier is { } tier)
        {
            json.WriteString("service_tier"u8, tier);
        }
    }
}
