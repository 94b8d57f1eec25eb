using System.ComponentModel;
using Causeway.Admin.Readiness;
using Causeway.Gateway.Readiness;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Readiness;

namespace Causeway.Admin.Rollbacks;

/// <summary>What a rollback of a channel would change.</summary>
internal sealed record RollbackOutlookView(
    string Channel,
    [property: Description("Requests of the last hour that the release answered: what the figures are taken from.")] int Requests,
    [property: Description("Over how many seconds.")] int SpanSeconds,
    [property: Description("What they cost, made an hour's, nano-USD; null: one of them has no price.")] long? FromNanoUsdPerHour,
    [property: Description("What the same tokens cost at the other release's first pin, nano-USD; null: it has no price. Another model may count other tokens.")] long? ToNanoUsdPerHour,
    [property: Description("What an hour costs more there, nano-USD; less than 0: it is cheaper; null: it cannot be said.")] long? ChangeNanoUsdPerHour,
    [property: Description("By how much the limits in USD of those who pay are raised for 24 hours if it is dearer there, in percent; 0: they are not.")] int AllowancePercent,
    [property: Description("Whether it is a way back: capacity, budgets, retirement and the rest, as readiness has them. Null: nothing is kept of the release.")] WayBackView? Way)
{
    public static RollbackOutlookView Of(RollbackOutlook outlook, TargetReadiness? way, int allowance) => new(
        outlook.Channel,
        outlook.Requests,
        (int)outlook.Span.TotalSeconds,
        outlook.FromNanoUsdPerHour,
        outlook.ToNanoUsdPerHour,
        outlook.ChangeNanoUsdPerHour,
        allowance,
        way is null ? null : WayBackView.Of(way));
}

/// <summary>A limit that was raised, so that the price of the way back stops nobody.</summary>
internal sealed record RaisedLimitView(
    string Grant,
    string Limit,
    [property: Description("By how much, nano-USD.")] long NanoUsd,
    DateTimeOffset Until)
{
    public static RaisedLimitView Of(RaisedLimit raised) => new(raised.Grant.ToString(), raised.Limit, raised.NanoUsd, raised.Until);
}
