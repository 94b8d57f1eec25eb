using Causeway.Gateway.Upstream;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Upstream;

public sealed class RetryBudgetTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_quiet_gateway_may_retry_a_little_and_a_busy_one_a_tenth()
    {
        RetryBudget budget = new(_time);

        Assert.Equal(10, Taken(budget, 100));
        Count(budget, 1000);
        Assert.Equal(90, Taken(budget, 1000));
    }

    [Fact]
    public void What_is_older_than_ten_seconds_is_forgotten()
    {
        RetryBudget budget = new(_time);
        Count(budget, 1000);
        Assert.Equal(100, Taken(budget, 1000));

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, Taken(budget, 1000));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(10, Taken(budget, 1000));
        _time.Advance(TimeSpan.FromDays(400));
        Assert.Equal(10, Taken(budget, 1000));
    }

    private static void Count(RetryBudget budget, int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            budget.CountCall();
        }
    }

    private static int Taken(RetryBudget budget, int tries) => Enumerable.Range(0, tries).Count(_ => budget.TryTake());
}
