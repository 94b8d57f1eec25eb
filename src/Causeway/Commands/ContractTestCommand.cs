using System.CommandLine;
using System.Text;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Contracts;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Conformance;

namespace Causeway.Commands;

/// <summary><c>causeway contract test</c>: tries a contract on every pin of a channel, one pin after another so that it can be followed.</summary>
internal sealed class ContractTestCommand : Command
{
    private static readonly Column[] s_columns =
    [
        new("PIN", ColumnKind.Name),
        new("DIALECT"),
        new("CARRIER"),
        new("NATIVE", ColumnKind.Number),
        new("ENFORCED", ColumnKind.Number),
        new("REPAIRED", ColumnKind.Number),
        new("FAILED", ColumnKind.Number),
        new("COST", ColumnKind.Number),
        new("PROVEN"),
        new("MAY SERVE"),
    ];

    // One pin: every prompt with its repairs, at a model that thinks for long.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(30);

    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options = new();
    private readonly Argument<string> _name = new("NAME") { Description = "The contract, or NAME@VERSION." };
    private readonly Option<string> _channel = new("--channel") { HelpName = "CHANNEL", Description = "The channel whose pins are tried.", Required = true };
    private readonly Option<string[]> _prompts = new("--prompt") { HelpName = "TEXT", Description = "What the models are asked. Again for more, at most 8. Default: three that fit any schema" };
    private readonly Option<decimal?> _maxUsd = new("--max-usd") { HelpName = "USD", Description = "No prompt is sent once this is spent. Default: 0.50" };

    public ContractTestCommand(Surroundings surroundings)
        : base("test", "Try a contract on every pin of a channel: which may take over? Calls cost money.")
    {
        _surroundings = surroundings;
        Add(_name);
        foreach (Option option in (IEnumerable<Option>)[_channel, _prompts, _maxUsd, _options.Json, _options.Url, _options.TokenFile])
        {
            Add(option);
        }

        this.WithExamples(
            "causeway contract test invoice --channel invoices",
            "causeway contract test invoice@2 --channel invoices --prompt \"An invoice over three bicycles.\" --max-usd 0.10",
            "causeway contract test invoice --channel invoices --json | jq -r '.pins[] | select(.may_serve | not) | .served_by'");
        SetAction(RunAsync);
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation) =>
        Talk.OpenAsync(parsed, _options, _surroundings, talk => RunAsync(parsed, talk, cancellation), cancellation);

    private async Task<int> RunAsync(ParseResult parsed, Talk talk, CancellationToken cancellation)
    {
        bool json = parsed.GetValue(_options.Json);
        var screen = new Screen(talk.Output, !json && _surroundings.WantsStyle(talk.Output));
        if (await TestAsync(parsed, talk, json || !_surroundings.IsTerminal(talk.Output) ? null : screen, cancellation) is not { } tested)
        {
            return ExitCodes.Failed;
        }

        if (json)
        {
            await talk.Output.WriteLineAsync(Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(tested, AdminJson.Api.ContractTestView)));
        }
        else
        {
            Show(tested, screen);
        }

