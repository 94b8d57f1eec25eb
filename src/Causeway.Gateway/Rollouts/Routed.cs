using System.Globalization;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Rollouts;

/// <summary>How a request found its release, where more than the channel's pointer decided.</summary>
/// <param name="Decision">The rule and the bucket.</param>
internal sealed record Routed(RoutingDecision Decision)
{
    /// <summary>The share of units that got the candidate then, in millionths; 0: there is none.</summary>
    public int Ppm { get; init; }

    /// <summary>The rollout that came into question; null: none.</summary>
    public Rollout? Rollout { get; init; }

    /// <summary>The release in whose place another one answers; null: none.</summary>
    public ReleaseId? InsteadOf { get; init; }

    /// <summary>Says it in the head of the answer.</summary>
    public void Tell(IHeaderDictionary headers, long revision)
    {
        headers["x-causeway-revision"] = revision.ToString(CultureInfo.InvariantCulture);
        if (InsteadOf is { } release)
        {
            headers["x-causeway-release-override"] = release.ToString();
        }
    }
}
