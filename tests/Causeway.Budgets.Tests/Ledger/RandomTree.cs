using System.Collections.Immutable;
using System.Globalization;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>A run of random commands against the engine and the model; every choice follows from the seed.</summary>
internal sealed class RandomTree(int seed)
{
    private static readonly Meter[] s_meters = [Meter.Usd, Meter.Usd, Meter.Tokens, Meter.TokensOut, Meter.Requests, Meter.Concurrent];
    private static readonly string[] s_windows = ["none", "hour", "day", "week", "month", "30m", "24h"];

    private readonly Random _chance = new(seed);
    private readonly Bench _bench = new();
    private readonly List<GrantId> _grants = [];
    private readonly Dictionary<Guid, Reservation> _open = [];
    private NaiveLedger _model = new();
    private int _read;

    /// <summary>Nothing but what a well-behaved world does: every limit then holds at every moment (I1).</summary>
    private bool IsTame => seed % 2 == 0;

    public string Doing { get; private set; } = "";

    public void Run(int steps)
    {
        Create(null);
        Read();
        for (int i = 0; i < steps; i++)
        {
            Dictionary<(GrantId, int, long), long> committed = Committed();
            Tick();
            Step(_chance.Next(100));
            Compare();
            if (Doing is not ("adjust" or "restart" or "set"))
            {
                foreach (((GrantId, int, long) balance, long now) in Committed())
                {
                    Assert.True(now >= committed.GetValueOrDefault(balance), "What is booked fell."); // I10
                }
            }
        }

        Doing = "end";
        _bench.Clock.Advance(TimeSpan.FromHours(2));
        Tick();
        _bench.Ledger.Sweep();
        Compare();
        Assert.Equal(0, _bench.Ledger.OpenReservations); // I6
        LedgerProof proof = _bench.Journal.Proof(_bench.Journal.Image().Grants);
        Assert.Equal((0, null), (proof.End().Open, proof.Problem)); // I13, from the first event on and at every checkpoint
        Assert.DoesNotContain(_model.Requests.Values, request => request.State == ReservationState.Open);
    }

    private void Step(int dice)
    {
        switch (dice)
        {
            case < 8: Create(Any(_grants)); break;
            case < 11: Change(); break;
            case < 14 when !IsTame: Raise(); break;
            case < 42: Reserve(); break;
            case < 47: Clamp(); break;
            case < 50: Set(); break;
            case < 56: Extend(); break;
            case < 78: End(); break;
            case < 82: Adjust(); break;
            case < 92: Pass(); break;
            case < 94: Sweep(); break;
            case < 97: Doing = "checkpoint"; _ = _bench.Ledger.Checkpoint(); break;
            default: Restart(); break;
        }
    }

    private void Create(GrantId? parent)
    {
        Doing = "create";
        GrantNode? above = parent is { } id ? _bench.Ledger.Find(id) : null;
        bool isCarve = above is not null && _chance.Next(2) == 0;
        List<Limit> limits = [];
        for (int i = _chance.Next(above is null ? 1 : 0, 4); i > 0; i--)
        {
            Limit limit = isCarve && above!.Grant.Limits is { Length: > 0 } from
                ? from[_chance.Next(from.Length)] with { Amount = _chance.Next(1, 60) }
                : Bench.Units(_chance.Next(1, 120), Any(s_windows), Any(s_meters));
            limit = limit.Meter == Meter.Concurrent ? new Limit(Meter.Concurrent, _chance.Next(1, 6), Window.None) : limit;
            if (!limit.IsPace && !limits.Any(one => one.Meter == limit.Meter && one.Window == limit.Window))
            {
                limits.Add(limit);
            }
        }

        if (limits.Count > 0 && limits[0].Meter != Meter.Concurrent && _chance.Next(4) == 0)
        {
            limits.Add(Bench.Pace(limits[0], "50%/10m"));
        }

        Grant grant = _bench.Shape(above, isCarve ? GrantKind.Carve : GrantKind.Share, [.. limits]);
        grant = grant with { ExpiresAt = above?.Grant.ExpiresAt ?? (above is not null && _chance.Next(5) == 0 ? _bench.Clock.GetUtcNow().AddHours(_chance.Next(1, 60)) : null) };
        if (_bench.Ledger.Create(grant, out _).Count == 0)
        {
            _grants.Add(grant.Id);
        }
    }

