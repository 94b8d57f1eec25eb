using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Json;
using Causeway.Wire.Objects;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>
/// Puts the history that a provider keeps into a request in place of its id, so that another provider can answer it. Ids of items are the provider's own and go; what only it can read goes with them.
/// What was said stays byte for byte as it was.
/// </summary>
public static class ResponseHistory
{
    /// <summary>Writes a request with all of its history.</summary>
    /// <param name="request">The request, with <c>previous_response_id</c>.</param>
    /// <param name="before">The turns before it, the first one first.</param>
    /// <param name="own">Turns at its beginning that what answers now has answered itself: what it alone can read of them stays.</param>
    /// <param name="lost">What could not be carried over.</param>
    /// <param name="names">What the history names that only its provider has: a file, an item. Null: nothing.</param>
    /// <returns>The request; null: it cannot be written, because of what it <paramref name="names"/> or because one of them cannot be read.</returns>
    public static byte[]? Write(ReadOnlyMemory<byte> request, IReadOnlyList<ResponseTurn> before, int own, out HistoryLoss lost, out string? names)
    {
        (lost, names) = (HistoryLoss.None, null);
        try
        {
            using var asked = JsonDocument.Parse(request);
            var output = new ArrayBufferWriter<byte>(request.Length + before.Sum(turn => turn.Input.Length + turn.Output.Length) + 256);
            using Utf8JsonWriter json = JsonOutput.To(output);
            Writing writing = new(json);
            json.WriteStartObject();
            foreach (JsonProperty member in asked.RootElement.EnumerateObject())
            {
                if (member.Name is not ("previous_response_id" or "input"))
                {
                    json.WritePropertyName(member.Name);
                    json.WriteRawValue(JsonMarshal.GetRawUtf8Value(member.Value), skipInputValidation: true);
                }
            }

            json.WriteStartArray("input"u8);
            for (int i = 0; i < before.Count; i++)
            {
                writing.Take(before[i].Input, i < own);
                writing.Take(before[i].Output, i < own);
            }

            if (asked.RootElement.TryMember("input", out JsonElement input))
            {
                writing.Take(input, own == before.Count);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.Flush();
            (lost, names) = (writing.Lost, writing.Names ?? NamedIn(before));
            return names is null ? output.WrittenSpan.ToArray() : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? NamedIn(IReadOnlyList<ResponseTurn> before)
    {
        NamedObjects named = new(Protocol.OpenAI);
        foreach (ResponseTurn turn in before)
        {
            named.Read(turn.Input.Span);
        }

        return named.Found.FirstOrDefault(name => name.IsSure).Id;
    }

    private sealed class Writing(Utf8JsonWriter json)
    {
        public HistoryLoss Lost { get; private set; }

        public string? Names { get; private set; }

        public void Take(ReadOnlyMemory<byte> items, bool isOwn)
        {
            using var document = JsonDocument.Parse(items);
            Take(document.RootElement, isOwn);
        }

        public void Take(JsonElement items, bool isOwn)
        {
            if (items.ValueKind == JsonValueKind.String)
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "message"u8);
                json.WriteString("role"u8, "user"u8);
                json.WritePropertyName("content"u8);
                json.WriteRawValue(JsonMarshal.GetRawUtf8Value(items), skipInputValidation: true);
                json.WriteEndObject();
                return;
            }

            foreach (JsonElement item in items.EnumerateArray())
            {
                // The vendor takes a mere id for a reference, and a role for a message.
                switch (item.Word("type") ?? (item.TryMember("role", out _) ? "message" : "item_reference"))
                {
                    case "reasoning" when isOwn && item.Word("encrypted_content") is not null:
                        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(item), skipInputValidation: true);
                        break;
                    case "reasoning" or "compaction":
                        Lost |= HistoryLoss.Reasoning;
                        break;
                    case "item_reference":
                        Names ??= item.Word("id");
                        break;
                    case "message":
                        WriteWithoutId(item);
                        break;
                    case var _ when item.Word("call_id") is not null:
                        WriteWithoutId(item); // A call that the caller makes, or its result: they are linked by this.
                        break;
                    default:
                        Lost |= HistoryLoss.ProviderTools; // What a tool of the provider's own did: what came of it was said in words.
                        break;
                }
            }
        }

        private void WriteWithoutId(JsonElement item)
        {
            json.WriteStartObject();
            foreach (JsonProperty member in item.EnumerateObject())
            {
                if (member.Name != "id")
                {
                    json.WritePropertyName(member.Name);
                    json.WriteRawValue(JsonMarshal.GetRawUtf8Value(member.Value), skipInputValidation: true);
                }
            }

            json.WriteEndObject();
        }
    }
}

/// <summary>What of a history does not reach another provider.</summary>
[Flags]
public enum HistoryLoss
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Reasoning that is not shown, and what was compacted into a sealed item.</summary>
    Reasoning = 1,

    /// <summary>What tools of the provider's own did, beside what the answers say of it.</summary>
    ProviderTools = 2,
}
