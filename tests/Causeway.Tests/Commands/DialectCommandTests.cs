using System.Text;
using System.Text.Json;
using Causeway.Commands;
using Causeway.Contracts.Conformance;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

public sealed class DialectCommandTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private string _url = "";
    private string? _typed;

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _url = _host.Address.AbsoluteUri;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Probing_says_what_it_may_cost_asks_and_shows_each_probe()
    {
        _typed = "y\n";

        (int code, string output, string error) = await RunAsync("dialect", "probe", "--provider", "openai", "--model", "gpt-5.4-mini", "--probe", "basic", "optional_property");

        Assert.Equal((0, ""), (code, error));
        string[] lines = output.Split('\n');
        Assert.StartsWith("MODEL", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("openai/gpt-5.4-mini  openai", lines[1], StringComparison.Ordinal);
        Assert.Contains("2 probes each. No call is made that could go beyond $0.5;", output, StringComparison.Ordinal);
        Assert.Contains("   1/2  openai/gpt-5.4-mini  basic  enforced\n", output, StringComparison.Ordinal);
        Assert.Contains("   2/2  openai/gpt-5.4-mini  optional_property  rejected  ", output, StringComparison.Ordinal);
        Assert.Contains("2 of 2 probes sent for $0.", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n\n", 1, "Nothing was sent.")]
    [InlineData("", 1, "Nothing was sent.")]
    [InlineData(null, 2, "Add --yes to send them.")]
    public async Task Nothing_is_sent_without_a_yes(string? typed, int exit, string said)
    {
        _typed = typed;

        (int code, string output, _) = await RunAsync("dialect", "probe", "--model", "openai/gpt-5.4-mini");

        Assert.Equal(exit, code);
        Assert.Contains(said, output, StringComparison.Ordinal);
        Assert.Equal(0, _host.Usage.Booked);
    }

    [Fact]
    public async Task Json_is_the_run_alone_and_a_bound_that_was_met_is_a_failure()
    {
        (int code, string output, string error) = await RunAsync("dialect", "probe", "--model", "openai/gpt-5.4-mini", "--max-usd", "0.000001", "--yes", "--json");

        Assert.Equal(1, code);
        Assert.Equal(("bounded", 0), (JsonElement.Parse(output).GetProperty("state").GetString(), JsonElement.Parse(output).GetProperty("done").GetInt32()));
        Assert.Contains("It ended at its bound of $0.000001.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_refuses_is_said_with_the_place()
    {
        (int code, _, string error) = await RunAsync("dialect", "probe", "--model", "openai/gpt-5.4-mini", "--probe", "max_lenght", "--yes");

        Assert.Equal(1, code);
        Assert.Contains("probes: \"max_lenght\" is no probe; did you mean \"max_length\"?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_documented_matrix_needs_no_server()
    {
        _url = "http://127.0.0.1:1";

        (int code, string output, _) = await RunAsync("dialect", "matrix", "--documented");
        (int json, string text, _) = await RunAsync("dialect", "matrix", "--documented", "--json");
        (int away, _, string error) = await RunAsync("dialect", "matrix");

        Assert.Equal((0, 0, 1), (code, json, away));
        Assert.Matches("^FEATURE +anthropic +azure-openai", output);
        Assert.Matches("(?m)^multipleOf +R", output);
        Assert.True(JsonElement.Parse(text).GetProperty("rows").GetArrayLength() > 500);
        Assert.Contains("No server answers", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_measured_stands_beside_what_is_documented()
    {
        DateTimeOffset now = _host.Time.GetUtcNow();
        await _host.Measured.AddAsync(Showing("maximum", ProbeVerdict.Ignored, now), TestContext.Current.CancellationToken);
        await _host.Measured.AddAsync(Showing("not", ProbeVerdict.Rejected, now.AddDays(-20)), TestContext.Current.CancellationToken);
        await _host.Measured.AddAsync(Showing("key_order", ProbeVerdict.Enforced, now), TestContext.Current.CancellationToken);

        (int code, string output, _) = await RunAsync("dialect", "matrix", "--provider", "openai");

        Assert.Equal(0, code);
        Assert.Matches("(?m)^minimum, maximum +enforced +[0-9-]+ +!= ignored 2026-11-23$", output);
        Assert.Matches("(?m)^not +rejected +[0-9-]+ +rejected 2026-11-03 \\(old\\)$", output);
        Assert.Matches("(?m)^openai/m +members declared as b, a, c, with b optional +enforced +2026-11-23", output);
    }

    [Fact]
    public async Task Drift_is_a_table_or_a_sentence()
    {
        (int none, string quiet, _) = await RunAsync("dialect", "drift", "--since", "7d");
        DateTimeOffset now = _host.Time.GetUtcNow();
        await _host.Conformance.AddAsync([Showing("maximum", ProbeVerdict.Enforced, now.AddDays(-3)), Showing("maximum", ProbeVerdict.Ignored, now.AddDays(-1))], TestContext.Current.CancellationToken);

        (int some, string output, _) = await RunAsync("dialect", "drift");

        Assert.Equal((0, 0), (none, some));
        Assert.Contains("Nothing changed of what was measured.", quiet, StringComparison.Ordinal);
        Assert.Matches("(?m)^2026-11-22 14:25 UTC  openai/m  maximum  enforced  ignored  2026-11-20 14:25 UTC", output);
    }

    private static Measurement Showing(string probe, ProbeVerdict verdict, DateTimeOffset at) => new("openai", "m", null, "openai", probe, verdict, at, null, null);

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings
        {
            Variable = CommandRun.Towards(_url),
            IsTerminal = _ => false,
            CanAsk = () => _typed is not null,
            Input = () => new MemoryStream(Encoding.UTF8.GetBytes(_typed ?? "")),
        },
        arguments);
}