    private void Change()
    {
        Doing = "change";
        GrantStatus status = (GrantStatus)_chance.Next(3);
        GrantId grant = _grants[_chance.Next(_grants.Count)];
        if (status == GrantStatus.Revoked && grant == _grants[0])
        {
            return;
        }

        GrantStatus was = _model.Grants[grant].Status;
        bool stays = was == GrantStatus.Revoked || was == status; // Revoked for good, or said again (I4).
        int written = _bench.Journal.Entries.Count;
        Grant? changed = _bench.Ledger.Change(grant, status, "test", "test", out _);
        Assert.Equal(was == GrantStatus.Revoked && status != was, changed is null);
        Assert.Equal(stays ? written : written + 1, _bench.Journal.Entries.Count);
    }

    // Other amounts, limits that come and go, another end. In a tame world no amount falls, so that every limit holds at every moment.
    private void Set()
    {
        Doing = "set";
        GrantNode node = _bench.Ledger.Find(Any(_grants))!;
        List<Limit> limits = [];
        foreach (Limit limit in node.Grant.Limits)
        {
            limits.AddRange(_chance.Next(5) switch
            {
                0 => [],
                1 => [limit with { Amount = IsTame ? limit.Amount + _chance.Next(20) : _chance.Next(1, 120) }],
                _ => (Limit[])[limit],
            });
        }

        if (_chance.Next(3) == 0)
        {
            Limit fresh = node.Parent is { Grant.Limits: { Length: > 0 } above } && _chance.Next(2) == 0
                ? above[_chance.Next(above.Length)] with { Amount = _chance.Next(1, 60), SinceMs = 0 }
                : Bench.Units(_chance.Next(1, 120), Any(s_windows), Any(s_meters));
            limits.AddRange(fresh.Meter == Meter.Concurrent || limits.Any(fresh.IsSameWindow) ? [] : [fresh]);
        }

        DateTimeOffset? end = _chance.Next(6) == 0 ? node.Parent?.Grant.ExpiresAt ?? _bench.Clock.GetUtcNow().AddHours(_chance.Next(1, 90)) : node.Grant.ExpiresAt;
        int written = _bench.Journal.Entries.Count;

        IReadOnlyList<DelegationFault> faults = _bench.Ledger.Set(node.Grant.Id, grant => grant with { Limits = [.. limits], ExpiresAt = end }, null, "test", "test", out _);

        Assert.True(faults.Count == 0 || _bench.Journal.Entries.Count == written);
    }

    private void Raise()
    {
        Doing = "raise";
        GrantNode node = _bench.Ledger.Find(Any(_grants))!;
        if (node.Grant.Limits.Length > 0)
        {
            long from = _model.Now + _chance.Next(-1_000_000, 5_000_000);
            _bench.Ledger.Raise(
                new Overlay(Guid.CreateVersion7(), node.Grant.Id, _chance.Next(node.Grant.Limits.Length), _chance.Next(1, 50), from, from + _chance.Next(1, 20_000_000), "test"), "test", "test", out _);
        }
    }

    private Amounts Bound() => new(_chance.Next(0, 30), _chance.Next(0, 15), _chance.Next(0, 15));

    private void Reserve()
    {
        Doing = "reserve";
        GrantNode leaf = _bench.Ledger.Find(Any(_grants))!;
        Amounts bound = Bound();
        (string Code, GrantId Grant, Limit? Limit)? expected = _model.Denial(leaf.Grant.Id, bound, null);

        Reservation? made = _bench.Reserve(leaf, bound, out LedgerDenial? denial);

        Assert.Equal(expected, denial is null ? null : (denial.Code, denial.Grant, denial.Limit)); // I12
        Assert.Equal(denial is null, made is not null);
        if (made is not null)
        {
            _open.Add(made.Id, made);
        }
        else
        {
            Assert.True(denial!.Left >= 0 && denial.RetryAfter != TimeSpan.Zero);
        }
    }

