using System.Globalization;
using Causeway.Budgets.Alerts;

namespace Causeway.Budgets.Tests.Alerts;

public sealed class ToldOnceTests
{
    private const long Day = 24 * 3_600_000L;

    [Fact]
    public void A_model_is_told_of_once_a_day()
    {
        ToldOnce<(string Provider, string Model)> book = MismatchAlert.NewBook();

        Assert.True(book.Take(("a", "m"), Day));
        Assert.False(book.Take(("a", "m"), (2 * Day) - 1));
        Assert.True(book.Take(("b", "m"), Day));
        Assert.True(book.Take(("a", "m"), 2 * Day));
    }

    [Fact]
    public void Names_that_callers_make_up_do_not_make_it_grow_and_the_next_day_has_room_again()
    {
        ToldOnce<(string Provider, string Model)> book = MismatchAlert.NewBook();
        for (int i = 0; i < MismatchAlert.MaxModels; i++)
        {
            Assert.True(book.Take(("a", i.ToString(CultureInfo.InvariantCulture)), Day));
        }

        Assert.False(book.Take(("a", "one more"), Day));
        Assert.True(book.Take(("a", "0"), 2 * Day));
        Assert.True(book.Take(("a", "one more"), 2 * Day));
    }
}
