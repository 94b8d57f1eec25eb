using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Budgets.Agreements;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Alerts;

/// <summary>
/// Tells, 30, 7 and 1 days before, that an agreement ends, and that it has: in the ledger and with it in the stream of events, in the log, and to the webhook where there is one. Of the
/// instance that leads. That it was told is kept with the agreement before it is told, so that it is told once, across restarts and instances.
/// </summary>
public sealed class AgreementWatch(
    IAgreementStore store, PolicyPublisher policies, BudgetLedger ledger, SignedWebhook? webhook, Leadership leadership, TimeProvider time, ILogger<AgreementWatch> log)
    : Chore(s_between, leadership, time)
{
    /// <summary>The event, and the ledger's code, of an end that comes.</summary>
    public const string Expiring = "agreement.expiring";

    /// <summary>The same of an end that has come.</summary>
    public const string Expired = "agreement.expired";

    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    private protected override bool BeginsAtOnce => true;

    /// <inheritdoc/>
    public override async Task TurnAsync(CancellationToken cancellation)
    {
        DateTimeOffset now = Time.GetUtcNow();
        foreach (Agreement agreement in policies.Current.Agreements.All)
        {
            if (agreement.WarningDueAt(now) is { } days)
            {
                Agreement told = agreement with { Warned = days, Version = agreement.Version + 1 };
                if (await store.ReplaceAsync(told, cancellation)) // Otherwise it was told, or ended, meanwhile.
                {
                    policies.Publish(policy => policy.WithAgreements(told));
                    await TellAsync(told, days, now);
                }
            }
        }
    }

    /// <inheritdoc/>
    private protected override void Failed(Exception failure) => LogEvents.AgreementsFailed(log, failure);

    private async Task TellAsync(Agreement agreement, int days, DateTimeOffset now)
    {
        bool isOver = days == 0;
        string text = isOver
            ? $"The agreement with {agreement.Provider} has expired ({agreement.Id}): no data of class {string.Join(", ", agreement.Data)} goes out by it any more."
            : string.Create(CultureInfo.InvariantCulture, $"The agreement with {agreement.Provider} ({agreement.Id}) ends at {agreement.Until:yyyy-MM-dd HH:mm}Z, in {days} {(days == 1 ? "day" : "days")} or less. After that no data of class {string.Join(", ", agreement.Data)} goes out by it.");
        string what = isOver ? Expired : Expiring;
        byte[] body = Write(what, text, agreement, days, now);
        await ledger.Note(
            new LedgerEvent(LedgerEventKind.AlertRaised, 0) { Code = what.Replace('.', '_'), Provider = agreement.Provider, Actor = "causeway", Detail = Encoding.UTF8.GetString(body) },
            isAwaited: true).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // The journal says what is wrong, and keeps it.
        LogEvents.AgreementEnds(log, text);
        webhook?.Tell($"{what} of {agreement.Id}", body);
    }

    private static byte[] Write(string what, string text, Agreement agreement, int days, DateTimeOffset now)
    {
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("event", what);
            json.WriteString("text", text);
            json.WriteString("agreement", agreement.Id.ToString());
            json.WriteString("provider", agreement.Provider);
            json.WriteStartArray("data");
            foreach (string word in agreement.Data)
            {
                json.WriteStringValue(word);
            }

            json.WriteEndArray();
            json.WriteString("until", agreement.Until);
            json.WriteNumber("days", days);
            json.WriteString("at", now);
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }
}
