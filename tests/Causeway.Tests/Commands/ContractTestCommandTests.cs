using System.Text.Json;
using Causeway.Commands;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

public sealed class ContractTestCommandTests : IAsyncLifetime
{
    private const string City =
        """{"type":"object","properties":{"city":{"type":"string"},"population":{"type":"integer"}},"required":["city","population"],"additionalProperties":false}""";

    private const string WrongAtClaude = """{"match":{"vendor":"anthropic"},"then":{"text":"{\"city\":7,\"population\":1}"}}""";

    private AdminHost _host = null!;
    private bool _isTerminal;

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        await _host.RegisterAsync("city", City);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Pins_that_may_serve_are_a_table_and_success()
    {
        string release = await _host.PointAsync("cities", "warn", "openai/gpt-5.4-mini", "claude/claude-sonnet-4-6");

        (int code, string output, string error) = await RunAsync("city", "--channel", "cities");

        Assert.Equal((0, ""), (code, error));
        string[] lines = output.Split('\n');
        Assert.Equal(($"city@1 on channel cities ({release[..16]})", ""), (lines[0], lines[1]));
        Assert.Matches("^PIN                       DIALECT    CARRIER  NATIVE  ENFORCED  REPAIRED  FAILED +COST  PROVEN  MAY SERVE$", lines[2]);
        Assert.Matches("^openai/gpt-5.4-mini       openai     format        3 +\\$0[.][0-9]+  no      yes$", lines[3]);
        Assert.Matches("^claude/claude-sonnet-4-6  anthropic  format        3 +\\$0[.][0-9]+  no      yes$", lines[4]);
        Assert.Matches("^It cost \\$0[.][0-9]+[.] May serve: every prompt kept the contract[.]$", lines[6]);
        Assert.Equal(8, lines.Length);
    }

    [Fact]
    public async Task A_pin_that_may_not_serve_is_told_with_the_reason_and_is_no_success()
    {
        await _host.PointAsync("cities", "warn", "openai/gpt-5.4-mini", "claude/claude-sonnet-4-6", "closed/mine");
        await _host.ScriptAsync(WrongAtClaude);

        (int code, string output, string error) = await RunAsync("city", "--channel", "cities", "--prompt", "Größtes Dorf?", "--prompt", "Two");

        Assert.Equal((1, ""), (code, error));
        Assert.Matches("\nclaude/claude-sonnet-4-6  anthropic  format +2 +\\$[0-9.]+  no      no\n", output);
        Assert.Contains(
            "\nclaude/claude-sonnet-4-6 may not serve\n  violated after 2 calls: /city: expected a string, got 7\n    asked: Größtes Dorf?\n  violated after 2 calls: /city: expected a string, got 7\n    asked: Two\n",
            output,
            StringComparison.Ordinal);
        Assert.Contains("\nclosed/mine may not serve\n  upstream_unreachable after 3 calls: closed does not take connections.\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("gpt-5.4-mini may not", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_one_result_of_all_pins_under_one_bound()
    {
        string release = await _host.PointAsync("cities", "warn", "openai/gpt-5.4-mini", "claude/claude-sonnet-4-6");

        (int code, string output, string error) = await RunAsync("city", "--channel", "cities", "--max-usd", "0.00005", "--json");

        Assert.Equal((1, ""), (code, error));
        JsonElement json = JsonElement.Parse(output);
        Assert.Equal((release, true, "0.000050000"), (json.GetProperty("release").GetString(), json.GetProperty("bounded").GetBoolean(), json.GetProperty("max_usd").GetString()));
        int[] sent = [.. json.GetProperty("pins").EnumerateArray().Select(pin => pin.GetProperty("prompts").GetArrayLength())];
        Assert.Equal((2, 0), (sent.Length, sent[1]));
        Assert.InRange(sent[0], 1, 2);
        Assert.Equal(json.GetProperty("cost_nano_usd").GetInt64(), json.GetProperty("pins")[0].GetProperty("cost_nano_usd").GetInt64());
        (_, string shown, _) = await RunAsync("city", "--channel", "cities", "--max-usd", "0.00005");
        Assert.EndsWith("It ended at its bound of $0.00005. Allow more with --max-usd.\n", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_each_pin_is_named_as_it_is_tried()
    {
        await _host.PointAsync("cities", "warn", "openai/gpt-5.4-mini", "claude/claude-sonnet-4-6");
        _isTerminal = true;

        (_, string output, _) = await RunAsync("city", "--channel", "cities");

        Assert.StartsWith("1/2  openai/gpt-5.4-mini\n2/2  claude/claude-sonnet-4-6\n\ncity@1 on", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("town", "cities", "(contract_unknown)")]
    [InlineData("city", "citeis", "did you mean \"cities\"?")]
    public async Task Unknown_names_are_told(string name, string channel, string expected)
    {
        await _host.PointAsync("cities", "warn", "openai/gpt-5.4-mini");

        (int code, string output, string error) = await RunAsync(name, "--channel", channel);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_has_to_be_named()
    {
        (int code, _, string error) = await RunAsync("city");

        Assert.Equal(2, code);
        Assert.Contains("--channel", error, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings
        {
            Variable = name => name == "NO_COLOR" ? "1" : CommandRun.Towards(_host.Address.AbsoluteUri)(name),
            IsTerminal = _ => _isTerminal,
        },
        ["contract", "test", .. arguments]);
}
