using static Causeway.Budgets.Ledger.PathMovement;

namespace Causeway.Budgets.Ledger;

/// <content>Later words on requests: the only way in which what is booked may fall (I10).</content>
public sealed partial class BudgetLedger
{
    /// <summary>A later word on a request in doubt, or a provider's correction.</summary>
    /// <param name="grant">The leaf that was charged.</param>
    /// <param name="request">The request.</param>
    /// <param name="reservedAtMs">When it was reserved: names the windows.</param>
    /// <param name="wasInDoubt">What counts as in doubt and does so no longer.</param>
    /// <param name="difference">What is booked more, or less where negative.</param>
    /// <param name="actor">Who says so.</param>
    /// <param name="reason">Why.</param>
    /// <param name="evidence">By what: an export's line, a credit note.</param>
    /// <exception cref="ArgumentException">Actor, reason or evidence is blank, or what counts as in doubt is negative.</exception>
    /// <exception cref="InvalidOperationException">More would be taken back than is booked or in doubt: it was adjusted before.</exception>
    public Task Adjust(GrantNode grant, Guid request, long reservedAtMs, in Amounts wasInDoubt, in Amounts difference, string actor, string reason, string evidence) =>
        Adjust([new Adjustment(grant, request, reservedAtMs, wasInDoubt, difference, reason, evidence)], actor);

    /// <summary>Several of them: all or none.</summary>
    /// <param name="adjustments">The words, in their order.</param>
    /// <param name="actor">Who says so.</param>
    /// <exception cref="ArgumentException">Actor, reason or evidence is blank, or what counts as in doubt is negative.</exception>
    /// <exception cref="InvalidOperationException">More would be taken back than is booked or in doubt; nothing was adjusted.</exception>
    public Task Adjust(IReadOnlyList<Adjustment> adjustments, string actor)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        if (adjustments.Any(one => string.IsNullOrWhiteSpace(one.Reason) || string.IsNullOrWhiteSpace(one.Evidence)))
        {
            throw new ArgumentException("Every adjustment has a reason and evidence.", nameof(adjustments));
        }

        foreach (Adjustment one in adjustments)
        {
            ThrowIfNegative(one.WasInDoubt);
        }

        if (!_journal.DecidesNow)
        {
            return DecideAsync(() => Adjust(adjustments, actor)).AsTask();
        }

        lock (_gate)
        {
            long now = Advance();
            int made = 0;
            int[] doubted = [.. adjustments.Select(one => Doubted(one.Request, one.WasInDoubt, now))];
            try
            {
                for (; made < adjustments.Count; made++)
                {
                    Adjustment one = adjustments[made];
                    ThrowIfMoreThanBooked(one.Grant.Newest, one.ReservedAtMs, one.WasInDoubt, doubted[made], one.Difference, now);
                    Apply(one.Grant.Newest, one.ReservedAtMs, one.WasInDoubt, doubted[made], one.Difference, now);
                }
            }
            catch
            {
                for (int i = made - 1; i >= 0; i--)
                {
                    Adjustment one = adjustments[i];
                    Apply(one.Grant.Newest, one.ReservedAtMs, Negative(one.WasInDoubt), -doubted[i], Negative(one.Difference), now);
                }

                throw;
            }

            Task durable = Task.CompletedTask;
            foreach (Adjustment one in adjustments)
            {
                Adjusted(one.Request, one.WasInDoubt, now);
                durable = _journal.Append(
                    new JournalEntry(new LedgerEvent(LedgerEventKind.Adjusted, now)
                    {
                        Request = one.Request,
                        Grant = one.Grant.Grant.Id,
                        ReservedAtMs = one.ReservedAtMs,
                        Held = one.WasInDoubt,
                        Booked = one.Difference,
                        Actor = actor,
                        Reason = one.Reason,
                        Detail = one.Evidence,
                    })
                    { Usage = one.Missing, Adjusted = one.Usage },
                    isAwaited: true);
            }

            return durable; // The last one is durable after all before it.
        }
    }
}

/// <summary>A later word on a request.</summary>
/// <param name="Grant">The leaf that was charged.</param>
/// <param name="Request">The request.</param>
/// <param name="ReservedAtMs">When it was reserved: names the windows.</param>
/// <param name="WasInDoubt">What counts as in doubt and does so no longer.</param>
/// <param name="Difference">What is booked more, or less where negative.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">By what: an export's line, a credit note.</param>
public sealed record Adjustment(GrantNode Grant, Guid Request, long ReservedAtMs, Amounts WasInDoubt, Amounts Difference, string Reason, string Evidence)
{
    /// <summary>The usage record that the request left none of; null: it has one, or nobody knows whose it was.</summary>
    public UsageRecord? Missing { get; init; }

    /// <summary>By how much its usage record changes; null: it has none.</summary>
    public UsageAdjustment? Usage { get; init; }
}
