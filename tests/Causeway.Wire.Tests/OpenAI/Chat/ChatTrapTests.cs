using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI;
using Causeway.Wire.Tests.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Tests.OpenAI.Chat;

/// <summary>The traps between vendors that concern chat completions, as target and as the caller's protocol.</summary>
public sealed class ChatTrapTests
{
    private static readonly Turn Hi = Chatting.Turn(Role.User, new TextPart(Chatting.Text("Hi")));

    [Theory]
    [InlineData("gpt-5.4", "high", Operation.Responses)]
    [InlineData("gpt-5.6-sol", null, Operation.Responses)]
    [InlineData("gpt-5.6-sol", "none", Operation.ChatCompletions)]
    [InlineData("gpt-6-astra", "none", Operation.Responses)]
    [InlineData("gpt-6.1-sol", "none", Operation.Responses)]
    [InlineData("gpt-6-luna-2026-08-04", "low", Operation.Responses)]
    [InlineData("gpt-4.1", null, Operation.ChatCompletions)]
    [InlineData("gpt-5.1", "high", Operation.ChatCompletions)]
    [InlineData("our-deployment", "high", Operation.ChatCompletions)]
    public void Trap_1_tools_with_reasoning_go_to_Responses_where_chat_refuses_them(string model, string? effort, Operation expected) =>
        Assert.Equal(expected, OpenAIEndpoint.For(model, "openai", hasTools: true, effort, Operation.ChatCompletions));

    [Theory]
    [InlineData("gpt-5.6-sol", nameof(Concept.Temperature), null, true)]
    [InlineData("gpt-5.6-sol", nameof(Concept.TopP), null, true)]
    [InlineData("gpt-5.6-sol", nameof(Concept.Temperature), "none", false)]
    [InlineData("gpt-6.1-sol", nameof(Concept.Temperature), "none", true)]
    [InlineData("gpt-4.1", nameof(Concept.Temperature), null, false)]
    [InlineData("gpt-5.2", nameof(Concept.StopSequences), "none", true)]
    [InlineData("o1", nameof(Concept.StopSequences), null, false)]
    [InlineData("gpt-5", nameof(Concept.LogProbs), null, true)]
    public void Trap_3_sampling_is_denied_where_the_model_refuses_it(string model, string named, string? effort, bool denied)
    {
        Concept concept = Enum.Parse<Concept>(named);
        NeutralRequest request = Chatting.Request(Operation.Messages, [Hi], concept);
        request.Temperature = Chatting.Json("0.2");
        request.TopP = Chatting.Json("0.5");
        request.Reasoning = effort is null ? null : new ReasoningAsk(Efforts.Parse(effort));

        Assert.Equal(denied ? concept : null, Chatting.Denied(request, Chatting.Target(model)));
    }

    [Fact]
    public void Trap_3_a_temperature_of_1_is_tolerated()
    {
        NeutralRequest request = Chatting.Request(Operation.Messages, [Hi], Concept.Temperature);
        request.Temperature = Chatting.Json("1.0");

        JsonObject written = Chatting.Written(request, Chatting.Target("gpt-5.6-sol"));

        Assert.Equal("1.0", written["temperature"]!.ToJsonString());
    }

    [Fact]
    public void Trap_4_reasoning_of_another_vendor_is_never_sent_and_named()
    {
        ReasoningSeal thinking = new(Protocol.Anthropic, SealForm.Signature, "EuYB", "claude-opus-4-5");
        NeutralRequest request = Chatting.Request(
            Operation.Messages,
            [Hi, Chatting.Turn(Role.Assistant, new ReasoningPart(Chatting.Text("hm")) { Seal = thinking }, new TextPart(Chatting.Text("a")))],
            Concept.ReasoningState);

        JsonObject written = Chatting.Written(request, Chatting.Target("m", "openrouter"), out IReadOnlyList<string> dropped);

        Assert.Equal(["ReasoningState"], dropped);
        Assert.Equal("""{"role":"assistant","content":"a"}""", written["messages"]![1]!.ToJsonString());
    }

    [Fact]
    public void Trap_5_thinking_without_text_comes_back_with_its_signature()
    {
        ReasoningSeal seal = new(Protocol.Anthropic, SealForm.Signature, "EuYB", "claude-opus-5");

        JsonObject message = Chatting.Plain(Chatting.Asked, Chatting.Target(), sink => Sealed(sink, "", seal))["choices"]![0]!["message"]!.AsObject();
        NeutralRequest back = Back(message);

        Assert.Equal(seal, Assert.IsType<ReasoningPart>(back.Turns[1].Parts[0]).Seal);
        Assert.Null(message["reasoning_content"]);
    }

