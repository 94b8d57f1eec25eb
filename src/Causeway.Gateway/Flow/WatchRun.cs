using Causeway.Budgets.Ledger;
using Causeway.Budgets.Runaway;
using Causeway.Gateway.Runaway;

namespace Causeway.Gateway.Flow;

/// <summary>
/// Watches requests that belong to a run of an agent: what repeats itself is warned, slowed and stopped, each act is told in the answer and kept in the
/// ledger. A request that names no run costs two look-ups of headers.
/// </summary>
internal sealed class WatchRun(RunWatch runs, BudgetLedger ledger, Func<RunLimits> limits)
{
    /// <summary>Decides before the call is made.</summary>
    /// <param name="call">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="received">Its body.</param>
    /// <param name="check">What was said; null: it belongs to no run.</param>
    /// <returns>Why not; null: it may be made.</returns>
    public GatewayError? Run(Call call, Caller caller, Received received, out RunCheck? check)
    {
        GatewayError? error = RunOf(call, caller, out RunId? run);
        check = run is null ? null : runs.Before(call, received, caller.Grant.Grant.Id, caller.Key.Attribution.Feature, run, limits());
        return check is null ? error : Said(call, caller, check);
    }

    /// <summary>As above, for a native call.</summary>
    public GatewayError? Run(Call call, Caller caller, PooledBody body, out RunCheck? check)
    {
        GatewayError? error = RunOf(call, caller, out RunId? run);
        check = run is null ? null : runs.Before(call, body.Memory, caller.Grant.Grant.Id, caller.Key.Attribution.Feature, run, limits());
        return check is null ? error : Said(call, caller, check);
    }

    /// <summary>Holds what the call may cost of what its run may, once its grant has held it.</summary>
    /// <param name="call">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="held">What its grant holds.</param>
    /// <param name="check">What was said of it before, and what is now.</param>
    /// <returns>Why there is no room; null: there is, or it belongs to no run.</returns>
    public GatewayError? Hold(Call call, Caller caller, Hold held, ref RunCheck? check)
    {
        if (check is null)
        {
            return null;
        }

        check = runs.Hold(check, held.Reservation.Held.NanoUsd, limits());
        return Said(call, caller, check);
    }

    private static GatewayError? RunOf(Call call, Caller caller, out RunId? run)
    {
        if (!RunId.TryRead(call.Context.Request, out run, out GatewayError? error))
        {
            run = null;
            return error;
        }

        if (caller.Restrictions is { Runs: [.., var bound] })
        {
            run = new RunId(bound.Name, run?.Depth ?? 1); // What the key binds stands above what a header says.
        }

        return null;
    }

    private GatewayError? Said(Call call, Caller caller, RunCheck check)
    {
        if (check.Action is { } action)
        {
            _ = ledger.Note(new LedgerEvent(LedgerEventKind.RunAction, 0)
            {
                Request = call.Request,
                Grant = caller.Grant.Grant.Id,
                Key = caller.Key.Id,
                Code = action.Code,
                Reason = action.Run,
                Detail = action.Explanation,
            });
        }

        if (check.Warning is { } warning)
        {
            call.Context.Response.Headers[RunWatch.WarningHeader] = warning;
        }

        return check.Error is { } refused ? refused with { DecidedBy = caller.Grant.Grant.Id } : null;
    }

    /// <summary>Tells how a call ended.</summary>
    public void Ended(RunCheck? check, Ending ending, Settlement settled)
    {
        if (check is not null)
        {
            runs.After(check, ending, settled.CostNanoUsd);
        }
    }
}
