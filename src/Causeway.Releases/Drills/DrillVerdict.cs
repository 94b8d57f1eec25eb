using System.Globalization;

namespace Causeway.Releases.Drills;

/// <summary>Whether a drill has shown that the way back works. Pure.</summary>
public static class DrillVerdict
{
    /// <summary>Until then every instance serves base.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>What the turns of the watch may add to a lease that runs out.</summary>
    public static readonly TimeSpan LeaseSlack = TimeSpan.FromMilliseconds(250);

    private const int OneErrorIn = 100; // A provider's own failures are no failures of the way back.

    /// <summary>Why it did not pass; empty: it did.</summary>
    public static IEnumerable<string> Failures(Drill drill)
    {
        if (drill.Kind == DrillKind.Capacity)
        {
            return drill.Load is { } load ? Failures(load) : ["nothing was sent"];
        }

        return Failures(drill, drill.Counts);
    }

    private static IEnumerable<string> Failures(Drill drill, DrillCounts counts)
    {
        TimeSpan limit = drill.Kind == DrillKind.Partition ? Limit + LeaseSlack : Limit;
        foreach (DrilledInstance one in drill.Instances)
        {
            if (one.AwayMs is not { } away || away > limit.TotalMilliseconds)
            {
                yield return one.AwayMs is null ? $"{one.Instance} did not serve base within {limit.TotalMilliseconds:0} ms" : $"{one.Instance} served base after {one.AwayMs} ms, later than {limit.TotalMilliseconds:0} ms";
            }

            if (one.BackMs is null)
            {
                yield return $"{one.Instance} did not serve the candidate again within a second";
            }
        }

        if (counts.LastLateMs > limit.TotalMilliseconds)
        {
            yield return $"the candidate was given a request {counts.LastLateMs} ms after the commit, later than {limit.TotalMilliseconds:0} ms";
        }

        if (counts.Requests == 0)
        {
            yield return "nobody asked who would have met the candidate: nothing was rehearsed. Repeat it for longer, with a larger slice, or when there is more traffic";
        }
        else if (counts.Errors * OneErrorIn > counts.Requests)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{counts.Errors} of {counts.Requests} requests failed at base");
        }
    }

    private static IEnumerable<string> Failures(DrillLoad load)
    {
        int sent = load.Answered + load.Throttled + load.Failed;
        if (sent < load.Calls)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{sent} of {load.Calls} calls were made");
        }

        if ((load.Throttled + load.Failed) * OneErrorIn > sent)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{load.Pin} refused {load.Throttled} of {sent} calls for its limit, and {load.Failed} failed");
        }
    }
}
