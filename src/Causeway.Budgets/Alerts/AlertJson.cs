using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Alerts;

/// <summary>An alert as JSON, the same for receivers and for the ledger, and in words. Amounts of usd are nano-USD, of the others counts.</summary>
public static class AlertJson
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The event's name: <c>budget.threshold</c>, <c>budget.forecast</c> or <c>budget.denied</c>.</summary>
    public static string EventOf(AlertKind kind) => "budget." + Word(kind);

    /// <summary>The kind's word: <c>threshold</c>, <c>forecast</c> or <c>denied</c>.</summary>
    public static string Word(AlertKind kind) => kind switch { AlertKind.Threshold => "threshold", AlertKind.Forecast => "forecast", _ => "denied" };

    /// <summary>Writes what docs/alerts.md shows. Members that do not belong to the kind are left out.</summary>
    public static byte[] Write(BudgetAlert alert)
    {
        ArrayBufferWriter<byte> output = new(512);
        using (Utf8JsonWriter json = new(output, s_options))
        {
            json.WriteStartObject();
            json.WriteString("event", EventOf(alert.Kind));
            json.WriteString("text", Sentence(alert));
            json.WriteString("grant", alert.Grant.ToString());
            json.WriteString("holder", alert.Holder.ToString());
            if (alert.Code is { } code)
            {
                json.WriteString("code", code);
            }

            if (alert.Limit is { } limit)
            {
                json.WriteString("limit", limit.ToString());
                json.WriteString("meter", limit.Meter.Word());
                json.WriteNumber("amount", alert.Amount);
                json.WriteNumber("used", alert.Used);
                json.WriteNumber("left", alert.Left);
                Time(json, "window_starts", alert.WindowStartsMs);
                Time(json, "window_ends", alert.WindowEndsMs);
            }

            if (alert.Kind == AlertKind.Threshold)
            {
                json.WriteNumber("threshold", alert.Threshold);
                json.WriteStartArray("passed");
                foreach (int passed in alert.Passed)
                {
                    json.WriteNumberValue(passed);
                }

                json.WriteEndArray();
            }

            if (alert.Kind == AlertKind.Forecast)
            {
                Time(json, "forecast_at", alert.ForecastAtMs);
            }

            Time(json, "at", alert.AtMs);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads of an alert's JSON what tells whether it is to be raised again; null: it is none.</summary>
    public static AlertMark? Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            JsonElement alert = document.RootElement;
            AlertKind? kind = String(alert, "event") switch
            {
                "budget.threshold" => AlertKind.Threshold,
                "budget.forecast" => AlertKind.Forecast,
                "budget.denied" => AlertKind.Denied,
                _ => null,
            };
            return kind is { } known && TimeOf(alert, "at") is { } at
                ? new AlertMark(known, String(alert, "limit"), at)
                {
                    Code = String(alert, "code"),
                    Threshold = alert.TryGetProperty("threshold", out JsonElement threshold) && threshold.TryGetInt32(out int hundredths) ? hundredths : 0,
                    WindowStartsMs = TimeOf(alert, "window_starts"),
                    WindowEndsMs = TimeOf(alert, "window_ends"),
                }
                : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The alert in one sentence.</summary>
    public static string Sentence(BudgetAlert alert)
    {
        string who = $"{alert.Holder} ({alert.Grant})";
        if (alert.Limit is not { } limit)
        {
            return $"{who} was denied for the first time today: {alert.Code}.";
        }

        string used = $"{Limit.Write(limit.Meter, alert.Used)} of {Limit.Write(limit.Meter, alert.Amount)}";
        string ends = alert.WindowEndsMs is { } end ? $" The window ends at {Shown(end)}." : "";
        return alert.Kind switch
        {
            AlertKind.Threshold => $"{who} has used {alert.Threshold} % or more of {limit}: {used}.{ends}",
            AlertKind.Forecast => $"{who} has used {used} of {limit}, and at the present rate it is gone at {Shown(alert.ForecastAtMs)}.{ends}",
            _ => $"{who} was denied for the first time{(alert.WindowEndsMs is null ? " today" : " in this window")}: {alert.Code}, {used} of {limit} used.{ends}",
        };
    }

    private static string Shown(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("u", CultureInfo.InvariantCulture);

    // The end of time is what a rate comes to that is next to nothing.
    private static void Time(Utf8JsonWriter json, string name, long? ms)
    {
        if (ms is { } value and >= 0 && value <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            json.WriteString(name, DateTimeOffset.FromUnixTimeMilliseconds(value));
        }
    }

    private static string? String(JsonElement alert, string name) => alert.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? TimeOf(JsonElement alert, string name) =>
        alert.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out DateTimeOffset at) ? at.ToUnixTimeMilliseconds() : null;
}

/// <summary>That an alert was raised.</summary>
/// <param name="Kind">Of which kind.</param>
/// <param name="Limit">Of which limit, as it is written; null: of none.</param>
/// <param name="AtMs">When, Unix milliseconds.</param>
public sealed record AlertMark(AlertKind Kind, string? Limit, long AtMs)
{
    /// <summary>Of a denial its code.</summary>
    public string? Code { get; init; }

    /// <summary>Of a threshold the highest.</summary>
    public int Threshold { get; init; }

    /// <summary>When its window began.</summary>
    public long? WindowStartsMs { get; init; }

    /// <summary>When its window ends.</summary>
    public long? WindowEndsMs { get; init; }
}
