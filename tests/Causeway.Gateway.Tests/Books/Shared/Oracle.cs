using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Tests.Books.Shared;

/// <summary>Says of a chain what nobody can dispute, event by event, with nothing in common with the ledger but the events.</summary>
internal sealed class Oracle
{
    private readonly Dictionary<GrantId, Grant> _grants = [];
    private readonly Dictionary<Guid, (GrantId Leaf, long Held)> _open = [];
    private readonly Dictionary<Guid, long> _doubted = [];
    private readonly Dictionary<GrantId, long> _raised = [];
    private readonly HashSet<GrantId> _away = [];
    private long _atMs;
    private int _read;

    /// <summary>What each grant and all below it have used or hold, nano-USD.</summary>
    public Dictionary<GrantId, long> Taken { get; } = [];

    /// <summary>What each request was booked with in the end.</summary>
    public Dictionary<Guid, long> Booked { get; } = [];

    public int Late { get; private set; }

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
                Assert.DoesNotContain(Path(one.Grant!.Value), _away.Contains);
                _open.Add(one.Request!.Value, (one.Grant.Value, one.Held.NanoUsd));
                Take(one.Grant.Value, one.Held.NanoUsd);
                foreach (GrantId id in Path(one.Grant.Value))
                {
                    long most = _grants[id].Limits.Where(limit => limit.Meter == Meter.Usd).Select(limit => limit.Amount + _raised.GetValueOrDefault(id)).DefaultIfEmpty(long.MaxValue).Min();
                    Assert.True(Taken[id] <= most, $"{id} may use {most}, and with event {one.Seq} {Taken[id]} is used or held.");
                }

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
