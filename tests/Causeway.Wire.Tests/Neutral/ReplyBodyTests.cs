using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Tests.Neutral;

/// <summary>Replies of the caller's own protocol in which nothing but the answers is replaced.</summary>
public sealed class ReplyBodyTests
{
    private const string New = """{"a":1,"é":"\"<"}""";

    public static TheoryData<Operation, string?, string, string> Replaced { get; } = new()
    {
        // chat completions
        {
            Operation.ChatCompletions, null,
            """{"id":"c","x":{"n":1.50},"service_tier":"default","system_fingerprint":"fp_1","choices":[{"index":0,"message":{"role":"assistant","content":"OLD","annotations":[{"type":"url_citation"}]},"logprobs":{"content":[{"token":"{"}]},"finish_reason":"stop"}]}""",
            """{"id":"c","x":{"n":1.50},"service_tier":"default","system_fingerprint":"fp_1","choices":[{"index":0,"message":{"role":"assistant","content":NEW,"annotations":[{"type":"url_citation"}]},"logprobs":null,"finish_reason":"stop"}]}"""
        },
        {
            Operation.ChatCompletions, null,
            """{"choices":[{"index":1,"message":{"content":"other"},"logprobs":{"content":[]}},{"index":0,"message":{"content":[{"type":"text","text":"{\"a\""},{"type":"text","text":":2}"}]}},{"index":2,"message":{"content":null,"refusal":"no"}}]}""",
            """{"choices":[{"index":1,"message":{"content":"other"},"logprobs":{"content":[]}},{"index":0,"message":{"content":NEW}},{"index":2,"message":{"content":null,"refusal":"no"}}]}"""
        },
        {
            Operation.ChatCompletions, null,
            """{"choices":[{"message":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"{"},{"type":"text","text":"}"}]}}]}""",
            """{"choices":[{"message":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":NEW}]}}]}"""
        },
        {
            Operation.ChatCompletions, "give",
            """{"choices":[{"index":0,"message":{"content":"so","tool_calls":[{"id":"c1","type":"function","function":{"name":"give","arguments":"OLD"},"x":1}]},"logprobs":{"content":[{"token":"so"}]}}]}""",
            """{"choices":[{"index":0,"message":{"content":"so","tool_calls":[{"id":"c1","type":"function","function":{"name":"give","arguments":NEW},"x":1}]},"logprobs":{"content":[{"token":"so"}]}}]}"""
        },
        {
            Operation.ChatCompletions, "give",
            """{"choices":[{"index":0,"message":{"content":null,"function_call":{"name":"give","arguments":"OLD"}}}]}""",
            """{"choices":[{"index":0,"message":{"content":null,"function_call":{"name":"give","arguments":NEW}}}]}"""
        },

        // Responses
        {
            Operation.Responses, null,
            """{"id":"r","store":true,"output":[{"type":"web_search_call","id":"ws_1"},{"type":"message","id":"m0","phase":"commentary","content":[{"type":"output_text","text":"Searching."}]},{"type":"message","id":"m1","content":[{"type":"output_text","text":"OLD","annotations":[{"type":"url_citation","url":"u"}],"logprobs":[{"token":"{"}]}]}]}""",
            """{"id":"r","store":true,"output":[{"type":"web_search_call","id":"ws_1"},{"type":"message","id":"m0","phase":"commentary","content":[{"type":"output_text","text":"Searching."}]},{"type":"message","id":"m1","content":[{"type":"output_text","text":NEW,"annotations":[{"type":"url_citation","url":"u"}],"logprobs":[]}]}]}"""
        },
        {
            Operation.Responses, null,
            """{"output":[{"type":"message","id":"m0","content":[{"type":"output_text","text":"Here: ","annotations":[{"url":"u"}]}]},{"type":"message","id":"m1","content":[{"type":"output_text","text":"{","annotations":[]},{"type":"output_text","text":"}","annotations":[{"url":"v"}]}]}]}""",
            """{"output":[{"type":"message","id":"m1","content":[{"type":"output_text","text":NEW,"annotations":[{"url":"u"},{"url":"v"}]}]}]}"""
        },
        {
            Operation.Responses, "give",
            """{"output":[{"type":"reasoning","id":"rs"},{"type":"function_call","id":"fc","call_id":"c","name":"give","arguments":"OLD","status":"completed"},{"type":"function_call","name":"look","arguments":"{}"}]}""",
            """{"output":[{"type":"reasoning","id":"rs"},{"type":"function_call","id":"fc","call_id":"c","name":"give","arguments":NEW,"status":"completed"},{"type":"function_call","name":"look","arguments":"{}"}]}"""
        },

        // Messages
        {
            Operation.Messages, null,
            """{"id":"m","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"{","citations":[{"cited_text":"x"}]},{"type":"server_tool_use","id":"st"},{"type":"text","text":"}","citations":[{"cited_text":"y"}]}],"container":{"id":"k"}}""",
            """{"id":"m","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":NEW,"citations":[{"cited_text":"x"},{"cited_text":"y"}]},{"type":"server_tool_use","id":"st"}],"container":{"id":"k"}}"""
        },
        {
            Operation.Messages, "give",
            """{"content":[{"type":"text","text":"I call it."},{"type":"tool_use","id":"t","name":"give","input":{"b":null},"caller":{"type":"direct"}}]}""",
            """{"content":[{"type":"text","text":"I call it."},{"type":"tool_use","id":"t","name":"give","input":OBJECT,"caller":{"type":"direct"}}]}"""
        },

        // Gemini
        {
            Operation.GenerateContent, null,
            """{"candidates":[{"content":{"parts":[{"text":"thought","thought":true},{"text":"OLD"},{"text":"more","thoughtSignature":"sig"}],"role":"model"},"groundingMetadata":{"webSearchQueries":["q"]},"avgLogprobs":-0.1,"logprobsResult":{}},{"index":1,"content":{"parts":[{"text":"other"}]},"logprobsResult":{}}],"modelVersion":"v"}""",
            """{"candidates":[{"content":{"parts":[{"text":"thought","thought":true},{"text":NEW,"thoughtSignature":"sig"}],"role":"model"},"groundingMetadata":{"webSearchQueries":["q"]},"avgLogprobs":-0.1},{"index":1,"content":{"parts":[{"text":"other"}]},"logprobsResult":{}}],"modelVersion":"v"}"""
        },
        {
            Operation.GenerateContent, null,
            """{"candidates":[{"content":{"parts":[{"text":"{}"},{"text":"","thoughtSignature":"sig"}]},"finishReason":"STOP"}]}""",
            """{"candidates":[{"content":{"parts":[{"text":NEW},{"text":"","thoughtSignature":"sig"}]},"finishReason":"STOP"}]}"""
        },
        {
            Operation.GenerateContent, "give",
            """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"give","args":{"b":null},"id":"i"},"thoughtSignature":"sig"}]}}]}""",
            """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"give","args":OBJECT,"id":"i"},"thoughtSignature":"sig"}]}}]}"""
        },

        // Converse
        {
            Operation.Converse, null,
            """{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"t"}}},{"text":"{"},{"text":"}"}]}},"metrics":{"latencyMs":5}}""",
            """{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"t"}}},{"text":NEW}]}},"metrics":{"latencyMs":5}}"""
        },
        {
            Operation.Converse, "give",
            """{"output":{"message":{"content":[{"toolUse":{"toolUseId":"t","name":"give","input":{"b":null}}}]}},"trace":{}}""",
            """{"output":{"message":{"content":[{"toolUse":{"toolUseId":"t","name":"give","input":OBJECT}}]}},"trace":{}}"""
        },
    };

