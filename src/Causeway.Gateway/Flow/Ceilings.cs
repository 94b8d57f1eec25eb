using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Flow;

/// <summary>What one request may come to at most: the ceilings of the grants on its path, and those that its key was narrowed to.</summary>
internal static class Ceilings
{
    private const string Way = "State a smaller output cap, or send less.";

    /// <summary>Why a bound is too large, named after whoever states the ceiling; null: it is not.</summary>
    public static GatewayError? Refuse(Caller caller, in Amounts bound)
    {
        long asked = bound.NanoUsd;
        long input = bound.TokensIn;
        if (caller.Restrictions?.MaxCostPerCall is { } narrowed && narrowed < asked && !(caller.Grant.Scope.MaxRequestNanoUsd < narrowed))
        {
            return Spent(Authorize.Narrowed("max_cost_per_call", "request_exceeds_limit", $"This request may cost up to {Usd(asked)} USD, and this key is narrowed to {Usd(narrowed)} USD a request. {Way}", null));
        }

        if (caller.Grant.Scope.MaxRequestNanoUsd is { } cost && cost < asked)
        {
            return Spent(Authorize.Denied(caller, "request_exceeds_limit", $"This request may cost up to {Usd(asked)} USD, and {Usd(cost)} USD a request is allowed. {Way}", null, Stating(caller, scope => scope.MaxRequestNanoUsd == cost)));
        }

        return caller.Grant.Scope.MaxInputTokens is { } most && most < input
            ? Spent(Authorize.Denied(caller, "request_exceeds_limit", $"This request may hold up to {input} input tokens, and the grant allows {most} a request. Send less.", null, Stating(caller, scope => scope.MaxInputTokens == most)))
            : null;
    }

    // The ceiling of a path is the lowest on it, so that somebody on it states it.
    private static GrantId Stating(Caller caller, Func<Scope, bool> states) => caller.Grant.Path.First(node => states(node.Grant.Scope)).Grant.Id;

    private static GatewayError Spent(GatewayError denied) => denied with { Kind = ErrorKind.Spent };

    private static string Usd(long nano) => Limit.Write(Meter.Usd, nano);
}
