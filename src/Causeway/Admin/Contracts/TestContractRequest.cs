using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using Causeway.Admin.Channels;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Policy;
using Causeway.Releases.Pins;

namespace Causeway.Admin.Contracts;

/// <summary>On what a contract is to be tried.</summary>
internal sealed record TestContractRequest
{
    private const decimal MostUsd = 1000;

    // "set": the generated reader gives an "init" member that is missing null in place of its default.
    [Required, Description("The channel whose pins are tried.")]
    public string Channel { get; set; } = "";

    [Description("What the models are asked, 1 to 8, each at most 4 KiB of UTF-8. Three that fit any schema when left out.")]
    public IReadOnlyList<string>? Prompts { get; init; }

    [Description("Only this pin of the channel's release, as provider/model.")]
    public string? Pin { get; init; }

    [Description("No prompt is sent once this is spent, 0 to 1000 USD. 0.50 when left out.")]
    public decimal? MaxUsd { get; init; }

    /// <summary>The plan, or what is wrong: exactly one of the two.</summary>
    public (ContractTestPlan? Plan, Problem? Problem) PlanFor(ServedContract contract, PolicyRevision policy)
    {
        List<FieldProblem> wrong = [.. PromptProblems()];
        if (Channel.Length == 0)
        {
            wrong.Add(new FieldProblem("channel", "is missing"));
        }

        if (MaxUsd is < 0 or > MostUsd)
        {
            wrong.Add(new FieldProblem("max_usd", "is an amount from 0 to 1000"));
        }

        ServedChannel? channel = policy.FindChannel(Channel);
        if (channel is null && Channel.Length > 0)
        {
            return (null, ChannelView.Unknown(Channel, policy.Channels.Keys));
        }

        IReadOnlyList<Pin> pins = channel is null ? [] : [.. channel.Release.Pins.Where(pin => Pin is null || pin.ToString() == Pin)];
        if (channel is not null && pins.Count == 0)
        {
            wrong.Add(new FieldProblem("pin", $"\"{Printable.Cut(Pin!)}\" is no pin of the channel's release{Nearest.To(Pin!, channel.Release.Pins.Select(pin => pin.ToString()))}"));
        }

        return wrong.Count > 0
            ? (null, new Problem(AdminError.ContractTestInvalid, "Mend what \"errors\" names; nothing was sent.", wrong))
            : (new ContractTestPlan(contract, channel!, pins, Prompts ?? ContractTestPlan.DefaultPrompts, MaxUsd is { } usd ? Money.Nano(usd) : ContractTestPlan.DefaultMaxNanoUsd), null);
    }

    private IEnumerable<FieldProblem> PromptProblems()
    {
        if (Prompts is null)
        {
            yield break;
        }

        if (Prompts.Count is 0 or > ContractTestPlan.MaxPrompts)
        {
            yield return new FieldProblem("prompts", $"holds 1 to {ContractTestPlan.MaxPrompts}, not {Prompts.Count}");
        }

        // The generated reader lets null into a list of what is never null.
        if (Prompts.Any(string.IsNullOrWhiteSpace))
        {
            yield return new FieldProblem("prompts", "has one that says nothing");
        }

        if (Prompts.Any(prompt => prompt is not null && Encoding.UTF8.GetByteCount(prompt) > ContractTestPlan.MaxPromptBytes))
        {
            yield return new FieldProblem("prompts", $"has one of more than {ContractTestPlan.MaxPromptBytes / 1024} KiB");
        }
    }
}