    [Theory]
    [MemberData(nameof(Replaced))]
    public void Nothing_but_the_answer_is_replaced(Operation operation, string? tool, string body, string expected) => Assert.Equal(
        Spelled(expected.Replace("NEW", JsonValue.Create(New).ToJsonString(), StringComparison.Ordinal).Replace("OBJECT", New, StringComparison.Ordinal)),
        Spelled(With(operation, body.Replace("OLD", """{\"a\":1,\"b\":null}""", StringComparison.Ordinal), New, tool)!));

    [Theory]
    [InlineData(Operation.ChatCompletions, """{"choices":[ {"message":{"content":"{\"a\":1}"},"logprobs":{"content":[{}]}}]}""")]
    [InlineData(Operation.Responses, """{"output":[ {"type":"message","content":[{"type":"output_text","text":"{\"a\":1}","logprobs":[{}]}]}]}""")]
    [InlineData(Operation.Messages, """{"content":[ {"type":"text","text":"{\"a\":1}"}]}""")]
    [InlineData(Operation.GenerateContent, """{"candidates":[ {"content":{"parts":[{"text":"{\"a\":1}"},{"text":"","thoughtSignature":"s"}]},"logprobsResult":{}}]}""")]
    [InlineData(Operation.Converse, """{"output":{"message":{"content":[ {"text":"{\"a\":1}"}]}}}""")]
    public void What_is_right_in_one_part_stays_byte_for_byte(Operation operation, string body) => Assert.Equal(body, With(operation, body, """{"a":1}"""));

