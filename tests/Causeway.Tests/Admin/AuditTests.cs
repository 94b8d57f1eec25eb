using System.Net;
using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;

namespace Causeway.Tests.Admin;

public sealed class AuditTests : IAsyncLifetime
{
    internal static readonly KeyId Key = new(Guid.Parse("0193a1b2c3d47e5f8a9b0c1d2e3f4a5c"));
    internal static readonly Guid Request = Guid.Parse("0193a1b2c3d47e5f8a9b0c1d2e3f4a5b");
    private AdminHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Every_decision_is_there_in_the_words_of_the_api()
    {
        GrantNode grant = Plant(_host, 1);
        Spend(_host, grant, Request);
        Deny(_host, grant);

        (int status, JsonElement page) = await _host.GetAsync("api/v1/audit");

        Assert.Equal(200, status);
        JsonElement[] entries = [.. page.GetProperty("entries").EnumerateArray()];
        Assert.Equal(["grant_created", "reserved", "settled", "denied"], entries.Select(entry => entry.GetProperty("kind").GetString()));
        Assert.Equal([1L, 2, 3, 4], entries.Select(entry => entry.GetProperty("seq").GetInt64()));
        Assert.Equal(_host.Time.Now, entries[0].GetProperty("at").GetDateTimeOffset());
        Assert.Equal("lead", entries[0].GetProperty("actor").GetString());
        Assert.Contains("\"holder\"", entries[0].GetProperty("detail").GetString(), StringComparison.Ordinal);

        JsonElement reserved = entries[1];
        Assert.Equal("req_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b", reserved.GetProperty("request").GetString());
        Assert.Equal("key_0193a1b2c3d47e5f8a9b0c1d2e3f4a5c", reserved.GetProperty("key").GetString());
        Assert.Equal(grant.Grant.Id.ToString(), reserved.GetProperty("grant").GetString());
        Assert.Equal("""{"usd":"0.002000000","tokens_in":100,"tokens_out":50}""", reserved.GetProperty("held").GetRawText());
        Assert.Equal(JsonValueKind.Null, reserved.GetProperty("booked").ValueKind);

        JsonElement settled = entries[2];
        Assert.Equal(("overrun", "gpt-5.4-mini", "openai", "provider"), (Text(settled, "code"), Text(settled, "model"), Text(settled, "provider"), Text(settled, "source")));
        Assert.Equal("0.002500001", settled.GetProperty("booked").GetProperty("usd").GetString());

        JsonElement denied = entries[3];
        Assert.Equal(("limit_spent", grant.Grant.Id.ToString(), "usd 0.01/day"), (Text(denied, "code"), Text(denied, "decided_by"), Text(denied, "limit")));
    }

    [Fact]
    public async Task A_grant_stands_for_itself_and_all_below_it_as_used_or_as_the_one_that_decided()
    {
        GrantNode top = Plant(_host, 1);
        GrantNode below = Plant(_host, 2, top);
        GrantNode beside = Plant(_host, 3);
        Spend(_host, below, Request);
        Spend(_host, beside, Guid.Parse("0193a1b2c3d47e5f8a9b0c1d2e3f4a51"));
        Deny(_host, beside, decided: top);

        (_, JsonElement ofTop) = await _host.GetAsync($"api/v1/audit?grant={top.Grant.Id}");
        (_, JsonElement ofBelow) = await _host.GetAsync($"api/v1/audit?grant={below.Grant.Id}");

        Assert.Equal("1, 2, 4, 5, 8", Seqs(ofTop));
        Assert.Equal("2, 4, 5", Seqs(ofBelow));
    }

