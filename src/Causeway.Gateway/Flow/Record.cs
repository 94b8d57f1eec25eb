using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Telemetry;

namespace Causeway.Gateway.Flow;

/// <summary>Leaves exactly one usage record for every request that was attributed, and its measurements.</summary>
internal sealed class Record(UsageRecorder recorder, InferenceMetrics metrics)
{
    /// <summary>The request got an answer, or as much of one as there was.</summary>
    public void Completed(Call call, Key key, Course course, bool stream, Ending ending, Settlement settled)
    {
        UsageRecord record = WithCourse(Common(call, key, course.Plan.Asked, ending, stream), course, ending, settled) with { TimeToFirstByte = call.TimeToFirstByte };
        recorder.Enqueue(record);
        metrics.Observe(call, course.Pin, record);
    }

    /// <summary>A record with what the way of a request has to say: who answered, under which contract, what was used and what it cost.</summary>
    public static UsageRecord WithCourse(UsageRecord common, Course course, Ending ending, Settlement settled) => common with
    {
        Attempts = course.Attempts,
        ModelSent = course.Pin?.Model,
        ModelServed = course.Meter?.Model,
        Provider = course.Pin?.Provider.Name,
        Region = course.Pin?.Provider.Region,
        Channel = course.Plan.Channel?.Channel.Name,
        Release = course.Plan.Channel?.ReleaseName,
        Dropped = DroppedFields.Text(course.Dropped),
        Contract = course.Plan.Contract?.Label,
        ContractSchema = course.Plan.Contract?.Schema.Digest.Text,
        ContractOutcome = course.ContractOutcome,
        Repairs = course.Repairs,
        RepairCostNanoUsd = settled.RepairCostNanoUsd,
        Mended = course.Mended,
        Trail = course.Trail(ending, settled.LastCallNanoUsd),
        Tokens = settled.Tokens,
        CostNanoUsd = settled.CostNanoUsd,
        Source = settled.Source,
        StopReason = course.Meter?.StopReason,
    };

    /// <summary>The gateway said no to a caller that it knows.</summary>
    public void Denied(Call call, Key key, string modelAsked, GatewayError error, bool stream)
    {
        UsageRecord record = Common(call, key, modelAsked, new Ending(Outcome.Denied, call.Context.Response.StatusCode, error.Code), stream);
        recorder.Enqueue(record);
        metrics.Observe(call, null, record);
    }

    /// <summary>The caller left before its request went anywhere.</summary>
    public void Left(Call call, Key key, string modelAsked, bool stream)
    {
        UsageRecord record = Common(call, key, modelAsked, Ending.Gone(null), stream);
        recorder.Enqueue(record);
        metrics.Observe(call, null, record);
    }

    /// <summary>The caller is not known: there is nobody to attribute to, so this is counted and not booked.</summary>
    public void Unidentified(Call call, GatewayError error) => metrics.CountUnidentified(call, error.Code);

    private static UsageRecord Common(Call call, Key key, string modelAsked, Ending ending, bool stream) => new()
    {
        Request = call.Request,
        At = call.At,
        Attribution = key.Attribution,
        Key = key.Id,
        Protocol = ProtocolNames.Of(call.Protocol),
        Route = call.Route,
        ModelAsked = modelAsked,
        Status = ending.Status,
        Outcome = ending.Outcome,
        ErrorCode = ending.ErrorCode,
        Streamed = stream,
        Total = call.Elapsed,
    };
}
