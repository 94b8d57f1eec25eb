using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Tests.Admin;

/// <summary>The grants that have the least left, for whoever wants to know what runs dry.</summary>
public sealed class GrantOrderTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_least_left_comes_first_and_what_has_no_limit_does_not_come()
    {
        GrantNode parent = _host.MakeGrant(null, GrantKind.Share, "usd 100/month");
        GrantNode carved = _host.MakeGrant(parent, GrantKind.Carve, "usd 90/month");
        _host.MakeGrant(null, GrantKind.Share, "usd 50/month");
        _host.MakeGrant(null, GrantKind.Share, Array.Empty<string>());

        (int status, JsonElement driest) = await _host.GetAsync("api/v1/grants?order=driest");
        (_, JsonElement one) = await _host.GetAsync("api/v1/grants?order=driest&limit=1");
        (int wrong, _) = await _host.GetAsync("api/v1/grants?order=wet");

        Assert.Equal(200, status);
        Assert.Equal([0.1, 1, 1], Lefts(driest));
        Assert.Equal(parent.Grant.Id.ToString(), Assert.Single(one.GetProperty("grants").EnumerateArray().ToArray()).GetProperty("id").GetString());
        Assert.Contains(carved.Grant.Id.ToString(), driest.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(422, wrong);
    }

    private static IEnumerable<double> Lefts(JsonElement list) => list.GetProperty("grants").EnumerateArray()
        .Select(grant => grant.GetProperty("limits")[0]).Select(limit => limit.GetProperty("left").GetInt64() / (double)limit.GetProperty("amount").GetInt64());
}