    [Fact]
    public async Task Entries_can_be_chosen_by_kind_time_and_place()
    {
        GrantNode grant = Plant(_host, 1);
        Spend(_host, grant, Request);
        _host.Time.Now += TimeSpan.FromHours(2);
        Deny(_host, grant);

        Assert.Equal("2, 4", Seqs((await _host.GetAsync("api/v1/audit?kind=denied,reserved")).Json));
        Assert.Equal("4", Seqs((await _host.GetAsync("api/v1/audit?since=1h")).Json));
        Assert.Equal("3, 4", Seqs((await _host.GetAsync("api/v1/audit?limit=2")).Json));
        Assert.Equal("2, 3", Seqs((await _host.GetAsync("api/v1/audit?after=1&limit=2")).Json));
        Assert.Equal("", Seqs((await _host.GetAsync("api/v1/audit?after=4")).Json));
        Assert.Equal("2, 3", Seqs((await _host.GetAsync("api/v1/audit?before=4&limit=2")).Json));
        Assert.Equal("2", Seqs((await _host.GetAsync("api/v1/audit?after=1&before=4&limit=1")).Json));
        Assert.Equal("", Seqs((await _host.GetAsync("api/v1/audit?before=1")).Json));
    }

    [Theory]
    [InlineData("kind=denid", "kind", "\"denid\" is not one of: grant_created, grant_changed, overlay_added, overlay_ended, reserved, extended, settled, voided, in_doubt, adjusted, denied, run_action, raise_requested, raise_decided, glass_broken, key_created, key_revoked, alert_raised, started, clamped, signed_in, signed_out, token_exchanged, exchange_refused, agreement_changed, payload_opened, lease_taken, lease_returned, lease_recalled, capture_changed, outage_booked; did you mean \"denied\"?")]
    [InlineData("grant=grant_1", "grant", "there is no grant \"grant_1\"")]
    [InlineData("grant=grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b", "grant", "there is no grant \"grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b\"")]
    [InlineData("after=-1", "after", "is the \"seq\" of an entry, a whole number from 0 on")]
    [InlineData("before=x", "before", "is the \"seq\" of an entry, a whole number from 0 on")]
    [InlineData("follow=true&before=3", "before", "has no end to it where \"follow\" goes on")]
    [InlineData("limit=1001", "limit", "is a whole number from 1 to 1,000")]
    [InlineData("follow=yes", "follow", "\"yes\" is not one of: true, false")]
    public async Task A_question_that_makes_no_sense_is_refused(string query, string field, string message)
    {
        (int status, JsonElement problem) = await _host.GetAsync($"api/v1/audit?{query}");

        Assert.Equal(422, status);
        JsonElement error = problem.GetProperty("errors")[0];
        Assert.Equal((field, message), (Text(error, "field"), Text(error, "message")));
    }

    [Fact]
    public async Task A_stream_begins_with_what_was_and_goes_on_with_what_happens()
    {
        GrantNode grant = Plant(_host, 1);
        using Stream stream = await _host.Http.GetStreamAsync("api/v1/audit?follow", Cancel);
        using var lines = new StreamReader(stream);

        Assert.Equal((1, "grant_created"), await NextAsync(lines));
        Spend(_host, grant, Request);
        Assert.Equal((2, "reserved"), await NextAsync(lines));
        Assert.Equal((3, "settled"), await NextAsync(lines));
        Deny(_host, grant);
        Assert.Equal((4, "denied"), await NextAsync(lines));
    }

    [Fact]
    public async Task A_stream_that_was_cut_off_goes_on_after_the_last_entry_that_was_seen()
    {
        GrantNode grant = Plant(_host, 1);
        Spend(_host, grant, Request);
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/audit?follow=true&kind=settled,denied");
        request.Headers.Add("Last-Event-ID", "2");
        using HttpResponseMessage response = await _host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal((3, "settled"), await NextAsync(lines));
        Spend(_host, grant, Guid.Parse("0193a1b2c3d47e5f8a9b0c1d2e3f4a51"), settle: false); // Not of these kinds.
        Deny(_host, grant);
        Assert.Equal((5, "denied"), await NextAsync(lines));
    }

