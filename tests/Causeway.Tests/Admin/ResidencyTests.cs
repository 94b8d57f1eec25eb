using System.Text.Json;
using Causeway.Budgets.Agreements;
using Causeway.Commands;
using Causeway.Tests.Commands;

namespace Causeway.Tests.Admin;

/// <summary>Where what went, over the API and from the command line.</summary>
public sealed class ResidencyTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private string _agreement = "";

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        (_, JsonElement made) = await _host.SendAsync(HttpMethod.Post, "api/v1/agreements", """{"provider": "openai", "regions": ["eu"], "data": ["customer"], "until": "2027-06-30"}""");
        _agreement = made.GetProperty("id").GetString()!;
        _host.Residency.Rows =
        [
            Row(ResidencyKind.Went, "customer", "openai", "eu-west-1", _agreement, 3),
            Row(ResidencyKind.Went, "internal", "claude", null, null, 2),
            Row(ResidencyKind.Went, null, "openai", null, null, 5),
            Row(ResidencyKind.Refused, "restricted", null, null, null, 1),
            Row(ResidencyKind.PassedOver, "customer", "claude", null, null, 4),
        ];
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_report_says_by_what_right_and_the_most_protected_first()
    {
        (int status, JsonElement report) = await _host.GetAsync("api/v1/residency?since=2026-11-20&until=2026-11-24");

        Assert.Equal(200, status);
        Assert.Equal(
            ["restricted refused none", "customer passed_over none", "customer went agreement", "internal went configuration", " went before"],
            report.GetProperty("rows").EnumerateArray().Select(row => $"{row.GetProperty("data_class")} {row.GetProperty("what")} {row.GetProperty("basis")}"));
        JsonElement went = report.GetProperty("rows")[2];
        Assert.Equal((_agreement, 3, true), (went.GetProperty("agreement").GetString(), went.GetProperty("calls").GetInt64(), went.GetProperty("holds").GetBoolean()));
        Assert.Equal("3 2 5 1 4 0 0", string.Join(' ', report.GetProperty("total").EnumerateObject().Select(sum => sum.Value.ToString())));
        Assert.Equal(4, _host.Residency.Asked.Count); // A day at a time.
    }

    [Theory]
    [InlineData("restricted", "eu-west-1", "2026-11-23T15:00:00Z")] // A class that it does not name.
    [InlineData("customer", "us-east-1", "2026-11-23T15:00:00Z")] // Another region.
    [InlineData("customer", "eu-west-1", "2027-07-01T00:00:01Z")] // After its end.
    public async Task What_the_text_of_the_agreement_does_not_cover_is_a_breach(string data, string region, string last)
    {
        _host.Residency.Rows = [Row(ResidencyKind.Went, data, "openai", region, _agreement, 7) with { Last = DateTimeOffset.Parse(last, System.Globalization.CultureInfo.InvariantCulture) }];

        (_, JsonElement report) = await _host.GetAsync("api/v1/residency?since=1d");

        Assert.Equal(7, report.GetProperty("total").GetProperty("breaches").GetInt64());
        Assert.False(report.GetProperty("rows")[0].GetProperty("holds").GetBoolean());
    }

    [Fact]
    public async Task The_command_line_shows_it_and_writes_it_as_csv()
    {
        (int code, string output, string error) = await RunAsync("residency", "report", "--since", "1d");
        (_, string csv, _) = await RunAsync("residency", "report", "--since", "1d", "--csv");
        (int wrong, _, string said) = await RunAsync("residency", "report", "--since", "2020-01-01");

        Assert.Equal((0, ""), (code, error));
        Assert.Matches($"(?m)^customer +went +openai +eu-west-1 +{_agreement} +search +3 ", output);
        Assert.Contains("3 calls by agreement, 2 by the configuration, 5 from before; 1 request refused, 4 times a provider passed over.", output, StringComparison.Ordinal);
        Assert.Contains("Every call that cites an agreement is covered by its text.", output, StringComparison.Ordinal);
        Assert.StartsWith("what,data_class,provider,region,basis,agreement,team,calls,input_tokens,output_tokens,first,last\r\nrefused,restricted,,,none,,search,1,", csv, StringComparison.Ordinal);
        Assert.Equal(1, wrong);
        Assert.Contains("400 days later at most", said, StringComparison.Ordinal);
    }

    private static ResidencyRow Row(ResidencyKind kind, string? data, string? provider, string? region, string? agreement, long calls)
    {
        DateTimeOffset at = new(2026, 11, 23, 15, 0, 0, TimeSpan.Zero);
        return new ResidencyRow(data, provider, region, agreement, "search", kind, calls, 100, 10, at, at);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri), IsTerminal = _ => false }, arguments);
}

/// <summary>Rows that a test says, once.</summary>
internal sealed class SaidResidency : IResidencyStore
{
    public IReadOnlyList<ResidencyRow> Rows { get; set; } = [];

    private static readonly DateTimeOffset s_at = new(2026, 11, 23, 14, 20, 0, TimeSpan.Zero);

    public List<DateTimeOffset> Asked { get; } = [];

    public Task<IReadOnlyList<ResidencyRow>> CountAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellation)
    {
        Asked.Add(since);
        return Task.FromResult(since.Date <= s_at.Date && s_at < until ? Rows : []);
    }
}
