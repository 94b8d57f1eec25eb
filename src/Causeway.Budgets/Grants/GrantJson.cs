using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Causeway.Budgets.Grants;

/// <summary>A grant as JSON: for stores, and as the detail of the event that made it. Members with their default are left out.</summary>
public static class GrantJson
{
    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public static byte[] Write(Grant grant)
    {
        ArrayBufferWriter<byte> output = new(512);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteString("id", grant.Id.ToString());
            Text(json, "parent", grant.Parent?.ToString());
            json.WriteString("kind", Word(grant.Kind));
            json.WriteString("holder", grant.Holder.ToString());
            Write(json, grant.Scope);
            json.WriteStartArray("limits");
            foreach (Limit limit in grant.Limits)
            {
                json.WriteStartObject();
                json.WriteString("meter", limit.Meter.Word());
                json.WriteNumber("amount", limit.Amount);
                json.WriteString("window", limit.Window.ToString());
                if (limit.Window.Zone != "UTC")
                {
                    json.WriteString("zone", limit.Window.Zone);
                }

                if (limit.IsPace)
                {
                    json.WriteBoolean("pace", true);
                }

                if (limit.SinceMs != 0)
                {
                    json.WriteNumber("since", limit.SinceMs);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            Time(json, "not_before", grant.NotBefore);
            Time(json, "expires_at", grant.ExpiresAt);
            json.WriteNumber("depth_left", grant.DepthLeft);
            json.WriteString("enforcement", Word(grant.Enforcement));
            if (grant.Reserve != ReserveMode.Strict)
            {
                json.WriteString("reserve", Word(grant.Reserve));
            }

            if (grant.IsFair)
            {
                json.WriteBoolean("fair", true);
            }

            if (grant.Weight != 1)
            {
                json.WriteNumber("weight", grant.Weight);
            }

            if (grant.CutOnRevoke)
            {
                json.WriteBoolean("cut_on_revoke", true);
            }

            json.WriteString("status", Word(grant.Status));
            json.WriteNumber("key_generation", grant.KeyGeneration);
            json.WriteNumber("version", grant.Version);
            Time(json, "created_at", grant.CreatedAt);
            json.WriteString("created_by", grant.CreatedBy);
            Text(json, "reason", grant.Reason);
            if (grant.IsDefault)
            {
                json.WriteBoolean("default", true);
            }

            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>As text, for an event's detail.</summary>
    public static string Text(Grant grant) => Encoding.UTF8.GetString(Write(grant));

    /// <summary>Reads a grant.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public static Grant Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            JsonElement body = document.RootElement;
            JsonElement scope = body.GetProperty("scope");
            return new Grant
            {
                Id = Id(body, "id") ?? throw new FormatException("There is no id."),
                Parent = Id(body, "parent"),
                Kind = Kind(body.GetProperty("kind").GetString()!),
                Holder = Holder.TryParse(body.GetProperty("holder").GetString(), out Holder holder) ? holder : throw new FormatException("The holder is none."),
                Scope = new Scope
                {
                    Environments = Words(scope, "environments"),
                    ModelClasses = Words(scope, "model_classes"),
                    Models = Words(scope, "models"),
                    Routes = Words(scope, "routes"),
                    DataClassMax = Text(scope, "data_class_max") is { } word ? DataClasses.Rank(word) : null,
                    DataClassMin = Text(scope, "data_class_min") is { } least ? DataClasses.Rank(least) : null,
                    MaxOutputTokens = Number(scope, "max_output_tokens"),
                    MaxInputTokens = Number(scope, "max_input_tokens"),
                    MaxRequestNanoUsd = Number(scope, "max_request_nano_usd"),
                },
                Limits = [.. body.GetProperty("limits").EnumerateArray().Select(ReadLimit)],
                NotBefore = Time(body, "not_before"),
                ExpiresAt = Time(body, "expires_at"),
                DepthLeft = body.GetProperty("depth_left").GetInt32(),
                Enforcement = body.GetProperty("enforcement").GetString() switch { "soft" => Enforcement.Soft, "critical" => Enforcement.Critical, _ => Enforcement.Hard },
                Reserve = Text(body, "reserve") switch { null => ReserveMode.Strict, "clamp" => ReserveMode.Clamp, "adaptive" => ReserveMode.Adaptive, _ => throw new FormatException("The reserve mode is none.") },
                IsFair = body.TryGetProperty("fair", out _),
                Weight = (int)Math.Clamp(Number(body, "weight") ?? 1, 1, Grant.MaxWeight),
                CutOnRevoke = body.TryGetProperty("cut_on_revoke", out _),
                Status = body.GetProperty("status").GetString() switch { "suspended" => GrantStatus.Suspended, "revoked" => GrantStatus.Revoked, _ => GrantStatus.Active },
                KeyGeneration = body.GetProperty("key_generation").GetInt32(),
                Version = body.GetProperty("version").GetInt32(),
                CreatedAt = Time(body, "created_at")!.Value,
                CreatedBy = body.GetProperty("created_by").GetString()!,
                Reason = Text(body, "reason"),
                IsDefault = body.TryGetProperty("default", out _),
            };
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException("A grant that is kept cannot be read.", failure);
        }
    }

    /// <summary>The word of a kind.</summary>
    public static string Word(GrantKind kind) => kind switch { GrantKind.Carve => "carve", GrantKind.BreakGlass => "break_glass", GrantKind.Account => "account", _ => "share" };

    /// <summary>The word of an enforcement.</summary>
    public static string Word(Enforcement enforcement) => enforcement switch { Enforcement.Soft => "soft", Enforcement.Critical => "critical", _ => "hard" };

    /// <summary>The word of a reserve mode.</summary>
    public static string Word(ReserveMode mode) => mode switch { ReserveMode.Clamp => "clamp", ReserveMode.Adaptive => "adaptive", _ => "strict" };

    /// <summary>The word of a status.</summary>
    public static string Word(GrantStatus status) => status switch { GrantStatus.Suspended => "suspended", GrantStatus.Revoked => "revoked", _ => "active" };

    private static GrantKind Kind(string word) => word switch { "carve" => GrantKind.Carve, "break_glass" => GrantKind.BreakGlass, "account" => GrantKind.Account, _ => GrantKind.Share };

    private static Limit ReadLimit(JsonElement limit)
    {
        string zone = Text(limit, "zone") ?? "UTC";
        return Meters.TryParse(limit.GetProperty("meter").GetString()!, out Meter meter) && Window.TryParse(limit.GetProperty("window").GetString()!, zone, out Window window, out _)
            ? new Limit(meter, limit.GetProperty("amount").GetInt64(), window) { IsPace = limit.TryGetProperty("pace", out _), SinceMs = Number(limit, "since") ?? 0 }
            : throw new FormatException("A limit is none.");
    }

    private static void Write(Utf8JsonWriter json, Scope scope)
    {
        json.WriteStartObject("scope");
        Words(json, "environments", scope.Environments);
        Words(json, "model_classes", scope.ModelClasses);
        Words(json, "models", scope.Models);
        Words(json, "routes", scope.Routes);
        Text(json, "data_class_max", scope.DataClassMax is { } rank ? DataClasses.Known[rank] : null);
        Text(json, "data_class_min", scope.DataClassMin is { } least ? DataClasses.Known[least] : null);
        Number(json, "max_output_tokens", scope.MaxOutputTokens);
        Number(json, "max_input_tokens", scope.MaxInputTokens);
        Number(json, "max_request_nano_usd", scope.MaxRequestNanoUsd);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } moment)
        {
            json.WriteNumber(name, moment.ToUnixTimeMilliseconds());
        }
    }

    private static void Words(Utf8JsonWriter json, string name, ImmutableArray<string>? words)
    {
        if (words is { } list)
        {
            json.WriteStartArray(name);
            foreach (string word in list)
            {
                json.WriteStringValue(word);
            }

            json.WriteEndArray();
        }
    }

    private static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;

    private static long? Number(JsonElement body, string name) => body.TryGetProperty(name, out JsonElement number) ? number.GetInt64() : null;

    private static DateTimeOffset? Time(JsonElement body, string name) => Number(body, name) is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    private static GrantId? Id(JsonElement body, string name) => GrantId.TryParse(Text(body, name), out GrantId id) ? id : null;

    private static ImmutableArray<string>? Words(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement words) ? [.. words.EnumerateArray().Select(word => word.GetString()!)] : null;
}
