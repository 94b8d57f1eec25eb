using System.Globalization;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Budgets;

/// <summary>Usage that cannot be is booked as reported and named; of what may be nothing is said.</summary>
public sealed class MismatchTests
{
    private const string HugeInput = """{"usage":{"input_uncached":50,"output":5,"reasoning":0,"cache_read":50000}}""";
    private const string HugeOutput = """{"usage":{"input_uncached":10,"output":50000,"reasoning":0}}""";

    public static TheoryData<string> Sayings { get; } = [.. Saying.Streams.Keys.Select(name => "stream " + name), .. Saying.Plain.Keys.Select(name => "plain " + name)];

    public static TheoryData<string> ThatTellReasoning { get; } = [.. Sayings.Select(row => row.Data).Where(name => !name.EndsWith("messages", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Sayings))]
    public async Task More_input_than_was_sent_has_bytes_is_a_mismatch_and_booked_as_reported(string name)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("usd 1000");
        await house.Simulator.ScriptAsync(HugeInput);

        await granted.AskAsync(SayingOf(name)); // It makes the model a suspect.
        Assert.NotEqual("usage_mismatch", (await granted.LastAsync()).Code);
        Answer answer = await granted.AskAsync(SayingOf(name));

        LedgerEvent last = await granted.LastAsync();
        UsageRecord record = await house.RecordOfAsync(answer);
        Assert.Equal((LedgerEventKind.Settled, "usage_mismatch", UsageSource.Provider), (last.Kind, last.Code, last.Source));
        Assert.Equal((50_050, 5), (last.Booked.TokensIn, last.Booked.TokensOut));
        Assert.StartsWith("reported 50050 input tokens where at most ", last.Detail, StringComparison.Ordinal);
        Assert.Equal((50_000, null), (record.Tokens.CacheRead, record.ErrorCode));
    }

    [Theory]
    [MemberData(nameof(ThatTellReasoning))]
    public async Task More_output_than_the_answer_has_bytes_is_a_mismatch(string name)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync(HugeOutput);

        Assert.Equal("usage_mismatch", await CodeAsync(house, SayingOf(name)));
    }

    [Theory]
    [MemberData(nameof(ThatTellReasoning))]
    public async Task Output_that_is_reasoning_needs_no_bytes(string name)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"usage":{"input_uncached":10,"output":50000,"reasoning":49990}}""");

        Assert.Null(await CodeAsync(house, SayingOf(name)));
    }

    [Theory]
    [InlineData(60_000, 60_000)]
    [InlineData(60_000, 62_500)]
    [InlineData(10, 1_300)]
    public async Task A_report_that_is_possible_or_nearly_so_is_none(int promptBytes, int reported)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync(string.Create(CultureInfo.InvariantCulture, $$$"""{"usage":{"input_uncached":{{{reported}}},"output":5}}"""));

        foreach (Saying saying in (Saying[])[Saying.Chat, Saying.Responses, Saying.Messages, Saying.Generate])
        {
            Assert.Null(await CodeAsync(house, saying with { Body = saying.Body.Replace("bridges", new string('b', promptBytes), StringComparison.Ordinal) }));
        }
    }

    [Theory]
    [InlineData("stream messages", "", "", HugeOutput)] // Claude's thinking may be output that nobody sees.
    [InlineData("plain messages", "", "", HugeOutput)]
    [InlineData("plain messages", """{"role":"user","content":"Tell me about bridges"}""", """{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]}""", HugeInput)]
    [InlineData("plain messages", "\"max_tokens\"", "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}],\"max_tokens\"", HugeInput)]
    [InlineData("plain chat", "\"Tell me about bridges\"", """[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]""", HugeInput)]
    [InlineData("plain chat", "\"messages\"", "\"a_field_of_tomorrow\":1,\"messages\"", HugeInput)]
    [InlineData("stream chat", "\"messages\"", "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}],\"reasoning_effort\":\"none\",\"messages\"", HugeOutput)]
    [InlineData("plain responses", "\"input\"", "\"tools\":[{\"type\":\"web_search\"}],\"input\"", HugeInput)]
    [InlineData("plain gemini", "\"contents\"", "\"tools\":[{\"googleSearch\":{}}],\"contents\"", HugeInput)]
    [InlineData("plain gemini", """{"text":"Tell me about bridges"}""", """{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}""", HugeInput)]
    public async Task Where_bytes_do_not_show_what_may_be_used_nothing_is_said(string name, string part, string instead, string then)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync(then);
        Saying saying = SayingOf(name);

        Assert.Null(await CodeAsync(house, part.Length == 0 ? saying : saying with { Body = saying.Body.Replace(part, instead, StringComparison.Ordinal) }));
    }

    [Fact]
    public async Task A_conversation_that_the_provider_keeps_may_have_any_size()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        string first = (await house.AskAsync(Saying.Responses)).Json.GetProperty("id").GetString()!;
        await house.Simulator.ScriptAsync(HugeInput);

        Assert.Null(await CodeAsync(house, Saying.Responses with { Body = Saying.Responses.Body.Replace("{\"model\"", $"{{\"previous_response_id\":\"{first}\",\"model\"", StringComparison.Ordinal) }));
    }

    [Fact]
    public async Task A_call_of_two_attempts_and_a_native_call_are_left_alone()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptEachAsync([HugeInput, """{"status":503}""", HugeInput, HugeInput]);
        await house.AskAsync(Saying.Chat);

        Assert.Null(await CodeAsync(house, Saying.Chat, isSuspect: true));
        Assert.Null(await CodeAsync(house, Saying.Chat with { Path = "/passthrough/openai/v1/chat/completions" }, isSuspect: true));
    }

    [Fact]
    public async Task Where_the_prompt_was_counted_the_count_is_what_is_compared_with()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        string words = string.Concat(Enumerable.Repeat("bridge ", 3_000));
        Saying saying = Saying.Chat with { Body = Saying.Chat.Body.Replace("\"messages\"", "\"max_completion_tokens\":10,\"messages\"", StringComparison.Ordinal).Replace("bridges", words, StringComparison.Ordinal) };
        await house.Simulator.ScriptAsync("""{"usage":{"input_uncached":6000,"output":5}}""");

        Assert.Null(await CodeAsync(house, saying)); // 21,000 bytes could be 6,000 tokens.
        Granted tight = house.Grant("tokens 20k");
        await tight.AskAsync(saying);
        await tight.AskAsync(saying);

        LedgerEvent last = await tight.LastAsync();
        Assert.Equal((LedgerEventKind.Settled, "usage_mismatch"), (last.Kind, last.Code));
    }

    [Fact]
    public async Task It_is_logged_once_an_hour_of_each_model()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 26, 12, 10, 0, TimeSpan.Zero));
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Time = time });
        await house.Simulator.ScriptAsync(HugeInput);

        foreach (Saying saying in (Saying[])[Saying.Chat, Saying.ChatStream, Saying.Chat, Saying.Messages, Saying.Messages])
        {
            await house.AskAsync(saying);
            await house.RecordsAsync();
        }

        Assert.Equal(["anthropic/claude-sonnet-4-6", "openai/gpt-5.4-mini"], Warned(house));

        time.Advance(TimeSpan.FromMinutes(55));
        await house.AskAsync(Saying.Chat);
        await house.RecordsAsync();
        Assert.Equal(["anthropic/claude-sonnet-4-6", "openai/gpt-5.4-mini", "openai/gpt-5.4-mini"], Warned(house));
    }

    private static Saying SayingOf(string name) => name.StartsWith("stream", StringComparison.Ordinal) ? Saying.Streams[name[7..]] : Saying.Plain[name[6..]];

    // The second time: what looked wrong the first time made the model a suspect.
    private static async Task<string?> CodeAsync(GatewayHouse house, Saying saying, bool isSuspect = false)
    {
        Granted granted = house.Grant("requests 100");
        if (!isSuspect)
        {
            await granted.AskAsync(saying);
            await granted.LastAsync();
        }

        Answer answer = await granted.AskAsync(saying);
        Assert.True(answer.Status == 200, answer.Text);
        LedgerEvent last = await granted.LastAsync();
        Assert.Equal(LedgerEventKind.Settled, last.Kind);
        return last.Code == "overrun" ? null : last.Code; // What is beyond the bound by a little is that, and no mismatch.
    }

    private static IEnumerable<string> Warned(GatewayHouse house) =>
        house.Log.Lines.Where(line => line.Contains(" 105: ", StringComparison.Ordinal)).Select(line => line.Split(' ')[5]).Order(StringComparer.Ordinal);
}
