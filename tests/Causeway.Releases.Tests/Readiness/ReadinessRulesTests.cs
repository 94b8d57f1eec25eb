using Causeway.Releases.Conversations;
using Causeway.Releases.Readiness;

namespace Causeway.Releases.Tests.Readiness;

public sealed class ReadinessRulesTests
{
    private static readonly ReadinessFacts s_sound = new()
    {
        Release = Some.One,
        IsBase = true,
        Pins = 2,
        AnsweredAt = Some.Now,
        Headroom = 1.5,
        DrilledAt = Some.Now,
    };

    [Fact]
    public void A_way_back_of_which_everything_is_sound_is_ready()
    {
        TargetReadiness sound = ReadinessRules.Of(s_sound, Some.Now);

        Assert.Equal((100, ReadinessState.Ready, null), (sound.Score, sound.State, sound.Weakest));
        Assert.Equal(ReadinessFactorKind.Drill, sound.BreaksFirst!.Kind); // A drill holds for thirty days.
    }

    // The days of section 7, and those between on straight lines.
    [Theory]
    [InlineData(91, 100, ReadinessState.Ready)]
    [InlineData(30, 100, ReadinessState.Ready)]
    [InlineData(22, 85, ReadinessState.Ready)]
    [InlineData(14, 70, ReadinessState.Ready)]
    [InlineData(13, 66, ReadinessState.AtRisk)]
    [InlineData(7, 40, ReadinessState.AtRisk)]
    [InlineData(6, 36, ReadinessState.NotReady)]
    [InlineData(1, 14, ReadinessState.NotReady)]
    [InlineData(0, 0, ReadinessState.NotReady)]
    [InlineData(-1, 0, ReadinessState.NotReady)]
    public void A_retirement_comes_nearer_day_by_day(int days, int score, ReadinessState state)
    {
        DateTimeOffset midnight = ReadinessRules.Midnight(new DateOnly(2026, 11, 23));

        TargetReadiness one = ReadinessRules.Of(s_sound with { AnsweredAt = midnight, DrilledAt = midnight, Retires = ("p/m", new DateOnly(2026, 11, 23).AddDays(days)) }, midnight);

        ReadinessFactor factor = one.Factors.Single(factor => factor.Kind == ReadinessFactorKind.Retirement);
        Assert.Equal((score, state, days <= 0), (one.Score, one.State, factor.IsGateFailed));
        Assert.Equal(ReadinessRules.Midnight(new DateOnly(2026, 11, 23).AddDays(days)), factor.BreaksAt);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(5, 100)]
    [InlineData(30, 50)]
    [InlineData(300, 50)]
    public void What_has_not_answered_for_a_while_is_less_sure(int minutes, int score) =>
        Assert.Equal(score, ReadinessRules.Of(s_sound with { AnsweredAt = Some.Now.AddMinutes(-minutes) }, Some.Now).Score);

    [Theory]
    [InlineData(1.2, 100)]
    [InlineData(1.0, 70)]
    [InlineData(0.6, 40)]
    [InlineData(0.49, 0)]
    public void What_cannot_carry_the_load_is_no_way_back(double headroom, int score) =>
        Assert.Equal(score, ReadinessRules.Of(s_sound with { Headroom = headroom }, Some.Now).Score);

    [Theory]
    [InlineData(0, 0, 0, 100)]
    [InlineData(60, 40, 0, 100)]
    [InlineData(90, 9, 1, 100)]
    [InlineData(95, 0, 5, 70)]
    [InlineData(80, 0, 20, 40)]
    [InlineData(0, 40, 60, 20)]
    [InlineData(0, 0, 7, 0)]
    public void A_way_back_on_which_conversations_are_stuck_is_as_sound_as_few_of_them_are(long lossless, long reasoning, long stuck, int score) =>
        Assert.Equal(score, ReadinessRules.Of(s_sound with { Conversations = new ConversationCounts(lossless, reasoning, stuck) }, Some.Now).Score);

    [Theory]
    [InlineData(30, 100)]
    [InlineData(45, 80)]
    [InlineData(60, 60)]
    [InlineData(400, 60)]
    public void A_drill_grows_old(int days, int score) => Assert.Equal(score, ReadinessRules.Of(s_sound with { DrilledAt = Some.Now.AddDays(-days) }, Some.Now).Score);

    // A pin that the channel requires to be proven answers nobody otherwise.
    [Fact]
    public void A_way_back_that_is_not_proven_to_hold_its_contract_is_none_where_its_channel_requires_that()
    {
        ReadinessFacts two = s_sound with { Proof = new ContractProof(IsRequired: true, ["p/m, max_length: never measured", "q/n, basic: ignored"], null) };
        ReadinessFacts one = s_sound with { Proof = new ContractProof(IsRequired: true, ["p/m, max_length: never measured"], Some.Now.AddDays(3)) };

        Assert.Equal((0, ReadinessState.NotReady), Of(two));
        Assert.Contains("max_length: never measured", ReadinessRules.Of(two, Some.Now).Weakest!.Detail, StringComparison.Ordinal);
        Assert.Equal((70, ReadinessState.Ready), Of(one));
        Assert.Equal((0, ReadinessState.NotReady), Of(one with { Unserved = ["q/n"] }));
        Assert.Equal((70, ReadinessState.Ready), Of(two with { Proof = two.Proof with { IsRequired = false } }));
        Assert.Equal(Some.Now.AddDays(3), ReadinessRules.Of(one, Some.Now).BreaksFirst!.BreaksAt); // Before the drill does.
    }

