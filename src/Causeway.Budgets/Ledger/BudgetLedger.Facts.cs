using Causeway.Budgets.Leases;

namespace Causeway.Budgets.Ledger;

/// <content>What is told afterwards, as values: what a decision needs, and the words that stand for it in a local book.</content>
public sealed partial class BudgetLedger
{
    private sealed class EnteredFact(BudgetLedger ledger, Reservation admitted, Amounts bound, Spender spender, LeaseLot? from) : LedgerFact
    {
        public override JournalEntry Told => new(ledger.Reserved(admitted, admitted.AtMs, spender, from?.Id) with { Held = bound });

        public override void Decide() => ledger.Enter(admitted, bound, spender, from);
    }

    private sealed class GrownFact(BudgetLedger ledger, Reservation reservation, Amounts more) : LedgerFact
    {
        public override JournalEntry Told => new(Of(reservation, LedgerEventKind.Extended) with { Held = more });

        public override void Decide() => ledger.GrowUnasked(reservation, more);
    }

    private sealed class SettledFact(
        BudgetLedger ledger, Reservation reservation, Amounts used, UsageSource source, UsageRecord? usage, string? model, string? provider, LedgerRemark? remark) : LedgerFact
    {
        public override JournalEntry Told => new(Of(reservation, LedgerEventKind.Settled) with
        {
            Booked = used,
            Source = source,
            Model = model,
            Provider = provider,
            Code = remark?.Code,
            Detail = remark?.Detail,
        })
        { Usage = usage };

        public override void Decide() => ledger.Settle(reservation, used, source, usage, model, provider, remark);
    }

    private sealed class VoidedFact(BudgetLedger ledger, Reservation reservation, string reason, UsageRecord? usage) : LedgerFact
    {
        public override JournalEntry Told => new(Of(reservation, LedgerEventKind.Voided) with { Code = reason }) { Usage = usage };

        public override void Decide() => ledger.Void(reservation, reason, usage);
    }

    private sealed class DoubtedFact(BudgetLedger ledger, Reservation reservation, string reason, UsageRecord? usage) : LedgerFact
    {
        public override JournalEntry Told => new(Of(reservation, LedgerEventKind.InDoubt) with { Code = reason }) { Usage = usage };

        public override void Decide() => ledger.Doubt(reservation, reason, usage);
    }

    private sealed class DeniedFact(BudgetLedger ledger, LedgerEvent denial, UsageRecord usage) : LedgerFact
    {
        public override JournalEntry Told => new(denial) { Usage = usage };

        public override void Decide() => ledger.Denied(denial, usage);
    }

    private sealed class NotedFact(BudgetLedger ledger, LedgerEvent what) : LedgerFact
    {
        public override JournalEntry Told => new(what);

        public override void Decide() => _ = ledger.Note(what);
    }

    private static LedgerEvent Of(Reservation reservation, LedgerEventKind kind) => new(kind, 0) { Request = reservation.Id, Grant = reservation.Grant.Grant.Id, ReservedAtMs = reservation.AtMs };
}