    [Theory]
    [InlineData(Operation.ChatCompletions, """{"choices":[{"message":{"content":[{"type":"text","text":"{\"a\""},{"type":"text","text":":1}"}]},"logprobs":{"content":[{"token":"{"}]}}]}""")]
    [InlineData(Operation.Responses, """{"output":[{"type":"message","content":[{"type":"output_text","text":"{\"a\"","logprobs":[{"token":"{"}]},{"type":"output_text","text":":1}","logprobs":[]}]}]}""")]
    [InlineData(Operation.Messages, """{"token":"{","content":[{"type":"text","text":"{\"a\""},{"type":"text","text":":1}"}]}""")]
    [InlineData(Operation.GenerateContent, """{"candidates":[{"content":{"parts":[{"text":"{\"a\""},{"text":":1}"}]},"logprobsResult":{"token":"{"}}]}""")]
    [InlineData(Operation.Converse, """{"token":"{","output":{"message":{"content":[{"text":"{\"a\""},{"text":":1}"}]}}}""")]
    public void What_is_right_in_several_parts_becomes_one_and_keeps_what_is_known_of_its_tokens(Operation operation, string body)
    {
        string told = With(operation, body, """{"a":1}""")!;

        Assert.Contains(""""{\"a\":1}"""", told, StringComparison.Ordinal);
        Assert.Contains("""token":"{""", told, StringComparison.Ordinal);
        Assert.DoesNotContain(""""text":":1}"""", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Operation.ChatCompletions, null, """{"choices":[{"index":1,"message":{"content":"{}"}}]}""")]
    [InlineData(Operation.ChatCompletions, null, """{"choices":[{"message":{"content":"{}","content":"{}"}}]}""")]
    [InlineData(Operation.ChatCompletions, null, """{"choices":[{"message":{"content":"\ud800"}}]}""")]
    [InlineData(Operation.ChatCompletions, "give", """{"choices":[{"message":{"content":"{}","tool_calls":[{"function":{"name":"look","arguments":"{}"}}]}}]}""")]
    [InlineData(Operation.Responses, null, """{"output":[{"type":"message","phase":"commentary","content":[{"type":"output_text","text":"{}"}]}]}""")]
    [InlineData(Operation.Responses, "give", """{"output":[{"type":"function_call","name":"give","arguments":""},{"type":"function_call","name":"give","arguments":"{}"}]}""")]
    [InlineData(Operation.Messages, null, """{"content":[{"type":"tool_use","name":"look","input":{}}]}""")]
    [InlineData(Operation.Messages, "give", """{"content":[{"type":"tool_use","name":"look","input":{}}]}""")]
    [InlineData(Operation.GenerateContent, null, """{"candidates":[{"finishReason":"SAFETY"}]}""")]
    [InlineData(Operation.GenerateContent, null, """[{"candidates":[{"content":{"parts":[{"text":"{}"}]}}]}]""")]
    [InlineData(Operation.Converse, null, """{"output":{"message":{"content":[{"citationsContent":{"content":[{"text":"{}"}],"citations":[]}}]}}}""")]
    public void Where_the_place_is_not_surely_the_answers_the_reply_is_written_anew(Operation operation, string? tool, string body) =>
        Assert.Null(With(operation, body, New, tool));

    [Fact]
    public void A_response_repeats_the_callers_words_and_none_of_the_gateways()
    {
        const string Asked = """{"model":"m","input":"hi","instructions":"Be brief.","text":{"format":{"type":"json_schema","name":"mine","schema":{"type":"object"}}}}""";
        const string Body = """{"id":"r","instructions":"Be brief. SECRET","text":{"format":{"type":"json_schema","name":"SECRET"},"verbosity":"low"},"tools":[{"name":"SECRET"}],"tool_choice":{"name":"SECRET"},"temperature":1.0,"output":[]}""";

        string? told = Told(new ReplyBody(Translating.Target(Operation.Responses), Translating.Read(Operation.Responses, Asked), isRequestOwn: false).With(Encoding.UTF8.GetBytes(Body), new Dictionary<int, ReadOnlyMemory<byte>>(), null));

        Assert.Equal(
            """{"id":"r","instructions":"Be brief.","text":{"format":{"type":"json_schema","name":"mine","schema":{"type":"object"}},"verbosity":"low"},"tools":[],"tool_choice":"auto","temperature":1.0,"output":[]}""",
            told);
    }

    [Theory]
    [InlineData(Operation.ChatCompletions, Operation.ChatCompletions, true)]
    [InlineData(Operation.ChatCompletions, Operation.Responses, false)]
    [InlineData(Operation.ChatCompletions, Operation.Messages, false)]
    public void Only_a_reply_of_the_callers_own_operation_is_the_callers(Operation caller, Operation called, bool isCallers) =>
        Assert.Equal(isCallers, new ReplyBody(Translating.Target(called), Translating.Read(caller, AskedOf(caller)), isRequestOwn: false).IsCallers);

    private static string? With(Operation operation, string body, string document, string? tool = null) => Told(
        new ReplyBody(Translating.Target(operation), Translating.Read(Operation.ChatCompletions, AskedOf(Operation.ChatCompletions)), isRequestOwn: true)
            .With(Encoding.UTF8.GetBytes(body), new Dictionary<int, ReadOnlyMemory<byte>> { [0] = Encoding.UTF8.GetBytes(document) }, tool));

    private static string AskedOf(Operation operation) => operation == Operation.ChatCompletions
        ? """{"model":"m","messages":[{"role":"user","content":"hi"}]}"""
        : """{"model":"m","input":"hi"}""";

    private static string? Told(ReadOnlyMemory<byte>? body) => body is { } told ? Encoding.UTF8.GetString(told.Span) : null;

    private static string Spelled(string json) => JsonNode.Parse(json)!.ToJsonString();
}
