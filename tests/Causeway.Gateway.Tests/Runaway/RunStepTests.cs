using System.Text;
using System.Text.Json;
using Causeway.Budgets.Runaway;
using Causeway.Gateway.Runaway;
using Causeway.Wire;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Tests.Runaway;

/// <summary>What of a request counts, and what changes by itself.</summary>
public sealed class RunStepTests
{
    private static readonly FingerprintKey s_key = new("key of a test"u8);

    [Theory]
    [InlineData("""{"role":"system","content":"It is 2026-11-26T00:12:19Z."}""", """{"role":"system","content":"It is 2027-01-02 23:59:00.123+01:00."}""", true)]
    [InlineData("""{"role":"developer","content":"2026-11-26T00:12"}""", """{"role":"developer","content":"2026-11-26T00:13"}""", true)]
    [InlineData("""{"role":"system","content":"Today is 2026-11-26."}""", """{"role":"system","content":"Today is 2026-11-27."}""", false)]
    [InlineData("""{"role":"user","content":"What was at 2026-11-26T00:12:19Z?"}""", """{"role":"user","content":"What was at 2026-11-26T00:12:20Z?"}""", false)]
    [InlineData("""{"role":"user","content":"yes"}""", """{"role":"user","content":"no"}""", false)]
    [InlineData("""{"role":"user","content":"yes"}""", """{"role":"assistant","content":"yes"}""", false)]
    public void Clocks_in_system_text_are_left_out_and_nothing_else(string one, string other, bool same)
    {
        Assert.Equal(same, Chat(one).Request == Chat(other).Request);
    }

    [Theory]
    [InlineData("\"seed\":1", "\"seed\":2", false)]
    [InlineData("\"temperature\":0", "\"temperature\":1", false)]
    [InlineData("\"user\":\"a\"", "\"user\":\"b\"", true)]
    [InlineData("\"metadata\":{\"trace\":\"1\"}", "\"metadata\":{\"trace\":\"2\"}", true)]
    [InlineData("\"stream\":false", "\"stream\":true", true)]
    public void What_makes_the_same_words_another_request(string one, string other, bool same)
    {
        RunStep StepOf(string member) => Read(Operation.ChatCompletions, $$"""{"model":"m","messages":[{"role":"user","content":"hi"}],{{member}}}""");

        Assert.Equal(same, StepOf(one).Request == StepOf(other).Request);
    }

    [Fact]
    public void The_model_and_the_kept_conversation_are_part_of_the_request()
    {
        RunStep Kept(string id) => Read(Operation.Responses, $$"""{"model":"m","previous_response_id":"{{id}}","input":"hi"}""");

        Assert.NotEqual(Kept("resp_1").Request, Kept("resp_2").Request);
        Assert.NotEqual(Read(Operation.Responses, """{"model":"m","input":"hi"}""", "m").Request, Read(Operation.Responses, """{"model":"m","input":"hi"}""", "n").Request);
    }

    [Fact]
    public void One_conversation_shows_the_same_exchanges_in_every_protocol()
    {
        RunStep chat = Read(Operation.ChatCompletions, """
            {"model":"m","messages":[{"role":"user","content":"go"},
            {"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"find","arguments":"{\"b\": 2, \"a\":[1,\"x\"]}"}},{"id":"2","type":"function","function":{"name":"list","arguments":""}}]},
            {"role":"tool","tool_call_id":"2","content":"L"},{"role":"tool","tool_call_id":"1","content":"F"},{"role":"user","content":"more"}]}
            """);
        RunStep responses = Read(Operation.Responses, """
            {"model":"m","input":[{"role":"user","content":"go"},
            {"type":"function_call","call_id":"x1","name":"find","arguments":"{\"a\":[1,\"x\"],\"b\":2}"},{"type":"function_call","call_id":"x2","name":"list","arguments":"{}"},
            {"type":"function_call_output","call_id":"x1","output":"F"},{"type":"function_call_output","call_id":"x2","output":"L"},{"role":"user","content":"more"}]}
            """);
        RunStep messages = Read(Operation.Messages, """
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"go"},
            {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"find","input":{"a":[1,"\u0078"],"b":2}},{"type":"tool_use","id":"t2","name":"list","input":{}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"F"},{"type":"tool_result","tool_use_id":"t2","content":[{"type":"text","text":"L"}]},{"type":"text","text":"more"}]}]}
            """);
        RunStep gemini = Read(Operation.GenerateContent, """
            {"contents":[{"role":"user","parts":[{"text":"go"}]},
            {"role":"model","parts":[{"functionCall":{"name":"find","args":{"b":2,"a":[1,"x"]}}},{"functionCall":{"name":"list","args":{}}}]},
            {"role":"user","parts":[{"functionResponse":{"name":"find","response":{"output":"F"}}},{"functionResponse":{"name":"list","response":{"output":"L"}}},{"text":"more"}]}]}
            """);

        Assert.Equal((2, 1), (chat.ExchangeCount, chat.RoundCount));
        Assert.Equal([0, 0], chat.Exchanges.Select(exchange => exchange.Round));
        Assert.Equal(s_key.Of("\"find\""u8), chat.Exchanges[0].Tool);
        Assert.All((RunStep[])[responses, messages, gemini], step =>
        {
            Assert.Equal(chat.Exchanges, step.Exchanges);
            Assert.Equal(chat.Said, step.Said);
        });
    }

