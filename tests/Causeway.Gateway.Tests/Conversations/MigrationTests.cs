using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Conversations;

namespace Causeway.Gateway.Tests.Conversations;

/// <summary>
/// C1: conversations of four kinds outlive a rollback, against providers that hold them to their patterns of ids, to who can read a block, to the beginning that it is bound to, and to whose a
/// stored response is. Ten of each kind in every run; CAUSEWAY_SOAK has the 250 that make a thousand.
/// </summary>
public sealed class MigrationTests
{
    private const string Thinks = """{"reasoning_text":"let me think","text":"An answer."}""";
    private const string Calls = """{"tool_calls":[{"name":"look","arguments":"{}"}]}""";
    private static readonly int s_each = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is null ? 10 : 250;

    [Fact]
    public async Task Plain_ones_go_on_at_another_vendor_and_lose_nothing()
    {
        await using ConversationHouse house = await OpenAsync("mistral/mistral-large-2512", "openai/gpt-5.4-mini");
        ChatTalker[] talkers = Talkers(i => new ChatTalker(house, $"s-{i}", withTools: false));
        await EachAsync(talkers, talker => talker.SayAsync("One"));

        ConversationCounts predicted = await RollBackAsync(house);

        Assert.Equal(predicted, await ActualAsync(talkers, talker => talker.SayAsync("Two")));
        Assert.Equal(new ConversationCounts(s_each, 0, 0), predicted);
        await EachAsync(talkers, talker => talker.SayAsync("Three"));
        await NothingRefusedAsync(house);
    }

    [Fact]
    public async Task Those_with_calls_of_tools_go_on_where_ids_are_spelled_otherwise_with_what_is_still_owed()
    {
        await using ConversationHouse house = await OpenAsync("mistral/mistral-large-2512", "openai/gpt-5.4-mini");
        ChatTalker[] talkers = Talkers(i => new ChatTalker(house, $"s-{i}", withTools: true));
        await house.House.Simulator.ScriptAsync(Calls);
        await EachAsync(talkers, talker => talker.SayAsync("One"));
        await EachAsync(talkers, talker => talker.ReturnAsync("1")); // Which asks for the tool again: its result is owed across the rollback.

        ConversationCounts predicted = await RollBackAsync(house);
        await house.House.Simulator.ScriptAsync("""{"text":"An answer."}""");

        Assert.Equal(predicted, await ActualAsync(talkers, talker => talker.ReturnAsync("2")));
        Assert.Equal(new ConversationCounts(s_each, 0, 0), predicted);
        await EachAsync(talkers, talker => talker.SayAsync("Three"));
        await NothingRefusedAsync(house);
        await MistralRefusesAsync(house, talkers[0].Body());
    }

    // By a model that cannot read it, and by the same one with another prompt before it. The control, here and below: where conversations are not told apart the provider refuses the turn.
    [Theory]
    [InlineData("claude/claude-sonnet-5-5", ConversationPolicy.Migrate)]
    [InlineData("claude/claude-opus-5-5", ConversationPolicy.Migrate)]
    [InlineData("claude/claude-opus-5-5", null)]
    public async Task Those_with_signed_reasoning_go_on_without_it(string good, ConversationPolicy? policy)
    {
        await using ConversationHouse house = await OpenAsync(good, "claude/claude-opus-5-5", policy);
        await house.House.Simulator.ScriptAsync(Thinks);
        Talker[] talkers = Talkers(i => new Talker(house, $"s-{i}"));
        await EachAsync(talkers, talker => talker.SayAsync("One"));
        await EachAsync(talkers, talker => talker.SayAsync("Two"));

        ConversationCounts predicted = await RollBackAsync(house);
        if (policy is null)
        {
            Assert.Equal(400, (await talkers[0].SayAsync("Three")).Status);
            return;
        }

        Assert.Equal(predicted, await ActualAsync(talkers, talker => talker.SayAsync("Three")));
        Assert.Equal(new ConversationCounts(0, s_each, 0), predicted);
        await EachAsync(talkers, talker => talker.SayAsync("Four"));
        await NothingRefusedAsync(house);
    }

