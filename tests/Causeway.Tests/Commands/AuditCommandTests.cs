using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Causeway.Budgets.Ledger;
using Causeway.Commands;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

public sealed partial class AuditCommandTests : IAsyncLifetime
{
    private const string Key = "key_0193a1b2c3d47e5f8a9b0c1d2e3f4a5c";
    private const string Grant = "grant_0193a1b2c3d47e5f8a9b0c1d2e3f4001";
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_audit_is_a_table_of_who_did_what_and_which_limit_decided()
    {
        GrantNode grant = AuditTests.Plant(_host, 1);
        AuditTests.Spend(_host, grant, AuditTests.Request);
        AuditTests.Deny(_host, grant);

        (int code, string output, string error) = await RunAsync("audit", "--since", "24h", "--kind", "reserved,settled,denied", "--grant", Grant);

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            [
                "TIME (UTC)|KIND|WHO|WHAT|GRANT|DECIDED BY|LIMIT|CODE|HELD|BOOKED",
                $"2026-11-23 14:25:00|reserved|{Key}|gpt-5.4-mini|{Grant}|$0.002 100/50",
                $"2026-11-23 14:25:00|settled|openai/gpt-5.4-mini|{Grant}|overrun|$0.002 100/50|$0.002500001 90/60",
                $"2026-11-23 14:25:00|denied|{Key}|gpt-5.4-mini|{Grant}|{Grant}|usd 0.01/day|limit_spent",
                "",
            ],
            Columns().Replace(output, "|").Split('\n'));
        string[] lines = output.Split('\n');
        Assert.Equal(lines[0].IndexOf("CODE", StringComparison.Ordinal), lines[3].IndexOf("limit_spent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_said_to_be_nothing_and_json_is_the_answer_as_it_came()
    {
        (int none, string nothing, _) = await RunAsync("audit");
        (int json, string printed, _) = await RunAsync("audit", "--json", "--limit", "5");

        Assert.Equal((0, "There are no such entries.\n"), (none, nothing));
        Assert.Equal((0, "{\"entries\":[]}\n"), (json, printed));
    }

    [Fact]
    public async Task Following_prints_a_line_for_each_entry_as_it_happens_until_it_is_told_to_end()
    {
        GrantNode grant = AuditTests.Plant(_host, 1);
        using var leaving = new CancellationTokenSource();
        using var lines = new LineWriter();
        Task<int> following = FollowAsync(lines, ["audit", "--follow"], leaving.Token);

        Assert.Equal($"2026-11-23 14:25:00  grant_created    lead                                                            {Grant}", await lines.NextAsync());
        AuditTests.Deny(_host, grant);
        Assert.Matches($"^2026-11-23 14:25:00  denied           {Key}  gpt-5\\.4-mini +{Grant}  {Grant}  usd 0\\.01/day +limit_spent$", await lines.NextAsync());
        await leaving.CancelAsync();

        Assert.Equal(0, await following);
    }

    [Fact]
    public async Task Following_with_json_prints_one_object_on_each_line()
    {
        GrantNode grant = AuditTests.Plant(_host, 1);
        using var leaving = new CancellationTokenSource();
        using var lines = new LineWriter();
        Task<int> following = FollowAsync(lines, ["audit", "--follow", "--json", "--kind", "denied"], leaving.Token);

        AuditTests.Deny(_host, grant);
        JsonElement entry = JsonDocument.Parse(await lines.NextAsync()).RootElement;
        await leaving.CancelAsync();

        Assert.Equal(("denied", "limit_spent"), (entry.GetProperty("kind").GetString(), entry.GetProperty("code").GetString()));
        Assert.Equal(0, await following);
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--kind=grant_created")]
    public async Task Following_ends_where_nobody_reads_it_any_more(string option)
    {
        AuditTests.Plant(_host, 1);
        using var error = new StringWriter();
        using var pipe = new ClosedPipe();

        int ended = await FollowAsync(pipe, error, _host, ["audit", "--follow", option], TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), (ended, error.ToString()));
    }

    [Fact]
    public void What_is_written_elsewhere_than_to_this_process_own_pipe_goes_where_it_went() =>
        Assert.Null(new Surroundings().Pipe(new StringWriter()));

    [Fact]
    public async Task Following_says_when_the_server_ends_and_why_it_says_no()
    {
        AdminHost host = await AdminHost.StartAsync();
        AuditTests.Plant(host, 1);
        using var lines = new LineWriter();
        using var error = new StringWriter { NewLine = "\n" };
        Task<int> following = FollowAsync(lines, error, host, ["audit", "--follow"], CancellationToken.None);
        await lines.NextAsync();
        await host.StopAsync();
        int ended = await following;
        await host.DisposeAsync();

        (int refused, _, string reason) = await RunAsync("audit", "--follow", "--grant", "grant_1");

        Assert.Equal(1, ended);
        Assert.EndsWith("ended the stream: it is shutting down.\n", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, refused);
        Assert.Contains("grant: there is no grant \"grant_1\"", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verifying_ends_with_1_and_names_the_entry_where_one_was_changed()
    {
        AuditTests.Plant(_host, 1);

        (int whole, string said, _) = await RunAsync("audit", "verify");
        _host.Events.Report = new ChainReport(6, "abcd", 7, "Event 7 is missing.");
        (int broken, string named, _) = await RunAsync("audit", "verify");
        (int json, string printed, _) = await RunAsync("audit", "verify", "--json");

        Assert.Equal(0, whole);
        Assert.StartsWith($"1 entry, not changed.\n  Head  {new string('0', 64)}\n", said, StringComparison.Ordinal);
        Assert.Equal(1, broken);
        Assert.StartsWith("The audit was changed at entry 7: Event 7 is missing.\n", named, StringComparison.Ordinal);
        Assert.Equal((1, """{"events":6,"head":"abcd","ok":false,"broken_at":7,"problem":"Event 7 is missing.","heads":[]}""" + "\n"), (json, printed));
    }

    [Fact]
    public async Task A_head_that_was_kept_fits_until_the_ledger_is_written_anew()
    {
        AuditTests.Plant(_host, 1);
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await File.WriteAllTextAsync(file, (await RunAsync("audit", "head")).Output, TestContext.Current.CancellationToken);
            (int fits, string said, _) = await RunAsync("audit", "verify", "--heads", file);
            _host.Events.Mark = 1;
            (int other, string named, _) = await RunAsync("audit", "verify", "--head", (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Trim());

            Assert.Equal(0, fits);
            Assert.Contains("Nothing up to the newest of these was changed.", said, StringComparison.Ordinal);
            Assert.Equal(1, other);
            Assert.StartsWith("The audit is not the one that was signed. Entry 1 is another one ", named, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task What_holds_no_head_is_said_before_anything_is_asked()
    {
        (int code, _, string error) = await RunAsync("audit", "verify", "--head", "cwh1_abc");

        Assert.Equal(2, code);
        Assert.Contains("No head is in what was given", error, StringComparison.Ordinal);
    }

    [GeneratedRegex(" {2,}", RegexOptions.NonBacktracking)]
    private static partial Regex Columns();

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri) }, arguments);

    private Task<int> FollowAsync(LineWriter lines, string[] arguments, CancellationToken leaving) => FollowAsync(lines, TextWriter.Null, _host, arguments, leaving);

    private static Task<int> FollowAsync(TextWriter lines, TextWriter error, AdminHost host, string[] arguments, CancellationToken leaving)
    {
        RootCommand root = CommandLine.Create(
            (_, _) => Task.FromResult(5), (_, _) => Task.FromResult(6), (_, _) => Task.FromResult(7), new Surroundings { Variable = CommandRun.Towards(host.Address.AbsoluteUri) });
        return root.Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = lines, Error = error }, leaving);
    }

    /// <summary>The end of a pipe whose other end is closed.</summary>
    private sealed class ClosedPipe : StringWriter
    {
        public override Task WriteLineAsync(string? value) => throw new IOException("Broken pipe");
    }

    /// <summary>Hands each line over as it is written.</summary>
    private sealed class LineWriter : StringWriter
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public ValueTask<string> NextAsync() => _lines.Reader.ReadAsync(TestContext.Current.CancellationToken);

        public override Task WriteLineAsync(string? value)
        {
            _lines.Writer.TryWrite(value ?? "");
            return Task.CompletedTask;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
