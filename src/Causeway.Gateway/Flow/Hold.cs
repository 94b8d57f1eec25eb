using Causeway.Budgets.Adaptive;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Upstream;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Flow;

/// <summary>What is held for a request, from its admission to its settlement.</summary>
/// <param name="ledger">What it is held in.</param>
/// <param name="reservation">What is held.</param>
/// <param name="waits">Nothing is sent before it is durable.</param>
/// <param name="token">The capability key that it is for; null: an opaque key.</param>
/// <param name="most">What one request may cost at most, all of its calls together, nano-USD; null: no ceiling.</param>
internal sealed class Hold(BudgetLedger ledger, Reservation reservation, bool waits, VerifiedToken? token, long? most)
{
    private Amounts _spent;
    private Amounts _bound = reservation.Held; // Of the call under way.

    public Reservation Reservation { get; } = reservation;

    public GrantNode Grant => Reservation.Grant;

    /// <summary>Whom a call is made for: what may cut it.</summary>
    public Payer Payer => new(Grant, token);

    /// <summary>The output cap that was held in place of a larger one that did not fit; null: the whole bound is held.</summary>
    public long? ClampedTo { get; init; }

    /// <summary>What a stream may still generate of what is held, where less is held than it may come to; null: its whole bound is.</summary>
    public StreamAllowance? Allowance { get; set; }

    /// <summary>Tokens of the first call's prompt at most, counted with the model's own vocabulary; null: they were not, or another call followed.</summary>
    public long? CountedInput { get; set; }

    /// <summary>Money is limited, so that what has no price cannot be called.</summary>
    public bool NeedsPrice => Grant.HasMoneyLimit || most is not null;

    /// <summary>What a caller is told whose reservation the store did not take.</summary>
    public static GatewayError Unkept { get; } = new(
        ErrorKind.Unavailable, "journal_failed", "The store did not take the reservation, so nothing was sent. The operator sees why in the log and at /readyz.")
    { RetryAfter = TimeSpan.FromSeconds(5) };

    /// <summary>Waits until what is held is durable: no byte goes upstream before (invariant I5). False: the store does not take it.</summary>
    public async ValueTask<bool> IsDurableAsync()
    {
        Task durable = waits ? Reservation.Durable : Task.CompletedTask;
        if (!durable.IsCompletedSuccessfully)
        {
            await durable.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return durable.IsCompletedSuccessfully;
    }

    /// <summary>A call was answered whose answer is not given to the caller: what it used is gone from what is held.</summary>
    public void Spent(in Amounts used) => _spent += used;

    /// <summary>A call left no word and another follows: the provider may bill it up to its bound.</summary>
    public void Doubted() => _spent += _bound;

    /// <summary>Holds enough for another call beside what was spent. Null: it is held; otherwise why not.</summary>
    public async ValueTask<LedgerDenial?> CoverAsync(Amounts bound)
    {
        LedgerDenial? denial = await GrowAsync(_spent + bound);
        (_bound, Allowance, Whole) = denial is null ? (bound, null, null) : (_bound, Allowance, Whole); // Another call is held for whole.
        CountedInput = null;
        return denial;
    }

    /// <summary>Holds as much again as the call under way, which left no word and is to be made once more.</summary>
    public ValueTask<LedgerDenial?> CoverAgainAsync() => GrowAsync(_spent + _bound + _bound);

    /// <summary>Holds more for the call under way.</summary>
    public async ValueTask<LedgerDenial?> MoreAsync(Amounts bound)
    {
        LedgerDenial? denial = await GrowAsync(_spent + bound);
        _bound = denial is null ? bound : _bound;
        return denial;
    }

    /// <summary>What a stream is held for in part may come to at its cap; null: what is held is that.</summary>
    public Amounts? Whole { get; set; }

    /// <summary>The call under way left no word, and the provider may go on to the cap that it was sent with: all of that counts, whether or not it fits.</summary>
    public void DoubtWhole()
    {
        if (Whole is { } whole && Amounts.Beyond(_spent + whole, Reservation.Held) is var more && more != default)
        {
            ledger.ExtendUnasked(Reservation, more);
        }
    }

    private async ValueTask<LedgerDenial?> GrowAsync(Amounts whole)
    {
        if (most < whole.NanoUsd)
        {
            return new LedgerDenial("request_exceeds_limit", Grant.Grant.Id);
        }

        Amounts more = Amounts.Beyond(whole, Reservation.Held);
        if (more == default)
        {
            return null;
        }

        try
        {
            return await ledger.ExtendAsync(Reservation, more);
        }
        catch (LedgerUnavailableException) when (Grant.Enforcement != Enforcement.Hard)
        {
            ledger.ExtendUnasked(Reservation, more); // It was started, and its grant may go on while the store is away.
            return null;
        }
        catch (LedgerUnavailableException)
        {
            return new LedgerDenial("store_unavailable", Grant.Grant.Id) { RetryAfter = TimeSpan.FromSeconds(5) };
        }
    }
}
