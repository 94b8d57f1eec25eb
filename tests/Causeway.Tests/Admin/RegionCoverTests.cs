using Causeway.Admin.Shadow;
using Causeway.Budgets.Agreements;
using Causeway.Shadow.Reconcile;

namespace Causeway.Tests.Admin;

/// <summary>What vendors say of regions, held against the agreements.</summary>
public sealed class RegionCoverTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly s_day = new(2026, 11, 20);

    [Fact]
    public void A_provider_is_covered_by_its_own_agreements_on_the_day()
    {
        AgreementRegister agreements = Register(Agreement("openai-eu", "eu", s_now.AddDays(-5)), Agreement("openai-us", "us", s_now.AddYears(-1)));

        RegionCover covered = RegionCover.Of(Use("openai-eu", "eu-west-1", new(2026, 11, 21), new(2026, 11, 25)), agreements, s_now);
        RegionCover elsewhere = RegionCover.Of(Use("openai-eu", "us-east-1", new(2026, 11, 21), new(2026, 11, 25)), agreements, s_now); // An agreement with another provider does not help.
        RegionCover before = RegionCover.Of(Use("openai-eu", "eu-west-1", s_day, new(2026, 11, 25)), agreements, s_now);

        Assert.Equal(new RegionCover(true, 0, null), covered);
        Assert.Equal(new RegionCover(false, 2, new DateOnly(2026, 11, 21)), elsewhere);
        Assert.Equal(new RegionCover(false, 1, s_day), before);
    }

    [Fact]
    public void Without_an_agreement_ever_the_configuration_decides_unless_one_is_required()
    {
        Assert.Null(RegionCover.Of(Use("openai", "us-east-1", s_day), Register(), s_now).IsAgreed);
        Assert.Equal(new RegionCover(false, 1, s_day), RegionCover.Of(Use("openai", "us-east-1", s_day), Register().Requiring(true), s_now));
    }

    [Fact]
    public void What_went_around_is_covered_where_any_agreement_in_force_would_cover_the_place()
    {
        AgreementRegister agreements = Register(Agreement("openai-eu", "eu", s_now.AddDays(-1)), Agreement("old", "us", s_now.AddYears(-2)) with { Until = s_now.AddDays(-3) });

        Assert.True(RegionCover.Of(Use(null, "eu-west-1", s_day), agreements, s_now).IsAgreed);
        Assert.False(RegionCover.Of(Use(null, "us-east-1", s_day), agreements, s_now).IsAgreed);
    }

    private static RegionUse Use(string? provider, string region, params DateOnly[] days) => new("openai", region, provider, 1, 1, days);

    private static AgreementRegister Register(params Agreement[] agreements) => AgreementRegister.Empty.With(agreements);

    private static Agreement Agreement(string provider, string region, DateTimeOffset from) => new()
    {
        Id = new AgreementId(Guid.CreateVersion7(from)),
        Provider = provider,
        Regions = [region],
        Data = ["internal"],
        From = from,
        Until = s_now.AddYears(1),
        CreatedAt = from,
        CreatedBy = "admin",
    };
}