    [Fact]
    public void The_weakest_factor_is_the_score_and_a_gate_is_no_way_back_whatever_else_is_sound()
    {
        Assert.Equal((40, ReadinessState.AtRisk), Of(s_sound with { ContractDifference = "other fields" }));
        Assert.Equal((50, ReadinessState.AtRisk), Of(s_sound with { Floating = ["p/latest"] }));
        Assert.Equal((50, ReadinessState.AtRisk), Of(s_sound with { BudgetLasts = TimeSpan.FromHours(3), BudgetDetail = "usd 5/day of search" }));
        Assert.Equal((50, ReadinessState.AtRisk), Of(s_sound with { AnsweredAt = null }));
        Assert.Equal((70, ReadinessState.Ready), Of(s_sound with { Unserved = ["p/m"] }));
        Assert.Equal((60, ReadinessState.AtRisk), Of(s_sound with { DrilledAt = null }));
        Assert.Equal((40, ReadinessState.AtRisk), Of(s_sound with { ContractDifference = "other fields", Floating = ["p/latest"] }));
        Assert.Equal(ReadinessState.NotReady, Of(s_sound with { DrilledAt = null, ExposedPpm = 250_001 }).State);
        Assert.Equal(ReadinessState.AtRisk, Of(s_sound with { DrilledAt = null, ExposedPpm = 250_001, IsDrillSkipped = true }).State);
        Assert.Equal(ReadinessState.NotReady, Of(s_sound with { Unserved = ["p/m", "q/n"] }).State);
        Assert.Equal(ReadinessState.NotReady, Of(s_sound with { MissingContract = "invoice@1" }).State);
        Assert.Equal(ReadinessState.NotReady, Of(s_sound with { Behind = ["vm:2"] }).State);
        Assert.Equal(ReadinessState.NotReady, Of(s_sound with { FailedSince = 5 }).State);
        Assert.Equal(ReadinessState.Ready, Of(s_sound with { FailedSince = 4 }).State);
    }

    [Fact]
    public void What_nobody_knows_counts_for_nothing_and_is_said()
    {
        TargetReadiness unknown = ReadinessRules.Of(s_sound with { Headroom = null, HeadroomSource = "nobody has asked", BudgetDetail = "no price", ComparedAt = Some.Now, Conversations = new ConversationCounts(0, 0, 0) }, Some.Now);

        Assert.Equal((100, ReadinessState.Ready), (unknown.Score, unknown.State));
        Assert.Equal([(null, "nobody has asked"), (null, "no price")], unknown.Factors.Where(factor => factor.Score is null).Select(factor => (factor.Score, factor.Detail)));
    }

    [Fact]
    public void A_drifted_target_is_no_way_back_and_one_that_was_never_measured_counts_for_nothing()
    {
        TargetReadiness drifted = ReadinessRules.Of(s_sound with { ComparedAt = Some.Now, Drifted = ["p/m has drifted: it names another"] }, Some.Now);

        Assert.Equal((ReadinessState.NotReady, "drifted target: p/m has drifted: it names another"), (drifted.State, drifted.Weakest!.Detail));
        Assert.Equal(100, ReadinessRules.Of(s_sound with { ComparedAt = Some.Now.AddMinutes(-30) }, Some.Now).Factors.Single(factor => factor.Kind == ReadinessFactorKind.Identity).Score);
        Assert.Null(ReadinessRules.Of(s_sound, Some.Now).Factors.Single(factor => factor.Kind == ReadinessFactorKind.Identity).Score);
    }

    [Fact]
    public void What_breaks_first_has_the_earliest_date()
    {
        TargetReadiness one = ReadinessRules.Of(s_sound with { Retires = ("p/m", new DateOnly(2026, 12, 1)), BudgetLasts = TimeSpan.FromHours(2), BudgetDetail = "usd 5/day" }, Some.Now);

        Assert.Equal((ReadinessFactorKind.Budget, Some.Now.AddHours(2)), (one.BreaksFirst!.Kind, one.BreaksFirst.BreaksAt));
    }

    [Fact]
    public void A_channel_without_a_way_back_is_not_ready_and_a_report_is_read_as_it_was_written()
    {
        Assert.Equal((ReadinessState.NotReady, 0), (new ReadinessReport("support", Some.Now, []).State, new ReadinessReport("support", Some.Now, []).Score));
        ReadinessReport report = new("support", Some.Now, [ReadinessRules.Of(s_sound with { Retires = ("p/m", new DateOnly(2026, 12, 1)), Headroom = null }, Some.Now)]) { Told = ["p/m@14"] };

        ReadinessReport read = ReadinessJson.Read(ReadinessJson.Write(report));

        Assert.Equal(ReadinessJson.Write(report), ReadinessJson.Write(read));
        Assert.Equal((report.State, report.Score, "p/m@14"), (read.State, read.Score, Assert.Single(read.Told)));
        Assert.Throws<InvalidDataException>(() => ReadinessJson.Read("{}"u8));
    }

    private static (int Score, ReadinessState State) Of(ReadinessFacts facts)
    {
        TargetReadiness one = ReadinessRules.Of(facts, Some.Now);
        return (one.Score, one.State);
    }
}