    [Fact]
    public void Trap_5_a_client_that_echoes_the_message_returns_thoughts_and_signature()
    {
        ReasoningSeal seal = new(Protocol.Anthropic, SealForm.Signature, "EuYB", "claude-opus-5");

        JsonObject plain = Chatting.Plain(Chatting.Asked, Chatting.Target(), sink => Sealed(sink, "I \\\"think\\\"", seal))["choices"]![0]!["message"]!.AsObject();
        JsonObject streamed = Accumulated.Of(Chatting.Stream(Chatting.Asked, Chatting.Target(), sink => Sealed(sink, "I \\\"think\\\"", seal)))["choices"]![0]!["message"]!.AsObject();

        foreach (JsonObject message in (JsonObject[])[plain, streamed])
        {
            Assert.Equal("I \"think\"", message["reasoning_content"]!.GetValue<string>());
            ReasoningPart part = Assert.IsType<ReasoningPart>(Back(message).Turns[1].Parts[0]);
            Assert.Equal("I \"think\"", part.Text.Text());
            Assert.Equal(seal, part.Seal);
        }
    }

    [Fact]
    public void Trap_6_a_thought_signature_travels_in_the_id_of_its_call_and_comes_back()
    {
        ReasoningSeal seal = new(Protocol.Gemini, SealForm.Signature, "AY89", "gemini-3-pro");
        void Calls(ReplySink sink)
        {
            sink.Start(new ReplyStart("r1", "gemini-3-pro"));
            sink.BeginBlock(0, new BlockStart(BlockKind.ToolCall, 0, "call_1", "f"));
            sink.Seal(0, seal);
            sink.Delta(0, "{\\\"a\\\":1}"u8);
            sink.EndBlock(0);
            sink.Stop(0, new ReplyStop(StopKind.ToolUse));
            sink.End();
        }

        JsonObject plain = Chatting.Plain(Chatting.Asked, Chatting.Target(), Calls)["choices"]![0]!["message"]!.AsObject();
        JsonObject streamed = Accumulated.Of(Chatting.Stream(Chatting.Asked, Chatting.Target(), Calls))["choices"]![0]!["message"]!.AsObject();

        foreach (JsonObject message in (JsonObject[])[plain, streamed])
        {
            ToolCallPart call = Assert.IsType<ToolCallPart>(Back(message).Turns[1].Parts[0]);
            Assert.Equal(("call_1", seal), CallIds.FromCaller(call.Id));
        }
    }

    [Fact]
    public void Trap_6_an_id_that_carries_a_signature_is_itself_again_for_chat()
    {
        string id = CallIds.ToCaller("call_1", new ReasoningSeal(Protocol.Gemini, SealForm.Signature, new string('A', 900)));

        JsonObject written = Chatting.Same(
            """{"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"ID","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"ID","content":"1"}]}"""
                .Replace("ID", id, StringComparison.Ordinal),
            Chatting.Target());

        Assert.Equal("call_1", written["messages"]![0]!["tool_calls"]![0]!["id"]!.GetValue<string>());
        Assert.Equal("call_1", written["messages"]![1]!["tool_call_id"]!.GetValue<string>());
    }

    [Fact]
    public void Trap_7_state_at_one_provider_is_denied()
    {
        NeutralRequest request = Chatting.Request(Operation.Responses, [Hi], Concept.ProviderState);

        Assert.Equal(Concept.ProviderState, Chatting.Denied(request, Chatting.Target()));
    }

    [Fact]
    public void Trap_8_cached_tokens_are_inside_the_prompt_whoever_counted_them()
    {
        // As Anthropic counts: 10 outside the cache, 100 read, 20 and 5 written, 7 out of which 3 were thoughts.
        TokenUsage usage = new(10, 100, 20, 5, 0, 0, 7, 3);

        JsonObject written = Chatting.Plain(Chatting.Asked, Chatting.Target(), sink => Said(sink, usage));

        Translating.AssertSame(
            """{"prompt_tokens":135,"completion_tokens":7,"total_tokens":142,"prompt_tokens_details":{"cached_tokens":100,"cache_write_tokens":25},"completion_tokens_details":{"reasoning_tokens":3}}""",
            written["usage"]);
    }

    [Fact]
    public void Trap_9_a_completion_count_without_its_reasoning_is_made_whole()
    {
        NeutralReply reply = Chatting.Read(
            """{"id":"1","model":"grok-4","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":45,"completion_tokens_details":{"reasoning_tokens":30}}}""");

        Assert.Equal((10, 35, 30), (reply.Tokens.Input, reply.Tokens.Output, reply.Tokens.Reasoning));
    }

    [Fact]
    public void Trap_10_calls_decide_the_reason_though_the_server_says_stop()
    {
        NeutralReply reply = Chatting.Read(
            """{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"stop"}]}""");

        Assert.Equal(StopKind.ToolUse, reply.Stops[0].Kind);
    }

    [Fact]
    public void Trap_10_a_blocked_prompt_without_candidates_is_a_filtered_answer()
    {
        static void Blocked(ReplySink sink)
        {
            sink.Start(new ReplyStart("r", "gemini-3-pro"));
            sink.Stop(0, new ReplyStop(StopKind.ContentFilter, Detail: "PROHIBITED_CONTENT"));
            sink.Usage(new TokenUsage(4, 0, 0, 0, 0, 0, 0, 0));
            sink.End();
        }

        JsonNode choice = Chatting.Plain(Chatting.Asked, Chatting.Target(), Blocked)["choices"]![0]!;

        Assert.Equal("content_filter", choice["finish_reason"]!.GetValue<string>());
        Assert.Null(choice["message"]!["content"]);
    }