    [Fact]
    public void Of_arguments_the_meaning_counts_and_no_more()
    {
        RunFingerprint CallOf(string arguments) => Chat(
            """{"role":"user","content":"go"}""",
            $$$"""{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"find","arguments":{{{JsonSerializer.Serialize(arguments)}}}}}]}""",
            """{"role":"tool","tool_call_id":"1","content":"F"}""").Exchanges[0].Call;

        Assert.Equal(CallOf("""{"a":1,"b":"x"}"""), CallOf(""" { "b" : "\u0078", "a" : 1 } """));
        string[] different = ["""{"a":1}""", """{"a":"1"}""", """{"a":[1]}""", """{"a":null}""", """{"a":12}""", """{"b":1}""", """{"a":1,"b":{}}""", """{"a":{"b":1}}""", "{}", "no JSON", """{"a":1""", """[["a"],1]""", """["a",[1]]"""];
        Assert.Equal(different.Length, different.Select(CallOf).Distinct().Count());
    }

    [Fact]
    public void User_text_belongs_to_the_round_after_it_and_the_task_to_none()
    {
        RunStep step = Chat([
            """{"role":"user","content":"the task"}""",
            .. Round("1"),
            """{"role":"user","content":"again"}""",
            .. Round("2"),
            .. Round("3"),
            """{"role":"user","content":"again"}"""]);

        Assert.Equal([0, 1, 2], step.Exchanges.Select(exchange => exchange.Round));
        Assert.Equal([false, true, false], step.Exchanges.Select(exchange => exchange.Said != default));
        Assert.Equal(Chat("""{"role":"user","content":"again"}""").Said, step.Said);
    }

    [Fact]
    public void What_was_said_is_all_user_text_since_the_model_spoke_last()
    {
        RunFingerprint? SaidOf(params string[] texts) => Chat(
            ["{\"role\":\"user\",\"content\":\"the task\"}", "{\"role\":\"assistant\",\"content\":\"And?\"}", .. texts.Select(text => $$"""{"role":"user","content":"{{text}}"}""")]).Said;

        Assert.NotEqual(SaidOf("yes", "Answer in JSON."), SaidOf("no", "Answer in JSON."));
        Assert.Equal(SaidOf("yes"), Chat("{\"role\":\"user\",\"content\":\"yes\"}").Said);
        Assert.Null(Chat("{\"role\":\"system\",\"content\":\"yes\"}").Said);
    }

    [Fact]
    public void A_call_without_its_result_is_no_exchange_and_ids_may_be_used_again()
    {
        RunStep step = Chat([.. Round("1", "A"), .. Round("1", "B"), Round("1")[0]]);

        Assert.Equal((2, 2), (step.ExchangeCount, step.RoundCount));
        Assert.NotEqual(step.Exchanges[0].Result, step.Exchanges[1].Result);
    }

    [Fact]
    public void The_latest_64_exchanges_are_kept_and_their_rounds_keep_their_numbers()
    {
        RunStep step = Chat([.. Enumerable.Range(0, 100).SelectMany(i => Round($"{i}", $"result {i}"))]);

        Assert.Equal((100, 100, RunStep.MaxExchanges), (step.ExchangeCount, step.RoundCount, step.Exchanges.Count));
        Assert.Equal(Enumerable.Range(36, 64), step.Exchanges.Select(exchange => exchange.Round));
    }

    [Fact]
    public void Of_a_huge_request_the_latest_counts_whole_and_the_rest_in_samples()
    {
        string Huge(int from, string latest)
        {
            string old = new('x', 24 * 1024 * 1024);
            return Body($$"""{"role":"user","content":"{{old[..from]}}y{{old[from..]}}"}""", $$"""{"role":"user","content":"{{latest}}"}""");
        }

        RunFingerprint? one = Read(Operation.ChatCompletions, Huge(1_000_000, "a")).Request;

        Assert.NotEqual(one, Read(Operation.ChatCompletions, Huge(1_000_000, "b")).Request);
        Assert.NotEqual(one, Read(Operation.ChatCompletions, Huge(0, "a")).Request);
        Assert.Equal(one, Read(Operation.ChatCompletions, Huge(1_000_001, "a")).Request); // Between two samples: it is not read.
    }

    [Fact]
    public void Of_very_many_pieces_the_latest_are_looked_at()
    {
        string[] pieces = [.. Enumerable.Repeat("""{"role":"user","content":"x"}""", 16 * 1024)];

        RunFingerprint? one = Chat(["""{"role":"user","content":"a"}""", .. pieces]).Request;

        Assert.Equal(one, Chat(["""{"role":"user","content":"b"}""", .. pieces]).Request);
        Assert.NotEqual(one, Chat(["""{"role":"user","content":"a"}""", .. pieces[1..]]).Request);
    }

    private static string[] Round(string id, string result = "F") =>
    [
        $$$"""{"role":"assistant","tool_calls":[{"id":"{{{id}}}","type":"function","function":{"name":"find","arguments":"{}"}}]}""",
        $$"""{"role":"tool","tool_call_id":"{{id}}","content":"{{result}}"}""",
    ];

    private static string Body(params IEnumerable<string> messages) => $$"""{"model":"m","messages":[{{string.Join(',', messages)}}]}""";

    private static RunStep Chat(params IEnumerable<string> messages) => Read(Operation.ChatCompletions, Body(messages));

    private static RunStep Read(Operation operation, string body, string model = "m")
    {
        Assert.True(RequestTranslation.TryRead(operation, Encoding.UTF8.GetBytes(body), stream: false, out RequestTranslation? request, out RequestFault fault), fault.Message);
        return RunStepReader.Read(s_key, request, model, new RunStep { Feature = "triage" });
    }
}
