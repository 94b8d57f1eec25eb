using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Alerts;

/// <summary>Tells that keys are guessed, or that somebody goes on with one that is no good: in the ledger and with it in the stream of events, in the log, and to the webhook where there is one.</summary>
public sealed class GuessNews(BudgetLedger ledger, SignedWebhook? webhook, ILogger<GuessNews> log)
{
    /// <summary>The event.</summary>
    public const string Event = "keys.guessed";

    /// <summary>The ledger's code.</summary>
    public const string Code = "keys_guessed";

    /// <summary>Tells it, and waits for nothing.</summary>
    public void Tell(GuessedKeys guessed)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"More requests with keys that are no good than {guessed.PerAddress} a minute from one address, or {guessed.Overall} in all: the last is from {guessed.From} ({guessed.Code}). Keys that are good are answered as ever.");
        byte[] body = Write(text, guessed);
        _ = ledger.Note(new LedgerEvent(LedgerEventKind.AlertRaised, 0) { Code = Code, Actor = "causeway", Detail = Encoding.UTF8.GetString(body) });
        LogEvents.KeysGuessed(log, text);
        webhook?.Tell($"{Event} from {guessed.From}", body);
    }

    private static byte[] Write(string text, GuessedKeys guessed)
    {
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("event", Event);
            json.WriteString("text", text);
            json.WriteString("from", guessed.From.ToString());
            json.WriteString("code", guessed.Code);
            json.WriteNumber("per_address", guessed.PerAddress);
            json.WriteNumber("overall", guessed.Overall);
            json.WriteString("at", guessed.At);
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }
}
