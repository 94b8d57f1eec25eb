using System.Text;
using Causeway.Budgets.Alerts;

namespace Causeway.Budgets.Tests.Alerts;

public sealed class AlertJsonTests
{
    [Fact]
    public void A_threshold_is_written_with_all_that_a_receiver_needs()
    {
        Watched watched = new("500/month");
        BudgetAlert alert = Assert.Single(watched.At(85), one => one.Kind == AlertKind.Threshold);

        Assert.Equal(
            $$"""{"event":"budget.threshold","text":"team/support ({{alert.Grant}}) has used 80 % or more of usd 500/month: 425 of 500. The window ends at 2026-12-01 00:00:00Z.","grant":"{{alert.Grant}}","holder":"team/support","limit":"usd 500/month","meter":"usd","amount":500000000000,"used":425000000000,"left":75000000000,"window_starts":"2026-11-01T00:00:00+00:00","window_ends":"2026-12-01T00:00:00+00:00","threshold":80,"passed":[50,80],"at":"2026-11-02T12:00:00+00:00"}""",
            Encoding.UTF8.GetString(AlertJson.Write(alert)));
    }

    [Fact]
    public void A_forecast_says_when_and_a_denial_says_the_code()
    {
        Watched watched = new();
        string forecast = Encoding.UTF8.GetString(AlertJson.Write(Assert.Single(new Watched { Now = Watched.Midnight.AddHours(1) }.At(20))));
        string denied = Encoding.UTF8.GetString(AlertJson.Write(watched.Book.Denied(watched.Grant, "scope_model", null, watched.NowMs)!));

        Assert.Contains("\"event\":\"budget.forecast\"", forecast, StringComparison.Ordinal);
        Assert.Contains("\"forecast_at\":\"2026-11-02T05:00:00+00:00\"", forecast, StringComparison.Ordinal);
        Assert.DoesNotContain("threshold", forecast, StringComparison.Ordinal);
        Assert.Equal(
            $$"""{"event":"budget.denied","text":"team/support ({{watched.Grant.Id}}) was denied for the first time today: scope_model.","grant":"{{watched.Grant.Id}}","holder":"team/support","code":"scope_model","at":"2026-11-02T12:00:00+00:00"}""",
            denied);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"event":"dialect.drift","at":"2026-11-02T12:00:00Z"}""")]
    [InlineData("""{"event":"budget.threshold","at":7}""")]
    public void What_is_no_alert_is_read_as_none(string text) => Assert.Null(AlertJson.Read(text));
}
