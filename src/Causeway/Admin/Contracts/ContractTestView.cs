using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Gateway.Conformance;
using Causeway.Releases.Channels;

namespace Causeway.Admin.Contracts;

/// <summary>What a test of a contract came to.</summary>
internal sealed record ContractTestView(
    [property: Description("NAME@VERSION.")] string Contract,
    [property: Description("The channel.")] string Channel,
    [property: Description("The release that it points at.")] string Release,
    [property: JsonConverter(typeof(SnakeCaseEnum<ConformanceRule>)), Description("What the channel asks of a pin before an answer that must follow a contract may come from it.")] ConformanceRule Conformance,
    [property: Description("Every pin may.")] bool MayServe,
    [property: Description("Prompts were left out because the bound in money was reached.")] bool Bounded,
    [property: Description("What it cost, nano-USD, unpriced models apart.")] long CostNanoUsd,
    [property: Description("The same in USD.")] string CostUsd,
    [property: Description("Its bound, in USD.")] string MaxUsd,
    [property: Description("In order of preference.")] IReadOnlyList<TestedPinView> Pins)
{
    public static ContractTestView Of(ContractTestPlan plan, ContractTestResult result)
    {
        TestedPinView[] pins = [.. result.Pins.Select(TestedPinView.Of)];
        long cost = pins.Sum(pin => pin.CostNanoUsd ?? 0);
        return new ContractTestView(
            plan.Contract.FullName,
            plan.Channel.Channel.Name,
            plan.Channel.ReleaseName,
            plan.Channel.Channel.Conformance,
            pins.All(pin => pin.MayServe),
            result.IsBounded,
            cost,
            Money.Usd(cost),
            Money.Usd(plan.MaxNanoUsd),
            pins);
    }

    /// <summary>This and what another test of the same channel found at other pins, under one bound.</summary>
    public ContractTestView With(ContractTestView next) => this with
    {
        MayServe = MayServe && next.MayServe,
        Bounded = Bounded || next.Bounded,
        CostNanoUsd = CostNanoUsd + next.CostNanoUsd,
        CostUsd = Money.Usd(CostNanoUsd + next.CostNanoUsd),
        Pins = [.. Pins, .. next.Pins],
    };
}

/// <summary>One pin, tried.</summary>
internal sealed record TestedPinView(
    [property: Description("provider/model.")] string ServedBy,
    [property: Description("The dialect of structured output that it speaks; null: its provider is not configured.")] string? Dialect,
    [property: Description("How the schema travels there: format, forced_tool, json_mode or prompt; null: it cannot.")] string? Carrier,
    [property: Description("Every prompt kept the contract, and the channel's rule of conformance is met.")] bool MayServe,
    [property: Description("Why not, in a sentence; null: it may.")] string? WhyNot,
    [property: Description("Fresh probes show that it holds what the contract leaves to it.")] bool Proven,
    [property: Description("What is not proven, one reason each; empty when all is.")] IReadOnlyList<string> Missing,
    [property: Description("Nano-USD; null: the model is unpriced, or nothing was used.")] long? CostNanoUsd,
    [property: Description("The same in USD.")] string? CostUsd,
    [property: Description("One for each prompt that was sent, in order.")] IReadOnlyList<TestedPromptView> Prompts)
{
    public static TestedPinView Of(TestedPin pin)
    {
        TestedPromptView[] prompts = [.. pin.Prompts.Select(TestedPromptView.Of)];
        long? cost = prompts.Any(prompt => prompt.CostNanoUsd is not null) ? prompts.Sum(prompt => prompt.CostNanoUsd ?? 0) : null;
        return new TestedPinView(
            pin.Pin,
            pin.Dialect,
            pin.Carrier switch
            {
                null => null,
                Causeway.Contracts.Compilation.Carrier.Format => "format",
                Causeway.Contracts.Compilation.Carrier.ForcedTool => "forced_tool",
                Causeway.Contracts.Compilation.Carrier.JsonMode => "json_mode",
                _ => "prompt",
            },
            pin.WhyNot is null,
            pin.WhyNot,
            pin.Dialect is not null && pin.Missing.IsEmpty,
            pin.Missing,
            cost,
            cost is { } nano ? Money.Usd(nano) : null,
            prompts);
    }
}

/// <summary>One prompt at one pin, repairs included.</summary>
internal sealed record TestedPromptView(
    [property: Description("What was asked.")] string Prompt,
    [property: Description("native, enforced, repaired; violated, blank, refused, truncated; or the code of the error in whose place no answer came.")] string Outcome,
    [property: Description("What was wrong; null: nothing was.")] string? Message,
    [property: Description("Calls upstream, retries and repairs included; 0: nothing could be sent.")] int Attempts,
    [property: Description("Calls in which the model was asked to repair its answer.")] int Repairs,
    [property: Description("Nano-USD; null: the model is unpriced, or nothing was used.")] long? CostNanoUsd,
    [property: Description("The same in USD.")] string? CostUsd)
{
    /// <summary>A model answered, rightly or wrongly: what was used has a price, or its model has none.</summary>
    [JsonIgnore]
    public bool IsAnswered => Outcome is "native" or "enforced" or "repaired" or "violated" or "blank" or "refused" or "truncated";

    public static TestedPromptView Of(TestedPrompt prompt) => new(
        prompt.Prompt,
        prompt.Outcome,
        prompt.Message,
        prompt.Attempts,
        prompt.Repairs,
        prompt.CostNanoUsd,
        prompt.CostNanoUsd is { } nano ? Money.Usd(nano) : null);
}
