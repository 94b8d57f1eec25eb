using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Budgets.Keys;
using Causeway.Commands;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

public sealed partial class CommandTests : IAsyncLifetime
{
    private readonly Dictionary<string, string?> _variables = [];
    private AdminHost _host = null!;
    private bool _terminal;
    private UpOptions? _up;
    private SimulateOptions? _simulate;

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _variables["CAUSEWAY_URL"] = _host.Address.AbsoluteUri;
        _variables["CAUSEWAY_TOKEN"] = AdminHost.Token;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_new_key_is_the_first_line_and_then_how_to_use_it()
    {
        (int code, string output, string error) = await RunAsync("key", "new", "--team", "search", "--feature", "answers", "--env", "dev", "--expires", "30d");

        Assert.Equal((0, ""), (code, error));
        string[] lines = output.Split('\n');
        Assert.True(KeySecret.IsWellFormed(System.Text.Encoding.ASCII.GetBytes(lines[0])));
        string address = _host.Address.AbsoluteUri.TrimEnd('/');
        Assert.Contains($"export OPENAI_BASE_URL={address}/v1 OPENAI_API_KEY={lines[0]}\n", output, StringComparison.Ordinal);
        Assert.Contains($"export ANTHROPIC_BASE_URL={address} ANTHROPIC_API_KEY={lines[0]}\n", output, StringComparison.Ordinal);
        Assert.Contains($"export GOOGLE_GEMINI_BASE_URL={address} GEMINI_API_KEY={lines[0]}\n", output, StringComparison.Ordinal);
        Assert.Contains("Expires  2026-12-23 14:25 UTC", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task Json_is_the_answer_as_it_came()
    {
        (int code, string output, _) = await RunAsync("key", "new", "--team", "search", "--feature", "answers", "--env", "dev", "--json");
        string status = await _host.Http.GetStringAsync("api/v1/status");
        (_, string printed, _) = await RunAsync("status", "--json");

        Assert.Equal(0, code);
        Assert.Equal("search", JsonDocument.Parse(output).RootElement.GetProperty("team").GetString());
        Assert.Equal(status + "\n", printed);
    }

    [Fact]
    public async Task Keys_are_listed_and_revoked()
    {
        string id = (await _host.MakeKeyAsync()).GetProperty("id").GetString()!;
        await _host.MakeKeyAsync(team: "ads");

        (_, string all, _) = await RunAsync("key", "list", "--limit", "1");
        (int revoked, string said, _) = await RunAsync("key", "revoke", id);
        (_, string list, _) = await RunAsync("key", "list", "--state", "revoked", "--team", "search");

        Assert.Contains("There are more: add --cursor key_", all, StringComparison.Ordinal);
        Assert.Equal(0, revoked);
        Assert.StartsWith($"{id} of search/answers/dev is revoked since 2026-11-23 14:25 UTC.\n", said, StringComparison.Ordinal);
        string[] lines = list.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Matches($"^{id}  cw0_.{{8}}…  search  answers  dev  revoked  2026-11-23 14:25 UTC  2026-11-23 14:25 UTC$", lines[1]);
    }

    [Fact]
    public async Task Spend_is_a_table_with_bars_and_a_total()
    {
        _host.Usage.Rows =
        [
            SpendTests.Row(["search", "gpt-5.4-mini"], requests: 1200, failures: 3, cost: 7_500_000_000, input: 1_234_567, output: 12_345),
            SpendTests.Row(["ads", "claude-haiku-5-5"], requests: 7, cost: 2_500_000_000, input: 999, output: 5),
            SpendTests.Row(["ads", "llama-local"], requests: 2, unpriced: 2, input: 50, output: 5),
        ];

        (int code, string output, string error) = await RunAsync("spend", "--by", "team,model", "--since", "24h");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            """
            2026-11-22 14:00 UTC to 2026-11-23 14:25 UTC, whole hours

            TEAM    MODEL             REQUESTS  FAILED  INPUT  OUTPUT      COST  SHARE
            search  gpt-5.4-mini         1,200       3   1.2M   12.3k     $7.50    75%  ███████████████
            ads     claude-haiku-5-5         7            999       5     $2.50    25%  █████
            ads     llama-local              2             50       5  unpriced
            TOTAL                        1,209       3   1.2M   12.4k   $10.00*   100%

            * 2 requests (<1%) went to models without a price and are in no cost. Prices of your own: docs/configuration.md, providers.prices

            """,
            output);
    }

    [Fact]
    public async Task On_a_terminal_there_is_colour_unless_it_is_not_wanted()
    {
        _terminal = true;
        (_, string coloured, _) = await RunAsync("providers");
        _variables["NO_COLOR"] = "1";
        (_, string plain, _) = await RunAsync("providers");

        Assert.Contains("\u001b[", coloured, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', plain);
        Assert.Equal(plain, Uncoloured().Replace(coloured, ""));
    }

    [Fact]
    public async Task What_a_provider_names_cannot_move_the_cursor()
    {
        _host.Usage.Rows = [SpendTests.Row(["evil\u001b[2J\u202e\r\n[red]model[/]"], requests: 1)];

        (_, string output, _) = await RunAsync("spend", "--by", "model");

        Assert.Contains("evil?[2J???[red]model[/]", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_is_printed_as_it_came()
    {
        _host.Usage.Rows = [SpendTests.Row(["search"], requests: 1, cost: 5)];

        (int code, string output, _) = await RunAsync("spend", "--csv");

        Assert.Equal(0, code);
        Assert.Equal(await _host.Http.GetStringAsync("api/v1/spend?format=csv"), output);
    }

    [Fact]
    public async Task The_other_verbs_show_what_they_ask()
    {
        (int models, string modelText, _) = await RunAsync("models", "--provider", "claude", "--search", "haiku-4-5");
        (int providers, string providerText, _) = await RunAsync("providers");
        (int status, string statusText, _) = await RunAsync("status");
        (int reload, string reloadText, _) = await RunAsync("reload");

        Assert.Equal((0, 0, 0, 0), (models, providers, status, reload));
        Assert.Contains("claude/claude-haiku-4-5  ", modelText, StringComparison.Ordinal);
        Assert.Contains("alias of claude-haiku-4-5-20251001", modelText, StringComparison.Ordinal);
        Assert.Contains("claude-eu", providerText, StringComparison.Ordinal);
        Assert.StartsWith($"Causeway 1.2.3 at {_host.Address.AbsoluteUri.TrimEnd('/')}\n", statusText, StringComparison.Ordinal);
        Assert.Equal("Applied.\n  provider \"openai\" changed\n", reloadText);
    }

    [Fact]
    public async Task A_no_says_what_where_and_what_next()
    {
        (int code, string output, string error) = await RunAsync("key", "new", "--team", "Search", "--feature", "answers", "--env", "prd");

        Assert.Equal((1, ""), (code, output));
        Assert.Equal(
            $"""
            No key can be made from this (key_invalid) at {_host.Address.AbsoluteUri.TrimEnd('/')}
              Mend what "errors" names; nothing was made.
              team: may hold lower-case letters, digits, '.', '_' and '-', and starts with a letter or digit
              env: "prd" is not an environment; allowed: dev, eval, staging, prod; did you mean "prod"?

            """,
            error);
    }

    [Fact]
    public async Task With_json_a_problem_is_printed_as_it_came_and_the_code_still_says_no()
    {
        (int code, string output, string error) = await RunAsync("key", "revoke", "nonsense", "--json");

        Assert.Equal(1, code);
        Assert.Equal("key_unknown", JsonDocument.Parse(output).RootElement.GetProperty("code").GetString());
        Assert.StartsWith("There is no such key (key_unknown)", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_with_the_way_out()
    {
        (int code, _, string error) = await RunAsync("status", "--url", "http://127.0.0.1:1");

        Assert.Equal(1, code);
        Assert.Equal("No server answers at http://127.0.0.1:1: nothing listens there.\n  Start one with: causeway up\n  Is it elsewhere? Set CAUSEWAY_URL or pass --url URL\n", error);
    }

    [Fact]
    public async Task A_server_of_another_kind_is_told_apart()
    {
        (int code, _, string error) = await RunAsync("status", "--url", _host.Simulator.Address.AbsoluteUri);

        Assert.Equal(1, code);
        Assert.Contains("There is no admin API at", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_token_names_the_variable_and_a_missing_one_is_not_tried()
    {
        _variables["CAUSEWAY_TOKEN"] = "cwa_wrong";
        (int wrong, _, string refused) = await RunAsync("status");
        _variables["CAUSEWAY_TOKEN"] = null;
        (int missing, _, string asked) = await RunAsync("status");

        Assert.Equal(1, wrong);
        Assert.Contains("(admin_token_wrong)", refused, StringComparison.Ordinal);
        Assert.Contains("CAUSEWAY_TOKEN", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("cwa_wrong", refused, StringComparison.Ordinal);
        Assert.Equal(2, missing);
        Assert.Contains("set CAUSEWAY_TOKEN", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_can_come_from_a_file()
    {
        _variables["CAUSEWAY_TOKEN"] = null;
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, AdminHost.Token + "\n");

        (int code, _, _) = await RunAsync("status", "--token-file", file);
        File.Delete(file);
        (int gone, _, string error) = await RunAsync("status", "--token-file", file);

        Assert.Equal((0, 2), (code, gone));
        Assert.Contains(file, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://causeway")]
    [InlineData("causeway:8080")]
    [InlineData("http://user:secret@causeway")]
    [InlineData("")]
    public async Task What_is_no_address_is_refused(string url)
    {
        (int code, _, string error) = await RunAsync("status", "--url", url);

        Assert.Equal(2, code);
        Assert.Contains("which is not an address", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key", "nw")]
    [InlineData("spned")]
    [InlineData("key", "new", "--team", "a")]
    [InlineData("spend", "--json", "--csv")]
    [InlineData("spend", "--bye", "team")]
    [InlineData("up", "--config", "a.yaml", "--listen", "127.0.0.1:1")]
    public async Task A_line_that_cannot_be_understood_ends_with_2(params string[] arguments)
    {
        (int code, string output, string error) = await RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.NotEmpty(error);
        Assert.Contains("--help", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Usage:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_and_simulate_hand_over_what_was_asked()
    {
        (int up, _, _) = await RunAsync("up", "--data", "/data", "--listen", "127.0.0.1:9000", "--reset-admin-token");
        (int simulate, _, _) = await RunAsync("simulate");

        Assert.Equal((5, 6), (up, simulate));
        Assert.Equal(new UpOptions(null, "/data", "127.0.0.1:9000", true), _up);
        Assert.Equal(new SimulateOptions("127.0.0.1:8090"), _simulate);
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        (int code, string output, _) = await RunAsync("--version");

        Assert.Equal(0, code);
        Assert.Matches("^causeway [0-9]+\\.[0-9]+\\.[0-9]+[^\n]*\n$", output);
    }

    [Fact]
    public async Task The_help_of_every_verb_is_the_pinned_one()
    {
        var help = new StringWriter { NewLine = "\n" };
        foreach (string verb in (string[])["", "up", "key", "key new", "key list", "key revoke", "key revocations", "key attenuate", "key verify", "grant", "grant new", "grant delegate", "grant tree", "grant show", "grant suspend", "grant resume", "grant revoke", "grant rekey", "grant request", "grant inbox", "grant approve", "grant deny", "grant seal", "grant break-glass", "grant ack", "grant review", "release", "release new", "release list", "release show", "release diff", "channel", "channel new", "channel list", "channel show", "channel history", "contract", "contract register", "contract list", "contract show", "contract outcomes", "contract test", "apply", "export", "export focus", "spend", "audit", "audit verify", "audit head", "models", "providers", "status", "reload", "simulate", "doctor"])
        {
            (int code, string output, _) = await RunAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
            Assert.Equal(0, code);
            Assert.Contains(verb is "key" or "grant" or "release" or "channel" or "contract" ? "Commands:" : "Examples:", output, StringComparison.Ordinal);
            help.WriteLine($"$ causeway {verb}{(verb.Length > 0 ? " " : "")}--help");
            help.WriteLine(string.Join('\n', output.Split('\n').Select(line => line.TrimEnd())).TrimEnd());
            help.WriteLine();
        }

        // The first word of a usage line is the running executable, here the test host.
        Pinned.Check("tests/Causeway.Tests/Commands/help.txt", help.ToString().Replace(RootCommand.ExecutableName, "causeway", StringComparison.Ordinal));
    }

    [GeneratedRegex("\u001b\\[[0-9;]*m", RegexOptions.NonBacktracking)]
    private static partial Regex Uncoloured();

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        CommandLine.Create(
            (options, _) =>
            {
                _up = options;
                return Task.FromResult(5);
            },
            (options, _) =>
            {
                _simulate = options;
                return Task.FromResult(6);
            },
            (_, _) => Task.FromResult(7),
            new Surroundings { Variable = _variables.GetValueOrDefault, IsTerminal = _ => _terminal }),
        arguments);
}
