using System.CommandLine;
using System.Text;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Dialects;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Conformance;

namespace Causeway.Commands;

/// <summary><c>causeway dialect probe</c>: says what it takes, asks, starts a run and follows it to its end.</summary>
internal sealed class DialectProbeCommand : Command
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(5);

    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options = new();
    private readonly Option<string?> _provider = new("--provider") { HelpName = "NAME", Description = "Only this provider's models." };
    private readonly Option<string[]> _models = new("--model") { HelpName = "MODEL", Description = "provider/model, or the model alone beside --provider. Again for more. Default: those that channels name" };
    private readonly Option<string[]> _probes = new("--probe") { HelpName = "ID", Description = "Only this probe. Again for more. Default: all but those that have to be named", AllowMultipleArgumentsPerToken = true };
    private readonly Option<decimal?> _maxUsd = new("--max-usd") { HelpName = "USD", Description = "What it may cost. Default: 0.50" };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask." };

    public DialectProbeCommand(Surroundings surroundings)
        : base("probe", "Send probes to models and keep what they show. Calls cost money: what they may cost is said first.")
    {
        _surroundings = surroundings;
        foreach (Option option in (IEnumerable<Option>)[_provider, _models, _probes, _maxUsd, _yes, _options.Json, _options.Url, _options.TokenFile])
        {
            Add(option);
        }

        this.WithExamples(
            "causeway dialect probe --provider openai --model gpt-5.4-mini",
            "causeway dialect probe --model openai/gpt-5.4-mini --probe basic max_length pattern",
            "causeway dialect probe --max-usd 0.10 --yes --json | jq '.results[] | select(.verdict != \"enforced\")'");
        SetAction(RunAsync);
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation) =>
        Talk.OpenAsync(parsed, _options, _surroundings, talk => RunAsync(parsed, talk, cancellation), cancellation);

    private async Task<int> RunAsync(ParseResult parsed, Talk talk, CancellationToken cancellation)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(BodyOf(parsed), AdminJson.Asked.ProbeRequestBody);
        if (await talk.AskAsync(new AdminRequest(HttpMethod.Post, "/dialects/estimate", body), AdminJson.Api.ProbeEstimates, cancellation) is not { } estimate)
        {
            return ExitCodes.Failed;
        }

        bool json = parsed.GetValue(_options.Json);
        var screen = new Screen(json ? talk.Error : talk.Output, !json && _surroundings.WantsStyle(talk.Output));
        Show(estimate, screen);
        if (!parsed.GetValue(_yes) && Consent.Declined(_surroundings, screen, "Send them?", "Nothing was sent", "Add --yes to send them.") is { } code)
        {
            return code;
        }

        return await talk.AskAsync(new AdminRequest(HttpMethod.Post, "/dialects/probe", body), AdminJson.Api.ProbeRunView, cancellation) is { } run
            ? await FollowAsync(run, talk, screen, json, cancellation)
            : ExitCodes.Failed;
    }

    private ProbeRequestBody BodyOf(ParseResult parsed)
    {
        string? provider = parsed.GetValue(_provider);
        string[] models = parsed.GetValue(_models) ?? [];
        string[] probes = parsed.GetValue(_probes) ?? [];
        return new ProbeRequestBody
        {
            Provider = provider,
            Models = models.Length == 0 ? null
                : [.. models.Select(model => provider is null || model.StartsWith(provider + "/", StringComparison.Ordinal) ? model : $"{provider}/{model}")],
            Probes = probes.Length == 0 ? null : probes,
            MaxUsd = parsed.GetValue(_maxUsd),
        };
    }

    private static void Show(ProbeEstimates estimate, Screen screen)
    {
        screen.Table(
            [new("MODEL", ColumnKind.Name), new("DIALECT"), new("CALLS", ColumnKind.Number), new("INPUT", ColumnKind.Number), new("OUTPUT", ColumnKind.Number), new("AT MOST", ColumnKind.Number)],
            estimate.Models.Select(line => (IReadOnlyList<string>)
                [line.Model, line.Dialect, Figures.Count(line.Calls), Figures.Tokens(line.InputTokens), Figures.Tokens(line.OutputTokens), Figures.Cost(line.CostNanoUsd)]));
        screen.Remark($"{Figures.Count(estimate.Probes)} probes each. No call is made that could go beyond {Figures.Bound(estimate.MaxUsd)}; most cost far less than their bound.");
        if (estimate.Unpriced.Count > 0)
        {
            screen.Remark($"Unpriced, so that only tokens bound them: {string.Join(", ", estimate.Unpriced)}");
        }
    }

    private static async Task<int> FollowAsync(ProbeRunView run, Talk talk, Screen screen, bool json, CancellationToken cancellation)
    {
        int shown = 0;
        try
        {
            while (true)
            {
                foreach (ProbeResultView result in run.Results.Skip(shown))
                {
                    screen.Line($"{++shown,4}/{run.Total}  {result.Model}  {result.Probe}  {result.Verdict.Word()}{(result.ChangedFrom is { } before ? $" (was {before})" : "")}{(result.Detail is { } detail ? $"  {detail}" : "")}");
                }

                if (run.State != ProbeRunState.Running)
                {
                    return await EndAsync(run, talk, screen, json);
                }

                await Task.Delay(s_pause, TimeProvider.System, cancellation);
                if (await talk.AskAsync(AdminRequest.Get($"/dialects/probe/{run.Id}"), AdminJson.Api.ProbeRunView, cancellation) is not { } next)
                {
                    return ExitCodes.Failed;
                }

                run = next;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            using var farewell = new CancellationTokenSource(s_farewell);
            await talk.AskAsync(new AdminRequest(HttpMethod.Post, $"/dialects/probe/{run.Id}/cancel"), AdminJson.Api.ProbeRunView, farewell.Token);
            screen.Line("Cancelled. What was found is kept.");
            return ExitCodes.Failed;
        }
    }

    private static async Task<int> EndAsync(ProbeRunView run, Talk talk, Screen screen, bool json)
    {
        if (json)
        {
            await talk.Output.WriteLineAsync(Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(run, AdminJson.Api.ProbeRunView)));
        }

        int changed = run.Results.Count(result => result.ChangedFrom is not null);
        screen.Line($"{run.Done} of {run.Total} probes sent for {Figures.Cost(run.CostNanoUsd)}; {changed} {(changed == 1 ? "change" : "changes")}.");
        switch (run.State)
        {
            case ProbeRunState.Completed:
                screen.Remark("See it beside what is documented: causeway dialect matrix");
                return ExitCodes.Ok;
            case ProbeRunState.Bounded:
                screen.Line($"It ended at its bound of {Figures.Bound(run.MaxUsd)}. Allow more with --max-usd, or ask for fewer probes.");
                return ExitCodes.Failed;
            default:
                screen.Line(run.State == ProbeRunState.Cancelled ? "It was cancelled." : "It failed; the server's log says why.");
                return ExitCodes.Failed;
        }
    }
}
