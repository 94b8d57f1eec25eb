using System.Text.Json;
using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Tests.Admin;

public sealed class ConversationTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private ReleaseId _one;
    private ReleaseId _two;

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        Assert.True(ReleaseId.TryParse(await _host.PointAsync("support", "warn", "openai/gpt-5.5"), out _one));
        (_, JsonElement release) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["claude/claude-opus-5-5"]}""");
        Assert.True(ReleaseId.TryParse(release.GetProperty("id").GetString(), out _two));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task What_becomes_of_conversations_is_set_and_shown()
    {
        (int off, JsonElement before) = await _host.GetAsync("api/v1/channels/support/conversations");
        (int set, JsonElement after) = await SetAsync("reject");
        (_, JsonElement timeline) = await _host.GetAsync("api/v1/timeline?channel=support");

        Assert.Equal((200, "off", 200, "reject"), (off, before.GetProperty("policy").GetString(), set, after.GetProperty("policy").GetString()));
        Assert.Equal(ConversationPolicy.Reject, _host.Policies.Current.FindChannel("support")!.Conversations);
        Assert.Equal("conversations_set", timeline.GetProperty("entries").EnumerateArray().Single().GetProperty("kind").GetString());
        Assert.Equal(400, (await SetAsync("replay")).Status);
        Assert.Equal(404, (await _host.GetAsync("api/v1/channels/nobody/conversations")).Status);
    }

    [Fact]
    public async Task A_rollback_says_what_live_conversations_lose_before_and_after_and_may_set_what_becomes_of_them()
    {
        await SetAsync("migrate");
        await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", $$"""{"to": "{{_two}}", "ppm": 50000}""");
        await PutAsync("a", _two, Portability.P0);
        await PutAsync("b", _two, Portability.P1);
        await PutAsync("c", _two, Portability.P3);
        await PutAsync("d", _one, Portability.P1);
        await PutAsync("old", _two, Portability.P1, age: 2);

        (_, JsonElement preview) = await _host.GetAsync("api/v1/channels/support/conversations");
        (_, JsonElement dry) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollback", """{"reason": "bad", "conversations": "reject", "dry_run": true}""");
        (_, JsonElement done) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollback", """{"reason": "bad", "conversations": "reject"}""");

        Assert.Equal((_two.ToString(), "1 1 1"), (preview.GetProperty("release").GetString(), Counts(preview.GetProperty("live"))));
        Assert.Equal(("0 0 3", "0 0 3"), (Counts(dry.GetProperty("conversations")), Counts(done.GetProperty("conversations")))); // Who is refused is stuck.
        Assert.Equal(ConversationPolicy.Reject, _host.Policies.Current.FindChannel("support")!.Conversations);
    }

    [Fact]
    public async Task A_conversation_is_shown_with_the_releases_that_answered_it()
    {
        Conversation begun = Conversation.Begun(new ConversationKey("support", "search", "s/1"), _one, "openai", Portability.P0, _host.Time.GetUtcNow());
        await Store.PutAsync([begun.Answered(_two, "claude", Portability.P1, _host.Time.GetUtcNow())], TestContext.Current.CancellationToken);

        (int status, JsonElement shown) = await _host.GetAsync("api/v1/channels/support/conversations/search/s%2F1");
        (int unknown, JsonElement problem) = await _host.GetAsync("api/v1/channels/support/conversations/other/s%2F1");

        Assert.Equal((200, "p1", "claude", 2), (status, shown.GetProperty("portability").GetString(), shown.GetProperty("provider").GetString(), shown.GetProperty("turns").GetArrayLength()));
        Assert.Equal((_two.ToString(), 1), (shown.GetProperty("turns")[1].GetProperty("release").GetString(), shown.GetProperty("turns")[1].GetProperty("turns").GetInt32()));
        Assert.Equal((404, "conversation_unknown"), (unknown, problem.GetProperty("code").GetString()));
    }

    private IConversationStore Store => _host.Services.GetRequiredService<IConversationStore>();

    private static string Counts(JsonElement live) => $"{live.GetProperty("p0")} {live.GetProperty("p1")} {live.GetProperty("p3")}";

    private Task<(int Status, JsonElement Json)> SetAsync(string policy) => _host.SendAsync(HttpMethod.Put, "api/v1/channels/support/conversations", $$"""{"policy": "{{policy}}"}""");

    private Task PutAsync(string session, ReleaseId release, Portability portability, int age = 0) => Store.PutAsync(
        [Conversation.Begun(new ConversationKey("support", "search", session), release, "claude", portability, _host.Time.GetUtcNow().AddDays(-age))], TestContext.Current.CancellationToken);
}
