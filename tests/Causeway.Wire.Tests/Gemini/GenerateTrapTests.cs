using System.Text.Json.Nodes;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Tests.Gemini;

/// <summary>The traps between Gemini and the others.</summary>
public sealed class GenerateTrapTests
{
    private static readonly ReasoningSeal Own = new(Protocol.Gemini, SealForm.Signature, "c2lnMQ==", Neutrally.Newest);

    [Fact]
    public void Trap_6_a_signature_comes_back_inside_the_id_of_its_call()
    {
        NeutralRequest request = Conversation(Neutrally.Call(CallIds.ToCaller("fc1", Own), "f"), Neutrally.Call("fc2", "g"));

        Assert.Equal(["c2lnMQ==", null], SignaturesOf(Neutrally.Write(request)));
        Assert.Equal("fc1", (string?)Neutrally.Write(request)["contents"]![1]!["parts"]![0]!["functionCall"]!["id"]);
        Assert.Equal("fc1", (string?)Neutrally.Write(request)["contents"]![2]!["parts"]![0]!["functionResponse"]!["id"]);
    }

    [Fact]
    public void Trap_6_a_signature_of_the_part_stays_on_its_part()
    {
        Assert.Equal(["c2lnMQ==", null], SignaturesOf(Neutrally.Write(Conversation(Neutrally.Call("a", "f", seal: Own), Neutrally.Call("b", "g")))));
    }

    [Theory]
    [InlineData("gemini-3.8-flash", "skip_thought_signature_validator")]
    [InlineData("gemini-4-argon", "skip_thought_signature_validator")]
    [InlineData("gemini-flash-latest", "skip_thought_signature_validator")]
    [InlineData("gemini-2.5-flash", null)]
    public void Trap_6_a_history_of_another_vendor_gets_the_documented_stand_in_on_the_first_call_of_a_step(string model, string? expected)
    {
        Assert.Equal([expected, null], SignaturesOf(Neutrally.Write(Conversation(Neutrally.Call("a", "f"), Neutrally.Call("b", "g")), model)));
    }

    [Fact]
    public void Trap_6_a_signature_of_another_model_is_replaced_and_that_is_said()
    {
        ReasoningSeal older = Own with { Model = "gemini-3.1-pro-preview" };
        (JsonObject body, TranslationPlan plan) = Neutrally.WriteWithPlan(Conversation(Neutrally.Call(CallIds.ToCaller("a", older), "f")));

        Assert.Equal(["skip_thought_signature_validator"], SignaturesOf(body));
        Assert.NotEmpty(plan.Dropped);
    }

    [Fact]
    public void Trap_6_each_step_of_the_current_turn_needs_one_and_earlier_turns_need_none()
    {
        NeutralRequest request = Neutrally.Request(
            Neutrally.User(Neutrally.Text("one")),
            Neutrally.Model(Neutrally.Call("a", "f")),
            Neutrally.User(Neutrally.Result("a", "x")),
            Neutrally.Model(Neutrally.Text("done")),
            Neutrally.User(Neutrally.Text("two")),
            Neutrally.Model(Neutrally.Call("b", "f")),
            Neutrally.User(Neutrally.Result("b", "x")),
            Neutrally.Model(Neutrally.Text("then"), Neutrally.Call("c", "f"), Neutrally.Call("d", "f")),
            Neutrally.User(Neutrally.Result("c", "x"), Neutrally.Result("d", "x")));

        const string StandIn = "skip_thought_signature_validator";
        Assert.Equal([null, StandIn, StandIn, null], SignaturesOf(Neutrally.Write(request)));
    }

    [Fact]
    public void Trap_6_a_reply_hands_the_signature_over_with_the_model_that_made_it()
    {
        string calls = Neutrally.Calls("""{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"c2ln"}]},"finishReason":"STOP"}],"modelVersion":"gemini-3.8-flash","responseId":"r"}""");

        Assert.Contains("seal 0 Gemini c2ln gemini-3.8-flash", calls);
    }

    [Fact]
    public void Trap_8_cached_tokens_are_inside_the_prompt()
    {
        const string Reply = """{"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":40,"toolUsePromptTokenCount":5,"candidatesTokenCount":7,"totalTokenCount":112}}""";

        Assert.Contains($"done {new TokenUsage(65, 40, 0, 0, 0, 0, 7, 0)}", Neutrally.Calls(Reply));
        Translating.AssertSame(
            """{"promptTokenCount":105,"cachedContentTokenCount":40,"candidatesTokenCount":7,"totalTokenCount":112}""",
            Translating.Reply(Operation.GenerateContent, Asked, Translating.Target(Operation.GenerateContent), Reply)["usageMetadata"]);
    }

