using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Causeway.Budgets.Payloads;
using Causeway.Gateway.Capture;

namespace Causeway.Admin.Capture;

/// <summary>Whose prompts and answers are kept.</summary>
internal sealed record CaptureView(
    [property: Description("Of the configuration, in its order; they hold until they are taken out there.")] IReadOnlyList<CaptureRuleView> Rules,
    [property: Description("Those in force first, the newest first.")] IReadOnlyList<CaptureOrderView> Orders,
    [property: Description("Prompts and answers that were let go since the start of the instance that answers, because the store was away or too many waited.")] long Lost)
{
    public static CaptureView Of(PayloadBook payloads, DateTimeOffset now) => new(
        [.. payloads.Rules.Select(CaptureRuleView.Of)],
        [.. payloads.Orders.OrderBy(order => order.End <= now).ThenByDescending(order => order.Id.Value).Select(order => CaptureOrderView.Of(order, now))],
        payloads.Lost);
}

/// <summary>What is kept of whom.</summary>
internal sealed record CaptureRuleView(
    [property: Description("Whose; null: every team's.")] string? Team,
    string Feature,
    [property: Description("In which environments; empty: in all.")] IReadOnlyList<string> Environments,
    [property: Description("The highest class of data that is kept.")] string UpTo,
    [property: Description("Requests of which something was redacted are kept too, with placeholders.")] bool Redacted,
    [property: Description("For how long each is kept.")] long KeepSeconds,
    [property: Description("Of a prompt and of an answer, at most.")] int MaxBytes)
{
    public static CaptureRuleView Of(CaptureRule rule) => new(rule.Team, rule.Feature, rule.Environments, rule.UpTo, rule.Redacted, (long)rule.Keep.TotalSeconds, rule.MaxBytes);
}

/// <summary>An order.</summary>
internal sealed record CaptureOrderView(
    [property: Description("cap_ and 32 hex digits.")] string Id,
    [property: Description("in_force, expired or ended.")] string State,
    CaptureRuleView Rule,
    [property: Description("When it ends by itself.")] DateTimeOffset Until,
    string Reason,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    [property: Description("When it was ended before its time; absent: it was not."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? EndedAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? EndedBy = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? EndReason = null)
{
    public static CaptureOrderView Of(CaptureOrder order, DateTimeOffset now) => new(
        order.Id.ToString(),
        order.EndedAt <= now && order.EndedAt < order.Until ? "ended" : order.Until <= now ? "expired" : "in_force",
        CaptureRuleView.Of(PayloadBook.RuleOf(order)),
        order.Until,
        order.Reason,
        order.CreatedAt,
        order.CreatedBy,
        order.EndedAt,
        order.EndedBy,
        order.EndReason);
}

/// <summary>What is to be kept.</summary>
internal sealed record OrderCaptureRequest
{
    // "set": the generated reader gives an "init" member that is missing null in place of its default.
    [Required, Description("Of which feature.")]
    public string Feature { get; set; } = "";

    [Description("Whose requests; left out: every team's.")]
    public string? Team { get; init; }

    [Description("In which environments: dev, eval, staging, prod; left out: in all.")]
    public IReadOnlyList<string>? Environments { get; init; }

    [Description("The highest class of data that is kept; internal when left out.")]
    public string? UpTo { get; init; }

    [Description("true: requests of which a detector redacted something are kept too, with the placeholders.")]
    public bool Redacted { get; set; }

    [Description("For how long each is kept: 1h to 30d; 7d when left out.")]
    public string? Keep { get; init; }

    [Description("Bytes of a prompt, and of an answer, at most: 1,024 to 1,048,576; 65,536 when left out.")]
    public int? MaxBytes { get; init; }

    [Required, Description("Until when requests are kept: a span such as 24h or 7d from now on, a day or a time; 90 days at most.")]
    public string Until { get; set; } = "";

    [Required, Description("Why, 1 to 500 characters; kept in the audit.")]
    public string Reason { get; set; } = "";
}

/// <summary>The end of an order before its time.</summary>
internal sealed record EndCaptureRequest
{
    [Required, Description("Why, 1 to 500 characters; kept in the audit.")]
    public string Reason { get; set; } = "";
}