    [Fact]
    public async Task A_stream_ends_when_the_server_does()
    {
        AdminHost host = await AdminHost.StartAsync();
        Plant(host, 1);
        using HttpResponseMessage response = await host.Http.GetAsync("api/v1/audit?follow", HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        await NextAsync(lines);

        Task stopping = host.StopAsync();
        string? rest = await lines.ReadLineAsync(Cancel);
        await stopping;
        await host.DisposeAsync();

        Assert.Null(rest);
    }

    [Fact]
    public async Task The_chain_is_proven_or_the_changed_entry_is_named()
    {
        Plant(_host, 1);

        (_, JsonElement whole) = await _host.GetAsync("api/v1/audit/verify");
        _host.Events.Report = new ChainReport(6, "ab", 7, "Event 7 is missing.");
        (int status, JsonElement broken) = await _host.GetAsync("api/v1/audit/verify");

        Assert.Equal($$"""{"events":1,"head":"{{new string('0', 64)}}","ok":true,"broken_at":null,"problem":null,"heads":[]}""", whole.GetRawText());
        Assert.Equal((200, """{"events":6,"head":"ab","ok":false,"broken_at":7,"problem":"Event 7 is missing.","heads":[]}"""), (status, broken.GetRawText()));
    }

    [Fact]
    public async Task Nobody_reads_it_without_the_token()
    {
        using var stranger = new HttpClient { BaseAddress = _host.Address };

        foreach (string path in (string[])["api/v1/audit", "api/v1/audit?follow", "api/v1/audit/verify", "api/v1/export/focus?month=2026-11"])
        {
            using HttpResponseMessage response = await stranger.GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    /// <summary>A grant of a cent a day.</summary>
    internal static GrantNode Plant(AdminHost host, int number, GrantNode? parent = null)
    {
        Grant grant = new()
        {
            Id = new GrantId(Guid.Parse($"0193a1b2c3d47e5f8a9b0c1d2e3f400{number}")),
            Parent = parent?.Grant.Id,
            Holder = new Holder(IsFeature: false, "search"),
            Limits = Limit.TryParse(Meter.Usd, "0.01/day", "UTC", out Limit limit, out _) ? [limit] : [],
            DepthLeft = parent is null ? Grant.MaxDepth - 1 : parent.Grant.DepthLeft - 1,
            CreatedAt = host.Time.Now,
            CreatedBy = "lead",
        };
        Assert.Empty(host.Ledger.Create(grant, out _));
        return host.Ledger.Find(grant.Id)!;
    }

    /// <summary>A request that held 0.002 USD and cost 0.002500001.</summary>
    internal static void Spend(AdminHost host, GrantNode grant, Guid request, bool settle = true)
    {
        Reservation held = host.Ledger.Reserve(grant, request, new Amounts(2_000_000, 100, 50), TimeSpan.FromMinutes(1), new Spender(Key, "gpt-5.4-mini"), out _)!;
        Assert.True(!settle || host.Ledger.Settle(held, new Amounts(2_500_001, 90, 60), UsageSource.Provider, null, "gpt-5.4-mini", "openai"));
    }

    internal static void Deny(AdminHost host, GrantNode grant, GrantNode? decided = null) => host.Ledger.Denied(
        new LedgerEvent(LedgerEventKind.Denied, 0) { Request = Request, Grant = grant.Grant.Id, Key = Key, Code = "limit_spent", DecidedBy = (decided ?? grant).Grant.Id, Limit = "usd 0.01/day", Model = "gpt-5.4-mini" },
        SpendTests.Record() with { Request = Guid.CreateVersion7(host.Time.Now) });

    private static string? Text(JsonElement entry, string member) => entry.GetProperty(member).GetString();

    private static string Seqs(JsonElement page) => string.Join(", ", page.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("seq").GetInt64()));

    // The next event: its id, which is the entry's place, and its kind.
    private static async Task<(int Seq, string? Kind)> NextAsync(StreamReader lines)
    {
        string id = (await lines.ReadLineAsync(Cancel))!;
        string data = (await lines.ReadLineAsync(Cancel))!;
        Assert.Equal("", await lines.ReadLineAsync(Cancel));
        Assert.StartsWith("data: ", data, StringComparison.Ordinal);
        JsonElement entry = JsonDocument.Parse(data["data: ".Length..]).RootElement;
        Assert.Equal($"id: {entry.GetProperty("seq").GetInt64()}", id);
        return (entry.GetProperty("seq").GetInt32(), Text(entry, "kind"));
    }
}
