using System.Globalization;
using System.Text.Json;
using Causeway.Budgets.Adaptive;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Budgets;

/// <summary>A grant that adapts: a stream holds what such answers need, grows while it runs, and is ended for its length where no more is left.</summary>
public sealed class AdaptiveStreamTests
{
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";

    private static readonly Dictionary<string, Saying> s_streams = new()
    {
        ["chat"] = new(Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":4000,\"stream\":true," + Messages + "}"),
        ["responses"] = new(Saying.ResponsesPath, """{"model":"gpt-5.4-mini","max_output_tokens":4000,"stream":true,"input":"x"}"""),
        ["messages"] = new(Saying.MessagesPath, "{\"model\":\"claude-sonnet-4-6\",\"max_tokens\":4000,\"stream\":true," + Messages + "}"),
        ["gemini"] = new("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":4000}}"""),
        ["chat of Claude"] = new(Saying.ChatPath, "{\"model\":\"claude-sonnet-4-6\",\"max_completion_tokens\":4000,\"stream\":true," + Messages + "}"),
        ["responses of Claude"] = new(Saying.ResponsesPath, """{"model":"claude-sonnet-4-6","max_output_tokens":4000,"stream":true,"input":"x"}"""),
        ["messages of GPT"] = new(Saying.MessagesPath, "{\"model\":\"gpt-5.4-mini\",\"max_tokens\":4000,\"stream\":true," + Messages + "}"),
        ["messages of Gemini"] = new(Saying.MessagesPath, "{\"model\":\"gemini-2.5-flash\",\"max_tokens\":4000,\"stream\":true," + Messages + "}"),
        ["gemini of GPT"] = new("/v1beta/models/gpt-5.4-mini:streamGenerateContent?alt=sse", """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":4000}}"""),
        ["gemini array of GPT"] = new("/v1beta/models/gpt-5.4-mini:streamGenerateContent", """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":4000}}"""),
        ["gemini array"] = new("/v1beta/models/gemini-2.5-flash:streamGenerateContent", """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":4000}}"""),
    };

    [Fact]
    public async Task Until_enough_is_known_the_whole_bound_is_held_and_then_what_such_answers_need()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = await LearnedAsync(house, "chat", "tokens_out 1000000");

        Answer short1 = await granted.AskAsync(s_streams["chat"]);
        Answer plain = await granted.AskAsync(new Saying(Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":4000," + Messages + "}"));

        Assert.Equal((200, "[DONE]"), (short1.Status, short1.Events[^1]));
        Assert.Equal(OutputCaps.Floor, (await granted.EventsOfAsync(short1))[0].Held.TokensOut);
        Assert.Equal(4_000, (await granted.EventsOfAsync(plain))[0].Held.TokensOut);
        Assert.Equal(4_000, house.Store.Events.First(one => one.Grant == granted.Id && one.Kind == LedgerEventKind.Reserved).Held.TokensOut);
    }

    [Fact]
    public async Task A_long_answer_grows_while_it_runs_and_comes_whole()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = await LearnedAsync(house, "chat", "tokens_out 1000000");
        await SayAsync(house, tokens: 900);

        Answer answer = await granted.AskAsync(s_streams["chat"]);

        Assert.Equal("[DONE]", answer.Events[^1]);
        Assert.Equal(900 * 4, TextOf(answer).Length);
        IReadOnlyList<LedgerEvent> events = await granted.EventsOfAsync(answer);
        Assert.Contains(events, one => one.Kind == LedgerEventKind.Extended);
        Assert.Equal((LedgerEventKind.Settled, 900, null), (events[^1].Kind, events[^1].Booked.TokensOut, events[^1].Code));
        Assert.InRange(events[^1].Held.TokensOut, 900, 4_000);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini")]
    [InlineData("gemini array")]
    [InlineData("chat of Claude")]
    [InlineData("responses of Claude")]
    [InlineData("messages of GPT")]
    [InlineData("messages of Gemini")]
    [InlineData("gemini of GPT")]
    [InlineData("gemini array of GPT")]
    public async Task Where_no_more_is_left_the_stream_is_ended_for_its_length_in_the_callers_own_words(string kind)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await LearnedAsync(house, kind, "tokens_out 1000000");
        Granted granted = house.Grant(grant => grant with { Reserve = ReserveMode.Adaptive, Limits = [Granted.LimitOf("tokens_out 5000")] });
        await SayAsync(house, tokens: 3_900, ",\"first_byte_delay_ms\":300"); // All three are admitted before the first goes on.

        Answer[] answers = await granted.AskAtOnceAsync(s_streams[kind], 3);
        List<Answer> ended = [];
        foreach (Answer one in answers)
        {
            if ((await house.RecordOfAsync(one)).ErrorCode == "budget_ended")
            {
                ended.Add(one);
            }
        }

        Answer answer = ended[0];
        Assert.True(answer.Status == 200, answer.Text);
        string protocol = kind.Split(" of ")[0];
        switch (protocol)
        {
            case "chat":
                Assert.Equal("[DONE]", answer.Events[^1]);
                Assert.Equal("length", JsonElement.Parse(answer.Events[^2]).GetProperty("choices")[0].GetProperty("finish_reason").GetString());
                Assert.Equal(JsonElement.Parse(answer.Events[0]).GetProperty("id").GetString(), JsonElement.Parse(answer.Events[^2]).GetProperty("id").GetString());
                break;
            case "responses":
                JsonElement whole = JsonElement.Parse(answer.Events[^1]);
                Assert.Equal(("response.incomplete", "incomplete", "max_output_tokens", answer.Events.Count - 1), (
                    whole.GetProperty("type").GetString(), whole.GetProperty("response").GetProperty("status").GetString(), whole.GetProperty("response").GetProperty("incomplete_details").GetProperty("reason").GetString(), whole.GetProperty("sequence_number").GetInt32()));
                break;
            case "messages":
                Assert.Equal(["content_block_stop", "message_delta", "message_stop"], answer.Events.TakeLast(3).Select(one => JsonElement.Parse(one).GetProperty("type").GetString()));
                Assert.Equal("max_tokens", JsonElement.Parse(answer.Events[^2]).GetProperty("delta").GetProperty("stop_reason").GetString());
                break;
            default:
                JsonElement end = protocol == "gemini" ? JsonElement.Parse(answer.Events[^1]) : answer.Json.EnumerateArray().Last();
                Assert.Equal("MAX_TOKENS", end.GetProperty("candidates")[0].GetProperty("finishReason").GetString());
                break;
        }

        LedgerEvent last1 = Assert.Single(await granted.EventsOfAsync(answer), one => one is { Kind: LedgerEventKind.Clamped, Code: "budget_ended" });
        Assert.Equal((granted.Id, "tokens_out 5000"), (last1.DecidedBy, last1.Limit));
        Assert.InRange(granted.Use().Committed, 4_000, 5_000 + (10 * ended.Count)); // 40 characters an event.
    }

    [Fact]
    public async Task What_fits_at_its_admission_is_the_cap_that_the_provider_is_told()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await LearnedAsync(house, "chat", "tokens_out 1000000");
        Granted granted = house.Grant(grant => grant with { Reserve = ReserveMode.Adaptive, Limits = [Granted.LimitOf("tokens_out 700")] });

        Answer answer = await granted.AskAsync(s_streams["chat"]);

        Assert.Equal("700", answer.Header("x-causeway-budget-clamped"));
        Assert.Equal(700, JsonElement.Parse((await house.Simulator.LastAsync()).Text).GetProperty("max_completion_tokens").GetInt32());
        Assert.Equal(OutputCaps.Floor, (await granted.EventsOfAsync(answer))[0].Held.TokensOut);
    }

    private static async Task<Granted> LearnedAsync(GatewayHouse house, string kind, string limit)
    {
        Granted granted = house.Grant(grant => grant with { Reserve = ReserveMode.Adaptive, Limits = [Granted.LimitOf(limit)] });
        await SayAsync(house, tokens: 50);
        for (int batch = 0; batch < 4; batch++)
        {
            Assert.All(await granted.AskAtOnceAsync(s_streams[kind], (AnswerLengths.MinSettled / 4) + 1), answer => Assert.Equal(200, answer.Status));
        }

        await house.RecordsAsync();
        return granted;
    }

    private static Task SayAsync(GatewayHouse house, int tokens, string more = "") =>
        house.Simulator.ScriptAsync(string.Create(CultureInfo.InvariantCulture, $$"""{"text":"{{string.Concat(Enumerable.Repeat("word", tokens))}}","event_chars":40{{more}}}"""));

    private static string TextOf(Answer answer) => string.Concat(answer.Events.SkipLast(1).Select(text => JsonElement.Parse(text)).Where(chunk => chunk.GetProperty("choices").GetArrayLength() > 0)
        .Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta").TryGetProperty("content", out JsonElement text) ? text.GetString() : ""));
}
