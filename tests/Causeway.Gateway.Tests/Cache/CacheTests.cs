using Causeway.Budgets.Ledger;
using Causeway.Gateway.Cache;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Channels;
using Causeway.Testing;

namespace Causeway.Gateway.Tests.Cache;

/// <summary>An answer is given again to the one who asked the same, for as long as its channel says, and to nobody else.</summary>
public sealed class CacheTests
{
    [Fact]
    public async Task An_answer_is_given_again_as_it_was_and_nobody_is_asked_for_it()
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();

        Answer first = await house.AskAsync(CacheHouse.Chat());
        house.Time.Advance(TimeSpan.FromSeconds(30));
        Answer again = await house.AskAsync(CacheHouse.Chat());

        Assert.Equal((200, "miss", null), (first.Status, CacheHouse.Word(first), first.Header("age")));
        Assert.Equal((200, "hit", "30"), (again.Status, CacheHouse.Word(again), again.Header("age")));
        Assert.Equal(first.Text, again.Text);
        foreach (string header in (string[])["content-type", "x-causeway-release", "x-causeway-served-by"])
        {
            Assert.Equal(first.Header(header), again.Header(header));
        }

        Assert.NotEqual(first.Header("x-causeway-request"), again.Header("x-causeway-request"));
        Assert.Null(again.Header("x-causeway-attempts"));
        Assert.Single(await house.House.Simulator.RequestsAsync());
        Assert.Equal((1, 1, 0, 1), (house.Counts.Hits, house.Counts.Misses, house.Counts.Bypasses, house.Counts.Kept));
    }

    [Fact]
    public async Task It_is_booked_as_a_request_that_costs_nothing_and_names_whose_answer_it_is()
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();
        Granted granted = house.House.Grant("requests 2/day", "usd 1/day");

        Answer first = await house.AskAsync(granted.Secret, CacheHouse.Chat());
        Answer again = await house.AskAsync(granted.Secret, CacheHouse.Chat());
        Answer third = await house.AskAsync(granted.Secret, CacheHouse.Chat());

        UsageRecord made = await house.House.RecordOfAsync(first);
        UsageRecord given = await house.House.RecordOfAsync(again);
        Assert.True(made.CostNanoUsd > 0 && made.CachedFrom is null);
        Assert.Equal((made.Request, 0L, UsageSource.None, 0L, 0), (given.CachedFrom, given.CostNanoUsd, given.Source, given.Tokens.AllInput + given.Tokens.Output, given.Attempts));
        Assert.Equal((made.Release, made.Channel, made.ModelServed, null, made.StopReason), (given.Release, given.Channel, given.ModelServed, given.Provider, given.StopReason));
        Assert.Equal((429, "rate_requests"), (third.Status, third.Error));
        Assert.Equal(made.CostNanoUsd, house.House.Ledger.Use(granted.Node).Single(use => use.Limit.Meter == Causeway.Budgets.Grants.Meter.Usd).Committed);
    }

    [Fact]
    public async Task A_channel_that_keeps_no_answers_says_nothing_of_it()
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();
        await house.Back.Desk.SetCacheAsync("support", 0, "noor", GatewayHouse.Token);

        Answer first = await house.AskAsync(CacheHouse.Chat());
        Answer again = await house.AskAsync(CacheHouse.Chat(), ("x-causeway-cache", "whatever"));

        Assert.Equal((200, null, 200, null), (first.Status, CacheHouse.Word(first), again.Status, CacheHouse.Word(again)));
        Assert.Empty(house.Answers.Keys);
        Assert.Equal(0, house.Answers.Reads);
    }

    [Fact]
    public async Task A_deployment_without_a_cache_says_that_it_is_off()
    {
        await using Rollouts.RollbackHouse house = await Rollouts.RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"), pointAtBad: false);
        await house.Desk.SetCacheAsync("support", 600, "noor", GatewayHouse.Token);

        Assert.Equal("off", CacheHouse.Word(await house.House.AskAsync(CacheHouse.Chat())));
    }

    [Theory]
    [InlineData("messages")]
    [InlineData("chat")]
    [InlineData("gemini-events")]
    [InlineData("gemini-array")]
    public async Task A_stream_is_given_again_as_a_stream_byte_for_byte(string kind)
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();
        Saying stream = Saying.Streams[kind];
        stream = new Saying(stream.Path.Replace("gemini-2.5-flash", "support", StringComparison.Ordinal), stream.Body.Replace("claude-sonnet-4-6", "support", StringComparison.Ordinal).Replace("gpt-5.4-mini", "support", StringComparison.Ordinal));

        Answer first = await house.AskAsync(stream);
        Answer again = await house.AskAsync(stream);

        Assert.Equal((200, "miss", 200, "hit"), (first.Status, CacheHouse.Word(first), again.Status, CacheHouse.Word(again)));
        Assert.Equal((first.Header("content-type"), first.Text), (again.Header("content-type"), again.Text));
        Assert.True((await house.House.RecordOfAsync(again)).Streamed);
        Assert.Single(await house.House.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task A_plain_answer_is_not_given_for_a_stream()
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();
        await house.AskAsync(CacheHouse.Chat("\"stream\":false"));

        Answer stream = await house.AskAsync(CacheHouse.Chat("\"stream\":true"));

        Assert.Equal(("miss", "text/event-stream"), (CacheHouse.Word(stream), stream.Header("content-type")!.Split(';')[0]));
    }

    [Theory]
    [InlineData("\"temperature\":0.0,\"top_p\":1e0,\"user\":\"a\"", "\"user\":\"b\",  \"top_p\":1, \"temperature\":0", "hit")]
    [InlineData("\"metadata\":{\"a\":\"b\"}", "\"prompt_cache_key\":\"x\"", "hit")]
    [InlineData("\"temperature\":0", "\"temperature\":1", "miss")]
    [InlineData("\"seed\":1", "\"seed\":2", "miss")]
    public async Task What_means_the_same_is_the_same(string one, string other, string word)
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();
        await house.AskAsync(CacheHouse.Chat(one));

        Assert.Equal(word, CacheHouse.Word(await house.AskAsync(CacheHouse.Chat(other))));
    }

    [Fact]
    public async Task No_grant_is_given_the_answer_of_another()
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();
        Granted one = house.House.Grant(), other = house.House.Grant();
        await house.AskAsync(one.Secret, CacheHouse.Chat());

        Answer foreign = await house.AskAsync(other.Secret, CacheHouse.Chat());
        Answer own = await house.AskAsync(one.Secret, CacheHouse.Chat());

        Assert.Equal(("miss", "hit"), (CacheHouse.Word(foreign), CacheHouse.Word(own)));
    }

    [Fact]
    public async Task Who_wants_a_new_answer_gets_one()
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();
        await house.AskAsync(CacheHouse.Chat());

        Answer bypassed = await house.AskAsync(CacheHouse.Chat(), ("x-causeway-cache", "bypass"));
        Answer wrong = await house.AskAsync(CacheHouse.Chat(), ("x-causeway-cache", "no-store"));

        Assert.Equal((200, "bypass"), (bypassed.Status, CacheHouse.Word(bypassed)));
        Assert.Equal((400, "request_malformed"), (wrong.Status, wrong.Error));
        Assert.Equal(2, (await house.House.Simulator.RequestsAsync()).Count);
        Assert.Single(house.Answers.Keys);
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"support","tools":[{"type":"function","function":{"name":"pay","parameters":{"type":"object"}}}],"messages":[{"role":"user","content":"Pay"}]}""", "bypass")]
    [InlineData("/v1/chat/completions", """{"model":"support","tools":[],"messages":[{"role":"user","content":"Pay"}]}""", "miss")]
    [InlineData("/v1/responses", """{"model":"support","input":"Hello"}""", "bypass")] // OpenAI keeps it.
    [InlineData("/v1/responses", """{"model":"support","store":false,"input":"Hello"}""", "miss")]
    [InlineData("/v1/chat/completions", """{"model":"support","messages":[{"role":"user","content":"Hello"}],"seed":1,"seed":2}""", "bypass")] // Which of the two is meant?
    public async Task What_may_have_effects_is_not_kept(string path, string body, string? word)
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();

        Answer answer = await house.AskAsync(new Saying(path, body));

        Assert.Equal(word, CacheHouse.Word(answer));
        Assert.Equal(word == "miss" ? 1 : 0, house.Answers.Keys.Count);
    }

    [Theory]
    [InlineData("""{"status":400}""")]
    [InlineData("""{"finish_reason":"length"}""")]
    [InlineData("""{"finish_reason":"content_filter"}""")]
    public async Task Only_a_whole_and_sound_answer_is_kept(string then)
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();
        await house.House.Simulator.ScriptAsync(then);

        await house.AskAsync(CacheHouse.Chat());

        Assert.Empty(house.Answers.Keys);
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_not_kept()
    {
        await using RawUpstream upstream = RawUpstream.Start(Rollouts.HeldUpstream.Begun("half"));
        await using CacheHouse house = await CacheHouse.OpenAsync(upstream.Address, pointAtBad: true);

        Answer answer = await house.AskAsync(CacheHouse.Chat("\"stream\":true"));

        Assert.Contains("half", answer.Text, StringComparison.Ordinal);
        Assert.Empty(house.Answers.Keys);
    }

    [Fact]
    public async Task An_answer_beyond_the_bound_is_given_and_not_kept()
    {
        await using CacheHouse house = await CacheHouse.OpenAsync(limits: new CacheLimits { AnswerBytes = 100 });

        Answer answer = await house.AskAsync(CacheHouse.Chat());

        Assert.True(answer is { Status: 200, Whole: true, Body.Length: > 100 });
        Assert.Empty(house.Answers.Keys);
    }

    [Fact]
    public async Task Its_time_ends_when_the_channel_says_and_a_purge_ends_it_at_once()
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();
        await house.AskAsync(CacheHouse.Chat());
        house.Time.Advance(TimeSpan.FromSeconds(599));
        Answer before = await house.AskAsync(CacheHouse.Chat());
        house.Time.Advance(TimeSpan.FromSeconds(1));
        Answer after = await house.AskAsync(CacheHouse.Chat());
        Answer anew = await house.AskAsync(CacheHouse.Chat());
        house.Time.Advance(TimeSpan.FromSeconds(1));

        await house.Back.Desk.PurgeCacheAsync("support", "noor", "prices have changed", GatewayHouse.Token);

        Assert.Equal(["hit", "miss", "hit", "miss"], [CacheHouse.Word(before), CacheHouse.Word(after), CacheHouse.Word(anew), CacheHouse.Word(await house.AskAsync(CacheHouse.Chat()))]);
        Assert.Equal(["CacheSet", "CachePurged"], house.Back.Store.Timeline.Select(entry => entry.Kind.ToString()));
    }

    [Fact]
    public async Task What_is_kept_survives_the_process_and_is_shared_with_others()
    {
        MemoryAnswerStore store = new();
        await using CacheHouse one = await CacheHouse.OpenAsync(store: store);
        await using CacheHouse other = await CacheHouse.OpenAsync(store: store);
        Granted here = one.House.Grant(), there = other.House.Grant(_ => one.House.Ledger.Find(here.Id)!.Grant);
        Answer first = await one.AskAsync(here.Secret, CacheHouse.Chat());

        Answer again = await other.AskAsync(there.Secret, CacheHouse.Chat());

        Assert.Equal(("hit", first.Text), (CacheHouse.Word(again), again.Text));
    }

    [Fact]
    public async Task A_store_that_is_away_or_hangs_keeps_nobody_waiting()
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();
        house.Answers.Away = true;
        Answer away = await house.AskAsync(CacheHouse.Chat());
        house.Answers.Away = false;
        house.Time.Advance(TimeSpan.FromSeconds(3));
        house.Answers.Held = new TaskCompletionSource().Task;
        int reads = house.Answers.Reads;

        Task<Answer> hanging = house.House.AskAsync(CacheHouse.Chat(text: "Tell me about tunnels"));
        while (house.Answers.Reads == reads)
        {
            await Task.Yield();
        }

        house.Time.Advance(TimeSpan.FromMilliseconds(300)); // Beyond its patience with the store, and well within that with the provider.

        Assert.Equal((200, "miss", 200, "miss"), (away.Status, CacheHouse.Word(away), (await hanging).Status, CacheHouse.Word(await hanging)));
        await house.SettleAsync();
    }

    [Fact]
    public async Task A_channel_has_a_space_of_its_own()
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();
        await house.Back.Store.CreateChannelAsync(ReleaseChannel.New("other", house.Back.Good.Id, UnsupportedFields.Deny, house.Time.GetUtcNow()), GatewayHouse.Token);
        await house.Back.Desk.LoadAsync(GatewayHouse.Token);
        await house.Back.Desk.SetCacheAsync("other", 600, "noor", GatewayHouse.Token);
        await house.AskAsync(CacheHouse.Chat());

        Answer other = await house.AskAsync(CacheHouse.Chat() with { Body = CacheHouse.Chat().Body.Replace("support", "other", StringComparison.Ordinal) });

        Assert.Equal("miss", CacheHouse.Word(other));
    }
}
