using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Alerts;

public sealed class MismatchAlertTests
{
    [Fact]
    public async Task A_mismatch_of_usage_is_in_the_ledger_counted_and_posted()
    {
        TaskCompletionSource<RawConnection> posted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawUpstream hook = RawUpstream.Start(async connection =>
        {
            await connection.AnswerAsync("{}");
            posted.TrySetResult(connection);
        });
        await using SignedWebhook webhook = new(hook.Address, null, TimeProvider.System, NullLogger.Instance);
        await using AlertHouse house = AlertHouse.Open(webhook);
        GrantNode grant = house.Grant("100/none");

        house.Misreport(grant, "m1");
        await house.LookAsync();
        RawConnection told = await posted.Task.Soon();

        LedgerEvent raised = Assert.Single(house.Raised);
        Assert.Equal(("usage_mismatch", grant.Grant.Id, "openai", "m1", "causeway"), (raised.Code, raised.Grant, raised.Provider, raised.Model, raised.Actor));
        Assert.Equal(raised.Detail, told.Body);
        JsonElement body = JsonElement.Parse(told.Body);
        Assert.Equal(("usage.mismatch", "openai", "m1", 50_000L), (body.GetProperty("event").GetString(), body.GetProperty("provider").GetString(), body.GetProperty("model").GetString(), body.GetProperty("tokens_in").GetInt64()));
        Assert.Equal($"req_{raised.Request:N}", body.GetProperty("request").GetString());
        Assert.StartsWith("openai/m1 reported 50000 input tokens where at most 300 can have been.", body.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("causeway.budget.alerts 1 causeway.alert.kind=mismatch", house.Measured);
    }

    [Fact]
    public async Task It_is_told_once_a_day_of_each_model_across_restarts()
    {
        await using AlertHouse house = AlertHouse.Open();
        GrantNode grant = house.Grant("100/none");
        house.Misreport(grant, "m1");
        house.Misreport(grant, "m1");
        house.Misreport(grant, "m2");
        await house.LookAsync();
        house.Misreport(grant, "m1");
        await house.LookAsync();
        Assert.Equal(["m1", "m2"], house.Raised.Select(raised => raised.Model));

        await using AlertHouse again = house.Again();
        await again.Alerts.RestoreAsync(GatewayHouse.Token).Soon();
        again.Misreport(again.Ledger.Find(grant.Grant.Id)!, "m1");
        await again.LookAsync();
        Assert.Equal(2, again.Raised.Count);

        again.Time.Advance(TimeSpan.FromDays(1));
        again.Misreport(again.Ledger.Find(grant.Grant.Id)!, "m1");
        await again.LookAsync();
        Assert.Equal(["m1", "m2", "m1"], again.Raised.Select(raised => raised.Model));
    }
}
