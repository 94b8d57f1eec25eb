using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Alerts;

/// <summary>A model whose provider reports usage that cannot be: what is booked by its reports, and billed, is to be looked at.</summary>
/// <param name="Settled">The settlement in which it was seen first; it names provider and model.</param>
public sealed record MismatchAlert(LedgerEvent Settled)
{
    /// <summary>The event's name at receivers.</summary>
    public const string Event = "usage.mismatch";

    /// <summary>The code of settlements that are told, and of the alert in the ledger.</summary>
    public const string Code = "usage_mismatch";

    /// <summary>Models that are told of in a day at most.</summary>
    public const int MaxModels = 1_024;

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Remembers of which provider and model it was told: once a day.</summary>
    public static ToldOnce<(string Provider, string Model)> NewBook() => new(TimeSpan.FromDays(1), MaxModels);

    /// <summary>The alert in one sentence.</summary>
    public string Sentence => $"{Settled.Provider}/{Settled.Model} {Settled.Detail}. It is booked as reported; this is said once a day of each model.";

    /// <summary>Writes what docs/alerts.md shows.</summary>
    public byte[] Write()
    {
        ArrayBufferWriter<byte> output = new(512);
        using (Utf8JsonWriter json = new(output, s_options))
        {
            json.WriteStartObject();
            json.WriteString("event", Event);
            json.WriteString("text", Sentence);
            json.WriteString("provider", Settled.Provider);
            json.WriteString("model", Settled.Model);
            json.WriteString("request", $"req_{Settled.Request.GetValueOrDefault():N}");
            json.WriteString("grant", Settled.Grant?.ToString());
            json.WriteNumber("tokens_in", Settled.Booked.TokensIn);
            json.WriteNumber("tokens_out", Settled.Booked.TokensOut);
            json.WriteString("at", DateTimeOffset.FromUnixTimeMilliseconds(Settled.AtMs));
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }
}
