using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;

namespace Causeway.Budgets.Ledger;

/// <summary>What happened. The numbers are kept in the journal: they never change.</summary>
public enum LedgerEventKind : byte
{
    /// <summary>A grant was made.</summary>
    GrantCreated = 1,

    /// <summary>A grant was suspended, resumed, revoked, or set to something else.</summary>
    GrantChanged = 2,

    /// <summary>A limit was raised for a time.</summary>
    OverlayAdded = 3,

    /// <summary>A raise was ended before its time.</summary>
    OverlayEnded = 4,

    /// <summary>A request's bound is held.</summary>
    Reserved = 5,

    /// <summary>A request's bound grew: another pin, or a repair.</summary>
    Extended = 6,

    /// <summary>What a request used is booked.</summary>
    Settled = 7,

    /// <summary>Nothing was sent.</summary>
    Voided = 8,

    /// <summary>What was used is not known.</summary>
    InDoubt = 9,

    /// <summary>A later word on what was used, with its evidence.</summary>
    Adjusted = 10,

    /// <summary>Causeway said no.</summary>
    Denied = 11,

    /// <summary>A run of an agent was warned, slowed or stopped.</summary>
    RunAction = 12,

    /// <summary>A raise was asked for.</summary>
    RaiseRequested = 13,

    /// <summary>A raise was approved, denied, or has expired.</summary>
    RaiseDecided = 14,

    /// <summary>A glass was broken.</summary>
    GlassBroken = 15,

    /// <summary>A key was made.</summary>
    KeyCreated = 16,

    /// <summary>A key was revoked.</summary>
    KeyRevoked = 17,

    /// <summary>A limit passed a threshold.</summary>
    AlertRaised = 18,

    /// <summary>The process started and took its open reservations as in doubt.</summary>
    Started = 19,

    /// <summary>A request's output cap was lowered to what is left.</summary>
    Clamped = 20,

    /// <summary>A person signed in by an issuer.</summary>
    SignedIn = 50,

    /// <summary>A person signed out.</summary>
    SignedOut = 51,

    /// <summary>A workload's token was exchanged for a key.</summary>
    TokenExchanged = 52,

    /// <summary>A workload's token was good, and no key was given for it.</summary>
    ExchangeRefused = 53,

    /// <summary>An agreement was made or ended.</summary>
    AgreementChanged = 60,

    /// <summary>Somebody read what a request said and was answered.</summary>
    PayloadOpened = 90,

    /// <summary>An instance holds a part of a budget, so that it decides on it by itself: the request is the lease's name, the deadline its end.</summary>
    LeaseTaken = 100,

    /// <summary>Of a lease something was given back; with the code <c>lease_ended</c> the lease is over, with <c>lease_late</c> it was in doubt.</summary>
    LeaseReturned = 101,

    /// <summary>What instances hold by leases of a grant and below it is to be given back.</summary>
    LeaseRecalled = 102,

    /// <summary>It was ordered to keep prompts and answers, or such an order was ended.</summary>
    CaptureChanged = 130,

    /// <summary>What a process kept in its local book while the store was away is booked: the request is the book's name, the places are how far.</summary>
    OutageBooked = 140,
}

/// <summary>
/// One entry of the ledger, the only truth about balances. Holds no secret, no tag of a token and no prompt text (invariant I15). What does not belong
/// to a kind is null or 0.
/// </summary>
public sealed record LedgerEvent(LedgerEventKind Kind, long AtMs)
{
    /// <summary>The detail, or its end, of a revocation or suspension that ends what runs too, on every instance.</summary>
    public const string Cuts = "cut";

    /// <summary>The code of what is given back last of a lease.</summary>
    public const string LeaseEnded = "lease_ended";

    /// <summary>The code of what is given back, or told, of a lease that was in doubt.</summary>
    public const string LeaseLate = "lease_late";

    /// <summary>Its place, from 1 on without a gap; 0: not written yet.</summary>
    public long Seq { get; init; }

    /// <summary>The request.</summary>
    public Guid? Request { get; init; }

    /// <summary>Whose budget: the leaf of the path.</summary>
    public GrantId? Grant { get; init; }

    /// <summary>The key that spoke.</summary>
    public KeyId? Key { get; init; }

    /// <summary>What is or was held; of a denial what was asked for, of a broken glass what was opened.</summary>
    public Amounts Held { get; init; }

    /// <summary>What is booked; of an adjustment the difference, which may be negative.</summary>
    public Amounts Booked { get; init; }

    /// <summary>When the reservation it belongs to was made: it names the windows.</summary>
    public long ReservedAtMs { get; init; }

    /// <summary>When the reservation is in doubt, Unix milliseconds; of a broken glass when the raise ends.</summary>
    public long DeadlineMs { get; init; }

    /// <summary>The lease that a request drew what it holds from.</summary>
    public Guid? Lease { get; init; }

    /// <summary>Of a lease how many requests it holds, or gives back, where those are limited; of a local book the last place that is booked.</summary>
    public long Places { get; init; }

    /// <summary>The stable code of the decision.</summary>
    public string? Code { get; init; }

    /// <summary>The grant that decided.</summary>
    public GrantId? DecidedBy { get; init; }

    /// <summary>The limit that decided, as it is written: <c>usd 500/month</c>.</summary>
    public string? Limit { get; init; }

    /// <summary>The model, as it was asked for or called.</summary>
    public string? Model { get; init; }

    /// <summary>The provider that was called.</summary>
    public string? Provider { get; init; }

    /// <summary>Who says what was used.</summary>
    public UsageSource Source { get; init; }

    /// <summary>Who did it: an administrator, a key's id, or <c>causeway</c>.</summary>
    public string? Actor { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>The object that was made or changed, as JSON; or words for people.</summary>
    public string? Detail { get; init; }
}
