using Causeway.Budgets.Alerts;

namespace Causeway.Budgets.Tests.Alerts;

public sealed class DenialTests
{
    [Fact]
    public void The_first_denial_of_a_kind_is_told_once_in_its_window()
    {
        Watched watched = new();

        BudgetAlert? first = watched.Book.Denied(watched.Grant, "limit_spent", watched.Use(98), watched.NowMs);

        Assert.Equal((AlertKind.Denied, "limit_spent", 2_000_000_000L), (first!.Kind, first.Code, first.Left));
        Assert.Null(watched.Book.Denied(watched.Grant, "limit_spent", watched.Use(99), watched.NowMs + 1));
        Assert.NotNull(watched.Book.Denied(watched.Grant, "limit_held", watched.Use(99), watched.NowMs + 2));
        watched.Now = watched.Now.AddDays(1);
        Assert.NotNull(watched.Book.Denied(watched.Grant, "limit_spent", watched.Use(98), watched.NowMs));
    }

    [Fact]
    public void Without_a_window_it_is_told_once_a_day()
    {
        Watched watched = new();

        Assert.NotNull(watched.Book.Denied(watched.Grant, "scope_model", null, watched.NowMs));
        watched.Now = Watched.Midnight.AddHours(23.9);
        Assert.Null(watched.Book.Denied(watched.Grant, "scope_model", null, watched.NowMs));
        watched.Now = Watched.Midnight.AddHours(24);
        Assert.NotNull(watched.Book.Denied(watched.Grant, "scope_model", null, watched.NowMs));
    }

    [Fact]
    public void What_was_told_is_not_told_again_after_a_restart_and_is_forgotten_when_it_is_over()
    {
        Watched watched = new("100/month");
        BudgetAlert spent = watched.Book.Denied(watched.Grant, "limit_spent", watched.Use(100), watched.NowMs)!;
        BudgetAlert scope = watched.Book.Denied(watched.Grant, "scope_env", null, watched.NowMs)!;
        watched.Restart([spent, scope]);

        Assert.Null(watched.Book.Denied(watched.Grant, "scope_env", null, watched.NowMs));
        watched.Now = watched.Now.AddDays(10);
        watched.Book.Forget(watched.NowMs);
        Assert.Null(watched.Book.Denied(watched.Grant, "limit_spent", watched.Use(100), watched.NowMs));
        Assert.NotNull(watched.Book.Denied(watched.Grant, "scope_env", null, watched.NowMs));
    }

    [Theory]
    [InlineData("limit_spent", true)]
    [InlineData("limit_held", true)]
    [InlineData("limit_paced", true)]
    [InlineData("rate_requests", true)]
    [InlineData("rate_concurrent", true)]
    [InlineData("request_exceeds_limit", true)]
    [InlineData("scope_data_class", true)]
    [InlineData("price_unknown", true)]
    [InlineData("loop_suspended", false)] // Runs have their own place.
    [InlineData("channel_unknown", false)]
    [InlineData("journal_failed", false)]
    [InlineData(null, false)]
    public void Only_what_a_budget_says_no_to_is_told(string? code, bool isTold) => Assert.Equal(isTold, AlertBook.IsTold(code));
}