    // The model tries every cap; the engine must hold exactly the largest that fits, and say no where the smallest does not.
    private void Clamp()
    {
        Doing = "clamp";
        GrantNode leaf = _bench.Ledger.Find(Any(_grants))!;
        (long input, long price, long least) = (_chance.Next(0, 15), _chance.Next(0, 4), _chance.Next(1, 6));
        long most = least + _chance.Next(0, 30);
        long asked = most + _chance.Next(0, 2);
        Amounts BoundOf(long cap) => new(input + (price * cap), input, cap);
        bool Fits(long cap) => _model.Denial(leaf.Grant.Id, BoundOf(cap), null) is null;
        (string Code, GrantId Grant, Limit? Limit)? expected = _model.Denial(leaf.Grant.Id, BoundOf(least), null);
        (string Code, GrantId Grant, Limit? Limit)? first = _model.Denial(leaf.Grant.Id, BoundOf(most), null);
        int written = _bench.Journal.Entries.Count;

        Reservation? made = _bench.Ledger.ReserveWhatFits(
            leaf, Guid.CreateVersion7(_bench.Clock.GetUtcNow()), new OutputCaps(asked, least, most, BoundOf), TimeSpan.FromMinutes(10), Bench.Somebody, out long cap, out LedgerDenial? denial);

        Assert.Equal(expected, denial is null ? null : (denial.Code, denial.Grant, denial.Limit));
        Assert.Equal(denial is null, made is not null);
        if (made is null)
        {
            Assert.Equal(written, _bench.Journal.Entries.Count);
            return;
        }

        _open.Add(made.Id, made);
        Assert.Equal(Enumerable.Range((int)least, (int)(most - least + 1)).Last(one => Fits(one)), cap);
        Assert.Equal(BoundOf(cap), made.Held);
        LedgerEvent last = _bench.Journal.Events.Last();
        Assert.Equal(cap < asked, last.Kind == LedgerEventKind.Clamped);
        Assert.Equal(cap < asked ? (first?.Grant, first?.Limit?.ToString()) : (null, null), cap < asked ? (last.DecidedBy, last.Limit) : (null, null));
    }

    private void Extend()
    {
        Doing = "extend";
        if (_open.Count == 0)
        {
            return;
        }

        Reservation open = Any(_open.Values);
        Amounts more = Bound();
        bool isPredictable = open.Grant.Slots.All(slot => NaiveLedger.StartOf(slot.State.Limit.Window, open.AtMs) == NaiveLedger.StartOf(slot.State.Limit.Window, _model.Now));
        (string Code, GrantId Grant, Limit? Limit)? expected = _model.Denial(open.Grant.Grant.Id, more, _model.Requests[open.Id]);

        LedgerDenial? denial = _bench.Ledger.Extend(open, more);

        if (isPredictable)
        {
            Assert.Equal(expected, denial is null ? null : (denial.Code, denial.Grant, denial.Limit));
        }
    }

    private void End()
    {
        Doing = "end of a request";
        if (_open.Count == 0)
        {
            return;
        }

        Reservation open = Any(_open.Values);
        int how = _chance.Next(10);
        Amounts used = !IsTame && _chance.Next(6) == 0 ? open.Held + Bound() : new(_chance.NextInt64(open.Held.NanoUsd + 1), _chance.NextInt64(open.Held.TokensIn + 1), _chance.NextInt64(open.Held.TokensOut + 1));
        for (int twice = 0; twice < 2; twice++)
        {
            Assert.True(how switch
            {
                < 7 => _bench.Ledger.Settle(open, used, UsageSource.Provider, null),
                < 9 => _bench.Ledger.Void(open, "connect", null),
                _ => _bench.Ledger.Doubt(open, "upstream_timeout", null),
            }); // I4
        }

        Assert.Equal(how < 7 ? used : how < 9 ? default : open.Held, open.Booked); // I8
        Assert.Equal(how < 7 && !used.Within(open.Held), _bench.Journal.Events.Last().Code == "overrun");
        _open.Remove(open.Id);
    }

    private void Adjust()
    {
        Doing = "adjust";
        (Guid id, NaiveLedger.Request request) = _model.Requests.ElementAtOrDefault(_chance.Next(Math.Max(1, _model.Requests.Count)));
        if (request is null || request.State is ReservationState.Open or ReservationState.Void)
        {
            return;
        }

        bool isDoubted = request.State == ReservationState.InDoubt;
        Amounts difference = isDoubted
            ? new(_chance.NextInt64(request.Held.NanoUsd + 1), _chance.NextInt64(request.Held.TokensIn + 1), _chance.NextInt64(request.Held.TokensOut + 1))
            : new(-_chance.NextInt64(request.Booked.NanoUsd + 1), -_chance.NextInt64(request.Booked.TokensIn + 1), IsTame ? 0 : _chance.Next(5));
        try
        {
            _ = _bench.Ledger.Adjust(_bench.Ledger.Find(request.Leaf)!, id, request.AtMs, isDoubted ? request.Held : default, difference, "auditor", "export", "line 7");
        }
        catch (InvalidOperationException)
        {
            // It was adjusted before: nothing has changed, as the comparison sees.
        }
    }

