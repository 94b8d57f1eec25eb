using System.CommandLine;
using System.Text;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Sentinel;

namespace Causeway.Commands;

/// <summary><c>causeway sentinel probe</c>: says what it takes, asks, starts a run and follows it to its end.</summary>
internal sealed class SentinelProbeCommand : Command
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options = new();
    private readonly Argument<string> _pin = new("PIN") { Description = "provider/model, of a release that a channel serves, rolls out or can go back to." };
    private readonly Option<bool> _baseline = new("--baseline") { Description = "Look for border prompts and measure how they are answered: what is compared with from then on." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what it takes at most." };
    private readonly Option<decimal?> _maxUsd = new("--max-usd") { HelpName = "USD", Description = "What it may cost. Default: what is left of the day's money" };
    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why; kept with the measurement." };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask." };

    public SentinelProbeCommand(Surroundings surroundings)
        : base("probe", "Ask a pin its border prompts and compare, or measure them first. Calls cost money: what they may cost is said first.")
    {
        _surroundings = surroundings;
        Add(_pin);
        foreach (Option option in (IEnumerable<Option>)[_baseline, _dryRun, _maxUsd, _reason, _yes, _options.Json, _options.Url, _options.TokenFile])
        {
            Add(option);
        }

        this.WithExamples(
            "causeway sentinel probe openai/gpt-5.5-2026-04-23 --baseline --dry-run",
            "causeway sentinel probe openai/gpt-5.5-2026-04-23 --baseline --max-usd 0.50",
            "causeway sentinel probe openai/gpt-5.5-2026-04-23 --yes --json | jq .chance");
        SetAction((parsed, cancellation) => Talk.OpenAsync(parsed, _options, _surroundings, talk => RunAsync(parsed, talk, cancellation), cancellation));
    }

    private async Task<int> RunAsync(ParseResult parsed, Talk talk, CancellationToken cancellation)
    {
        ProbePinRequest asked = new()
        {
            Pin = parsed.GetRequiredValue(_pin),
            Baseline = parsed.GetValue(_baseline),
            MaxUsd = parsed.GetValue(_maxUsd),
            Reason = parsed.GetValue(_reason),
            DryRun = true,
        };
        if (await PlanAsync(asked, talk, cancellation) is not { } plan)
        {
            return ExitCodes.Failed;
        }

        bool json = parsed.GetValue(_options.Json);
        bool dryRun = parsed.GetValue(_dryRun);
        var screen = new Screen(json ? talk.Error : talk.Output, !json && _surroundings.WantsStyle(talk.Output));
        screen.Line($"{plan.Pin}: {Figures.Plural(plan.Calls, "call")} at most, of one token each, for {(plan.CeilingNanoUsd is { } ceiling ? Figures.Cost(ceiling) + " at most" : "a price that is not known")}.");
        screen.Remark($"No call is made that could go beyond {Figures.Bound(plan.MaxUsd)}.");
        if (dryRun)
        {
            if (json)
            {
                await talk.Output.WriteLineAsync(Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(plan, AdminJson.Api.SentinelPlanView)));
            }

            return ExitCodes.Ok;
        }

        if (!parsed.GetValue(_yes) && Consent.Declined(_surroundings, screen, "Send them?", "Nothing was sent", "Add --yes to send them.") is { } code)
        {
            return code;
        }

        asked.DryRun = false;
        return await PlanAsync(asked, talk, cancellation) is null ? ExitCodes.Failed : await FollowAsync(asked.Pin, talk, screen, json, cancellation);
    }

    private static Task<SentinelPlanView?> PlanAsync(ProbePinRequest asked, Talk talk, CancellationToken cancellation) =>
        talk.AskAsync(new AdminRequest(HttpMethod.Post, "/sentinel/probe", JsonSerializer.SerializeToUtf8Bytes(asked, AdminJson.Asked.ProbePinRequest)), AdminJson.Api.SentinelPlanView, cancellation);

    private static async Task<int> FollowAsync(string pin, Talk talk, Screen screen, bool json, CancellationToken cancellation)
    {
        while (true)
        {
            if (await talk.AskAsync(AdminRequest.Get("/sentinel"), AdminJson.Api.SentinelView, cancellation) is not { } view)
            {
                return ExitCodes.Failed;
            }

            if (view.Run is { Over: true } run && run.Pin == pin)
            {
                return await EndAsync(run, view.Pins.First(one => one.Pin == pin), talk, screen, json);
            }

            await Task.Delay(s_pause, TimeProvider.System, cancellation);
        }
    }

    private static async Task<int> EndAsync(SentinelRunView run, WatchedPinView pin, Talk talk, Screen screen, bool json)
    {
        if (json)
        {
            await talk.Output.WriteLineAsync(Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(pin, AdminJson.Api.WatchedPinView)));
        }

        screen.Line($"{Figures.Plural(run.Calls, "call")} for {Figures.Cost(run.CostNanoUsd)}, {Figures.Count(run.Unanswered)} not answered.");
        screen.Line(run.Problem is { } problem ? "It came to nothing: " + problem
            : pin.Drift is { } drift ? "Drifted: " + drift
            : pin.State == PinStanding.Alarmed ? "It differs. It is asked anew, three times as often, before that counts: causeway sentinel status"
            : run.Kind == Gateway.Sentinel.SentinelRunKind.Baseline ? $"{pin.BorderPrompts} border prompts are measured; it is compared with them from now on."
            : "It answers as it did.");
        return run.Problem is null && pin.Drift is null ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
