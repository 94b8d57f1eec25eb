using System.Runtime.InteropServices;
using Causeway.Releases.Releases;

namespace Causeway.Releases.Routing;

/// <summary>Which release answers a request, and why.</summary>
/// <param name="Release">What answers.</param>
/// <param name="Rule">The rule that decided.</param>
/// <param name="Draw">What the channel's seed makes of the request's unit (<see cref="Routing.Bucket.Hash(string, RoutingUnit)"/>): tells units apart without naming them. Null: nothing was drawn.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RoutingDecision(ReleaseId Release, RoutingRule Rule, ulong? Draw)
{
    /// <summary>Where the request's unit stands, 0 to 999,999; null: nothing was drawn.</summary>
    public int? Bucket => Draw is { } draw ? Routing.Bucket.At(draw) : null;
}

/// <summary>The rules of resolution, in their order. The numbers are kept in usage: they never change.</summary>
public enum RoutingRule : byte
{
    /// <summary>The release that the channel points at.</summary>
    Stable = 0,

    /// <summary>A rollback in force.</summary>
    Override = 1,

    /// <summary>The release that the request names.</summary>
    Pin = 2,

    /// <summary>A rule of the rollout names the request's team, feature, environment or cohort.</summary>
    Named = 3,

    /// <summary>The request's unit is in the share of the rollout.</summary>
    Percent = 4,

    /// <summary>It would have been the candidate, and the lease for it has run out: base answers.</summary>
    Lapsed = 5,

    /// <summary>It would have been the candidate, and a drill gives it to base.</summary>
    Drilled = 10,

    /// <summary>The release that answered the conversation before.</summary>
    Conversation = 6,

    /// <summary>A rollback that this instance made by itself, while its store was away. The revision beside it does not have it.</summary>
    Local = 75,

    /// <summary>The conversation goes on, until its deadline, with what was rolled back.</summary>
    Continued = 76,

    /// <summary>It is a copy of a request that something else answered: what came of it reached nobody.</summary>
    Shadow = 70,
}

/// <summary>What resolution knows of a request.</summary>
/// <param name="Team">The key's team.</param>
/// <param name="Feature">The key's feature.</param>
/// <param name="Environment">The key's environment.</param>
/// <param name="Cohort">The cohort that the caller says the request is of; null: none.</param>
/// <param name="Unit">What it is assigned by; null: it has nothing of the kind, and no share takes it.</param>
/// <param name="Pin">The release that it names; null: none.</param>
/// <param name="Held">The release that answered its conversation last; null: none, or that is not known.</param>
/// <param name="At">When it came, UTC; null: it is not asked for.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RoutingSubject(string Team, string Feature, string Environment, string? Cohort, RoutingUnit? Unit, ReleaseId? Pin, ReleaseId? Held = null, DateTimeOffset? At = null);
