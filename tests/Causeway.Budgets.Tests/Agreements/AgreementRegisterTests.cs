using Causeway.Budgets.Agreements;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Tests.Agreements;

/// <summary>What lets data go, and what does not.</summary>
public sealed class AgreementRegisterTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly int s_internal = DataClasses.Rank("internal")!.Value;
    private static readonly int s_customer = DataClasses.Rank("customer")!.Value;

    [Fact]
    public void Without_any_agreement_the_configuration_covers()
    {
        AgreementRegister none = AgreementRegister.Empty;

        Assert.Same(Coverage.Configured, Find(none, s_internal, region: null));
        Assert.Null(Find(none, s_customer, region: null));
        Assert.Null(Coverage.Configured.Cited);
    }

    [Fact]
    public void Where_agreements_are_required_the_configuration_covers_nothing() =>
        Assert.Null(Find(AgreementRegister.Empty.Requiring(true), s_internal, region: "eu"));

    [Fact]
    public void An_agreement_covers_its_classes_in_its_regions_from_its_beginning_to_its_end()
    {
        Agreement agreement = New() with { From = s_now, Until = s_now.AddDays(1) };
        AgreementRegister register = AgreementRegister.Empty.With(agreement);

        Assert.Equal(agreement.Id.ToString(), Find(register, s_customer)!.Cited);
        Assert.NotNull(Find(register, s_internal)); // What is less protected goes where it may.
        Assert.Null(Find(register, DataClasses.Rank("restricted")!.Value));
        Assert.Null(Find(register, s_customer, region: "us-east-1"));
        Assert.Null(Find(register, s_customer, region: null));
        Assert.Null(Find(register, s_customer, at: s_now.AddMilliseconds(-1)));
        Assert.NotNull(Find(register, s_customer, at: s_now.AddDays(1).AddMilliseconds(-1)));
        Assert.Null(Find(register, s_customer, at: s_now.AddDays(1)));
    }

    [Fact]
    public void The_end_of_the_last_agreement_stops_a_provider_whatever_the_configuration_says()
    {
        AgreementRegister register = AgreementRegister.Empty.With(New() with { Data = ["internal"] });

        AgreementRegister ended = register.With(register.All[0] with { EndedAt = s_now, Version = 2 });

        Assert.NotNull(Find(register, s_internal));
        Assert.Null(Find(ended, s_internal));
        Assert.Equal(AgreementState.Ended, ended.All[0].StateAt(s_now));
    }

    [Fact]
    public void Of_several_that_cover_the_one_that_lasts_longest_is_cited()
    {
        Agreement shorter = New() with { Until = s_now.AddDays(10) };
        Agreement longer = New() with { Until = s_now.AddDays(20) };

        Assert.Equal(longer.Id.ToString(), Find(AgreementRegister.Empty.With(shorter, longer), s_customer)!.Cited);
        Assert.Equal(longer.Id.ToString(), Find(AgreementRegister.Empty.With(longer, shorter), s_customer)!.Cited);
    }

    [Fact]
    public void Of_two_states_of_one_the_higher_version_stands_in_whatever_order_they_come()
    {
        Agreement first = New();
        Agreement second = first with { EndedAt = s_now, Version = 2 };

        Assert.Null(Find(AgreementRegister.Empty.With(second).With(first), s_customer));
        Assert.Null(Find(AgreementRegister.Empty.With(first).With(second), s_customer));
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        AgreementRegister register = AgreementRegister.Empty.With(New(), New() with { Provider = "other" });
        Find(register, s_customer);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            register.Find("openai", "eu-central-1", s_internal, s_customer, 1_800_000_000_000);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("eu", "eu-central-1", true)]
    [InlineData("eu", "europe-west4", true)]
    [InlineData("eu", "germanywestcentral", true)]
    [InlineData("eu", "eu", true)]
    [InlineData("eu", "eu-west-2", false)] // London.
    [InlineData("eu", "europe-west6", false)] // Zurich.
    [InlineData("eu", "global", false)]
    [InlineData("eu", null, false)]
    [InlineData("eu-central-1", "eu-central-1", true)]
    [InlineData("eu-central-1", "eu", false)]
    [InlineData("eu-central-1", "eu-west-1", false)]
    [InlineData("us", "us-gov-east-1", false)]
    [InlineData("uk", "uksouth", true)]
    [InlineData("global", "anywhere-1", true)]
    [InlineData("global", null, true)]
    [InlineData("my-cellar", "my-cellar", true)]
    public void A_region_is_covered_where_all_of_it_lies_in_what_was_agreed(string agreed, string? region, bool covers) => Assert.Equal(covers, Geography.Covers(agreed, region));

    [Theory]
    [InlineData(31, null, null)]
    [InlineData(30, null, 30)]
    [InlineData(8, 30, null)]
    [InlineData(7, 30, 7)]
    [InlineData(7, 7, null)]
    [InlineData(1, 7, 1)]
    [InlineData(1, null, 1)] // One warning, the nearest, where nobody looked for a while.
    [InlineData(0, 1, 0)]
    [InlineData(0, null, 0)]
    [InlineData(-5, 0, null)]
    public void Warnings_are_due_once_each(int daysLeft, int? warned, int? due) =>
        Assert.Equal(due, (New() with { From = s_now.AddDays(-100), Until = s_now.AddDays(daysLeft), Warned = warned }).WarningDueAt(s_now));

    [Fact]
    public void What_was_ended_is_not_warned_of() => Assert.Null((New() with { Until = s_now.AddDays(1), EndedAt = s_now }).WarningDueAt(s_now));

    private static Coverage? Find(AgreementRegister register, int rank, string? region = "eu-central-1", DateTimeOffset? at = null) =>
        register.Find("openai", region, s_internal, rank, (at ?? s_now).ToUnixTimeMilliseconds());

    private static Agreement New() => new()
    {
        Id = AgreementId.New(s_now),
        Provider = "openai",
        Regions = ["eu"],
        Data = ["customer"],
        From = s_now.AddDays(-1),
        Until = s_now.AddDays(100),
        CreatedAt = s_now,
        CreatedBy = "mira",
    };
}