    [Theory]
    [InlineData(ConversationPolicy.Migrate)]
    [InlineData(null)]
    public async Task Those_whose_state_a_provider_keeps_are_stuck_and_told_so_before_it_is_asked(ConversationPolicy? policy)
    {
        await using ConversationHouse house = await OpenAsync("openai/gpt-5.4-mini", "other/gpt-5.4-mini", policy);
        StateTalker[] talkers = Talkers(i => new StateTalker(house, $"s-{i}"));
        await EachAsync(talkers, talker => talker.SayAsync("One"));
        await EachAsync(talkers, talker => talker.SayAsync("Two"));

        ConversationCounts predicted = await RollBackAsync(house);
        if (policy is null)
        {
            Assert.InRange((await talkers[0].SayAsync("Three")).Status, 400, 404);
            return;
        }

        Assert.Equal(predicted, await ActualAsync(talkers, talker => talker.SayAsync("Three")));
        Assert.Equal(new ConversationCounts(0, 0, s_each), predicted);
        await EachAsync(talkers, talker => talker.BeginAnewAsync("Everything, and three"));
        await EachAsync(talkers, talker => talker.SayAsync("Four"));
        await NothingRefusedAsync(house);
    }

    // State at the provider that answers afterwards too is there still.
    [Fact]
    public async Task State_that_the_answering_provider_keeps_itself_is_not_stuck()
    {
        await using ConversationHouse house = await OpenAsync("openai/gpt-5.4", "openai/gpt-5.4-mini");
        StateTalker[] talkers = Talkers(i => new StateTalker(house, $"s-{i}"));
        await EachAsync(talkers, talker => talker.SayAsync("One"));
        await EachAsync(talkers, talker => talker.SayAsync("Two"));

        ConversationCounts predicted = await RollBackAsync(house);

        Assert.Equal(predicted, await ActualAsync(talkers, talker => talker.SayAsync("Three")));
        Assert.Equal(0, predicted.P3);
        await NothingRefusedAsync(house);
    }

    // What is kept of them is sent in place of the id: to another account, and to another vendor, whose answers' ids nobody keeps but Causeway.
    [Theory]
    [InlineData("openai/gpt-5.4-mini")]
    [InlineData("claude/claude-sonnet-5-5")]
    public async Task Those_whose_state_a_provider_keeps_go_on_anywhere_where_it_is_kept_here_too(string good)
    {
        await using ConversationHouse house = await OpenAsync(good, "other/gpt-5.4-mini", transcripts: 3600);
        StateTalker[] talkers = Talkers(i => new StateTalker(house, $"s-{i}", streams: i % 2 == 1));
        await house.House.Simulator.ScriptAsync(Calls);
        await EachAsync(talkers, talker => talker.SayAsync("One"));
        await EachAsync(talkers, talker => talker.ReturnAsync("1")); // Which asks for the tool again: its result is owed across the rollback.

        ConversationCounts predicted = await RollBackAsync(house);
        await house.House.Simulator.ScriptAsync("""{"text":"An answer."}""");

        Assert.Equal(predicted, await ActualAsync(talkers, talker => talker.ReturnAsync("2")));
        Assert.Equal(new ConversationCounts(s_each, 0, 0), predicted);
        await EachAsync(talkers, talker => talker.SayAsync("Four"));
        await NothingRefusedAsync(house);
    }

    [Fact]
    public async Task Those_whose_state_a_provider_keeps_lose_the_reasoning_in_it()
    {
        await using ConversationHouse house = await OpenAsync("openai/gpt-5.4-mini", "other/gpt-5.4-mini", transcripts: 3600);
        await house.House.Simulator.ScriptAsync(Thinks);
        StateTalker[] talkers = Talkers(i => new StateTalker(house, $"s-{i}", streams: i % 2 == 1));
        await EachAsync(talkers, talker => talker.SayAsync("One"));
        await EachAsync(talkers, talker => talker.SayAsync("Two"));

        ConversationCounts predicted = await RollBackAsync(house);

        Assert.Equal(predicted, await ActualAsync(talkers, talker => talker.SayAsync("Three")));
        Assert.Equal(new ConversationCounts(0, s_each, 0), predicted);
        await EachAsync(talkers, talker => talker.SayAsync("Four"));
        await NothingRefusedAsync(house);
    }

    private static async Task<ConversationHouse> OpenAsync(string good, string bad, ConversationPolicy? policy = ConversationPolicy.Migrate, int? transcripts = null)
    {
        ConversationHouse house = await ConversationHouse.OpenAsync(policy, good, bad, transcripts);
        await house.StartAsync();
        return house;
    }