    [Fact]
    public void Trap_9_thoughts_are_outside_the_candidates_count()
    {
        const string Reply = """{"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":7,"thoughtsTokenCount":30,"totalTokenCount":47}}""";

        Assert.Contains($"done {new TokenUsage(10, 0, 0, 0, 0, 0, 37, 30)}", Neutrally.Calls(Reply));
        Translating.AssertSame(
            """{"promptTokenCount":10,"candidatesTokenCount":7,"thoughtsTokenCount":30,"totalTokenCount":47}""",
            Translating.Reply(Operation.GenerateContent, Asked, Translating.Target(Operation.GenerateContent), Reply)["usageMetadata"]);
    }

    [Fact]
    public void Trap_10_calls_end_with_STOP_and_are_known_by_being_there()
    {
        const string Call = """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}}]},"finishReason":"STOP"}],"responseId":"r"}""";

        Assert.Contains("stop 0 ToolUse\n", Neutrally.Calls(Call));
        Assert.Contains("stop 0 EndTurn\n", Neutrally.Calls("""{"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}]}"""));
        Assert.Equal("STOP", (string?)Translating.Reply(Operation.GenerateContent, Asked, Translating.Target(Operation.GenerateContent), Call)["candidates"]![0]!["finishReason"]);
    }

    [Fact]
    public void Trap_10_a_blocked_prompt_is_a_filtered_answer_of_nothing()
    {
        const string Blocked = """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":7,"totalTokenCount":7},"modelVersion":"m","responseId":"r"}""";

        Assert.Equal($"start r m\nstop 0 ContentFilter PROHIBITED_CONTENT\ndone {new TokenUsage(7, 0, 0, 0, 0, 0, 0, 0)}\n", Neutrally.Calls(Blocked));
        Assert.Equal((Neutrally.Calls(Blocked), true), Neutrally.StreamCalls(Blocked));
        Translating.AssertSame(
            """{"blockReason":"PROHIBITED_CONTENT"}""",
            Translating.Reply(Operation.GenerateContent, Asked, Translating.Target(Operation.GenerateContent), Blocked)["promptFeedback"]);
    }

    [Fact]
    public void Trap_13_one_content_holds_exactly_one_answer_for_each_call_in_the_order_of_the_calls()
    {
        NeutralRequest request = Neutrally.Request(
            Neutrally.User(Neutrally.Text("hi")),
            Neutrally.Model(Neutrally.Text("look"), Neutrally.Call("a", "f"), Neutrally.Call("b", "g"), Neutrally.Call("c", "h")),
            Neutrally.User(Neutrally.Result("c", "3")),
            Neutrally.User(Neutrally.Result("a", "1"), Neutrally.Text("and more")),
            Neutrally.Model(Neutrally.Text("so")));

        JsonArray contents = Neutrally.Write(request)["contents"]!.AsArray();

        Assert.Equal(["user", "model", "user", "user", "model"], contents.Select(content => (string?)content!["role"]));
        Translating.AssertSame(
            """
            [{"functionResponse":{"id":"a","name":"f","response":{"output":"1"}}},
             {"functionResponse":{"id":"b","name":"g","response":{"error":"The tool was not run."}}},
             {"functionResponse":{"id":"c","name":"h","response":{"output":"3"}}}]
            """,
            contents[2]!["parts"]);
        Translating.AssertSame("""[{"text":"and more"}]""", contents[3]!["parts"]);
    }

    [Fact]
    public void Trap_16_the_retry_delay_stands_in_the_body()
    {
        UpstreamError error = UpstreamError.Scan(
            Protocol.Gemini,
            """{"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"17.5s"}]}}"""u8);

        Assert.Equal(TimeSpan.FromSeconds(17.5), error.RetryDelay);
    }

    [Fact]
    public void Trap_17_the_model_that_served_is_told_not_the_one_that_was_asked()
    {
        JsonObject reply = Translating.Reply(
            Operation.GenerateContent,
            Asked,
            Translating.Target(Operation.GenerateContent, "gemini-2.5-pro"),
            """{"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}],"modelVersion":"gemini-3.8-flash","responseId":"r"}""");

        Assert.Equal("gemini-3.8-flash", (string?)reply["modelVersion"]);
    }

    private const string Asked = """{"contents":[{"parts":[{"text":"hi"}]}]}""";

    private static NeutralRequest Conversation(params ToolCallPart[] calls) => Neutrally.Request(
        Neutrally.User(Neutrally.Text("hi")),
        Neutrally.Model([.. calls]),
        Neutrally.User([.. calls.Select(call => Neutrally.Result(call.Id, "x"))]));

    private static IEnumerable<string?> SignaturesOf(JsonObject body) =>
        body["contents"]!.AsArray().SelectMany(content => content!["parts"]!.AsArray()).Where(part => part!["functionCall"] is not null).Select(part => (string?)part!["thoughtSignature"]);
}
