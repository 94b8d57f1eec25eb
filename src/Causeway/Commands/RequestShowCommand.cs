using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Causeway.Admin.Audit;
using Causeway.Admin.Spend;

namespace Causeway.Commands;

/// <summary><c>causeway request show</c></summary>
internal sealed class RequestShowCommand : ClientVerb<RequestView>
{
    private static readonly Column[] s_way = [new("PROVIDER", ColumnKind.Name), new("MODEL"), new("STATUS", ColumnKind.Number), new("AT", ColumnKind.Number), new("FIRST BYTE", ColumnKind.Number), new("TOOK", ColumnKind.Number), new("COST", ColumnKind.Number), new("THEN")];
    private static readonly Column[] s_steps = [new("STEP", ColumnKind.Name), new("AT", ColumnKind.Number), new("TOOK", ColumnKind.Number), new("", ColumnKind.Bar)];
    private static readonly Column[] s_decisions = [new("SEQ", ColumnKind.Number), new("DECISION", ColumnKind.Name), new("CODE"), new("HELD", ColumnKind.Number), new("BOOKED", ColumnKind.Number), new("LIMIT")];
    private readonly Argument<string> _id = new("ID") { Description = "The request's id, as in x-causeway-request." };

    public RequestShowCommand(Surroundings surroundings)
        : base("show", "Show a request: the way it went, what it cost, and what was decided about it.", surroundings)
    {
        Add(_id);
        Takes([], "causeway request show req_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b", "causeway request show req_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --json | jq '.decisions'");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/usage/" + Uri.EscapeDataString(parsed.GetRequiredValue(_id)));

    protected override void Show(RequestView answer, Connection connection, Screen screen)
    {
        UsageView one = answer.Usage;
        screen.Accent(string.Create(CultureInfo.InvariantCulture, $"{one.Request}  {RequestText.OutcomeOf(one)} {one.Status}"));
        (string Name, string? Value)[] facts =
        [
            ("Arrived", Figures.Time(one.At)),
            ("For", $"{one.Team} / {one.Feature} / {one.Env}"),
            ("Cost centre", one.CostCentre),
            ("End user", one.EndUser),
            ("Tags", string.Join(", ", one.Tags.Select(tag => $"{tag.Key}={tag.Value}"))),
            ("Asked for", one.ModelAsked),
            ("Served by", RequestText.ServedBy(one)),
            ("Channel", one.Channel),
            ("Release", one.Release),
            ("Found by", answer.Routing is { } routing ? RoutingText(routing) : null),
            ("Conversation", answer.Routing?.Conversation),
            ("Data", one.DataClass is null ? null : $"{one.DataClass}, {one.Agreement ?? (one.Attempts > 0 ? "by the configuration" : "nothing went out")}"),
            ("Contract", one.Contract is null ? null : $"{one.Contract} {one.ContractOutcome}"),
            ("Took", RequestText.Took(one.TotalMs) + (one.FirstByteMs is { } first ? $", the first byte after {RequestText.Took(first)}" : "")),
            ("Tokens", $"{Figures.Count(one.InputTokens + one.CacheReadTokens + one.CacheWriteTokens)} in, {Figures.Count(one.OutputTokens)} out"),
            ("Cost", Figures.Cost(one.CostNanoUsd) + (answer.HeldNanoUsd is { } held ? $", held before {Figures.Cost(held)}" : "")),
            ("Tools", one.ToolUses == 0 ? null : $"{Figures.Plural(one.ToolUses, "use")}, {Figures.Cost(one.ToolFeeNanoUsd)}{(one.ToolFeeNanoUsd is null ? "" : " of the cost")}"),
            ("Batch", answer.Batch is { } batch ? BatchText(batch) : null),
            ("Paid by", answer.Grant),
            ("Key", one.Key),
            ("Payload", answer.PayloadUntil is { } until ? $"kept until {Figures.Time(until)}: causeway request payload {one.Request} --reason TEXT" : null),
        ];
        screen.Pairs(facts.Where(fact => !string.IsNullOrEmpty(fact.Value)).Select(fact => (fact.Name, fact.Value!)));
        if (answer.Steps.Count > 0)
        {
            double whole = Math.Max(one.TotalMs, 0.001);
            screen.Line();
            screen.Table(s_steps, answer.Steps.Select(step => (IReadOnlyList<string>)
                [JsonNamingPolicy.SnakeCaseLower.ConvertName(step.Step.ToString()), Fine(step.OffsetMs), Fine(step.DurationMs), Screen.Bar(step.OffsetMs / whole, step.DurationMs / whole)]));
        }

        if (one.Trail.Count > 0)
        {
            screen.Line();
            screen.Table(s_way, one.Trail.Select(step => (IReadOnlyList<string>)
                [step.Provider, step.Model, step.Status?.ToString(CultureInfo.InvariantCulture) ?? "", Took(step.OffsetMs), Took(step.FirstByteMs), RequestText.Took(step.DurationMs), step.CostNanoUsd is null ? "" : Figures.Cost(step.CostNanoUsd), step.Reason]));
        }

        if (answer.Decisions.Count > 0)
        {
            screen.Line();
            screen.Table(s_decisions, answer.Decisions.Select(entry => (IReadOnlyList<string>)
                [entry.Seq.ToString(CultureInfo.InvariantCulture), entry.Kind, entry.Code ?? "", Of(entry.Held), Of(entry.Booked), entry.Limit ?? ""]));
        }
    }

    private static string RoutingText(RequestRoutingView routing) => string.Create(
        CultureInfo.InvariantCulture,
        $"{routing.Rule}, in revision {routing.Revision}{(routing.UnitHash is { } unit ? $"; unit {unit}" : "")}{(routing.Bucket is { } bucket ? $" at {bucket} of 1000000" : "")}");

    private static string BatchText(BatchView batch) =>
        $"{batch.Id} at {batch.Provider}, {batch.State.ToString().ToLowerInvariant()}"
        + (batch.Word is { } word ? $": {word}" : "")
        + (batch.AskedAt is { } asked ? $", asked {Figures.Time(asked)}" : "")
        + (batch.NextAt is { } next ? $", next {Figures.Time(next)}" : "");

    // Most steps take less than a millisecond.
    private static string Fine(double milliseconds) => milliseconds.ToString("0.000 ms", CultureInfo.InvariantCulture);

    private static string Took(double? milliseconds) => milliseconds is { } known ? RequestText.Took(known) : "";

    private static string Of(AuditAmounts? amounts) => amounts is null ? "" : Figures.Bound(amounts.Usd);
}