    private static T[] Talkers<T>(Func<int, T> one) => [.. Enumerable.Range(0, s_each).Select(one)];

    private static async Task EachAsync<T>(T[] talkers, Func<T, Task<Answer>> say)
    {
        foreach (T talker in talkers)
        {
            Answer answer = await say(talker);
            Assert.True(answer.Status == 200, answer.Text);
        }
    }

    // What a dry run would say, and then the act.
    private static async Task<ConversationCounts> RollBackAsync(ConversationHouse house)
    {
        ConversationCounts predicted = await house.PredictAsync();
        await house.RollBackAsync();
        return predicted;
    }

    private static async Task<ConversationCounts> ActualAsync<T>(T[] talkers, Func<T, Task<Answer>> say)
    {
        (long p0, long p1, long p3) = (0, 0, 0);
        foreach (T talker in talkers)
        {
            Answer answer = await say(talker);
            switch (answer.Status, ConversationHouse.Migrated(answer)?.Split("lost=")[^1], answer.Error)
            {
                case (200, "none", _):
                    p0++;
                    break;
                case (200, "reasoning", _):
                    p1++;
                    break;
                case (409, _, "release_revoked"):
                    p3++;
                    break;
                default:
                    Assert.Fail($"{answer.Status} {ConversationHouse.Migrated(answer)} {answer.Text}");
                    break;
            }
        }

        return new ConversationCounts(p0, p1, p3);
    }

    // Of all that went upstream nothing was refused there; what was refused here had not been sent.
    private static async Task NothingRefusedAsync(ConversationHouse house) => Assert.All(
        await house.House.RecordsAsync(),
        record => Assert.True(record is { Outcome: Outcome.Completed, Attempts: 1 } or { Outcome: Outcome.Denied, Attempts: 0, ErrorCode: "release_revoked" }, $"{record.Outcome} {record.ErrorCode} after {record.Attempts}"));

    // The control: as the caller wrote it, it is refused.
    private static async Task MistralRefusesAsync(ConversationHouse house, string body)
    {
        using HttpRequestMessage message = new(HttpMethod.Post, new Uri(house.House.Simulator.Address, "/mistral/v1/chat/completions"))
        {
            Content = new StringContent(body.Replace("\"support\"", "\"mistral-large-2512\"", StringComparison.Ordinal), Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "any") },
        };
        using HttpResponseMessage response = await house.House.Http.SendAsync(message, GatewayHouse.Token);
        Assert.InRange((int)response.StatusCode, 400, 422);
    }
}

/// <summary>A caller of chat completions: every answer goes back as it came, and a call of its tool is answered when the test says so.</summary>
internal sealed class ChatTalker(ConversationHouse house, string session, bool withTools)
{
    private readonly JsonArray _messages = [];

    public Task<Answer> SayAsync(string text) => SendAsync(new JsonObject { ["role"] = "user", ["content"] = text });

    /// <summary>Gives the result that the last answer asked for.</summary>
    public Task<Answer> ReturnAsync(string result) => SendAsync(new JsonObject
    {
        ["role"] = "tool",
        ["tool_call_id"] = _messages[^1]!["tool_calls"]![0]!["id"]!.GetValue<string>(),
        ["content"] = result,
    });

    /// <summary>What was sent last, with its answer and one question more.</summary>
    public string Body()
    {
        var body = new JsonObject { ["model"] = "support", ["messages"] = _messages.DeepClone() };
        if (_messages[^1]!["role"]!.GetValue<string>() == "assistant")
        {
            body["messages"]!.AsArray().Add(new JsonObject { ["role"] = "user", ["content"] = "And?" });
        }

        if (withTools)
        {
            body["tools"] = JsonNode.Parse("""[{"type":"function","function":{"name":"look","parameters":{"type":"object","properties":{}}}}]""");
        }

        return body.ToJsonString();
    }

    private async Task<Answer> SendAsync(JsonObject message)
    {
        _messages.Add(message);
        Answer answer = await house.SendAsync(new Saying(Saying.ChatPath, Body()), session);
        if (answer.Status == 200)
        {
            _messages.Add(JsonNode.Parse(answer.Json.GetProperty("choices")[0].GetProperty("message").GetRawText()));
        }

        return answer;
    }
}
