using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Residency;

/// <summary>Every kind of call that leaves the house (<see cref="Legs"/>), with what lets it go and without: without, it does not arrive.</summary>
public sealed class LegTests
{
    public static TheoryData<string> Kinds => [.. Legs.All.Keys];

    public static TheoryData<string> OfReleases => [.. Legs.All.Where(leg => leg.Value.Channel is not null).Select(leg => leg.Key)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_is_covered_goes_and_its_record_cites_the_agreement(string kind)
    {
        Leg leg = Legs.All[kind];
        await using LegHouse house = await Legs.OpenAsync(kind, turn: null);

        Answer? answer = await leg.Drive(house);
        IReadOnlyList<UsageRecord> records = await RecordsAsync(house);

        Assert.Equal(leg.Calls, house.Arrived.Count);
        Assert.Equal(200, answer?.Status ?? 200);
        Assert.Equal(leg.IsBooked, records.Count > 0);
        if (leg.IsBooked)
        {
            Assert.Equal((house.Of(leg.Provider), leg.IsOwn ? "public" : "internal"), (records[^1].Agreement, records[^1].DataClass));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_is_not_covered_does_not_leave(string kind)
    {
        Leg leg = Legs.All[kind];
        await using LegHouse house = await Legs.OpenAsync(kind, self => self.End(leg.Provider));
        if (leg.Before == 0)
        {
            house.End(leg.Provider);
        }

        Answer? answer = await leg.Drive(house);
        IReadOnlyList<UsageRecord> records = await RecordsAsync(house);

        Assert.Equal(leg.Before, house.Arrived.Count);
        AssertTold(leg, answer, (403, "data_class_not_covered"));
        Assert.True(!leg.IsBooked || leg.Told == Told.Nothing || records[^1].Status != 200);
    }

    // Invariant 5 of releases: on every path, at the last moment before the call. The same legs arrive where nothing is taken back: the control is the first theory.
    [Theory]
    [MemberData(nameof(OfReleases))]
    public async Task What_was_rolled_back_is_not_called(string kind)
    {
        Leg leg = Legs.All[kind];
        await using LegHouse house = await Legs.OpenAsync(kind, self => self.Revoke(leg.Channel!));
        if (leg.Before == 0)
        {
            house.Revoke(leg.Channel!);
        }

        Answer? answer = await leg.Drive(house);

        Assert.Equal(leg.Before, house.Arrived.Count);
        AssertTold(leg with { Told = leg.Told == Told.Otherwise ? Told.Why : leg.Told }, answer, (409, "release_revoked"));
    }

    // What is asked of a provider by its name or by a pin's is asked for no release; neither is what a batch, which a provider took, has come to, nor whether a pin answers and how it keeps a contract.
    [Fact]
    public void What_is_called_for_no_release_is_said_here() => Assert.Equal(
        ["batch", "batch question", "batch results", "contract test", "dialect probe", "file down", "file up", "list", "passthrough", "pin", "readiness probe"],
        Legs.All.Where(leg => leg.Value.Channel is null).Select(leg => leg.Key).Order(StringComparer.Ordinal));

    [Fact]
    public async Task No_prompt_is_in_a_log_or_a_record_whatever_its_class()
    {
        await using LegHouse house = await Legs.OpenAsync("first attempt", turn: null);

        await Legs.AgainAsync(house);
        house.End("first");
        await Legs.AgainAsync(house);

        Assert.DoesNotContain(house.House.Log.Lines, line => line.Contains("canary-prompt-text", StringComparison.Ordinal));
        Assert.All(await RecordsAsync(house), record => Assert.DoesNotContain("canary-prompt-text", record.ToString(), StringComparison.Ordinal));
    }

    private static void AssertTold(Leg leg, Answer? answer, (int Status, string Error) why)
    {
        switch (leg.Told)
        {
            case Told.Why when answer is not null:
                Assert.Equal(why, (answer.Status, answer.Error));
                break;
            case Told.Otherwise:
                Assert.NotEqual(200, answer!.Status);
                break;
            case Told.Nothing:
                Assert.Equal(200, answer!.Status);
                break;
        }
    }

    private static async Task<IReadOnlyList<UsageRecord>> RecordsAsync(LegHouse house)
    {
        await house.Books.FlushAsync(GatewayHouse.Token);
        return [.. await house.House.RecordsAsync(), .. house.Own.Records];
    }
}
