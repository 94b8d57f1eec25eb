using System.Security.Cryptography;
using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Commands;
using Causeway.Releases.Routing;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

public sealed class BlastCommandTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-blast-").FullName;
    private AdminHost _host = null!;
    private string _bad = "";

    private string Out => Path.Combine(_folder, "report");

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        await _host.PointAsync("support", "warn", "openai/gpt-5.5");
        (_, JsonElement release) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["claude/claude-opus-5-5"]}""");
        _bad = release.GetProperty("id").GetString()!;
        await _host.SendAsync(HttpMethod.Put, "api/v1/policy", $"channels:\n  support: {{release: {_bad}}}\n", "application/yaml");
        _host.Time.Now += TimeSpan.FromMinutes(1);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Every_request_of_the_release_is_in_the_files_and_the_manifest_says_that_none_is_missing()
    {
        Guid direct = await BookAsync(Outcome.Completed, unit: 0x0f51_e1c0_a000_0001, conversation: "s-1");
        Guid partial = await BookAsync(Outcome.Interrupted, feature: "=cmd");
        Guid none = await BookAsync(Outcome.Failed);
        await BookAsync(Outcome.Completed, release: "rel_" + new string('0', 64)); // Another one's.
        await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollback", """{"reason": "bad"}""");
        _host.Time.Now += TimeSpan.FromMinutes(1);

        (int code, string output, string error) = await RunAsync("blast", "support", "--out", Out);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Complete: every request that was held for has its record.", output, StringComparison.Ordinal);
        JsonElement manifest = Read("manifest.json");
        Assert.Equal((_bad, true, 1, 1, 1, 4), (manifest.GetProperty("release").GetString(), manifest.GetProperty("complete").GetBoolean(), Number(manifest, "direct"), Number(manifest, "partial"), Number(manifest, "none"), Number(manifest, "requests_of_channel")));
        JsonElement[] rows = [.. (await File.ReadAllLinesAsync(Path.Combine(Out, "requests.jsonl"), TestContext.Current.CancellationToken)).Select(line => JsonElement.Parse(line))];
        Assert.Equal([Name(direct), Name(partial), Name(none)], rows.Select(row => row.GetProperty("request").GetString()));
        Assert.Equal(["direct", "partial", "none"], rows.Select(row => row.GetProperty("exposure").GetString()));
        Assert.Equal([("0f51e1c0a0000001", "s-1"), (null, null), (null, null)], rows.Select(row => (row.GetProperty("unit_hash").GetString(), row.GetProperty("conversation").GetString()))); // Nothing is guessed.
        Assert.Contains(",s-1,0f51e1c0a0000001,stable,", await File.ReadAllTextAsync(Path.Combine(Out, "requests.csv"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        (_, string shown, _) = await RunAsync("request", "show", Name(direct));
        (_, string bare, _) = await RunAsync("request", "show", Name(partial));
        Assert.Contains("unit 0f51e1c0a0000001", shown, StringComparison.Ordinal);
        Assert.Matches("Conversation +s-1", shown);
        Assert.DoesNotContain("unit ", bare, StringComparison.Ordinal);
        Assert.DoesNotContain("Conversation", bare, StringComparison.Ordinal);
        Assert.Contains("\"'=cmd\"", await File.ReadAllTextAsync(Path.Combine(Out, "requests.csv"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        foreach (JsonElement file in manifest.GetProperty("files").EnumerateArray())
        {
            byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(Out, file.GetProperty("name").GetString()!), TestContext.Current.CancellationToken);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), file.GetProperty("sha256").GetString());
        }
    }

    // It was rolled out, rolled back, lifted, and rolled out again: all of it is one incident of the release.
    [Fact]
    public async Task A_release_that_was_given_to_the_channel_twice_is_looked_for_from_the_first_time_on()
    {
        (_, JsonElement made) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["openai/gpt-5.4-mini"]}""");
        string candidate = made.GetProperty("id").GetString()!;
        string start = $$"""{"to": "{{candidate}}", "ppm": 100000, "force": true, "reason": "test"}""";
        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", start)).Status);
        _host.Time.Now += TimeSpan.FromMinutes(1);
        Guid first = await BookAsync(Outcome.Completed, release: candidate);
        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollback", """{"reason": "bad"}""")).Status);
        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Post, "api/v1/quarantine/lift", $$"""{"release": "{{candidate}}", "channel": "support", "reason": "mended"}""")).Status);
        _host.Time.Now += TimeSpan.FromHours(1);
        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", start)).Status);
        _host.Time.Now += TimeSpan.FromMinutes(1);
        Guid second = await BookAsync(Outcome.Completed, release: candidate);
        _host.Time.Now += TimeSpan.FromMinutes(1);

        (int code, _, string error) = await RunAsync("blast", "support", "--release", candidate[..16], "--out", Out);

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            [Name(first), Name(second)],
            (await File.ReadAllLinesAsync(Path.Combine(Out, "requests.jsonl"), TestContext.Current.CancellationToken)).Select(line => JsonElement.Parse(line).GetProperty("request").GetString()));
    }

    [Fact]
    public async Task What_came_from_the_cache_what_is_made_into_vectors_and_what_read_its_answers_is_told_apart()
    {
        string good = "rel_" + new string('0', 64);
        Guid direct = await BookAsync(Outcome.Completed);
        Guid cached = await BookAsync(Outcome.Completed, cachedFrom: direct);
        Guid derived = await BookAsync(Outcome.Completed, route: "embeddings");
        Guid inherited = await BookAsync(Outcome.Completed, release: good, inherits: $"rel_{new string('1', 64)},{_bad}");
        await BookAsync(Outcome.Completed, release: good, inherits: "rel_" + new string('1', 64)); // Another one's.
        await BookAsync(Outcome.Failed, release: good, inherits: _bad); // It read them, and said nothing.
        _host.Time.Now += TimeSpan.FromMinutes(1);

        (int code, string output, _) = await RunAsync("blast", "support", "--release", _bad[..16], "--out", Out);

        JsonElement manifest = Read("manifest.json");
        Assert.Equal((0, 1, 1, 1, 1, 6), (code, Number(manifest, "direct"), Number(manifest, "cached"), Number(manifest, "derived"), Number(manifest, "inherited"), Number(manifest, "requests_of_channel")));
        JsonElement[] rows = [.. (await File.ReadAllLinesAsync(Path.Combine(Out, "requests.jsonl"), TestContext.Current.CancellationToken)).Select(line => JsonElement.Parse(line))];
        Assert.Equal(
            [(Name(direct), "direct"), (Name(cached), "cached"), (Name(derived), "derived"), (Name(inherited), "inherited")],
            rows.Select(row => (row.GetProperty("request").GetString(), row.GetProperty("exposure").GetString())));
        Assert.Contains("Inherited its answers    1", output, StringComparison.Ordinal);
    }

    // What a rollback took from it before it said anything was called all the same. One that was tried twice and never met it is none of its.
    [Theory]
    [InlineData("claude-opus-5-5", "release_revoked", true)]
    [InlineData("claude-opus-5-5", "status_503", false)]
    [InlineData("gpt-5.5", "release_revoked", false)]
    public async Task What_was_taken_from_it_and_answered_by_another_is_in_it_too(string model, string reason, bool isIts)
    {
        await BookAsync(Outcome.Completed);
        Guid taken = await BookAsync(Outcome.Completed, release: "rel_" + new string('0', 64), trail: [new AttemptRecord("claude", model, reason, null, TimeSpan.FromMilliseconds(7), 21), new AttemptRecord("openai", "gpt-5.5", "answered", 200, TimeSpan.FromMilliseconds(9), 4)]);
        _host.Time.Now += TimeSpan.FromMinutes(1);

        (int code, _, string error) = await RunAsync("blast", "support", "--release", _bad[..16], "--out", Out);

        Assert.Equal((0, ""), (code, error));
        Assert.Equal((1, isIts ? 1 : 0, 2), (Number(Read("manifest.json"), "direct"), Number(Read("manifest.json"), "none"), Number(Read("manifest.json"), "requests_of_channel")));
        if (isIts)
        {
            JsonElement row = JsonElement.Parse((await File.ReadAllLinesAsync(Path.Combine(Out, "requests.jsonl"), TestContext.Current.CancellationToken))[1]);
            Assert.Equal((Name(taken), "claude", "release_revoked", 21), (row.GetProperty("request").GetString(), row.GetProperty("provider").GetString(), row.GetProperty("error_code").GetString(), Number(row, "cost_nano_usd")));
        }
    }

    [Fact]
    public async Task One_record_that_is_gone_makes_it_incomplete_by_name()
    {
        await BookAsync(Outcome.Completed);
        Guid gone = await BookAsync(null);
        _host.Time.Now += TimeSpan.FromMinutes(1);

        (int code, string output, _) = await RunAsync("blast", "support", "--release", _bad[..16], "--out", Out);

        Assert.Equal(ExitCodes.Partly, code);
        Assert.Contains("INCOMPLETE: 1 requests were held for and have no record", output, StringComparison.Ordinal);
        Assert.Equal([Name(gone)], Read("manifest.json").GetProperty("missing").EnumerateArray().Select(request => request.GetString()));
    }

    [Fact]
    public async Task A_folder_with_something_in_it_and_a_channel_without_a_release_to_speak_of_are_refused()
    {
        Assert.Equal(ExitCodes.Failed, (await RunAsync("blast", "support", "--out", Out)).Code);
        Assert.False(Directory.Exists(Out));
        Directory.CreateDirectory(Out);
        await File.WriteAllTextAsync(Path.Combine(Out, "x"), "x", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Usage, (await RunAsync("blast", "support", "--release", _bad, "--out", Out)).Code);
    }

    [Fact]
    public async Task The_timeline_is_a_table_oldest_first_and_its_chain_is_verified()
    {
        await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollback", """{"reason": "wrong language"}""");

        (int code, string output, _) = await RunAsync("timeline", "support", "--verify");
        (int none, string empty, _) = await RunAsync("timeline", "support", "--since", "2099-01-01");
        (int unknown, _, string nearest) = await RunAsync("timeline", "suport");
        (int wrong, _, _) = await RunAsync("timeline", "--since", "yesterday");

        Assert.Equal((0, 0, 1, 1), (code, none, unknown, wrong));
        Assert.Contains("\"support\"", nearest, StringComparison.Ordinal);
        Assert.Matches(@"1  \S+ \S+  support  rolled back  admin     wrong language  from rel_", output);
        Assert.Contains("The chain is whole: 2 entries.", output, StringComparison.Ordinal);
        Assert.Equal("Nothing has happened.\n", empty);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // The control is the theory's other half, and the whole chain above.
    public async Task A_chain_that_was_altered_or_shortened_is_told_by_the_entry_and_ends_with_1(bool isTakenOut)
    {
        await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollback", """{"reason": "wrong language"}""");
        _host.Releases.Tamper(1, isTakenOut ? null : entry => entry with { Reason = "right language" });

        (int code, string output, _) = await RunAsync("timeline", "--verify");
        (int unverified, _, _) = await RunAsync("timeline");

        Assert.Equal((1, 0), (code, unverified));
        Assert.Contains($"The chain is broken: entry {(isTakenOut ? 2 : 1)} was altered, or one before it was taken out.", output, StringComparison.Ordinal);
    }

    // A request of the channel, held for in the ledger; with a usage record unless it has no outcome.
    private async Task<Guid> BookAsync(Outcome? outcome, string? release = null, string feature = "answers", string route = "chat.completions", string? inherits = null, Guid? cachedFrom = null, ulong? unit = null, string? conversation = null, IReadOnlyList<AttemptRecord>? trail = null)
    {
        _host.Time.Now += TimeSpan.FromMilliseconds(10);
        var request = Guid.CreateVersion7(_host.Time.Now);
        GrantNode grant = _host.Ledger.DefaultFor("search");
        Assert.NotNull(_host.Ledger.Reserve(grant, request, default, TimeSpan.FromHours(1), new Spender(Budgets.Keys.KeyId.New(_host.Time.Now), "support"), out _));
        await _host.Ledger.Note(new LedgerEvent(LedgerEventKind.AlertRaised, 0), isAwaited: true);
        if (outcome is { } ended)
        {
            await _host.Usage.AppendAsync(
                [
                    new UsageRecord
                    {
                        Request = request,
                        At = _host.Time.Now,
                        Attribution = new Budgets.Keys.Attribution("search", feature, "dev"),
                        Key = Budgets.Keys.KeyId.New(_host.Time.Now),
                        Protocol = "openai",
                        Route = route,
                        Inherits = inherits,
                        CachedFrom = cachedFrom,
                        UnitHash = unit,
                        Conversation = conversation,
                        ModelAsked = "support",
                        Channel = "support",
                        Release = release ?? _bad,
                        RoutingRule = (int)RoutingRule.Stable,
                        Status = 200,
                        Attempts = trail?.Count ?? 1,
                        Trail = trail ?? [],
                        Outcome = ended,
                        TimeToFirstByte = ended == Outcome.Failed ? null : TimeSpan.FromMilliseconds(5),
                    },
                ],
                CancellationToken.None);
        }

        return request;
    }

    private JsonElement Read(string file) => JsonElement.Parse(File.ReadAllText(Path.Combine(Out, file)));

    private static long Number(JsonElement json, string name) => json.GetProperty(name).GetInt64();

    private static string Name(Guid request) => $"req_{request:N}";

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.ToString()) }, arguments);
}
