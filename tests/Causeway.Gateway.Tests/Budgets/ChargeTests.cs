using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Causeway.Budgets.Ledger;
using Causeway.Contracts.Registry;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Shape;
using Causeway.Wire;

namespace Causeway.Gateway.Tests.Budgets;

/// <summary>What is charged when: every row of docs/budgets.md, and what an adversary of it tries.</summary>
public sealed class ChargeTests
{
    private const string Wide = "usd 1000";
    private static readonly Saying s_fallen = Saying.Chat with { Body = Saying.Chat.Body.Replace("gpt-5.4-mini", "fallen", StringComparison.Ordinal) };

    [Fact]
    public async Task Nothing_is_charged_where_no_connection_came_about()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Providers = _ => [new Neighbourhood(Closed(), new HouseOptions()).At("openai", Protocol.OpenAI, new Uri(Closed(), "/v1"))],
        });
        Granted granted = house.Grant("requests 5");

        Answer answer = await granted.AskAsync(Saying.Chat with { Body = Saying.Chat.Body.Replace("gpt-5.4-mini", "openai/gpt-5.4-mini", StringComparison.Ordinal) });

        Assert.Equal((503, "upstream_unreachable"), (answer.Status, answer.Error));
        Assert.Equal(LedgerEventKind.Voided, (await granted.LastAsync()).Kind);
        Assert.Equal(0, granted.Use().Committed);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(422)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(529)]
    public async Task A_refusal_is_charged_as_a_request_and_no_more(int status)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant(Wide);
        Granted counted = house.Grant("requests 5");
        await house.Simulator.ScriptAsync($$$"""{"status":{{{status}}},"headers":{"retry-after-ms":"1"}}""");

        foreach (Saying saying in (Saying[])[Saying.Chat, Saying.MessagesStream, Saying.Chat with { Path = "/passthrough/openai/v1/chat/completions" }])
        {
            Answer answer = await granted.AskAsync(saying);
            Assert.True(answer.Status >= 400);
            LedgerEvent last = await granted.LastAsync();
            Assert.Equal((LedgerEventKind.Settled, default), (last.Kind, last.Booked));
            await counted.AskAsync(saying);
        }

        Assert.Equal((0, 0), (granted.Use().Committed, granted.Use().InDoubt));
        await house.RecordsAsync();
        Assert.Equal(3, counted.Use().Committed);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini-events")]
    [InlineData("gemini-array")]
    public async Task The_providers_numbers_are_charged(string stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant(Wide);
        await house.Simulator.ScriptAsync("""{"usage":{"input_uncached":1000,"cache_read":200,"output":30,"reasoning":10}}""");

        await granted.AskAsync(Saying.Streams[stream]);

        LedgerEvent last = await granted.LastAsync();
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((LedgerEventKind.Settled, UsageSource.Provider, 1200, 30), (last.Kind, last.Source, last.Booked.TokensIn, last.Booked.TokensOut));
        Assert.Equal(record.CostNanoUsd, last.Booked.NanoUsd);
        Assert.Equal(record.CostNanoUsd, granted.Use().Committed);
    }

    // It is asked for later what it used; the control is one that was worked on while its caller waited.
    [Theory]
    [InlineData("/v1/responses", "queued")]
    [InlineData("/passthrough/openai/v1/responses", "in_progress")]
    [InlineData("/v1/responses", "completed")]
    public async Task What_a_provider_goes_on_with_in_the_background_counts_whole_until_it_is_known(string path, string status)
    {
        bool isOver = status == "completed";
        string usage = isOver ? """{"input_tokens":9,"output_tokens":20,"total_tokens":29}""" : "null";
        await using RawUpstream upstream = RawUpstream.Start(connection => connection.AnswerAsync($$"""{"id":"resp_1","object":"response","model":"gpt-5.4-mini","status":"{{status}}","background":true,"output":[],"usage":{{usage}}}"""));
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Providers = _ => [new Neighbourhood(upstream.Address, new HouseOptions()).At("openai", Protocol.OpenAI, new Uri(upstream.Address, "/v1"))] });
        Granted granted = house.Grant("tokens_out 5000");

        Answer answer = await granted.AskAsync(new Saying(path, """{"model":"openai/gpt-5.4-mini","max_output_tokens":900,"background":true,"input":"x"}""".Replace(path.StartsWith("/pass", StringComparison.Ordinal) ? "openai/" : "@", "", StringComparison.Ordinal)));

        Assert.True(answer.Status == 200, answer.Text);
        LedgerEvent last = await granted.LastAsync();
        Assert.Equal(isOver ? (LedgerEventKind.Settled, null) : (LedgerEventKind.InDoubt, "background"), (last.Kind, last.Code));
        Assert.Equal(isOver ? (20L, 0L) : (0L, 900L), (granted.Use().Committed, granted.Use().InDoubt));
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/passthrough/openai/v1/chat/completions")]
    public async Task An_answer_without_usage_is_counted(string path)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant(Wide);
        string text = new('x', 4_000);
        await house.Simulator.ScriptAsync($$"""{"omit_usage":true,"text":"{{text}}"}""");

        foreach (Saying saying in (Saying[])[Saying.Chat with { Path = path }, Saying.ChatStream with { Path = path }])
        {
            await granted.AskAsync(saying);
            LedgerEvent last = await granted.LastAsync();

            Assert.Equal((LedgerEventKind.Settled, UsageSource.Counted), (last.Kind, last.Source));
            Assert.InRange(last.Booked.TokensOut, 1_000, 2_000);
            Assert.True(last.Booked is { NanoUsd: > 0, TokensIn: > 0 });
        }
    }

    [Fact]
    public async Task A_stream_whose_caller_did_not_ask_for_usage_is_no_cheaper_on_a_providers_own_path()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant(Wide);
        Saying saying = new("/passthrough/openai/v1/chat/completions", Saying.ChatStream.Body.Replace("\"stream_options\":{\"include_usage\":true},", "", StringComparison.Ordinal));

        await granted.AskAsync(saying);

        long provider = (await house.Simulator.BillAsync()).GetProperty("output").GetInt64();
        LedgerEvent last = await granted.LastAsync();
        Assert.True(last.Booked.TokensOut >= provider, $"{last.Booked.TokensOut} booked, {provider} on the bill");
        Assert.True(granted.Use().Committed > 0);
    }

    [Fact]
    public async Task Vectors_without_usage_are_no_generated_tokens()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("tokens_out 5");
        await house.Simulator.ScriptAsync("""{"omit_usage":true}""");

        Answer answer = await granted.AskAsync(Saying.Embeddings);

        Assert.Equal(200, answer.Status);
        await house.RecordsAsync();
        Assert.Equal(0, granted.Use().Committed);
    }

    [Theory]
    [InlineData("chat", "")]
    [InlineData("messages", "")]
    [InlineData("responses", "")]
    [InlineData("gemini-events", "")]
    [InlineData("chat", "/passthrough/openai")]
    [InlineData("messages", "/passthrough/anthropic")]
    public async Task A_caller_that_leaves_during_a_stream_pays_for_what_was_said(string stream, string before)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant(Wide);
        await house.Simulator.ScriptAsync("""{"text":"Hello and a thousand more words that nobody waits for","cut":{"how":"stall","at_event":6}}""");
        Saying saying = Saying.Streams[stream] with { Path = before + Saying.Streams[stream].Path };
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(saying, granted.Secret));
        await caller.ReadUntilAsync("Hello");
        caller.Reset();

        LedgerEvent last = await granted.LastAsync();
        Assert.Equal((LedgerEventKind.Settled, UsageSource.Estimated), (last.Kind, last.Source));
        Assert.True(last.Booked is { NanoUsd: > 0, TokensIn: > 0, TokensOut: > 0 }, last.Booked.ToString());
        Assert.True(last.Booked.NanoUsd < last.Held.NanoUsd);
    }

    [Theory]
    [InlineData("rst")]
    [InlineData("fin")]
    public async Task A_stream_that_the_provider_breaks_off_is_charged_for_what_was_said(string how)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant(Wide);
        await house.Simulator.ScriptAsync($$$"""{"cut":{"how":"{{{how}}}","at_event":3}}""");

        await granted.AskAsync(Saying.ChatStream);

        LedgerEvent last = await granted.LastAsync();
        Assert.Equal((LedgerEventKind.Settled, UsageSource.Estimated), (last.Kind, last.Source));
        Assert.True(last.Booked is { NanoUsd: > 0, TokensIn: > 0 });
    }

    [Theory]
    [InlineData("")]
    [InlineData("/passthrough/openai")]
    public async Task What_was_not_answered_in_time_is_in_doubt_at_its_whole_bound(string before)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Timeouts = new ProviderTimeouts { FirstByte = TimeSpan.FromMilliseconds(200) } });
        Granted granted = house.Grant(Wide);
        await house.Simulator.ScriptAsync("""{"cut":{"how":"stall","before_head":true}}""");

        Answer answer = await granted.AskAsync(Saying.Chat with { Path = before + Saying.ChatPath });

        Assert.Equal((504, "upstream_timeout"), (answer.Status, answer.Error));
        await IsInDoubtAsync(granted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/passthrough/openai")]
    public async Task A_caller_that_leaves_before_the_answer_began_leaves_a_doubt(string before)
    {
        TaskCompletionSource asked = new();
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            asked.SetResult();
            await connection.UntilClosedAsync();
        });
        await using GatewayHouse house = await GatewayHouse.OpenAsync(HouseOptions.With(upstream));
        Granted granted = house.Grant(Wide);
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(Saying.Chat with { Path = before + Saying.ChatPath }, granted.Secret));
        await asked.Task.Soon();

        caller.Reset();

        await IsInDoubtAsync(granted);
    }

    [Fact]
    public async Task A_caller_that_leaves_while_a_refused_call_waits_to_be_made_again_pays_nothing()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant(Wide);
        await house.Simulator.ScriptAsync("""{"status":429,"headers":{"retry-after":"20"}}""");
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(Saying.Chat, granted.Secret));
        while ((await house.Simulator.BillAsync()).GetProperty("requests").GetInt32() == 0)
        {
            await Task.Yield();
        }

        caller.Reset();

        LedgerEvent last = await granted.LastAsync();
        Assert.True(last.Kind is LedgerEventKind.Settled or LedgerEventKind.InDoubt);
        Assert.True(last.Kind == LedgerEventKind.InDoubt || last.Booked == default, last.ToString()); // In doubt where the caller was faster than the refusal.
    }

    [Fact]
    public async Task A_connection_that_broke_may_be_billed_beside_the_try_that_was_answered()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant(Wide);
        await house.Simulator.ScriptEachAsync(["""{"cut":{"before_head":true}}"""]);

        Answer answer = await granted.AskAsync(Saying.Chat);

        Assert.Equal((200, "2"), (answer.Status, answer.Header("x-causeway-attempts")));
        IReadOnlyList<LedgerEvent> events = await granted.EventsOfAsync(answer);
        Assert.Equal([LedgerEventKind.Reserved, LedgerEventKind.Extended, LedgerEventKind.InDoubt], events.Select(one => one.Kind));
        Assert.Equal(events[0].Held, events[1].Held);
        Assert.Equal(events[0].Held + events[1].Held, events[2].Booked);
        Assert.Equal(UsageSource.Provider, (await house.OnlyRecordAsync()).Source); // What the second try told is known all the same.
    }

    [Fact]
    public async Task A_connection_that_broke_is_not_tried_again_where_a_second_bound_does_not_fit()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Amounts bound = await Granted.BoundOfAsync(house, Saying.Chat);
        Granted granted = house.Grant(string.Create(CultureInfo.InvariantCulture, $"usd {bound.NanoUsd / 1_000_000_000m}"));
        await house.Simulator.ScriptEachAsync(["""{"cut":{"before_head":true}}"""]);

        Answer answer = await granted.AskAsync(Saying.Chat);

        Assert.Equal((502, "upstream_protocol", "1"), (answer.Status, answer.Error, answer.Header("x-causeway-attempts")));
        await IsInDoubtAsync(granted);
    }

    [Fact]
    public async Task A_pin_that_did_not_answer_in_time_may_bill_beside_the_one_that_did()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Timeouts = new ProviderTimeouts { FirstByte = TimeSpan.FromMilliseconds(300) } });
        house.Policies.Publish(policy => policy.WithChannels(Channels.New("fallen", ["openai/gpt-5.4-mini", "anthropic/claude-sonnet-4-6"])));
        Granted granted = house.Grant(Wide);
        await house.Simulator.PutAsync("""{"rules":[{"match":{"model":"gpt-5.4-mini"},"then":{"cut":{"how":"stall","before_head":true}}}]}""");

        Answer answer = await granted.AskAsync(s_fallen);

        Assert.Equal((200, "anthropic/claude-sonnet-4-6"), (answer.Status, answer.Header("x-causeway-served-by")));
        IReadOnlyList<LedgerEvent> events = await granted.EventsOfAsync(answer);
        Assert.Equal([LedgerEventKind.Reserved, LedgerEventKind.Extended, LedgerEventKind.InDoubt], events.Select(one => one.Kind));
        Assert.True(events[1].Held.NanoUsd > events[0].Held.NanoUsd); // The whole of the dearer pin beside the whole of the first.
    }

    [Fact]
    public async Task A_fallback_after_a_refusal_is_charged_alone()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(policy => policy.WithChannels(Channels.New("fallen", ["openai/gpt-5.4-mini", "anthropic/claude-sonnet-4-6"])));
        Granted granted = house.Grant(Wide);
        await house.Simulator.PutAsync("""{"rules":[{"match":{"model":"gpt-5.4-mini"},"then":{"status":404}},{"then":{"usage":{"input_uncached":10,"output":20}}}]}""");

        Answer answer = await granted.AskAsync(s_fallen);

        IReadOnlyList<LedgerEvent> events = await granted.EventsOfAsync(answer);
        Assert.Equal((LedgerEventKind.Settled, 10, 20), (events[^1].Kind, events[^1].Booked.TokensIn, events[^1].Booked.TokensOut));
        Assert.Equal((await house.OnlyRecordAsync()).CostNanoUsd, granted.Use().Committed);
    }

    [Fact]
    public async Task A_fallback_that_does_not_fit_is_not_made()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(policy => policy.WithChannels(Channels.New("fallen", ["openai/gpt-5.4-mini", "anthropic/claude-sonnet-4-6"])));
        Amounts bound = await Granted.BoundOfAsync(house, s_fallen);
        Granted granted = house.Grant(string.Create(CultureInfo.InvariantCulture, $"usd {bound.NanoUsd / 1_000_000_000m}"));
        Granted ceiling = house.Grant(grant => grant with { Limits = [Granted.LimitOf("usd 1000")], Scope = grant.Scope with { MaxRequestNanoUsd = bound.NanoUsd } });
        int before = (await house.Simulator.RequestsAsync()).Count;
        await house.Simulator.PutAsync("""{"rules":[{"match":{"model":"gpt-5.4-mini"},"then":{"status":404}}]}""");

        foreach (Granted tight in (Granted[])[granted, ceiling])
        {
            Answer answer = await tight.AskAsync(s_fallen);

            Assert.Equal(404, answer.Status);
            Assert.Contains((await house.RecordOfAsync(answer)).Trail, step => step.Provider == "anthropic" && step.Reason == "request_exceeds_limit");
        }

        Assert.Equal(before + 2, (await house.Simulator.RequestsAsync()).Count);
    }

    [Fact]
    public async Task More_than_was_held_is_booked_in_full_as_an_overrun()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("tokens 100k");
        await house.Simulator.ScriptAsync("""{"usage":{"input_uncached":200000,"output":90000}}""");

        await granted.AskAsync(Saying.Chat);

        LedgerEvent last = await granted.LastAsync();
        Assert.Equal((LedgerEventKind.Settled, "overrun"), (last.Kind, last.Code));
        Assert.Equal(290_000, granted.Use().Committed);
        Assert.Equal((402, "limit_spent"), await StatusAsync(granted, Saying.Chat));
    }

    [Fact]
    public async Task A_repair_is_charged_beside_what_it_repairs_and_held_with_what_it_is_told()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Register("city", ContractHouse.City, ContractPolicy.Default with { OnViolation = [OnViolation.Repair], Repairs = 1 });
        Saying saying = ContractHouse.Ask("chat", "gpt-5.4-mini", ContractHouse.City) with { };
        Granted granted = house.Grant(Wide);
        string wrong = new('w', 3_000);
        await house.Simulator.PutAsync($$$$"""{"rules":[{"times":1,"then":{"text":"{{{{wrong}}}}","usage":{"input_uncached":10,"output":1000}}},{"then":{"text":"{\"city\":\"Rome\",\"population\":1}","usage":{"input_uncached":1000,"output":20}}}]}""");

        HttpRequestMessage message = saying.ToMessage(granted.Secret);
        message.Headers.TryAddWithoutValidation("x-causeway-contract", "city");
        Answer answer = await house.SendAsync(message);

        Assert.True(answer.Status == 200, answer.Text);
        IReadOnlyList<LedgerEvent> events = await granted.EventsOfAsync(answer);
        Assert.Equal([LedgerEventKind.Reserved, LedgerEventKind.Extended, LedgerEventKind.Settled], events.Select(one => one.Kind));
        Assert.Equal((1010, 1020), (events[2].Booked.TokensIn, events[2].Booked.TokensOut));
        Assert.True(events[0].Held.TokensIn + events[1].Held.TokensIn >= 10 + events[0].Held.TokensIn + wrong.Length, "the repair's prompt holds the answer that was wrong");
        Assert.Null(events[2].Code);
    }

    [Fact]
    public async Task A_repair_that_is_not_answered_leaves_the_whole_in_doubt()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Timeouts = new ProviderTimeouts { FirstByte = TimeSpan.FromMilliseconds(300) } });
        house.Register("city", ContractHouse.City, ContractPolicy.Default with { OnViolation = [OnViolation.Repair], Repairs = 1 });
        Granted granted = house.Grant(Wide);
        await house.Simulator.PutAsync("""{"rules":[{"times":1,"then":{"text":"nothing"}},{"then":{"cut":{"how":"stall","before_head":true}}}]}""");
        HttpRequestMessage message = ContractHouse.Ask("chat", "gpt-5.4-mini", ContractHouse.City).ToMessage(granted.Secret);
        message.Headers.TryAddWithoutValidation("x-causeway-contract", "city");

        Answer answer = await house.SendAsync(message);

        Assert.Equal(502, answer.Status);
        await IsInDoubtAsync(granted);
    }

    [Fact]
    public async Task The_prompt_of_a_release_is_held_too()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        string prompt = new('p', 20_000);
        house.Policies.Publish(policy => policy.WithChannels(Channels.New("fallen", ["openai/gpt-5.4-mini"], prompt), Channels.New("bare", ["openai/gpt-5.4-mini"])));
        Saying bare = Saying.Chat with { Body = Saying.Chat.Body.Replace("gpt-5.4-mini", "bare", StringComparison.Ordinal) };

        Amounts with = await Granted.BoundOfAsync(house, s_fallen);
        Amounts without = await Granted.BoundOfAsync(house, bare);

        Assert.InRange(with.TokensIn - without.TokensIn, prompt.Length, prompt.Length + 16);
    }

    [Fact]
    public async Task Names_that_are_spelled_with_escapes_are_held_like_plain_ones()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        const string Plain = """{"model":"gpt-5.4-mini","max_completion_tokens":10,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.test/a.png"}}]}]}""";
        Saying plain = new(Saying.ChatPath, Plain);
        Saying spelled = new(Saying.ChatPath, Plain.Replace("\"image_url\":", "\"image\\u005furl\":", StringComparison.Ordinal).Replace("\"url\":", "\"\\u0075rl\":", StringComparison.Ordinal).Replace("\"image_url\"", "\"image\\u005furl\"", StringComparison.Ordinal));

        Amounts one = await Granted.BoundOfAsync(house, plain);
        Amounts other = await Granted.BoundOfAsync(house, spelled);

        Assert.True(one.TokensIn > 8_192, one.ToString());
        Assert.True(other.TokensIn > one.TokensIn, $"{other} is held for the spelled name, {one} for the plain one");
    }

    [Fact]
    public async Task A_caller_that_counts_tokens_pays_with_a_request()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant(Wide);
        Granted counted = house.Grant("requests 5");

        Assert.Equal(200, (await granted.AskAsync(Saying.CountTokens)).Status);
        Assert.Equal(200, (await counted.AskAsync(Saying.CountTokens)).Status);
        await house.RecordsAsync();

        Assert.Equal((0, 1), (granted.Use().Committed, counted.Use().Committed));
    }

    private static async Task IsInDoubtAsync(Granted granted)
    {
        LedgerEvent last = await granted.LastAsync();
        Assert.Equal((LedgerEventKind.InDoubt, last.Held), (last.Kind, last.Booked));
        Assert.Equal(last.Held.NanoUsd, granted.Use().InDoubt);
        Assert.Equal((0, 0), (granted.Use().Held, granted.Use().Committed));
    }

    private static async Task<(int Status, string? Error)> StatusAsync(Granted granted, Saying saying)
    {
        Answer answer = await granted.AskAsync(saying);
        return (answer.Status, answer.Error);
    }

    // An address that nobody listens at.
    private static Uri Closed()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
