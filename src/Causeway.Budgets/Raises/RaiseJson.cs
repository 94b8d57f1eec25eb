using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Raises;

/// <summary>Requests and broken glasses as JSON: for stores, and for the digest that an approval is bound to.</summary>
public static class RaiseJson
{
    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public static byte[] Write(Raise raise)
    {
        ArrayBufferWriter<byte> output = new(512);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            Asked(json, raise);
            Text(json, "key_created_by", raise.KeyCreatedBy);
            Approvals(json, raise);
            json.WriteString("state", Word(raise.State));
            Text(json, "decided_by", raise.DecidedBy);
            if (raise.DecidedAt is { } at)
            {
                Time(json, "decided_at", at);
            }

            Text(json, "decision_reason", raise.DecisionReason);
            json.WriteNumber("version", raise.Version);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a request.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public static Raise Read(ReadOnlyMemory<byte> bytes) => Parse(bytes, body => new Raise
    {
        Id = RaiseId.TryParse(Text(body, "id"), out RaiseId id) ? id : throw new FormatException("There is no id."),
        Grant = Grant(body, "grant"),
        Limit = body.GetProperty("limit").GetInt32(),
        LimitText = Text(body, "limit_text")!,
        Meter = Meters.TryParse(Text(body, "meter")!, out Meter meter) ? meter : throw new FormatException("The meter is none."),
        Amount = body.GetProperty("amount").GetInt64(),
        Until = Time(body, "until")!.Value,
        Reason = Text(body, "reason")!,
        Ticket = Text(body, "ticket"),
        RequestedBy = Text(body, "requested_by")!,
        KeyCreatedBy = Text(body, "key_created_by"),
        CreatedAt = Time(body, "created_at")!.Value,
        Approvals =
        [
            .. body.GetProperty("approvals").EnumerateArray().Select(one => new Approval(
                Text(one, "by")!, one.GetProperty("amount").GetInt64(), Text(one, "digest")!, Time(one, "at")!.Value, Text(one, "reason"))),
        ],
        State = Text(body, "state") switch
        {
            "pending" => RaiseState.Pending,
            "approved" => RaiseState.Approved,
            "denied" => RaiseState.Denied,
            "expired" => RaiseState.Expired,
            "withdrawn" => RaiseState.Withdrawn,
            _ => throw new FormatException("The state is none."),
        },
        DecidedBy = Text(body, "decided_by"),
        DecidedAt = Time(body, "decided_at"),
        DecisionReason = Text(body, "decision_reason"),
        Version = body.GetProperty("version").GetInt32(),
    });

    /// <summary>The SHA-256 of all that an approver is shown, in one spelling: 64 hex digits. Another approver's yes is a part of it.</summary>
    public static string Digest(Raise raise)
    {
        ArrayBufferWriter<byte> output = new(512);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            Asked(json, raise);
            Approvals(json, raise);
            json.WriteEndObject();
        }

        return Convert.ToHexStringLower(SHA256.HashData(output.WrittenSpan));
    }

    /// <summary>Writes what <see cref="ReadGlass"/> reads.</summary>
    public static byte[] Write(BrokenGlass glass)
    {
        ArrayBufferWriter<byte> output = new(512);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteString("id", glass.Name);
            json.WriteString("grant", glass.Grant.ToString());
            json.WriteString("seal", glass.Seal.ToString());
            json.WriteNumber("nano_usd", glass.NanoUsd);
            Time(json, "at", glass.At);
            Time(json, "until", glass.Until);
            json.WriteString("by", glass.By);
            json.WriteString("reason", glass.Reason);
            Text(json, "reviewed_by", glass.ReviewedBy);
            if (glass.ReviewedAt is { } reviewed)
            {
                Time(json, "reviewed_at", reviewed);
            }

            Text(json, "review_reason", glass.ReviewReason);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a broken glass.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public static BrokenGlass ReadGlass(ReadOnlyMemory<byte> bytes) => Parse(bytes, body => new BrokenGlass
    {
        Id = BrokenGlass.TryParse(Text(body, "id"), out Guid id) ? id : throw new FormatException("There is no id."),
        Grant = Grant(body, "grant"),
        Seal = Grant(body, "seal"),
        NanoUsd = body.GetProperty("nano_usd").GetInt64(),
        At = Time(body, "at")!.Value,
        Until = Time(body, "until")!.Value,
        By = Text(body, "by")!,
        Reason = Text(body, "reason")!,
        ReviewedBy = Text(body, "reviewed_by"),
        ReviewedAt = Time(body, "reviewed_at"),
        ReviewReason = Text(body, "review_reason"),
    });

    /// <summary>The word of a state.</summary>
    public static string Word(RaiseState state) => state switch
    {
        RaiseState.Approved => "approved",
        RaiseState.Denied => "denied",
        RaiseState.Expired => "expired",
        RaiseState.Withdrawn => "withdrawn",
        _ => "pending",
    };

    private static void Asked(Utf8JsonWriter json, Raise raise)
    {
        json.WriteString("id", raise.Id.ToString());
        json.WriteString("grant", raise.Grant.ToString());
        json.WriteNumber("limit", raise.Limit);
        json.WriteString("limit_text", raise.LimitText);
        json.WriteString("meter", raise.Meter.Word());
        json.WriteNumber("amount", raise.Amount);
        Time(json, "until", raise.Until);
        json.WriteString("reason", raise.Reason);
        Text(json, "ticket", raise.Ticket);
        json.WriteString("requested_by", raise.RequestedBy);
        Time(json, "created_at", raise.CreatedAt);
    }

    private static void Approvals(Utf8JsonWriter json, Raise raise)
    {
        json.WriteStartArray("approvals");
        foreach (Approval approval in raise.Approvals)
        {
            json.WriteStartObject();
            json.WriteString("by", approval.By);
            json.WriteNumber("amount", approval.Amount);
            json.WriteString("digest", approval.Digest);
            Time(json, "at", approval.At);
            Text(json, "reason", approval.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static T Parse<T>(ReadOnlyMemory<byte> bytes, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return read(document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException("A raise that is kept cannot be read.", failure);
        }
    }

    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset time) => json.WriteNumber(name, time.ToUnixTimeMilliseconds());

    private static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;

    private static DateTimeOffset? Time(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement ms) ? DateTimeOffset.FromUnixTimeMilliseconds(ms.GetInt64()) : null;

    private static GrantId Grant(JsonElement body, string name) => GrantId.TryParse(Text(body, name), out GrantId id) ? id : throw new FormatException($"\"{name}\" is no grant.");
}
