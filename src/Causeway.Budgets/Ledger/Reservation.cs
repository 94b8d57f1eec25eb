namespace Causeway.Budgets.Ledger;

/// <summary>Where a reservation is in its life. It ends exactly once (invariant I6).</summary>
public enum ReservationState : byte
{
    /// <summary>It holds its amounts.</summary>
    Open,

    /// <summary>What it used is booked.</summary>
    Settled,

    /// <summary>Nothing was sent: it holds nothing.</summary>
    Void,

    /// <summary>What it used is not known: its whole bound counts as used, until an adjustment says better.</summary>
    InDoubt,
}

/// <summary>What a request may use at most, held against every limit of its path before it is sent anywhere.</summary>
public sealed class Reservation
{
    internal Reservation(Guid id, GrantNode grant, in Amounts held, long atMs, long deadlineMs, Balance?[] balances)
    {
        Id = id;
        Grant = grant;
        Held = held;
        AtMs = atMs;
        DeadlineMs = deadlineMs;
        Balances = balances;
    }

    /// <summary>The request's id: the key by which a second settlement is recognised.</summary>
    public Guid Id { get; }

    /// <summary>The grant that it is for.</summary>
    public GrantNode Grant { get; private set; }

    /// <summary>The instance that it was made by; null: there is only one.</summary>
    public InstanceId? Owner { get; internal init; }

    /// <summary>What it holds.</summary>
    public Amounts Held { get; internal set; }

    /// <summary>When it was made by the ledger's clock, Unix milliseconds: decides its windows.</summary>
    public long AtMs { get; }

    /// <summary>When it is in doubt unless it ended before, Unix milliseconds.</summary>
    public long DeadlineMs { get; }

    /// <summary>What was left on the nearest money limit of the path when it was made, nano-USD; null: none limits money.</summary>
    public long? LeftNanoUsd { get; internal set; }

    /// <summary>Where it is in its life.</summary>
    public ReservationState State { get; internal set; }

    /// <summary>What it was settled for, or counts for while in doubt.</summary>
    public Amounts Booked { get; internal set; }

    /// <summary>It is no request's, but a lease of an instance.</summary>
    internal bool IsLease { get; set; }

    /// <summary>How many requests it counts for: a lease may hold many, and none where requests are not limited.</summary>
    internal int Places { get; set; } = 1;

    /// <summary>When it was recalled, if it is a lease, Unix milliseconds; 0: it was not.</summary>
    internal long RecalledAtMs { get; set; }

    /// <summary>Completes when it is durable; fails when the journal cannot take it. Awaited before the first byte is sent upstream (invariant I5).</summary>
    public Task Durable { get; internal set; } = Task.CompletedTask;

    /// <summary>When, with some grace, it is taken as in doubt: a timestamp of the ledger's time provider, so that a step of the clock does not count.</summary>
    internal long DoubtAt { get; set; }

    /// <summary>One for each limit of the path: the window in which it was made; null: the limit came later and does not count it.</summary>
    internal Balance?[] Balances { get; private set; }

    /// <summary>The grants of its path have other limits now.</summary>
    internal void Rebind(Balance?[] balances) => Balances = balances;

    /// <summary>Puts it back to where it began, in the tree as it was read anew.</summary>
    internal void Rebind(GrantNode grant, in Amounts held, Balance?[] balances)
    {
        Grant = grant;
        Held = held;
        Balances = balances;
        Booked = default;
        State = ReservationState.Open;
    }
}
