using Causeway.Contracts.Compilation;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Shape;
using Causeway.Releases.Channels;
using Causeway.Releases.Readiness;
using Causeway.Releases.Releases;

namespace Causeway.Gateway.Tests.Conformance;

/// <summary>What readiness is told of a way back's contract.</summary>
public sealed class PinProofTests
{
    private const string Model = "claude-sonnet-4-6";
    private static readonly DateTimeOffset s_now = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_way_back_is_proven_by_fresh_measurements_of_all_that_its_contract_leaves_to_the_provider()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Register("city", ContractHouse.City);
        PolicyRevision policy = house.Policies.Current;
        Release bare = Channels.New("support", [$"anthropic/{Model}", "gone/model"]).Release;
        Release release = new(new ReleaseContent { Pins = bare.Pins, Parameters = bare.Parameters, Contract = new ReleaseContract("city", 1, policy.FindContract("city@1")!.Contract.Id.Text) }, label: null, s_now);

        ContractProof unproven = PinProof.Of(ConformanceRule.Require, release, policy, LatestConformance.None, s_now)!;
        string[] relied = [.. PinProof.Of(release.Pins[0], policy.FindContract("city@1")!, policy, LatestConformance.None, s_now)!.Proof.Missing.Select(missing => missing.Split(':')[0])];
        LatestConformance latest = LatestConformance.Of([.. relied.Select((probe, days) => new Measurement("anthropic", Model, null, "anthropic", probe, ProbeVerdict.Enforced, s_now.AddDays(-days), null, null))]);
        ContractProof proven = PinProof.Of(ConformanceRule.Warn, release, policy, latest, s_now)!;
        DateTimeOffset oldest = s_now.AddDays(1 - relied.Length);

        Assert.NotEmpty(relied);
        Assert.True(unproven.IsRequired);
        Assert.StartsWith($"anthropic/{Model}, {relied[0]}: never measured", Assert.Single(unproven.Unproven), StringComparison.Ordinal); // Who is not configured is another factor's.
        Assert.Null(unproven.Until);
        Assert.Equal((false, 0, oldest + Eligibility.Freshness), (proven.IsRequired, proven.Unproven.Count, proven.Until));
        Assert.NotEmpty(PinProof.Of(ConformanceRule.Warn, release, policy, latest, proven.Until!.Value.AddSeconds(1))!.Unproven);
        ContractCache cache = new();
        Assert.Equal(relied, PinProof.Of(release.Pins[0], policy.FindContract("city@1")!, policy, LatestConformance.None, s_now, cache)!.Proof.Missing.Select(missing => missing.Split(':')[0]));
        Assert.Equal(proven.Until, PinProof.Of(ConformanceRule.Warn, release, policy, latest, s_now, cache)!.Until); // What is kept is the compiled form, not what was measured.
        Assert.Null(PinProof.Of(ConformanceRule.Off, release, policy, latest, s_now));
        Assert.Null(PinProof.Of(ConformanceRule.Require, bare, policy, latest, s_now));
    }
}
