using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Payloads;
using Causeway.Configuration.Fields;
using Causeway.Gateway.Capture;

namespace Causeway.Admin.Capture;

/// <summary>An order to keep prompts and answers as it was asked for, or what is wrong with that.</summary>
internal sealed class CaptureDraft
{
    private const int LeastBytes = 1024;
    private static readonly TimeSpan s_leastKeep = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_mostKeep = TimeSpan.FromDays(30);
    private readonly List<FieldProblem> _problems = [];

    public CaptureDraft(OrderCaptureRequest asked, string actor, DateTimeOffset now)
    {
        if (Attribution.NameProblem(asked.Feature) is { } feature)
        {
            Wrong("feature", feature);
        }

        if (asked.Team is { } team && Attribution.NameProblem(team) is { } wrong)
        {
            Wrong("team", wrong);
        }

        if (asked.Environments is { } environments && (environments.Any(one => !Attribution.Environments.Contains(one)) || environments.Distinct(StringComparer.Ordinal).Count() < environments.Count))
        {
            Wrong("environments", $"are some of {string.Join(", ", Attribution.Environments)}, each once; leave it out for all");
        }

        if (asked.UpTo is { } upTo && DataClasses.Rank(upTo) is null)
        {
            Wrong("up_to", $"is one of: {string.Join(", ", DataClasses.Known)}");
        }

        TimeSpan keep = CaptureRule.DefaultKeep;
        if (asked.Keep is { } span && (!Moment.TryParseSpan(span, out keep) || keep < s_leastKeep || keep > s_mostKeep))
        {
            Wrong("keep", $"is {Moment.SpanForm}, from 1h to 30d");
        }

        if (asked.MaxBytes is < LeastBytes or > CaptureFields.MostBytes)
        {
            Wrong("max_bytes", $"is from {LeastBytes:#,0} to {CaptureFields.MostBytes:#,0}");
        }

        DateTimeOffset until = default;
        if (Moment.TryParseSpan(asked.Until, out TimeSpan lasts))
        {
            until = now + lasts;
        }
        else if (!Moment.TryParse(asked.Until, out until))
        {
            Wrong("until", $"is {Moment.SpanForm}, a day or a time");
        }

        if (_problems.TrueForAll(one => one.Field != "until") && (until <= now || until - now > CaptureOrder.Longest))
        {
            Wrong("until", $"is after now, {CaptureOrder.Longest.TotalDays:0} days later at most: what is kept without an end belongs into the configuration");
        }

        _problems.AddRange(GivenReason.Problems(asked.Reason));
        Order = _problems.Count > 0 ? null : new CaptureOrder
        {
            Id = CaptureOrderId.New(now),
            Team = asked.Team,
            Feature = asked.Feature,
            Environments = [.. Attribution.Environments.Where(one => asked.Environments?.Contains(one) is true)],
            UpTo = asked.UpTo ?? CaptureRule.DefaultUpTo,
            Redacted = asked.Redacted,
            Keep = keep,
            MaxBytes = asked.MaxBytes ?? CaptureRule.DefaultMaxBytes,
            Until = Moment.Kept(until),
            Reason = asked.Reason,
            CreatedAt = now,
            CreatedBy = actor,
        };
    }

    /// <summary>The order; null: there are problems.</summary>
    public CaptureOrder? Order { get; }

    public IReadOnlyList<FieldProblem> Problems => _problems;

    private void Wrong(string field, string message) => _problems.Add(new FieldProblem(field, message));
}
