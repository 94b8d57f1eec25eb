using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Storage.Rows;

/// <summary>
/// Finds out of events when grants and limits were last used. To the minute: a busy grant is written once a minute, not once a request. Used by one
/// writer only.
/// </summary>
/// <param name="write">Keeps one; a time of 0 leaves what is kept.</param>
internal sealed class GrantUseNotes(Action<GrantUse> write)
{
    private const long GrainMs = 60_000;

    private readonly Dictionary<(Guid Grant, string Limit), (long Allowed, long Denied)> _written = [];

    /// <summary>Takes note of an event; of most there is nothing to note.</summary>
    public void Note(LedgerEvent happened)
    {
        if (happened.Kind == LedgerEventKind.Reserved && happened.Grant is { } leaf)
        {
            Note(leaf, "", happened.AtMs, 0);
        }
        else if (happened.Kind == LedgerEventKind.Denied)
        {
            if (happened.Grant is { } asked)
            {
                Note(asked, "", 0, happened.AtMs);
            }

            if (happened is { DecidedBy: { } decider, Limit: { } limit })
            {
                Note(decider, limit, 0, happened.AtMs);
            }
        }
    }

    /// <summary>After a rollback: what was written is what the store says.</summary>
    public void Forget() => _written.Clear();

    private void Note(GrantId grant, string limit, long allowedMs, long deniedMs)
    {
        (long allowed, long denied) = _written.GetValueOrDefault((grant.Value, limit));
        if ((allowedMs == 0 || allowedMs - allowed < GrainMs) && (deniedMs == 0 || deniedMs - denied < GrainMs))
        {
            return;
        }

        write(new GrantUse(grant, limit, allowedMs, deniedMs));
        _written[(grant.Value, limit)] = (Math.Max(allowed, allowedMs), Math.Max(denied, deniedMs));
    }
}
