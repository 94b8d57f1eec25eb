using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Tests.Books.Shared;

/// <summary>Says of a chain what nobody can dispute, event by event, with nothing in common with the ledger but the events.</summary>
internal sealed class Oracle
{
    private readonly Dictionary<GrantId, Grant> _grants = [];
    private readonly Dictionary<Guid, (GrantId Leaf, long Held)> _open = [];
    private readonly Dictionary<Guid, long> _doubted = [];
    private readonly Dictionary<Guid, (GrantId Leaf, long Held, string Owner)> _leases = [];
    private readonly Dictionary<Guid, (GrantId Leaf, long Held)> _doubtedLeases = [];
    private bool _isLate;
    private readonly Dictionary<GrantId, long> _raised = [];
    private readonly HashSet<GrantId> _away = [];
    private long _atMs;
    private int _read;

    /// <summary>What each grant and all below it have used or hold, nano-USD.</summary>
    public Dictionary<GrantId, long> Taken { get; } = [];

    /// <summary>What each request was booked with in the end.</summary>
    public Dictionary<Guid, long> Booked { get; } = [];

    public int Late { get; private set; }

    /// <summary>What is in doubt of the leases of each instance.</summary>
    public Dictionary<string, long> LeasesInDoubt { get; } = [];

    public int OpenLeases => _leases.Count;

    public int LeasesTaken { get; private set; }

    public int LeasesLate { get; private set; }

    public int Recalls { get; private set; }

    public int Draws { get; private set; }

    public bool IsDoubted(Guid request) => _doubted.ContainsKey(request);

    public void Read(IReadOnlyList<LedgerEvent> chain)
    {
        for (; _read < chain.Count; _read++)
        {
            LedgerEvent one = chain[_read];
            Assert.Equal(_read + 1, one.Seq);
            Assert.True(one.AtMs >= _atMs, $"Event {one.Seq} is older than the one before it.");
            _atMs = one.AtMs;
            Read(one);
            _isLate = one is { Kind: LedgerEventKind.LeaseReturned, Code: LedgerEvent.LeaseLate };
        }
    }

    // Whoever gives out something gives no more than there is, and nothing of a grant that rests or is over.
    private void Judge(LedgerEvent one)
    {
        Assert.DoesNotContain(Path(one.Grant!.Value), _away.Contains);
        foreach (GrantId id in Path(one.Grant.Value))
        {
            long most = _grants[id].Limits.Where(limit => limit.Meter == Meter.Usd).Select(limit => limit.Amount + _raised.GetValueOrDefault(id)).DefaultIfEmpty(long.MaxValue).Min();
            Assert.True(Taken[id] <= most, $"{id} may use {most}, and with event {one.Seq} {Taken[id]} is used or held.");
        }
    }

