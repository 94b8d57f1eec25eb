using System.Collections.Immutable;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Books;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Shape;
using Causeway.Releases.Channels;
using Causeway.Releases.Pins;
using Causeway.Wire;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Conformance;

/// <summary>Tries a contract on the pins of a channel, before an outage does: which of them may take over?</summary>
public sealed class ContractTester : IDisposable
{
    private readonly ContractCache _cache = new();
    private readonly MeasuredDialects _measured;
    private readonly OwnCall _call;
    private readonly ContractSample _sample;
    private readonly TimeProvider _time;

    /// <summary>Prepares; nothing is sent yet.</summary>
    public ContractTester(MeasuredDialects measured, Journal journal, PolicyPublisher policies, TimeProvider time)
    {
        (_measured, _time) = (measured, time);
        _call = new OwnCall(policies, time);
        _sample = new ContractSample(_call, journal, time);
    }

    /// <summary>Tries the pins one after another, and at each the prompts one after another.</summary>
    /// <param name="plan">What is tried.</param>
    /// <param name="policy">The revision that it is tried under.</param>
    /// <param name="cancellation">Ends it at once; what was used until then is booked.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ContractTestResult> RunAsync(ContractTestPlan plan, PolicyRevision policy, CancellationToken cancellation)
    {
        var contract = BoundContract.Of(plan.Contract, _cache, asked: null);
        ImmutableArray<TestedPin>.Builder pins = ImmutableArray.CreateBuilder<TestedPin>(plan.Pins.Count);
        foreach (Pin pin in plan.Pins)
        {
            pins.Add(Resolve.Route(pin, policy) is { } route
                ? await RunAsync(plan, contract, route, plan.MaxNanoUsd - pins.Sum(SpentOn), cancellation)
                : new TestedPin { Pin = pin.ToString(), WhyNot = $"No provider is called \"{pin.Provider}\": it is passed over." });
        }

        bool isBounded = pins.Any(pin => pin.Dialect is not null && pin.Prompts.Length < plan.Prompts.Count);
        return new ContractTestResult(pins.DrainToImmutable(), isBounded);
    }

    /// <inheritdoc/>
    public void Dispose() => _call.Dispose();

    private async Task<TestedPin> RunAsync(ContractTestPlan plan, BoundContract contract, PinRoute pin, long left, CancellationToken cancellation)
    {
        RequestTranslation[] requests = [.. plan.Prompts.Select(prompt => Read(prompt, pin.Model))];
        CompiledContract compiled = contract.CompileFor(pin, requests[0], stream: false);
        Proof proof = Eligibility.Of(compiled.Reliance, pin.Provider.Name, pin.Model, _measured.Latest, _time.GetUtcNow());
        Plan asked = PlanOf(plan, contract, pin);
        List<TestedPrompt> tested = [];
        while (tested.Count < requests.Length && left > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            TestedPrompt one = await _sample.RunAsync(asked, pin, requests[tested.Count], compiled, plan.Prompts[tested.Count], cancellation);
            left -= one.CostNanoUsd ?? 0;
            tested.Add(one);
        }

        return new TestedPin
        {
            Pin = pin.ServedBy,
            Dialect = DialectNames.Of(pin.Provider, pin.Model),
            Carrier = compiled.Impossible.IsEmpty ? compiled.Carrier : null,
            Prompts = [.. tested],
            Missing = proof.Missing,
            WhyNot = WhyNot(plan, tested, proof),
        };
    }

    private static long SpentOn(TestedPin pin) => pin.Prompts.Sum(one => one.CostNanoUsd ?? 0);

    private static Plan PlanOf(ContractTestPlan plan, BoundContract contract, PinRoute pin)
    {
        RequestChanges? changes = ReleaseChanges.Of(plan.Channel.Release);
        return new Plan(plan.Channel.Channel.Name, [pin])
        {
            Channel = plan.Channel,
            Changes = changes is { MaxOutputTokens: > ContractTestPlan.MaxOutputTokens } ? changes with { MaxOutputTokens = ContractTestPlan.MaxOutputTokens } : changes,
            Contract = contract,
            Unsupported = ReleaseChanges.Of(plan.Channel.Channel.Unsupported),
        };
    }

    private static string? WhyNot(ContractTestPlan plan, List<TestedPrompt> tested, Proof proof)
    {
        if (tested.Find(one => !one.IsKept) is { } broken)
        {
            return $"{broken.Outcome}: {broken.Message}";
        }

        return tested.Count < plan.Prompts.Count ? "The bound in money was reached before every prompt was sent."
            : plan.Channel.Channel.Conformance == ConformanceRule.Require && !proof.IsProven
                ? $"The channel requires that it is proven, and it is not: {string.Join("; ", proof.Missing.Take(4))}"
            : null;
    }

    private static RequestTranslation Read(string prompt, string model) =>
        RequestTranslation.TryRead(Operation.ChatCompletions, OwnPrompt.Write(model, prompt, ContractTestPlan.MaxOutputTokens), stream: false, out RequestTranslation? read, out RequestFault fault)
            ? read
            : throw new InvalidOperationException(fault.Message); // Made here: it is always well made.
}
