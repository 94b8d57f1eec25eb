using System.ComponentModel;
using Causeway.Admin.Readiness;
using Causeway.Gateway.Readiness;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Readiness;
using Causeway.Releases.Rollback;

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
    [property: Description("Whether it is a way back: capacity, budgets, retirement and the rest, as readiness has them. Null: nothing is kept of the release.")] WayBackView? Way,
    [property: Description("Whose requests would wait where it carries less than is asked of it; null: it carries all, or nobody knows what it carries.")] ShedPlanView? Shed)
{
    public static RollbackOutlookView Of(RollbackOutlook outlook, TargetReadiness? way, int allowance) => new(
        outlook.Channel,
        outlook.Requests,
        (int)outlook.Span.TotalSeconds,
        outlook.FromNanoUsdPerHour,
        outlook.ToNanoUsdPerHour,
        outlook.ChangeNanoUsdPerHour,
        allowance,
        way is null ? null : WayBackView.Of(way),
        way?.Headroom is { } headroom and < 1 && outlook.Requests > 0 ? ShedPlanView.Of(headroom, ShedPlan.Of(headroom, outlook.Environments)) : null);
}

/// <summary>Whose requests would wait, and be told to come again with capacity_shed.</summary>
internal sealed record ShedPlanView(
    [property: Description("What the way back carries, in parts of what it would be asked, 0 to 1.")] double Headroom,
    [property: Description("Environments whose requests wait, the lowest first; the highest never waits.")] IReadOnlyList<string> Waiting,
    [property: Description("The part of the requests that is carried then, 0 to 1, by those of the last hour.")] double Carried,
    [property: Description("false: even then it is asked more than it carries, and the provider throttles.")] bool Suffices)
{
    public static ShedPlanView Of(double headroom, ShedPlan plan) => new(headroom, plan.Waiting, plan.Carried, plan.Suffices);
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
