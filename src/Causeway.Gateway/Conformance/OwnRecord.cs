using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Wire;
using Causeway.Wire.Neutral;

namespace Causeway.Gateway.Conformance;

/// <summary>The usage record of what Causeway asked for itself: as that of a request, under an account of Causeway's own.</summary>
internal static class OwnRecord
{
    // Names no key that anybody holds.
    private static readonly KeyId s_key = new(new Guid("00000000-0000-7000-8000-0000000ca05e"));

    /// <summary>Writes it.</summary>
    /// <param name="request">Its id.</param>
    /// <param name="at">When it began.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="attribution">What it was for.</param>
    /// <param name="target">What was called.</param>
    /// <param name="stream">The answer was a stream.</param>
    /// <param name="course">Its way.</param>
    /// <param name="ending">How it ended.</param>
    /// <param name="last">What the last call used, where that is not in the course yet.</param>
    public static UsageRecord Of(
        Guid request, DateTimeOffset at, TimeSpan took, Attribution attribution, Target target, bool stream, Course course, Ending ending, Settlement last)
    {
        Settlement settled = Settle.Whole(course, last);
        UsageRecord common = new()
        {
            Request = request,
            At = at,
            Attribution = attribution,
            Key = s_key,
            Protocol = ProtocolNames.Of(target.Protocol),
            Route = Operations.RouteName(target.Operation),
            ModelAsked = course.Plan.Asked,
            Status = ending.Status,
            Outcome = ending.Outcome,
            ErrorCode = ending.ErrorCode,
            Streamed = stream,
            Total = took,
        };
        return Record.WithCourse(common, course, ending, settled);
    }
}
