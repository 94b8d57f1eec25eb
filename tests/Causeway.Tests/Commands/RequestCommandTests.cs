using System.Text.Json;
using Causeway.Budgets.Batches;
using Causeway.Budgets.Ledger;
using Causeway.Commands;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

public sealed class RequestCommandTests : IAsyncLifetime
{
    private const string Id = "req_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b";
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Requests_are_a_table_and_a_page_says_how_to_go_on()
    {
        _host.Recorder.Enqueue(SpendTests.Record() with { Request = Guid.Parse("0193a1b2c3d47e5f8a9b0c1d2e3f4a50") });
        _host.Recorder.Enqueue(SpendTests.Record());

        (int code, string output, string error) = await RunAsync("request", "list", "--team", "search", "--limit", "1");
        (_, string none, _) = await RunAsync("request", "list", "--team", "nobody");

        Assert.Equal((0, ""), (code, error));
        Assert.Matches($"(?m)^{Id} +2026-11-23 14:00 UTC +search +answers +dev +gpt-5.4-mini +openai/gpt-5.4-mini +200 +client_gone +3 +4 +", output);
        Assert.Contains($"There are more: add --cursor {Id}", output, StringComparison.Ordinal);
        Assert.Equal("There are no such requests.\n", none);
    }

    [Fact]
    public async Task The_requests_of_a_release_are_found_by_the_beginning_of_its_id()
    {
        string id = (await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["openai/gpt-5.5"]}""")).Json.GetProperty("id").GetString()!;
        string gone = "rel_" + new string('0', 64);
        _host.Recorder.Enqueue(SpendTests.Record() with { Release = id });
        _host.Recorder.Enqueue(SpendTests.Record() with { Request = Guid.Parse("0193a1b2c3d47e5f8a9b0c1d2e3f4a50"), Release = gone });

        (int whole, string byId, _) = await RunAsync("request", "list", "--release", id);
        (int part, string byPrefix, _) = await RunAsync("request", "list", "--release", id[..16]);
        (int kept, string ofGone, _) = await RunAsync("request", "list", "--release", gone);
        (int unknown, _, string noSuch) = await RunAsync("request", "list", "--release", gone[..16]);
        (int shortened, _, string tooShort) = await RunAsync("request", "list", "--release", id[..10]);

        Assert.Equal((0, 0, 0, 1, 1), (whole, part, kept, unknown, shortened));
        Assert.Contains(Id, byId, StringComparison.Ordinal);
        Assert.Equal(byId, byPrefix);
        Assert.Contains("req_0193a1b2c3d47e5f8a9b0c1d2e3f4a50", ofGone, StringComparison.Ordinal); // The release need not be there any more.
        Assert.Contains("release: No release is called \"rel_000000000000\". List them with: causeway release list", noSuch, StringComparison.Ordinal);
        Assert.Contains("is no release's id: rel_ and 64 hex digits, or the first 8 or more of them", tooShort, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_request_is_shown_with_its_way_and_its_decisions()
    {
        UsageRecord record = SpendTests.Record();
        _host.Recorder.Enqueue(record with { CostNanoUsd = 31_000_000, ToolUses = 3, ToolFeeNanoUsd = 30_000_000, Trail = [new AttemptRecord("openai", "gpt-5.4-mini", "upstream_overloaded", 503, TimeSpan.FromMilliseconds(7), null)] });
        await _host.Ledger.Note(new LedgerEvent(LedgerEventKind.Denied, record.At.ToUnixTimeMilliseconds()) { Request = record.Request, Code = "limit_spent", Limit = "usd 5/day" }, isAwaited: true);

        await _host.Batches.KeepAsync(
            new TakenBatch(record.Request, "anthropic", "msgbatch_1", 0, record.At, record.At.AddDays(2)) { AskedAt = record.At.AddHours(1), NextAt = record.At.AddHours(2), Word = "in progress" }, default);

        (int code, string output, string error) = await RunAsync("request", "show", Id);
        (int unknown, _, string problem) = await RunAsync("request", "show", "req_1");
        (_, string json, _) = await RunAsync("request", "show", Id, "--json");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith($"{Id}  client_gone 200\n", output, StringComparison.Ordinal);
        Assert.Matches("(?m)^openai +gpt-5.4-mini +503 +7 ms +upstream_overloaded$", output);
        Assert.Matches("(?m)^ *1 +denied +limit_spent +usd 5/day$", output);
        Assert.Contains("msgbatch_1 at anthropic, open: in progress, asked 2026-11-23 15:00 UTC, next 2026-11-23 16:00 UTC", output, StringComparison.Ordinal);
        Assert.Equal(1, unknown);
        Assert.Contains("(request_unknown)", problem, StringComparison.Ordinal);
        JsonElement usage = JsonElement.Parse(json).GetProperty("usage");
        Assert.Equal((Id, 3, 30_000_000), (usage.GetProperty("request").GetString(), usage.GetProperty("tool_uses").GetInt32(), usage.GetProperty("tool_fee_nano_usd").GetInt64()));
        Assert.Matches(@"(?m)^  Tools +3 uses, \$0\.0300 of the cost$", output);
    }

    [Fact]
    public async Task A_use_without_a_fee_is_unpriced_and_not_free()
    {
        _host.Recorder.Enqueue(SpendTests.Record() with { CostNanoUsd = null, ToolUses = 2 });

        (_, string output, _) = await RunAsync("request", "show", Id);
        (_, string json, _) = await RunAsync("request", "show", Id, "--json");

        Assert.Matches("(?m)^  Tools +2 uses, unpriced$", output);
        Assert.Equal(JsonValueKind.Null, JsonElement.Parse(json).GetProperty("usage").GetProperty("tool_fee_nano_usd").ValueKind);
    }

    [Fact]
    public async Task Batches_are_listed_by_what_is_known_of_their_end()
    {
        DateTimeOffset at = SpendTests.Record().At;
        await _host.Batches.KeepAsync(new TakenBatch(SpendTests.Record().Request, "anthropic", "msgbatch_1", 0, at, at.AddDays(2)) { AskedAt = at.AddHours(1), NextAt = at.AddHours(2), Word = "in progress" }, default);
        await _host.Batches.KeepAsync(new TakenBatch(Guid.NewGuid(), "openai", "batch_2", 0, at.AddHours(1), at.AddDays(2)) { State = BatchState.Lapsed, AskedAt = at.AddDays(2), Word = "away" }, default);

        (int code, string open, string error) = await RunAsync("batch", "list", "--state", "open");
        (_, string json, _) = await RunAsync("batch", "list", "--json");
        (_, string none, _) = await RunAsync("batch", "list", "--state", "told");
        (int wrong, _, string problem) = await RunAsync("batch", "list", "--state", "closed");

        Assert.Equal((0, ""), (code, error));
        Assert.Matches($"(?m)^{Id} +msgbatch_1 +anthropic +open +2026-11-23 14:00 UTC +2026-11-23 16:00 UTC +2026-11-25 14:00 UTC +in progress$", open);
        Assert.DoesNotContain("batch_2", open, StringComparison.Ordinal);
        Assert.Equal(["batch_2", "msgbatch_1"], JsonElement.Parse(json).GetProperty("batches").EnumerateArray().Select(one => one.GetProperty("id").GetString()));
        Assert.Equal("There are no such batches.\n", none);
        Assert.Equal(1, wrong);
        Assert.Contains("lapsed", problem, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri), IsTerminal = _ => false },
        arguments);
}