        return tested.MayServe ? ExitCodes.Ok : ExitCodes.Failed;
    }

    // Null: it was refused, and that is written.
    private async Task<ContractTestView?> TestAsync(ParseResult parsed, Talk talk, Screen? progress, CancellationToken cancellation)
    {
        string channel = parsed.GetRequiredValue(_channel);
        if (await talk.AskAsync(AdminRequest.Get($"/channels/{Uri.EscapeDataString(channel)}"), AdminJson.Api.ChannelView, cancellation) is not { } shown)
        {
            return null;
        }

        string[] prompts = parsed.GetValue(_prompts) ?? [];
        decimal left = parsed.GetValue(_maxUsd) ?? (decimal)ContractTestPlan.DefaultMaxNanoUsd / Rates.NanoPerUsd;
        decimal most = left;
        ContractTestView? whole = null;
        foreach ((int i, string pin) in shown.Pins.Index())
        {
            progress?.Remark($"{i + 1}/{shown.Pins.Count}  {pin}");
            var body = new TestContractRequest { Channel = channel, Pin = pin, Prompts = prompts.Length == 0 ? null : prompts, MaxUsd = left };
            AdminRequest request = new(HttpMethod.Post, $"/contracts/{Uri.EscapeDataString(parsed.GetRequiredValue(_name))}/test", JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.TestContractRequest)) { Patience = s_patience };
            if (await talk.AskAsync(request, AdminJson.Api.ContractTestView, cancellation) is not { } one)
            {
                return null;
            }

            if (one.Release != shown.Release || (whole is not null && one.Contract != whole.Contract))
            {
                await talk.Error.WriteLineAsync($"While it was tried, channel \"{channel}\" was pointed at another release or the contract got a new version. Test again.");
                return null;
            }

            left = Math.Max(0, left - ((decimal)one.CostNanoUsd / Rates.NanoPerUsd));
            whole = whole is null ? one : whole.With(one);
        }

        progress?.Line();
        return whole! with { MaxUsd = Money.Usd(Money.Nano(most)) }; // A release has at least one pin.
    }

    private static void Show(ContractTestView tested, Screen screen)
    {
        screen.Line($"{tested.Contract} on channel {tested.Channel} ({tested.Release[..Math.Min(16, tested.Release.Length)]})");
        screen.Line();
        screen.Table(s_columns, tested.Pins.Select(Cells));
        foreach (TestedPinView pin in tested.Pins.Where(pin => !pin.MayServe))
        {
            screen.Line();
            screen.Accent($"{pin.ServedBy} may not serve");
            if (pin.Prompts.All(prompt => prompt.Message is null))
            {
                screen.Line($"  {pin.WhyNot}");
            }

            foreach (TestedPromptView prompt in pin.Prompts.Where(prompt => prompt.Message is not null))
            {
                screen.Line($"  {prompt.Outcome} after {Calls(prompt)}: {prompt.Message}");
                screen.Line($"    asked: {Printable.Cut(prompt.Prompt)}");
            }
        }

        screen.Line();
        bool isUnpriced = tested.Pins.Any(pin => pin.CostNanoUsd is null && pin.Prompts.Any(prompt => prompt.IsAnswered));
        screen.Remark($"It cost {Figures.Cost(tested.CostNanoUsd)}{(isUnpriced ? ", unpriced models apart" : "")}. May serve: every prompt kept the contract{(tested.Conformance == Releases.Channels.ConformanceRule.Require ? ", and the pin is proven, as the channel requires" : "")}.");
        if (tested.Bounded)
        {
            screen.Line($"It ended at its bound of {Figures.Bound(tested.MaxUsd)}. Allow more with --max-usd.");
        }
    }

    private static IReadOnlyList<string> Cells(TestedPinView pin)
    {
        int native = Count("native");
        int enforced = Count("enforced");
        int repaired = Count("repaired");
        return
        [
            pin.ServedBy,
            pin.Dialect ?? "",
            pin.Carrier ?? "",
            Part(native),
            Part(enforced),
            Part(repaired),
            Part(pin.Prompts.Count - native - enforced - repaired),
            !pin.Prompts.Any(prompt => prompt.IsAnswered) ? "" : Figures.Cost(pin.CostNanoUsd),
            pin.Proven ? "yes" : "no",
            pin.MayServe ? "yes" : "no",
        ];

        int Count(string outcome) => pin.Prompts.Count(prompt => prompt.Outcome == outcome);

        string Part(int count) => count == 0 ? "" : Figures.Count(count);
    }

    private static string Calls(TestedPromptView prompt) => prompt.Attempts switch
    {
        0 => "no call",
        1 => "one call",
        _ => Figures.Plural(prompt.Attempts, "call"),
    };
}
