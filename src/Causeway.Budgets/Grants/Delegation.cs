using System.Collections.Immutable;
using System.Globalization;
using Causeway.Budgets.Ledger;

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

        faults.AddRange(Wider(child, parent, parentScope));
        return faults;
    }

    /// <summary>In what a grant is wider than the one above it, or has not the form that it needs there; empty: in nothing.</summary>
    public static IReadOnlyList<DelegationFault> Wider(Grant child, Grant parent, Scope parentScope)
    {
        List<DelegationFault> faults = [];
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

    /// <summary>What stands against a grant's limits wherever it stands: no more than <see cref="Grant.MaxLimits"/>, each above 0 and of its own meter and window.</summary>
    public static IReadOnlyList<DelegationFault> Faults(ImmutableArray<Limit> limits)
    {
        List<DelegationFault> faults = [];
        if (limits.Length > Grant.MaxLimits)
        {
            faults.Add(new("grant_limits", string.Create(CultureInfo.InvariantCulture, $"a grant has at most {Grant.MaxLimits} limits, its paces included")));
        }

        faults.AddRange(limits.Where(limit => limit.Amount < 1).Select(limit => new DelegationFault("grant_limits", $"{limit} is nothing: a limit is above 0")));
        faults.AddRange(limits.GroupBy(limit => (limit.Meter, limit.Window, limit.IsPace)).Where(same => same.Count() > 1)
            .Select(same => new DelegationFault("grant_limits", $"{same.First()} and {same.Last()} are limits of the same meter and window")));
        return faults;
    }

    /// <summary>What stands against it further up the path: grants that rest or are over, and amounts that the grant above does not state itself.</summary>
    internal static IEnumerable<DelegationFault> FaultsAbove(Grant child, GrantNode parent, long nowMs)
    {
        foreach (GrantNode node in parent.Path)
        {
            if (node.Grant.Status != GrantStatus.Active && node != parent)
            {
                yield return new("grant_" + (node.Grant.Status == GrantStatus.Revoked ? "revoked" : "suspended"), $"{node.Grant.Id} is {node.Grant.Status.ToString().ToLowerInvariant()}: nothing can be made below it");
            }
            else if (node.Grant.ExpiresAt?.ToUnixTimeMilliseconds() <= nowMs)
            {
                yield return new("grant_expired", $"{node.Grant.Id} is over: nothing can be made below it");
            }
        }

        foreach (DelegationFault fault in AmountsAbove(child, parent))
        {
            yield return fault;
        }
    }

    /// <summary>Amounts that are more than a grant further up the path has.</summary>
    internal static IEnumerable<DelegationFault> AmountsAbove(Grant child, GrantNode parent)
    {
        foreach (Limit limit in child.Limits.Where(limit => !limit.IsPace))
        {
            Limit? above = parent.Path.SelectMany(node => node.Grant.Limits).FirstOrDefault(one => !one.IsPace && one.Meter == limit.Meter && one.Window == limit.Window);
            if (above is not null && limit.Amount > above.Amount && !parent.Grant.Limits.Contains(above))
            {
                yield return new("delegation_exceeds", $"{limit} is more than a grant further above has: {above}");
            }
        }
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
