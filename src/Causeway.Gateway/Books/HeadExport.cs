using System.Buffers;
using System.Text.Json;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Books;

/// <summary>
/// Signs the ledger's head once an hour, and when the process has started, and hands it out where whoever writes to the store cannot take it back: to the log, to the webhook, and to a
/// file beside the store. Of several instances the one that leads does it.
/// </summary>
/// <param name="store">Whose head.</param>
/// <param name="masters">What it is signed with.</param>
/// <param name="file">Where it is kept here.</param>
/// <param name="webhook">Who else is told; null: nobody.</param>
/// <param name="leadership">Whether it is this instance's turn.</param>
/// <param name="ledger">A ledger that is in doubt is not signed.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it is written.</param>
public sealed class HeadExport(
    ILedgerStore store, MasterKeys masters, HeadFile file, SignedWebhook? webhook, Leadership leadership, BudgetLedger ledger, TimeProvider time, ILogger<HeadExport> log) : Chore(s_between, leadership, time)
{
    /// <summary>The event's name at receivers.</summary>
    public const string Event = "audit.head";

    private static readonly TimeSpan s_between = TimeSpan.FromHours(1);
    private readonly long _began = time.GetTimestamp();

    /// <inheritdoc/>
    private protected override bool BeginsAtOnce => true;

    /// <summary>Signs and hands out the head of now, if there is one to speak of.</summary>
    public override async Task TurnAsync(CancellationToken cancellation)
    {
        if (ledger.Mismatch is not null || await store.HeadAsync(null, cancellation) is not { Seq: > 0 } head)
        {
            return;
        }

        var signed = SignedHead.Of(head, Time.GetUtcNow(), masters);
        if (Time.GetElapsedTime(_began) >= s_between) // Not as the first thing that a start says.
        {
            LogEvents.LedgerHead(log, head.Seq, signed.ToString());
        }

        webhook?.Tell($"{Event} {head.Seq}", Write(signed));
        file.Add(signed);
    }

    /// <inheritdoc/>
    private protected override void Failed(Exception failure) => LogEvents.HeadNotExported(log, failure);

    private static byte[] Write(SignedHead signed)
    {
        ArrayBufferWriter<byte> output = new(512);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteString("event", Event);
            json.WriteString("text", $"The ledger has {signed.Head.Seq} entries.");
            json.WriteNumber("seq", signed.Head.Seq);
            json.WriteString("hash", Convert.ToHexStringLower(signed.Head.Hash));
            json.WriteString("head", signed.ToString());
            json.WriteString("at", signed.At);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }
}
