namespace Causeway.Gateway.Inbound;

/// <summary>How a route keeps to the caller's budget.</summary>
public enum BudgetPolicy
{
    /// <summary>What a call may use at most is held before anything is sent, by what its body says.</summary>
    Reserved,

    /// <summary>As reserved where the call is understood; what nobody can bound is denied where money is limited.</summary>
    Native,

    /// <summary>Nothing is sent that anybody is charged for.</summary>
    None,
}

/// <summary>The budget policy of a route, as the endpoint's metadata: every route states one, and tests hold it to that.</summary>
/// <param name="Policy">Which.</param>
/// <param name="Why">Why there is none; null where there is one.</param>
public sealed record RouteBudget(BudgetPolicy Policy, string? Why = null);
