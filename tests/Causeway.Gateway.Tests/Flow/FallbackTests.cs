using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Flow;

public sealed class FallbackTests
{
    private const string First = "gpt-5.4-mini";
    private const string Second = "claude-sonnet-4-6";

    private static readonly Saying s_chat = new(Saying.ChatPath, """{"model":"support","messages":[{"role":"user","content":"Tell me about bridges"}]}""");
    private static readonly Saying s_stream = new(Saying.ChatPath, """{"model":"support","stream":true,"messages":[{"role":"user","content":"Tell me about bridges"}]}""");

    [Fact]
    public async Task A_channel_is_answered_by_its_first_pin_and_says_which_release_did()
    {
        await using GatewayHouse house = await OpenAsync();

        Answer answer = await house.AskAsync(s_chat);
        UsageRecord record = await house.OnlyRecordAsync();

        string release = house.Policies.Current.FindChannel("support")!.ReleaseName;
        Assert.Equal((200, $"openai/{First}", "1", release), (answer.Status, answer.Header("x-causeway-served-by"), answer.Header("x-causeway-attempts"), answer.Header("x-causeway-release")));
        Assert.Equal(("support", release, "support"), (record.Channel, record.Release, record.ModelAsked));
        Assert.Empty(record.Trail);
    }

    [Theory]
    [InlineData("""{"status":408}""", "status_408", 3)]
    [InlineData("""{"status":429}""", "status_429", 3)]
    [InlineData("""{"status":500}""", "status_500", 3)]
    [InlineData("""{"status":503}""", "status_503", 3)]
    [InlineData("""{"status":404}""", "status_404", 1)]
    [InlineData("""{"status":429,"error":{"code":"insufficient_quota"}}""", "insufficient_quota", 1)]
    public async Task The_next_pin_answers_when_the_first_could_not_for_reasons_of_its_own(string then, string reason, int calls)
    {
        await using GatewayHouse house = await OpenAsync();
        await house.Simulator.PutAsync($$$"""{"rules":[{"match":{"model":"{{{First}}}"},"then":{{{then}}}}]}""");

        Answer answer = await house.AskAsync(s_chat);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((200, $"anthropic/{Second}", $"{calls + 1}"), (answer.Status, answer.Header("x-causeway-served-by"), answer.Header("x-causeway-attempts")));
        Assert.Equal("chat.completion", answer.Json.GetProperty("object").GetString());
        Assert.Equal((Outcome.Completed, calls + 1, "anthropic", Second), (record.Outcome, record.Attempts, record.Provider, record.ModelSent));
        Assert.Equal([.. Enumerable.Repeat("openai", calls), "anthropic"], record.Trail.Select(step => step.Provider));
        Assert.Equal("answered", record.Trail[^1].Reason);
        Assert.Equal(record.CostNanoUsd, record.Trail[^1].CostNanoUsd);
        Assert.All(record.Trail.SkipLast(1), step => Assert.Contains(reason.Split('_')[^1], step.Reason + step.Status, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(422)]
    public async Task What_the_caller_did_wrong_is_wrong_at_the_next_pin_too(int status)
    {
        await using GatewayHouse house = await OpenAsync();
        await house.Simulator.PutAsync($$$"""{"rules":[{"match":{"model":"{{{First}}}"},"then":{"status":{{{status}}}}}]}""");

        Answer answer = await house.AskAsync(s_chat);

        Assert.Equal((status, $"openai/{First}", "1"), (answer.Status, answer.Header("x-causeway-served-by"), answer.Header("x-causeway-attempts")));
    }

    [Fact]
    public async Task A_refused_connection_costs_no_wait()
    {
        await using GatewayHouse house = await OpenAsync(near => [Dead(near), near.Anthropic("anthropic")]);

        Answer answer = await house.AskAsync(s_chat);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((200, "2"), (answer.Status, answer.Header("x-causeway-attempts")));
        Assert.Equal(["upstream_unreachable", "answered"], record.Trail.Select(step => step.Reason));
    }

    [Fact]
    public async Task A_stream_falls_back_before_its_first_byte()
    {
        await using GatewayHouse house = await OpenAsync(near => [Dead(near), near.Anthropic("anthropic")]);

        Answer answer = await house.AskAsync(s_stream);

        Assert.Equal((200, $"anthropic/{Second}"), (answer.Status, answer.Header("x-causeway-served-by")));
        Assert.EndsWith("data: [DONE]\n\n", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_breaks_off_stays_with_its_pin()
    {
        await using GatewayHouse house = await OpenAsync();
        await house.Simulator.PutAsync($$$"""{"rules":[{"match":{"model":"{{{First}}}"},"then":{"cut":{"at_event":2,"how":"rst"} } }]}""");

        Answer answer = await house.AskAsync(s_stream);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal(($"openai/{First}", Outcome.Interrupted, 1), (answer.Header("x-causeway-served-by"), record.Outcome, record.Attempts));
        Assert.Contains("upstream_truncated", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pin_that_cannot_be_told_the_request_is_passed_over()
    {
        await using GatewayHouse house = await OpenAsync(pins: [$"anthropic/{Second}", $"openai/{First}"]);
        Saying seeded = s_chat with { Body = """{"model":"support","seed":7,"messages":[{"role":"user","content":"Tell me about bridges"}]}""" };

        Answer answer = await house.AskAsync(seeded);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((200, $"openai/{First}", "1"), (answer.Status, answer.Header("x-causeway-served-by"), answer.Header("x-causeway-attempts")));
        Assert.Equal(["cannot_translate", "answered"], record.Trail.Select(step => step.Reason));
    }

    [Fact]
    public async Task A_request_that_no_pin_can_be_told_is_denied_by_the_field()
    {
        await using GatewayHouse house = await OpenAsync(pins: [$"anthropic/{Second}"]);
        Saying seeded = s_chat with { Body = """{"model":"support","seed":7,"messages":[{"role":"user","content":"Tell me about bridges"}]}""" };

        Answer answer = await house.AskAsync(seeded);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((400, "cannot_translate", Outcome.Denied, 0), (answer.Status, answer.Header("x-causeway-error"), record.Outcome, record.Attempts));
        JsonElement error = answer.Json.GetProperty("error");
        Assert.Equal("seed", error.GetProperty("param").GetString());
        Assert.Contains("anthropic", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task Where_the_channel_says_drop_the_field_is_left_out_and_named()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(now => now.WithChannels(Channels.New("support", [$"anthropic/{Second}"], unsupported: Causeway.Releases.Channels.UnsupportedFields.Drop)));
        Saying seeded = s_chat with { Body = """{"model":"support","seed":7,"messages":[{"role":"user","content":"Tell me about bridges"}]}""" };

        Answer answer = await house.AskAsync(seeded);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((200, "seed", "seed"), (answer.Status, answer.Header("x-causeway-dropped"), record.Dropped));
    }

    [Fact]
    public async Task Trap_7_what_one_provider_keeps_is_never_asked_of_another()
    {
        await using GatewayHouse house = await OpenAsync(near => [Dead(near), near.OpenAI("other")], [$"openai/{First}", $"other/{First}"]);
        Saying chained = new(Saying.ResponsesPath, """{"model":"support","previous_response_id":"resp_1","input":"And then?"}""");

        Answer answer = await house.AskAsync(chained);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((503, $"openai/{First}"), (answer.Status, answer.Header("x-causeway-served-by")));
        Assert.Contains(record.Trail, step => step is { Provider: "other", Reason: "provider_state" });
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task The_next_pin_gets_a_fresh_translation_of_what_was_sent()
    {
        await using GatewayHouse house = await OpenAsync(near => [near.OpenAI("openai"), near.Anthropic("anthropic"), near.Gemini("gemini")], [$"anthropic/{Second}", "gemini/gemini-2.5-flash", $"openai/{First}"]);
        await house.Simulator.PutAsync("""{"rules":[{"match":{"protocol":"anthropic"},"then":{"status":404}},{"match":{"protocol":"gemini"},"then":{"status":404}}]}""");

        Answer answer = await house.AskAsync(s_chat);
        Arrived last = (await house.Simulator.RequestsAsync())[^1];

        Assert.Equal(200, answer.Status);
        Assert.Equal(s_chat.Body.Replace("support", First, StringComparison.Ordinal), last.Text); // Byte for byte, though two translations came before.
    }

    [Fact]
    public async Task A_circuit_opens_on_a_failing_pin_and_lets_a_probe_through_later()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        HouseOptions options = new() { Time = time, Retries = new ProviderRetries { Max = 0 } };
        await using GatewayHouse house = await GatewayHouse.OpenAsync(options);
        house.Policies.Publish(now => now.WithChannels(Channels.New("support", [$"openai/{First}", $"anthropic/{Second}"])));
        await house.Simulator.PutAsync($$$"""{"rules":[{"match":{"model":"{{{First}}}"},"times":20,"then":{"status":500}}]}""");

        for (int i = 0; i < 20; i++)
        {
            await house.AskAsync(s_chat);
        }

        Answer open = await house.AskAsync(s_chat);
        time.Advance(TimeSpan.FromSeconds(6));
        Answer probed = await house.AskAsync(s_chat);
        IReadOnlyList<UsageRecord> records = await house.RecordsAsync();

        Assert.Equal(($"anthropic/{Second}", "1"), (open.Header("x-causeway-served-by"), open.Header("x-causeway-attempts")));
        Assert.Equal($"openai/{First}", probed.Header("x-causeway-served-by"));
        Assert.Contains(records, record => record.Trail.Any(step => step.Reason == "circuit_open"));
    }

    private static Task<GatewayHouse> OpenAsync(Func<Neighbourhood, IEnumerable<Provider>>? providers = null, IReadOnlyList<string>? pins = null) =>
        OpenAsync(providers is null ? new HouseOptions() : new HouseOptions { Providers = providers }, pins ?? [$"openai/{First}", $"anthropic/{Second}"]);

    private static async Task<GatewayHouse> OpenAsync(HouseOptions options, IReadOnlyList<string> pins)
    {
        GatewayHouse house = await GatewayHouse.OpenAsync(options);
        house.Policies.Publish(now => now.WithChannels(Channels.New("support", pins)));
        return house;
    }

    private static Provider Dead(Neighbourhood near)
    {
        using TcpListener closed = new(IPAddress.Loopback, 0);
        closed.Start();
        int port = ((IPEndPoint)closed.LocalEndpoint).Port;
        return near.At("openai", Protocol.OpenAI, new Uri($"http://127.0.0.1:{port}/v1"));
    }
}
