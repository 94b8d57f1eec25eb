using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Causeway.Budgets.Agreements;

/// <summary>Agreements as JSON: for stores and for the ledger.</summary>
public static class AgreementJson
{
    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public static byte[] Write(Agreement agreement)
    {
        ArrayBufferWriter<byte> output = new(512);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteString("id", agreement.Id.ToString());
            json.WriteString("provider", agreement.Provider);
            Texts(json, "regions", agreement.Regions);
            Texts(json, "data", agreement.Data);
            json.WriteString("retention", Word(agreement.Retention));
            Time(json, "from", agreement.From);
            Time(json, "until", agreement.Until);
            Text(json, "document", agreement.Document);
            Text(json, "note", agreement.Note);
            Time(json, "created_at", agreement.CreatedAt);
            json.WriteString("created_by", agreement.CreatedBy);
            Time(json, "ended_at", agreement.EndedAt);
            Text(json, "ended_by", agreement.EndedBy);
            Text(json, "end_reason", agreement.EndReason);
            if (agreement.Warned is { } warned)
            {
                json.WriteNumber("warned", warned);
            }

            json.WriteNumber("version", agreement.Version);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads an agreement.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public static Agreement Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            JsonElement body = document.RootElement;
            return new Agreement
            {
                Id = AgreementId.TryParse(Text(body, "id"), out AgreementId id) ? id : throw new FormatException("There is no id."),
                Provider = Text(body, "provider")!,
                Regions = Texts(body, "regions"),
                Data = Texts(body, "data"),
                Retention = TryRetention(Text(body, "retention"), out Retention retention) ? retention : throw new FormatException("The retention is none."),
                From = Time(body, "from")!.Value,
                Until = Time(body, "until")!.Value,
                Document = Text(body, "document"),
                Note = Text(body, "note"),
                CreatedAt = Time(body, "created_at")!.Value,
                CreatedBy = Text(body, "created_by")!,
                EndedAt = Time(body, "ended_at"),
                EndedBy = Text(body, "ended_by"),
                EndReason = Text(body, "end_reason"),
                Warned = body.TryGetProperty("warned", out JsonElement warned) ? warned.GetInt32() : null,
                Version = body.GetProperty("version").GetInt32(),
            };
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException("An agreement that is kept cannot be read.", failure);
        }
    }

    /// <summary>The word of a retention.</summary>
    public static string Word(Retention retention) => retention == Retention.None ? "none" : "provider";

    /// <summary>Reads such a word.</summary>
    public static bool TryRetention(string? word, out Retention retention)
    {
        retention = word == "none" ? Retention.None : Retention.Provider;
        return word is "none" or "provider";
    }

    /// <summary>The word of a state.</summary>
    public static string Word(AgreementState state) => state switch
    {
        AgreementState.Pending => "pending",
        AgreementState.Expired => "expired",
        AgreementState.Ended => "ended",
        _ => "in_force",
    };

    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void Texts(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } moment)
        {
            json.WriteNumber(name, moment.ToUnixTimeMilliseconds());
        }
    }

    private static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;

    private static ImmutableArray<string> Texts(JsonElement body, string name) => [.. body.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    private static DateTimeOffset? Time(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement ms) ? DateTimeOffset.FromUnixTimeMilliseconds(ms.GetInt64()) : null;
}