    private void Read(LedgerEvent one)
    {
        switch (one.Kind)
        {
            case LedgerEventKind.GrantCreated:
                Grant made = GrantJson.Read(System.Text.Encoding.UTF8.GetBytes(one.Detail!));
                Assert.True(_grants.TryAdd(made.Id, made));
                break;
            case LedgerEventKind.GrantChanged when one.Code == GrantSetting.Code:
                _grants[one.Grant!.Value] = GrantSetting.Of(one).After;
                break;
            case LedgerEventKind.GrantChanged:
                _ = one.Code == "grant_resumed" ? _away.Remove(one.Grant!.Value) : _away.Add(one.Grant!.Value);
                break;
            case LedgerEventKind.OverlayAdded:
                _raised[one.Grant!.Value] = _raised.GetValueOrDefault(one.Grant.Value) + Simulation.Raise;
                break;
            case LedgerEventKind.Reserved:
                _open.Add(one.Request!.Value, (one.Grant!.Value, one.Held.NanoUsd));
                if (one.Lease is { } lease)
                {
                    (GrantId leaf, long held, string owner) = _leases[lease];
                    Assert.True(leaf == one.Grant && owner == one.Actor && one.Held.NanoUsd <= held, $"Event {one.Seq} draws {one.Held.NanoUsd} from a lease of {held}.");
                    _leases[lease] = (leaf, held - one.Held.NanoUsd, owner);
                    Draws++;
                    break;
                }

                Take(one.Grant.Value, one.Held.NanoUsd);
                if (!_isLate) // What was drawn from a lease that is in doubt is told after that was lowered by as much.
                {
                    Judge(one);
                }

                break;
            case LedgerEventKind.Extended:
                (GrantId of, long had) = _open[one.Request!.Value];
                _open[one.Request.Value] = (of, had + one.Held.NanoUsd);
                Take(of, one.Held.NanoUsd);
                Judge(one);
                break;
            case LedgerEventKind.LeaseTaken:
                _leases.Add(one.Request!.Value, (one.Grant!.Value, one.Held.NanoUsd, one.Actor!));
                Take(one.Grant.Value, one.Held.NanoUsd);
                LeasesTaken++;
                Judge(one);
                break;
            case LedgerEventKind.LeaseReturned when _leases.TryGetValue(one.Request!.Value, out (GrantId Leaf, long Held, string Owner) lent):
                Assert.True(one.Code == LedgerEvent.LeaseEnded ? one.Held.NanoUsd == lent.Held : one.Held.NanoUsd <= lent.Held, $"Event {one.Seq} gives back {one.Held.NanoUsd} of {lent.Held}.");
                Take(lent.Leaf, -one.Held.NanoUsd);
                _leases[one.Request.Value] = lent with { Held = lent.Held - one.Held.NanoUsd };
                _ = one.Code == LedgerEvent.LeaseEnded && _leases.Remove(one.Request.Value);
                break;
            case LedgerEventKind.LeaseReturned:
                (GrantId from, long doubt) = _doubtedLeases[one.Request!.Value];
                Assert.True(one.Held.NanoUsd <= doubt);
                Take(from, -one.Held.NanoUsd);
                _doubtedLeases[one.Request.Value] = (from, doubt - one.Held.NanoUsd);
                LeasesInDoubt[one.Actor!] -= one.Held.NanoUsd;
                LeasesLate++;
                break;
            case LedgerEventKind.LeaseRecalled:
                Recalls++;
                break;
            case LedgerEventKind.InDoubt when _leases.Remove(one.Request!.Value, out (GrantId Leaf, long Held, string Owner) lost):
                Assert.Equal(lost.Held, one.Held.NanoUsd);
                _doubtedLeases.Add(one.Request.Value, (lost.Leaf, lost.Held));
                LeasesInDoubt[lost.Owner] = LeasesInDoubt.GetValueOrDefault(lost.Owner) + lost.Held;
                break;
            case LedgerEventKind.Settled or LedgerEventKind.Voided or LedgerEventKind.InDoubt:
                Assert.True(_open.Remove(one.Request!.Value, out (GrantId Leaf, long Held) ended), $"Event {one.Seq} ends what is not open.");
                if (one.Kind == LedgerEventKind.InDoubt)
                {
                    _doubted.Add(one.Request.Value, ended.Held);
                }
                else
                {
                    Take(ended.Leaf, one.Booked.NanoUsd - ended.Held);
                    Booked.Add(one.Request.Value, one.Booked.NanoUsd);
                }

                break;
            case LedgerEventKind.Adjusted:
                Assert.True(_doubted.Remove(one.Request!.Value, out long doubted));
                Take(one.Grant!.Value, one.Booked.NanoUsd - doubted);
                Booked.Add(one.Request.Value, one.Booked.NanoUsd);
                Late++;
                break;
        }
    }

    private void Take(GrantId leaf, long amount)
    {
        foreach (GrantId id in Path(leaf))
        {
            Taken[id] = Taken.GetValueOrDefault(id) + amount;
        }
    }

    private IEnumerable<GrantId> Path(GrantId leaf)
    {
        for (GrantId? at = leaf; at is { } id; at = _grants[id].Parent)
        {
            yield return id;
        }
    }
}
