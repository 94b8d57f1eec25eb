using System.Collections.Immutable;
using System.Globalization;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Grants;

/// <summary>Whether a grant may stand below another: it is nowhere wider (invariant I3), and the one above may delegate.</summary>
public static class Delegation
{
    /// <summary>Everything that stands against it; empty: nothing does.</summary>
    /// <param name="child">The grant to be.</param>
    /// <param name="above">The grant above, in its tree.</param>
    public static IReadOnlyList<DelegationFault> Faults(Grant child, GrantNode above)
    {
        List<DelegationFault> faults = [];
        Grant parent = above.Grant;
        if (parent.Status != GrantStatus.Active)
        {
            faults.Add(new("grant_" + (parent.Status == GrantStatus.Revoked ? "revoked" : "suspended"), $"{parent.Id} is {parent.Status.ToString().ToLowerInvariant()}: nothing can be made below it"));
        }

        if (parent.DepthLeft == 0 || above.Path.Length >= Grant.MaxDepth)
        {
            faults.Add(new("delegation_depth", parent.DepthLeft == 0 ? $"{parent.Id} may not be passed on" : $"a path holds at most {Grant.MaxDepth} grants"));
        }
        else if (child.DepthLeft > parent.DepthLeft - 1)
        {
            faults.Add(new("delegation_depth", $"it could be passed on {child.DepthLeft} times, the grant above allows {parent.DepthLeft - 1}"));
        }

        if (above.LiveChildren >= Grant.MaxChildren)
        {
            faults.Add(new("delegation_exceeds", string.Create(CultureInfo.InvariantCulture, $"{parent.Id} has {above.LiveChildren:N0} grants below it already")));
        }

        if (OtherHolder(child, above) is { } other)
        {
            faults.Add(new("delegation_exceeds", $"no key could belong to it: one for {child.Holder} is not for {other.Holder}, whose grant {other.Id} stands above; leave the holder out, or name a {(other.Holder.IsFeature ? "team" : "feature")}"));
        }

        faults.AddRange(Wider(child, above));
        return faults;
    }

    /// <summary>In what a grant is wider than those above it, or has not the form that it needs there; empty: in nothing.</summary>
    public static IReadOnlyList<DelegationFault> Wider(Grant child, GrantNode above)
    {
        List<DelegationFault> faults = [];
        Grant parent = above.Grant;
        if (parent.ExpiresAt is { } end && (child.ExpiresAt is null || child.ExpiresAt > end))
        {
            faults.Add(new("delegation_exceeds", $"it must end by {end:u}, when the grant above does (--expires)"));
        }

        // What says nothing begins when those above do: the path is asked for its times at use.
        if (above.Path.Max(node => node.Grant.NotBefore) is { } start && child.NotBefore < start)
        {
            faults.Add(new("delegation_exceeds", $"it cannot hold before {start:u}, when the grant above begins (--not-before)"));
        }

        if (child.Enforcement > above.Enforcement)
        {
            string strict = GrantJson.Word(above.Enforcement);
            faults.Add(new("delegation_exceeds", $"it would be enforced {GrantJson.Word(child.Enforcement)}, and what is above it is {strict}: while the store is away it would go on where that may not (--enforcement {strict})"));
        }

        if (above.CutsOnRevoke && !child.CutOnRevoke)
        {
            faults.Add(new("delegation_exceeds", "its streams would be finished when it is revoked, and those of the grant above are cut (--on-revoke cut)"));
        }

        faults.AddRange(child.Scope.Exceeds(above.Scope).Select(wide => new DelegationFault("delegation_exceeds", "it is wider than the grant above: " + wide)));
        foreach (Limit limit in child.Limits.Where(limit => !limit.IsPace))
        {
            if (Less(limit, above) is var (less, of))
            {
                faults.Add(new("delegation_exceeds", $"{limit} is more than {(of == above ? "the grant above" : "a grant further above")} has: {less}"));
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

    /// <summary>What stands against it further up the path: grants that rest or are over.</summary>
    internal static IEnumerable<DelegationFault> FaultsAbove(GrantNode parent, long nowMs)
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
    }

    // What a grant states of the same window decides. Where it states nothing of that, the amount has to fit into that of every window that is no shorter: five an hour below one a day could never
    // be used. What only adds up to more, as one an hour below five a day, is a ceiling over a pool like any share, since every request is held against both.
    private static (Limit Less, GrantNode Of)? Less(Limit limit, GrantNode parent)
    {
        foreach (GrantNode node in parent.Path)
        {
            Limit[] above = [.. node.Grant.Limits.Where(one => !one.IsPace && one.Meter == limit.Meter)];
            Limit? same = Array.Find(above, one => one.Window == limit.Window);
            if (Array.Find(same is null ? above : [same], one => limit.Amount > one.Amount && limit.Window.Span <= one.Window.Span) is { } less)
            {
                return (less, node);
            }
        }

        return null;
    }

    // Keys are for one team and one feature, and those of a grant are its holder's and those of all holders above.
    private static Grant? OtherHolder(Grant child, GrantNode parent)
    {
        foreach (GrantNode node in parent.Path)
        {
            if (node.Grant.Holder.IsFeature == child.Holder.IsFeature && node.Grant.Holder.Name != child.Holder.Name)
            {
                return node.Grant;
            }
        }

        return null;
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
