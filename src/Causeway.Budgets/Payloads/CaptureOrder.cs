using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Causeway.Budgets.Payloads;

/// <summary>Names an order to keep prompts and answers: <c>cap_</c> and the 32 hex digits of a version 7 UUID.</summary>
public readonly record struct CaptureOrderId(Guid Value)
{
    private const string Prefix = "cap_";

    /// <summary>A new id that sorts after every id made before <paramref name="now"/>.</summary>
    public static CaptureOrderId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    /// <summary>Reads the text form; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CaptureOrderId id)
    {
        id = default;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal) || !Guid.TryParseExact(text.AsSpan(Prefix.Length), "N", out Guid value))
        {
            return false;
        }

        id = new CaptureOrderId(value);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Concat(Prefix, Value.ToString("N"));
}

/// <summary>Somebody's order to keep the prompts and answers of a feature until a moment. Never changed: another one is given, and this one ended.</summary>
public sealed record CaptureOrder
{
    /// <summary>For how long one holds at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    /// <summary>Which it is.</summary>
    public required CaptureOrderId Id { get; init; }

    /// <summary>Whose requests; null: every team's.</summary>
    public string? Team { get; init; }

    /// <summary>Of which feature.</summary>
    public required string Feature { get; init; }

    /// <summary>In which environments; empty: in all.</summary>
    public IReadOnlyList<string> Environments { get; init; } = [];

    /// <summary>The highest class of data that is kept.</summary>
    public required string UpTo { get; init; }

    /// <summary>Requests of which something was redacted are kept too, with placeholders.</summary>
    public bool Redacted { get; init; }

    /// <summary>For how long each prompt and answer is kept.</summary>
    public required TimeSpan Keep { get; init; }

    /// <summary>Bytes of a prompt, and of an answer, at most.</summary>
    public required int MaxBytes { get; init; }

    /// <summary>When it ends by itself, UTC, to the millisecond.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Why it was given.</summary>
    public required string Reason { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>By whom.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it was ended before its time; null: it was not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>By whom.</summary>
    public string? EndedBy { get; init; }

    /// <summary>Why.</summary>
    public string? EndReason { get; init; }

    /// <summary>When nothing is kept by it any more.</summary>
    public DateTimeOffset End => EndedAt is { } ended && ended < Until ? ended : Until;
}

/// <summary>Orders as JSON: for stores and for the ledger.</summary>
public static class CaptureOrderJson
{
    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public static byte[] Write(CaptureOrder order)
    {
        ArrayBufferWriter<byte> output = new(512);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteString("id", order.Id.ToString());
            Text("team", order.Team);
            json.WriteString("feature", order.Feature);
            json.WriteStartArray("environments");
            foreach (string environment in order.Environments)
            {
                json.WriteStringValue(environment);
            }

            json.WriteEndArray();
            json.WriteString("up_to", order.UpTo);
            json.WriteBoolean("redacted", order.Redacted);
            json.WriteNumber("keep_seconds", (long)order.Keep.TotalSeconds);
            json.WriteNumber("max_bytes", order.MaxBytes);
            json.WriteNumber("until", order.Until.ToUnixTimeMilliseconds());
            json.WriteString("reason", order.Reason);
            json.WriteNumber("created_at", order.CreatedAt.ToUnixTimeMilliseconds());
            json.WriteString("created_by", order.CreatedBy);
            if (order.EndedAt is { } ended)
            {
                json.WriteNumber("ended_at", ended.ToUnixTimeMilliseconds());
            }

            Text("ended_by", order.EndedBy);
            Text("end_reason", order.EndReason);
            json.WriteEndObject();

            void Text(string name, string? text)
            {
                if (text is not null)
                {
                    json.WriteString(name, text);
                }
            }
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads an order.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public static CaptureOrder Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            JsonElement body = document.RootElement;
            return new CaptureOrder
            {
                Id = CaptureOrderId.TryParse(Text("id"), out CaptureOrderId id) ? id : throw new FormatException("There is no id."),
                Team = Text("team"),
                Feature = Text("feature")!,
                Environments = [.. body.GetProperty("environments").EnumerateArray().Select(one => one.GetString()!)],
                UpTo = Text("up_to")!,
                Redacted = body.GetProperty("redacted").GetBoolean(),
                Keep = TimeSpan.FromSeconds(body.GetProperty("keep_seconds").GetInt64()),
                MaxBytes = body.GetProperty("max_bytes").GetInt32(),
                Until = Time("until")!.Value,
                Reason = Text("reason")!,
                CreatedAt = Time("created_at")!.Value,
                CreatedBy = Text("created_by")!,
                EndedAt = Time("ended_at"),
                EndedBy = Text("ended_by"),
                EndReason = Text("end_reason"),
            };

            string? Text(string name) => body.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;

            DateTimeOffset? Time(string name) => body.TryGetProperty(name, out JsonElement ms) ? DateTimeOffset.FromUnixTimeMilliseconds(ms.GetInt64()) : null;
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException("An order to keep prompts that is kept cannot be read.", failure);
        }
    }
}
