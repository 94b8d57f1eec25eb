using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Sentinel;

namespace Causeway.Commands;

/// <summary><c>causeway sentinel</c></summary>
internal static class SentinelCommand
{
    public static Command Create(Surroundings surroundings) => new("sentinel", "Know when something else answers behind a pin than did.")
    {
        new SentinelStatusCommand(surroundings),
        new SentinelProbeCommand(surroundings),
        new SentinelAcceptCommand(surroundings),
    };
}

/// <summary><c>causeway sentinel status</c></summary>
internal sealed class SentinelStatusCommand : ClientVerb<SentinelView>
{
    private static readonly Column[] s_columns = [new("PIN", ColumnKind.Name), new("STATE"), new("PROMPTS", ColumnKind.Number), new("CYCLES", ColumnKind.Number), new("BY CHANCE", ColumnKind.Number), new("NEXT"), new("CALLS TODAY", ColumnKind.Number), new("COST TODAY", ColumnKind.Number)];

    private readonly Argument<string?> _pin = new("PIN") { Description = "provider/model. Default: all.", Arity = ArgumentArity.ZeroOrOne };
    private string? _only;

    public SentinelStatusCommand(Surroundings surroundings)
        : base("status", "Show which pins are watched, and which have drifted.", surroundings)
    {
        Add(_pin);
        Takes([], "causeway sentinel status", "causeway sentinel status openai/gpt-5.5-2026-04-23", "causeway sentinel status --json | jq '.pins[] | select(.state == \"drifted\")'");
    }

    protected override AdminRequest Ask(ParseResult parsed)
    {
        _only = parsed.GetValue(_pin);
        return AdminRequest.Get("/sentinel");
    }

    protected override void Show(SentinelView answer, Connection connection, Screen screen)
    {
        WatchedPinView[] pins = [.. answer.Pins.Where(pin => _only is null || pin.Pin == _only)];
        if (pins.Length == 0)
        {
            screen.Line(_only is null ? "No channel serves a release: there is nothing to watch." : $"No release that a channel serves, rolls out or can go back to has the pin {_only}.");
            return;
        }

        screen.Table(s_columns, pins.Select(pin => (IReadOnlyList<string>)
        [
            pin.Pin, pin.State.ToString().ToLowerInvariant(), Figures.Count(pin.BorderPrompts), Figures.Count(pin.Cycles), Chance(pin.Chance), Figures.Time(pin.NextAt), Figures.Count(pin.CallsToday), Figures.Cost(pin.CostTodayNanoUsd),
        ]));
        foreach (WatchedPinView pin in pins.Where(pin => pin.Drift is not null))
        {
            screen.Line($"{pin.Pin} since {Figures.Time(pin.DriftedAt)}: {pin.Drift}");
        }

        foreach (WatchedPinView pin in pins.Where(pin => pin.Change is not null))
        {
            screen.Line($"{pin.Pin} answers otherwise since {Figures.Time(pin.ChangedAt)}: {pin.Change}");
            screen.Remark($"That is no drift by itself: traffic may have changed. Ask its border prompts: causeway sentinel probe {pin.Pin}; or take it for right: causeway sentinel accept {pin.Pin} --reason TEXT");
        }

        foreach (WatchedPinView pin in pins.Where(pin => pin.NoBaseline is not null))
        {
            screen.Remark($"{pin.Pin} has no baseline: {pin.NoBaseline}");
        }

        if (_only is not null)
        {
            screen.Pairs(
            [
                ("Channels", string.Join(", ", pins[0].Channels)),
                ("Called", pins[0].Echoes.Count == 0 ? "by its own name" : string.Join(", ", pins[0].Echoes)),
                ("Backends", pins[0].Fingerprints.Count == 0 ? "none named" : string.Join(", ", pins[0].Fingerprints)),
                ("Holds", pins[0].Holds.Count == 0 ? "no rollout" : string.Join(", ", pins[0].Holds.Select(one => one.Channel))),
                ..pins[0].Shapes.Select(shape => ($"Answers to {ReleaseShowCommand.Short(shape.Release)}", Looks(shape))),
            ]);
        }

        screen.Remark($"Cycles every {Figures.Span(TimeSpan.FromSeconds(answer.EverySeconds))}, for {Figures.Bound(answer.MaxUsd)} a day at most; {Figures.Bound(answer.LeftUsd)} is left today.");
        if (answer.Run is { Over: false } run)
        {
            screen.Line($"{run.Pin} is being asked: {Figures.Count(run.Calls)} of at most {Figures.Plural(run.MaxCalls, "call")}, {Figures.Cost(run.CostNanoUsd)} so far.");
        }
    }

    private static string Looks(PinShapeView shape) => shape switch
    {
        { FrozenAt: null } => $"{Figures.Count(shape.Answers)} of {Figures.Count(shape.Needed)} and a day, to compare with",
        { ComparedAt: null } => $"{Figures.Count(shape.Baseline!.Answers)} to compare with since {Figures.Time(shape.FrozenAt)}; {Figures.Count(shape.Answers)} of {Figures.Count(shape.Needed)} and an hour, to be compared",
        { Differences.Count: > 0 } => $"compared {Figures.Time(shape.ComparedAt)}, {Figures.Count(shape.Last!.Answers)} of them: {string.Join("; ", shape.Differences)}",
        _ => $"compared {Figures.Time(shape.ComparedAt)}, {Figures.Count(shape.Last!.Answers)} of them: as before",
    };

    private static string Chance(double? chance) => chance is not { } p ? "" : p < 0.0001 ? "<0.01 %" : (p * 100).ToString("0.## '%'", CultureInfo.InvariantCulture);
}

/// <summary><c>causeway sentinel accept</c></summary>
internal sealed class SentinelAcceptCommand : ClientVerb<AcceptedPinView>
{
    private readonly Argument<string> _pin = new("PIN") { Description = "provider/model." };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Description = "Why; kept in the timeline.", Required = true };

    public SentinelAcceptCommand(Surroundings surroundings)
        : base("accept", "Take what answers now for what a pin names, and measure its border prompts anew where they had been.", surroundings)
    {
        Add(_pin);
        Takes([_reason], "causeway sentinel accept openai/gpt-5.5-2026-04-23 --reason \"the vendor announced it, our evaluations are as before\"");
    }

    protected override AdminRequest Ask(ParseResult parsed) => new(
        HttpMethod.Post,
        "/sentinel/accept",
        JsonSerializer.SerializeToUtf8Bytes(new AcceptPinRequest { Pin = parsed.GetRequiredValue(_pin), Reason = parsed.GetRequiredValue(_reason) }, AdminJson.Asked.AcceptPinRequest));

    protected override void Show(AcceptedPinView answer, Connection connection, Screen screen)
    {
        screen.Line($"{answer.Pin.Pin} is accepted as it answers now.");
        screen.Remark(answer.Baseline is { } plan
            ? $"Its border prompts are being measured anew, in {Figures.Plural(plan.Calls, "call")} at most: causeway sentinel status"
            : "Nothing of it is measured. Measure its border prompts with: causeway sentinel probe " + answer.Pin.Pin + " --baseline");
        screen.Remark("A rollout that was held by it stays held: causeway rollout advance CHANNEL --force --reason TEXT");
    }
}
