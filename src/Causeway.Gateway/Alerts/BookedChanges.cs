using System.Runtime.InteropServices;
using Causeway.Budgets.Alerts;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Alerts;

/// <summary>
/// Gathers from the books what has to be looked at: which grants used something, by quarter of an hour, one denial of each kind and one mismatch
/// of usage of each model. A thousand requests of a grant are one change.
/// </summary>
internal sealed class BookedChanges
{
    // Windows of every zone begin at a quarter of an hour: what was reserved within one is in the same windows.
    private const long QuarterMs = 15 * 60_000L;

    // Grants and kinds of denials are finite, and so is this; a caller cannot make it grow.
    private readonly Lock _turn = new();
    private HashSet<BookedChange> _changes = [];
    private Dictionary<(GrantId? Grant, string Code, string? Limit), LedgerEvent> _denials = [];
    private Dictionary<(string? Provider, string? Model), LedgerEvent> _mismatches = [];

    /// <summary>Takes a group that was booked. On the journal's task: quick, and never throws.</summary>
    public void Take(IReadOnlyList<JournalEntry> booked)
    {
        lock (_turn)
        {
            foreach (JournalEntry entry in booked)
            {
                switch (entry.Event)
                {
                    case { Kind: LedgerEventKind.Settled or LedgerEventKind.InDoubt or LedgerEventKind.Adjusted, Grant: { } grant } used:
                        _changes.Add(new BookedChange(grant, used.ReservedAtMs - (used.ReservedAtMs % QuarterMs)));
                        if (used is { Kind: LedgerEventKind.Settled, Code: MismatchAlert.Code } && _mismatches.Count < MismatchAlert.MaxModels)
                        {
                            _mismatches.TryAdd((used.Provider, used.Model), used);
                        }

                        break;
                    case { Kind: LedgerEventKind.Denied } denied when AlertBook.IsTold(denied.Code):
                        _denials.TryAdd((denied.DecidedBy ?? denied.Grant, denied.Code!, denied.Limit), denied);
                        break;
                }
            }
        }
    }

    /// <summary>What was gathered since the last time.</summary>
    public (IReadOnlyCollection<BookedChange> Changes, IReadOnlyCollection<LedgerEvent> Denials, IReadOnlyCollection<LedgerEvent> Mismatches) Drain()
    {
        lock (_turn)
        {
            (HashSet<BookedChange> changes, Dictionary<(GrantId?, string, string?), LedgerEvent> denials) = (_changes, _denials);
            Dictionary<(string?, string?), LedgerEvent> mismatches = _mismatches;
            if (mismatches.Count > 0)
            {
                _mismatches = [];
            }

            if (changes.Count > 0)
            {
                _changes = [];
            }

            if (denials.Count > 0)
            {
                _denials = [];
            }

            return (changes.Count > 0 ? changes : [], denials.Count > 0 ? denials.Values : [], mismatches.Count > 0 ? mismatches.Values : []);
        }
    }
}

/// <summary>That a grant used something.</summary>
/// <param name="Grant">The leaf that was charged.</param>
/// <param name="AtMs">When it was reserved, Unix milliseconds, cut to a quarter of an hour: it names the windows.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BookedChange(GrantId Grant, long AtMs);
