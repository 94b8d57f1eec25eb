using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;

namespace Causeway.Budgets.Ledger;

/// <summary>What the ledger knows of one request: the fold of its events, as a start would fold them.</summary>
/// <param name="Grant">The leaf that was charged.</param>
/// <param name="ReservedAtMs">When it was reserved: names the windows.</param>
public sealed record RequestAccount(GrantId Grant, long ReservedAtMs)
{
    /// <summary>How it ended.</summary>
    public ReservationState State { get; init; }

    /// <summary>What counts as used, in doubt apart.</summary>
    public Amounts Booked { get; init; }

    /// <summary>What counts as used because nobody knows.</summary>
    public Amounts InDoubt { get; init; }

    /// <summary>The key that spoke.</summary>
    public KeyId? Key { get; init; }

    /// <summary>The model that was asked for.</summary>
    public string? Model { get; init; }

    /// <summary>The code of its end.</summary>
    public string? Code { get; init; }

    /// <summary>What was booked after each later word on it, by the word's evidence.</summary>
    public IReadOnlyDictionary<string, Amounts> Words { get; init; } = new Dictionary<string, Amounts>();

    /// <summary>The accounts of all requests that events speak of.</summary>
    /// <param name="events">In their order, from the reservations on.</param>
    public static IDictionary<Guid, RequestAccount> Fold(IEnumerable<LedgerEvent> events)
    {
        Dictionary<Guid, RequestAccount> accounts = [];
        foreach (LedgerEvent happened in events)
        {
            if (happened.Request is { } request && After(accounts.GetValueOrDefault(request), happened) is { } account)
            {
                accounts[request] = account;
            }
        }

        return accounts;
    }

    /// <summary>The account after a later word on the request.</summary>
    public RequestAccount With(in Amounts wasInDoubt, in Amounts difference, string evidence)
    {
        Amounts booked = Booked + difference;
        return this with { InDoubt = Amounts.Beyond(InDoubt, wasInDoubt), Booked = booked, Words = new Dictionary<string, Amounts>(Words) { [evidence] = booked } };
    }

    private static RequestAccount? After(RequestAccount? before, LedgerEvent happened) => happened.Kind switch
    {
        LedgerEventKind.Reserved when happened.Grant is { } grant => new RequestAccount(grant, happened.ReservedAtMs) { Key = happened.Key, Model = happened.Model },
        LedgerEventKind.LeaseTaken when happened.Grant is { } leaf => new RequestAccount(leaf, happened.ReservedAtMs),
        LedgerEventKind.LeaseReturned => before is null ? null : before with { InDoubt = Amounts.Beyond(before.InDoubt, happened.Held) },
        LedgerEventKind.Settled => before is null ? null : before with { State = ReservationState.Settled, Booked = happened.Booked },
        LedgerEventKind.Voided => before is null ? null : before with { State = ReservationState.Void },
        LedgerEventKind.InDoubt => before is null ? null : before with { State = ReservationState.InDoubt, InDoubt = happened.Held, Code = happened.Code },
        LedgerEventKind.Adjusted => before?.With(happened.Held, happened.Booked, happened.Detail ?? ""),
        _ => before,
    };
}