    [Fact]
    public void Trap_14_tool_results_are_text_only_so_images_follow_in_a_message_of_the_user()
    {
        ToolResultPart first = new("call_1");
        first.Content.AddRange([new TextPart(Chatting.Text("seen")), new MediaPart(MediaKind.Image) { MediaType = "image/png", Data = Chatting.Text("iVBO") }]);
        ToolResultPart second = new("call_2") { IsError = true };
        second.Content.Add(new TextPart(Chatting.Text("failed")));
        NeutralRequest request = Chatting.Request(
            Operation.Messages,
            [
                Hi,
                Chatting.Turn(Role.Assistant, new ToolCallPart("call_1", Chatting.Text("f"), Chatting.Json("{}")), new ToolCallPart("call_2", Chatting.Text("f"), Chatting.Json("""{"a": 1}"""))),
                Chatting.Turn(Role.User, first),
                Chatting.Turn(Role.User, second, new TextPart(Chatting.Text("go on"))),
            ],
            Concept.ToolResultImage,
            Concept.ToolError);

        JsonArray messages = Chatting.Written(request, Chatting.Target("gpt-4.1"))["messages"]!.AsArray();

        Assert.Equal(["user", "assistant", "tool", "tool", "user"], messages.Select(message => message!["role"]!.GetValue<string>()));
        Assert.Equal("""{"a": 1}""", messages[1]!["tool_calls"]![1]!["function"]!["arguments"]!.GetValue<string>());
        Assert.Equal("seen", messages[2]!["content"]!.GetValue<string>());
        Assert.Equal("Error: failed", messages[3]!["content"]!.GetValue<string>());
        Translating.AssertSame(
            """[{"type":"text","text":"The tool call call_1 also returned:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}},{"type":"text","text":"go on"}]""",
            messages[4]!["content"]);
    }

    [Fact]
    public void Trap_14_strict_is_said_outright()
    {
        NeutralRequest read = Translating.Read(
            Operation.ChatCompletions, """{"messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f"}}]}""").Request;
        NeutralRequest responses = Chatting.Request(Operation.Responses, [Hi], Concept.FunctionTool);
        responses.Tools.AddRange([new(ToolKind.Function) { Name = Chatting.Text("f"), Strict = false }, new(ToolKind.Function) { Name = Chatting.Text("g"), Strict = true }]);

        JsonArray tools = Chatting.Written(responses, Chatting.Target("gpt-4.1"))["tools"]!.AsArray();

        Assert.False(Assert.Single(read.Tools).Strict);
        Assert.Equal([false, true], tools.Select(tool => tool!["function"]!["strict"]!.GetValue<bool>()));
    }

    [Fact]
    public void Trap_17_the_model_that_served_is_the_one_that_the_caller_reads()
    {
        JsonObject written = Chatting.Plain(Chatting.Asked, Chatting.Target("gemini-2.5-pro"), sink => Said(sink, default, "gemini-3.8-flash"));

        Assert.Equal("gemini-3.8-flash", written["model"]!.GetValue<string>());
    }

    [Fact]
    public void Trap_17_a_provider_that_tells_no_model_served_what_was_asked()
    {
        JsonObject written = Chatting.Plain(Chatting.Asked, Chatting.Target("claude-opus-5"), sink => Said(sink, default, model: null));

        Assert.Equal("claude-opus-5", written["model"]!.GetValue<string>());
        Assert.Equal("chatcmpl-0198a7c0000070008000000000000001", written["id"]!.GetValue<string>());
    }

    private static NeutralRequest Back(JsonObject message) =>
        Translating.Read(
            Operation.ChatCompletions,
            new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hi" }, message.DeepClone()) }.ToJsonString()).Request;

    private static void Sealed(ReplySink sink, string thoughts, ReasoningSeal seal)
    {
        sink.Start(new ReplyStart("msg_1", "claude-opus-5"));
        sink.BeginBlock(0, new BlockStart(BlockKind.Reasoning));
        sink.Delta(0, System.Text.Encoding.UTF8.GetBytes(thoughts));
        sink.Seal(0, seal);
        sink.EndBlock(0);
        sink.BeginBlock(1, new BlockStart(BlockKind.Text));
        sink.Delta(1, "Hello"u8);
        sink.EndBlock(1);
        sink.Stop(0, new ReplyStop(StopKind.EndTurn));
        sink.End();
    }

    private static void Said(ReplySink sink, TokenUsage usage, string? model = "m")
    {
        sink.Start(new ReplyStart(null, model));
        sink.BeginBlock(0, new BlockStart(BlockKind.Text));
        sink.Delta(0, "a"u8);
        sink.EndBlock(0);
        sink.Stop(0, new ReplyStop(StopKind.EndTurn));
        sink.Usage(usage);
        sink.End();
    }
}
