using System.Diagnostics;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Residency;
using Causeway.Gateway.Tests.Shape;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>G4: a candidate none of whose answers keeps its release's contract, met by one unit in twenty.</summary>
public sealed class ContractRollbackTests
{
    private const int Requests = 400;
    private const int Ppm = 50_000;
    private static readonly string s_broken = LegHouse.Chatted.Replace("\\\"population\\\":1", "\\\"population\\\":true", StringComparison.Ordinal);
    private static readonly TimeSpan s_most = TimeSpan.FromMilliseconds(1_500);

    // The control: without a contract in their releases the same answers of the same candidate are none that a guard would call bad.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_candidate_that_breaks_its_contract_is_back_within_fifty_of_its_requests(bool hasContract)
    {
        await using RawUpstream bad = RawUpstream.Start(connection => connection.AnswerAsync(s_broken));
        await using RawUpstream good = RawUpstream.Start(connection => connection.AnswerAsync(LegHouse.Chatted));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(bad.Address, pointAtBad: false, good: good.Address, contract: hasContract ? ContractHouse.City : null);
        RolloutPlan plan = new() { Stages = [new RolloutStage { Kind = StageKind.Percent, Ppm = Ppm }] };
        Assert.Null((await house.Desk.StartAsync("support", house.Bad.Id, plan, "rehearsed elsewhere", "noor", "test", GatewayHouse.Token))!.Refusal);
        using RolloutPilot pilot = new(house.House.Gateway.Rollouts, house.Desk, NullLogger<RolloutPilot>.Instance);
        await pilot.StartAsync(GatewayHouse.Token);

        (int candidates, long onset, TimeSpan took) = (0, 0, default);
        for (int i = 0; i < Requests && house.House.Policies.Current.FindChannel("support")!.Candidate is not null; i++)
        {
            HttpRequestMessage message = RollbackHouse.Chat.ToMessage(house.House.Secret);
            message.Headers.TryAddWithoutValidation("x-causeway-session", $"s-{i}");
            Answer answer = await house.House.SendAsync(message);
            bool isCandidates = answer.Header("x-causeway-release") == house.Bad.Id.ToString();
            onset = isCandidates && ++candidates == 1 ? Stopwatch.GetTimestamp() : onset;
            took = candidates > 0 ? Stopwatch.GetElapsedTime(onset) : default;
            Assert.Equal(isCandidates && hasContract ? 502 : 200, answer.Status);
        }

        await pilot.StopAsync(GatewayHouse.Token);
        string[] crossed = [.. house.Store.Timeline.Where(entry => entry.Kind == TimelineKind.GuardCrossed).Select(entry => entry.Detail)];
        if (!hasContract)
        {
            Assert.Empty(crossed);
            Assert.True(candidates > 10 && !house.House.Policies.Current.Routing.IsRevoked("support", house.Bad.Id), $"{candidates} requests met the candidate.");
            return;
        }

        Assert.InRange(candidates, 3, 50);
        Assert.True(took <= s_most, $"It took {took}.");
        Assert.Matches("contract_invalid: [0-9]+ units of the candidate's and 0 units of base's|5 answers in a row broke their contract", Assert.Single(crossed)); // Whichever is first.
        Assert.Equal((true, house.Good.Id), (house.House.Policies.Current.Routing.IsRevoked("support", house.Bad.Id), house.House.Policies.Current.FindChannel("support")!.Served.Release.Id));
        Assert.Single(house.Store.Timeline, entry => entry.Kind == TimelineKind.RolledBack && entry.Actor == ReleaseDesk.Automatic);
    }
}
