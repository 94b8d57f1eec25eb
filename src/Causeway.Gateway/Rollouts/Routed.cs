using System.Globalization;
using System.Runtime.InteropServices;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Rollouts;

/// <summary>How a request found its release, where more than the channel's pointer decided. A value: a request keeps it in its plan, and no object is made for a decision.</summary>
/// <param name="Rule">What decided.</param>
/// <param name="Draw">What the request's unit was drawn as (<see cref="RoutingDecision.Draw"/>); null: nothing was drawn.</param>
/// <param name="Image">What it was decided by; null: no rollout came into question.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Routed(RoutingRule Rule, ulong? Draw, RoutingImage? Image)
{
    /// <summary>Where the request's unit stands, 0 to 999,999; null: nothing was drawn.</summary>
    public int? Bucket => Draw is { } draw ? Releases.Routing.Bucket.At(draw) : null;

    /// <summary>The share of units that got the candidate then (<see cref="RoutingImage.Share"/>); 0: none did.</summary>
    public double Share => Image?.Share ?? 0;

    /// <summary>Candidates were given out then; false: their lease had run out, and whoever would have met one met base.</summary>
    public bool IsLeased { get; init; } = true;

    /// <summary>The rollout that came into question; null: none.</summary>
    public Rollout? Rollout => Image?.Routing.Active;

    /// <summary>The release in whose place another one answers, as its answer names it; null: none.</summary>
    public string? InsteadOf { get; init; }

    /// <summary>Says it in the head of the answer.</summary>
    public void Tell(IHeaderDictionary headers, long revision)
    {
        headers["x-causeway-revision"] = revision.ToString(CultureInfo.InvariantCulture);
        if (InsteadOf is { } release)
        {
            headers["x-causeway-release-override"] = release;
        }
    }
}
