using System.Globalization;

namespace Causeway.Budgets.Grants;

/// <summary>Whether a grant may stand below another: it is nowhere wider (invariant I3), and the one above may delegate.</summary>
public static class Delegation
{
    /// <summary>Everything that stands against it; empty: nothing does.</summary>
    /// <param name="child">The grant to be.</param>
    /// <param name="parent">The grant above.</param>
    /// <param name="parentScope">What that is allowed effectively.</param>
    /// <param name="depth">Grants on the parent's path, itself included.</param>
    /// <param name="children">Live grants right below the parent.</param>
    public static IReadOnlyList<DelegationFault> Faults(Grant child, Grant parent, Scope parentScope, int depth, int children)
    {
        List<DelegationFault> faults = [];
        if (parent.Status != GrantStatus.Active)
        {
            faults.Add(new("grant_" + (parent.Status == GrantStatus.Revoked ? "revoked" : "suspended"), $"{parent.Id} is {parent.Status.ToString().ToLowerInvariant()}: nothing can be made below it"));
        }

        if (parent.DepthLeft == 0 || depth >= Grant.MaxDepth)
        {
            faults.Add(new("delegation_depth", parent.DepthLeft == 0 ? $"{parent.Id} may not be passed on" : $"a path holds at most {Grant.MaxDepth} grants"));
        }
        else if (child.DepthLeft > parent.DepthLeft - 1)
        {
            faults.Add(new("delegation_depth", $"it could be passed on {child.DepthLeft} times, the grant above allows {parent.DepthLeft - 1}"));
        }

        if (children >= Grant.MaxChildren)
        {
            faults.Add(new("delegation_exceeds", string.Create(CultureInfo.InvariantCulture, $"{parent.Id} has {children:N0} grants below it already")));
        }

        if (parent.ExpiresAt is { } end && (child.ExpiresAt is null || child.ExpiresAt > end))
        {
            faults.Add(new("delegation_exceeds", $"it must end by {end:u}, when the grant above does (--expires)"));
        }

        faults.AddRange(child.Scope.Exceeds(parentScope).Select(wide => new DelegationFault("delegation_exceeds", "it is wider than the grant above: " + wide)));
        foreach (Limit limit in child.Limits.Where(limit => !limit.IsPace))
        {
            if (parent.Limits.FirstOrDefault(above => !above.IsPace && above.Meter == limit.Meter && above.Window == limit.Window) is { } above && limit.Amount > above.Amount)
            {
                faults.Add(new("delegation_exceeds", $"{limit} is more than the grant above has: {above}"));
            }
            else if (child.IsCarved && CarvedFrom(limit, parent) is null)
            {
                faults.Add(new("delegation_exceeds", limit.Window.Kind == WindowKind.Rolling
                    ? $"{limit} rolls: a carve needs a window of the calendar, or none"
                    : $"{limit} can be carved only out of a limit of the same meter and window, and the grant above has none"));
            }
        }

        if (child.IsCarved && child.Limits.Length == 0)
        {
            faults.Add(new("delegation_exceeds", "a carve needs an amount: state one, such as --usd 50/month"));
        }

        return faults;
    }

    /// <summary>The limit of the grant above out of which a carved limit comes; null: there is none.</summary>
    public static Limit? CarvedFrom(Limit limit, Grant parent) => limit.IsPace || limit.Window.Kind == WindowKind.Rolling || limit.Meter == Meter.Concurrent
        ? null
        : parent.Limits.FirstOrDefault(above => !above.IsPace && above.Meter == limit.Meter && above.Window == limit.Window);
}

/// <summary>One reason against a delegation.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Message">In words.</param>
public sealed record DelegationFault(string Code, string Message);
