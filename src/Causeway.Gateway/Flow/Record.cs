using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Telemetry;
using Causeway.Wire;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Flow;

/// <summary>Leaves exactly one usage record for every request that was attributed, and its measurements.</summary>
internal sealed class Record(UsageRecorder recorder, InferenceMetrics metrics)
{
    /// <summary>The request got an answer, or as much of one as there was.</summary>
    public void Completed(Call call, Key key, Plan plan, bool stream, ResponseMeter meter, Ending ending, Settlement settled)
    {
        UsageRecord record = Common(call, key, plan.Asked, ending, stream) with
        {
            ModelSent = plan.Model,
            ModelServed = meter.Model,
            Provider = plan.Route.Provider.Name,
            Region = plan.Route.Provider.Region,
            Tokens = settled.Tokens,
            CostNanoUsd = settled.CostNanoUsd,
            Source = settled.Source,
            StopReason = meter.StopReason,
            TimeToFirstByte = call.TimeToFirstByte,
        };
        recorder.Enqueue(record);
        metrics.Observe(call, plan, record);
    }

    /// <summary>The gateway said no to a caller that it knows.</summary>
    public void Denied(Call call, Key key, string modelAsked, GatewayError error, bool stream)
    {
        UsageRecord record = Common(call, key, modelAsked, new Ending(Outcome.Denied, call.Context.Response.StatusCode, error.Code, 0), stream);
        recorder.Enqueue(record);
        metrics.Observe(call, null, record);
    }

    /// <summary>The caller left before its request went anywhere.</summary>
    public void Left(Call call, Key key, string modelAsked, bool stream)
    {
        UsageRecord record = Common(call, key, modelAsked, Ending.Gone(0, null), stream);
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
        Route = Operations.RouteName(call.Operation),
        ModelAsked = modelAsked,
        Status = ending.Status,
        Outcome = ending.Outcome,
        ErrorCode = ending.ErrorCode,
        Attempts = ending.Attempts,
        Streamed = stream,
        Total = call.Elapsed,
    };
}
