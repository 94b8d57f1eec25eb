using System.Text;
using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.Anthropic;

/// <summary>Signs thinking, and holds a block that comes back against its signature.</summary>
internal static class ThinkingBlocks
{
    public const string Thinking = "thinking";
    public const string Redacted = "redacted";

    /// <summary>What a model's blocks name as their model: the line, so that a dated id and its alias are one.</summary>
    public static string ModelOf(string model) => ClaudeLines.Find(model)?.Id ?? ClaudeLines.Bare(model);

    public static Seal SealFor(Ask ask)
    {
        bool bound = ClaudeLines.Find(ask.Model) is { Binding: Binding.Conversation };
        return Seal.Of(ask.Account, User(ask.Body), ModelOf(ask.Model), bound ? Prefix(ask.Body, int.MaxValue) : "");
    }

    /// <returns>A refusal, or the blocks that the model does not get to see.</returns>
    public static (Rejection? Rejection, IReadOnlyList<Removed> Removed) Check(Incoming incoming, string model, bool dropsOnPrefix)
    {
        ClaudeLine? line = ClaudeLines.Find(model);
        List<Removed> removed = [];
        int index = -1;
        foreach (JsonElement message in incoming.Json.Member("messages").Items())
        {
            index++;
            int place = -1;
            foreach (JsonElement block in message.Member("content").Items())
            {
                place++;
                string at = $"messages.{index}.content.{place}";
                Seal? seal;
                switch (block.Member("type").Text())
                {
                    case "thinking":
                        seal = Seal.Read(Thinking, block.Member("signature").Text() ?? "", block.Member("thinking").Text() ?? "");
                        break;
                    case "redacted_thinking":
                        seal = Seal.Read(Redacted, block.Member("data").Text() ?? "", "");
                        break;
                    default:
                        continue;
                }

                if (seal is null)
                {
                    return (Invalid($"{at}: Invalid `signature` in `thinking` block"), removed);
                }

                string? reason = Mismatch(seal, incoming, line, model, index);
                if (reason == "prefix_binding_mismatch" && !dropsOnPrefix)
                {
                    return (Invalid($"{at}: `thinking` blocks are bound to the conversation before them, which was changed."), removed);
                }

                if (reason is not null)
                {
                    removed.Add(new Removed(at, reason));
                }
            }
        }

        return (null, removed);
    }

    private static string? Mismatch(Seal seal, Incoming incoming, ClaudeLine? line, string model, int index)
    {
        if (line is null or { Binding: Binding.None })
        {
            return null;
        }

        Seal wanted = Seal.Of(incoming.Account, User(incoming.Json), ModelOf(model));
        return seal.Account != wanted.Account ? "organization_binding_mismatch"
            : line.Binding == Binding.Account ? null
            : seal.User != wanted.User ? "end_user_binding_mismatch"
            : seal.Model != wanted.Model ? "model_binding_mismatch"
            : seal.Prefix != Prefix(incoming.Json, index) ? "prefix_binding_mismatch"
            : null;
    }

    private static string User(JsonElement body) => body.Member("metadata").Member("user_id").Text() ?? "";

    /// <summary>What was said before message <paramref name="count"/>, but for cache marks and the thinking itself, which may be moved and left out.</summary>
    private static string Prefix(JsonElement body, int count) => Seal.Digest(Encoding.UTF8.GetString(JsonWriting.Bytes(w =>
    {
        w.WriteStartArray();
        Normal(w, body.Member("system") ?? default, asBlocks: true);
        Normal(w, body.Member("tools") ?? default, asBlocks: false);
        foreach (JsonElement message in body.Member("messages").Items().Take(count))
        {
            w.WriteStringValue(message.Member("role").Text());
            Normal(w, message.Member("content") ?? default, asBlocks: true);
        }

        w.WriteEndArray();
    })));

    /// <param name="asBlocks">A string is one text block.</param>
    private static void Normal(Utf8JsonWriter w, JsonElement value, bool asBlocks)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String when asBlocks:
                w.WriteStartArray();
                w.WriteStartObject();
                w.WriteString("text", value.GetString());
                w.WriteString("type", "text");
                w.WriteEndObject();
                w.WriteEndArray();
                break;
            case JsonValueKind.String:
                w.WriteStringValue(value.GetString());
                break;
            case JsonValueKind.Array:
                w.WriteStartArray();
                foreach (JsonElement item in value.EnumerateArray().Where(item => item.Member("type").Text() is not ("thinking" or "redacted_thinking")))
                {
                    Normal(w, item, asBlocks: false);
                }

                w.WriteEndArray();
                break;
            case JsonValueKind.Object:
                w.WriteStartObject();
                foreach (JsonProperty member in value.EnumerateObject().Where(member => member.Name != "cache_control").OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    w.WritePropertyName(member.Name);
                    Normal(w, member.Value, asBlocks: false);
                }

                w.WriteEndObject();
                break;
            case JsonValueKind.Undefined:
                w.WriteNullValue();
                break;
            default:
                value.WriteTo(w);
                break;
        }
    }

    private static Rejection Invalid(string message) => new(400, "invalid_request_error", message);
}