    private void Pass()
    {
        Doing = "time";
        if (_chance.Next(6) == 0)
        {
            _bench.Clock.Step(TimeSpan.FromMinutes(_chance.Next(2) == 0 ? -60 : 60));
            return;
        }

        _bench.Clock.Advance(_chance.Next(4) switch
        {
            0 => TimeSpan.FromMilliseconds(_chance.Next(1, 90_000)),
            1 => TimeSpan.FromMinutes(_chance.Next(1, 50)),
            2 => TimeSpan.FromHours(_chance.Next(1, 30)),
            _ => TimeSpan.FromDays(_chance.Next(1, 12)),
        });
    }

    private void Sweep()
    {
        Doing = "sweep";
        _bench.Ledger.Sweep();
        foreach (Reservation swept in _open.Values.Where(one => one.State != ReservationState.Open).ToList())
        {
            _open.Remove(swept.Id);
        }
    }

    private void Restart()
    {
        Doing = "restart";
        int least = _bench.Journal.Entries.ToList().FindIndex(entry => entry.Grant is not null) + 1;
        if (_chance.Next(2) == 0)
        {
            _bench.Journal.Cut(_chance.Next(least, _bench.Journal.Entries.Count + 1));
        }

        _model = new NaiveLedger();
        _read = 0;
        Read();
        _open.Clear();
        _grants.RemoveAll(id => !_model.Grants.ContainsKey(id));
        int open = _model.Requests.Values.Count(request => request.State == ReservationState.Open);
        LedgerImage image = _bench.Journal.Image();

        Replay start = _bench.Restart();

        Assert.Equal((open, null), (start.InDoubt, start.Mismatch)); // I13
        Tick();
        MemoryJournal all = new();
        foreach (JournalEntry entry in _bench.Journal.Entries.Where(entry => entry.Checkpoint is null))
        {
            _ = all.Append(entry, false);
        }

        BudgetLedger folded = new(new MemoryJournal(), _bench.Clock);
        Assert.Null(folded.Start(all.Image()).Mismatch);
        Assert.Equal(State(folded), State(_bench.Ledger));
    }

    private static string State(BudgetLedger ledger) => Convert.ToHexString(LedgerState.Write(0, ledger.ById(), [], []));

    private void Tick() => _model.Now = Math.Max(_model.Now, _bench.Clock.GetUtcNow().ToUnixTimeMilliseconds());

    private void Read()
    {
        for (; _read < _bench.Journal.Entries.Count; _read++)
        {
            _model.Apply(_bench.Journal.Entries[_read]);
        }
    }

    private void Compare()
    {
        Read();
        Tick();
        long now = _model.Now;
        _bench.Ledger.LeftUsd(_bench.Ledger.Find(_grants[0])!); // Lets the engine's time go on to the model's.
        foreach (GrantId id in _grants)
        {
            GrantNode node = _bench.Ledger.Find(id)!;
            foreach (LimitState state in node.States)
            {
                foreach (Balance balance in state.Balances)
                {
                    Assert.Equal(_model.Sum(id, state.Limit, balance.Start), (balance.Committed, balance.Reserved, balance.InDoubt));
                    Assert.True(balance is { Committed: >= 0, Reserved: >= 0, InDoubt: >= 0, Holders: >= 0 });
                }

                Assert.Equal(_model.Taken(id, state.Limit, now), (state.TakenAt(now), state.ReservedAt(now)));
                Assert.Equal(_model.Escrow(id, state.Limit, NaiveLedger.StartOf(state.Limit.Window, now)), state.Find(now)?.Escrowed ?? state.Carved);
                Assert.Equal(_model.Carves(id, state.Limit).Sum(carve => carve.Limit.Amount), state.Carved);
                Assert.True(state.Carved <= state.Limit.Amount); // I2
                Assert.True(!IsTame || state.TakenAt(now) <= state.Limit.Amount, string.Create(CultureInfo.InvariantCulture, $"{state.Limit} holds {state.TakenAt(now)}")); // I1
            }
        }
    }

    private Dictionary<(GrantId, int, long), long> Committed() => (
        from id in _grants
        from state in _bench.Ledger.Find(id)!.States
        from balance in state.Balances
        select (Key: (id, state.Number, balance.Start), balance.Committed)).ToDictionary(one => one.Key, one => one.Committed);

    private T Any<T>(IReadOnlyCollection<T> all) => all.ElementAt(_chance.Next(all.Count));
}
