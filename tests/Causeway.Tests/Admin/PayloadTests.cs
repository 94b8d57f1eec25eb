using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Payloads;
using Causeway.Gateway.Capture;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Tests.Admin;

public sealed class PayloadTests : IAsyncLifetime
{
    private const string Why = """{"reason": "ticket 1234"}""";
    private AdminHost _host = null!;

    private PayloadBook Book => _host.Services.GetRequiredService<PayloadBook>();

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task What_is_opened_is_in_the_audit_with_who_and_why()
    {
        UsageRecord record = await BookedAsync();
        await KeepAsync(record, TimeSpan.FromDays(1));

        (_, JsonElement view) = await _host.GetAsync($"api/v1/usage/req_{record.Request:N}");
        (int status, JsonElement payload) = await OpenAsync(record, AdminHost.TokenOf("on-call"));

        Assert.Equal(_host.Time.Now.AddDays(1), view.GetProperty("payload_until").GetDateTimeOffset());
        Assert.DoesNotContain("what is love", view.GetRawText(), StringComparison.Ordinal);
        Assert.Equal((200, "what is love", "no \uFFFDidea", true, false), (status, payload.GetProperty("prompt").GetString(), payload.GetProperty("answer").GetString(), payload.GetProperty("answer_cut").GetBoolean(), payload.GetProperty("prompt_cut").GetBoolean()));
        LedgerEvent opened = Assert.Single(await _host.EventsAsync(LedgerEventKind.PayloadOpened));
        Assert.Equal((record.Request, "on-call", "ticket 1234"), (opened.Request, opened.Actor, opened.Reason));
        (_, JsonElement audit) = await _host.GetAsync("api/v1/audit?kind=payload_opened");
        Assert.Equal("payload_opened", Assert.Single(audit.GetProperty("entries").EnumerateArray()).GetProperty("kind").GetString());
        Assert.DoesNotContain("what is love", audit.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("release-manager")]
    [InlineData("budget-owner")]
    [InlineData("developer")]
    [InlineData("auditor")]
    public async Task Who_may_not_open_it_is_refused_and_sees_only_that_it_is_there(string role)
    {
        UsageRecord record = await BookedAsync();
        await KeepAsync(record, TimeSpan.FromDays(1));

        (int status, JsonElement problem) = await OpenAsync(record, AdminHost.TokenOf(role));

        Assert.Equal((403, "role_missing"), (status, problem.GetProperty("code").GetString()));
        Assert.Empty(await _host.EventsAsync(LedgerEventKind.PayloadOpened));
    }

    [Fact]
    public async Task Nothing_is_opened_without_a_reason_when_its_time_is_over_when_none_is_kept_or_under_another_key()
    {
        UsageRecord record = await BookedAsync();
        (int none, JsonElement unknown) = await OpenAsync(record, AdminHost.Token);
        await KeepAsync(record, TimeSpan.FromHours(1));
        (int silent, JsonElement invalid) = await OpenAsync(record, AdminHost.Token, """{"reason": ""}""");
        _host.Time.Now += TimeSpan.FromHours(1);
        (int late, _) = await OpenAsync(record, AdminHost.Token);
        (_, JsonElement view) = await _host.GetAsync($"api/v1/usage/req_{record.Request:N}");
        var store = _host.Services.GetRequiredService<IPayloadStore>();
        await store.PutAsync([new PayloadSeal(Budgets.Keys.Capabilities.MasterKeys.New()).Seal(record.Request, _host.Time.Now.AddDays(1), new Payload(default, 0, default, false))], CancellationToken.None);
        (int locked, JsonElement shut) = await OpenAsync(record, AdminHost.Token);

        Assert.Equal((404, "payload_unknown", 422, "payload_invalid", 404), (none, Code(unknown), silent, Code(invalid), late));
        Assert.Equal((409, "payload_locked"), (locked, Code(shut)));
        Assert.Equal(JsonValueKind.Null, view.GetProperty("payload_until").ValueKind);
        Assert.Empty(await _host.EventsAsync(LedgerEventKind.PayloadOpened));
    }

    private static string? Code(JsonElement problem) => problem.GetProperty("code").GetString();

    private Task<(int Status, JsonElement Json)> OpenAsync(UsageRecord record, string token, string body = Why) =>
        _host.SendAsync(HttpMethod.Post, $"api/v1/usage/req_{record.Request:N}/payload", body, credential: token);

    private async Task<UsageRecord> BookedAsync()
    {
        UsageRecord record = SpendTests.Record() with { Request = Guid.CreateVersion7(), At = _host.Time.Now };
        _host.Recorder.Enqueue(record);
        await _host.GetAsync("api/v1/usage"); // Catches up with what was booked.
        return record;
    }

    private async Task KeepAsync(UsageRecord record, TimeSpan keep)
    {
        Book.Take(record.Request, keep, new Payload("what is love"u8.ToArray(), 12, (byte[])[.. "no "u8, 0xFF, .. "idea"u8], true));
        await Book.FlushAsync(CancellationToken.None);
    }
}
