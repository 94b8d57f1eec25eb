using System.Text.Json.Nodes;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Neutral;
using Causeway.Wire.Usage;
using static Causeway.Wire.Tests.Anthropic.Foreign;

namespace Causeway.Wire.Tests.Anthropic;

/// <summary>The traps of this protocol, each by its number.</summary>
public sealed class MessagesTrapTests
{
    private static Turn Hi => Says(Role.User, Text("hi"));

    [Theory]
    [InlineData("claude-opus-5-5", ToolChoiceMode.Required, "Call at least one of the tools before you answer.")]
    [InlineData("claude-sonnet-5-5", ToolChoiceMode.Named, "Call the tool \"f\" before you answer.")]
    internal void Trap_2_a_forced_tool_that_the_model_refuses_is_denied_or_asked_for_in_words(string model, ToolChoiceMode mode, string instruction)
    {
        NeutralRequest request = Request(Hi).WithTool();
        request.ToolChoice = new ToolChoice(mode, JsonSlice.Of("f"));
        request.Mark(mode == ToolChoiceMode.Named ? Concept.ToolChoiceNamed : Concept.ToolChoiceRequired, "tool_choice");

        Assert.Equal("this model refuses a tool that it must call", Denial(request, Target(model)));
        (JsonObject body, IReadOnlyList<string> dropped) = BodyWithDropped(request, Target(model), Unsupported.Drop);
        Assert.Equal("""{"type":"auto"}""", body["tool_choice"]!.ToJsonString());
        Assert.Equal(instruction, body["system"]!.GetValue<string>());
        Assert.Equal(["tool_choice"], dropped);
        Assert.Equal(mode == ToolChoiceMode.Named ? "tool" : "any", Body(request, Target("claude-opus-5"))["tool_choice"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public void Trap_2_a_forced_tool_turns_thinking_off_on_models_that_refuse_both_and_says_so()
    {
        NeutralRequest request = Request(Hi).WithTool().Thinks(Effort.Medium);
        request.ToolChoice = new ToolChoice(ToolChoiceMode.Required);

        (JsonObject body, IReadOnlyList<string> dropped) = BodyWithDropped(request, Target("claude-opus-4-6"));

        Assert.Equal("any", body["tool_choice"]!["type"]!.GetValue<string>());
        Assert.False(body.ContainsKey("thinking"));
        Assert.Equal(["reasoning_effort"], dropped);
    }

    [Theory]
    [InlineData("claude-opus-5", "0.5", null, null, "this model takes no sampling parameters")]
    [InlineData("claude-opus-4-7", null, "0.9", null, "this model takes no sampling parameters")]
    [InlineData("claude-haiku-5-5", null, null, "40", "this model takes no sampling parameters")]
    [InlineData("claude-opus-5", "1.0", "0.99", null, null)]
    [InlineData("claude-haiku-4-5", "1.5", null, null, "it goes from 0 to 1 there")]
    [InlineData("claude-haiku-4-5", "0.5", "0.5", "40", null)]
    public void Trap_3_sampling_is_refused_by_newer_models_but_for_its_defaults(string model, string? temperature, string? topP, string? topK, string? why)
    {
        NeutralRequest request = Sampled(temperature, topP, topK);

        Assert.Equal(why, Denial(request, Target(model)));
        if (why is null)
        {
            JsonObject body = Body(request, Target(model));
            Assert.Equal(topK is not null, body.ContainsKey("temperature"));
            Assert.Equal(topK is not null, body.ContainsKey("top_p"));
        }
        else
        {
            Assert.Single(BodyWithDropped(request, Target(model), Unsupported.Drop).Dropped);
        }
    }

    [Fact]
    public void Trap_3_sampling_is_refused_while_an_older_model_thinks()
    {
        Assert.Equal("it cannot be set while the model thinks", Denial(Sampled("0.5", null, null).Thinks(Effort.Low), Target("claude-opus-4-6")));
        Assert.Equal("it cannot be set while the model thinks", Denial(Sampled(null, null, "9").Thinks(Effort.Low), Target("claude-opus-4-6")));
        JsonObject body = Body(Sampled("1", "0.95", null).Thinks(Effort.Low), Target("claude-opus-4-6"));
        Assert.Equal((false, true), (body.ContainsKey("temperature"), body.ContainsKey("top_p")));
    }

    [Fact]
    public void Trap_4_thinking_goes_back_only_where_it_was_made_and_what_stays_behind_is_said()
    {
        ReasoningPart Thought(ReasoningSeal? seal) => new(JsonSlice.Of("t")) { Seal = seal };
        NeutralRequest request = Request(Hi, Says(
            Role.Assistant,
            Thought(new ReasoningSeal(Protocol.Anthropic, SealForm.Signature, "own", "claude-sonnet-4-5-20250929")),
            Thought(new ReasoningSeal(Protocol.Anthropic, SealForm.Signature, "other", "claude-opus-5")),
            Thought(new ReasoningSeal(Protocol.OpenAI, SealForm.Encrypted, "openai")),
            Thought(new ReasoningSeal(Protocol.Bedrock, SealForm.Signature, "bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0")),
            Thought(null),
            Text("a")), Hi);
        request.Mark(Concept.ReasoningState, "input[1].encrypted_content");

        (JsonObject body, IReadOnlyList<string> dropped) = BodyWithDropped(request, Target("claude-sonnet-4-5"));

        Assert.Equal(["own", "bedrock", null], body["messages"]![1]!["content"]!.AsArray().Select(block => block!["signature"]?.GetValue<string>()));
        Assert.Equal(["input[1].encrypted_content"], dropped);
    }

    [Fact]
    public void Trap_4_an_own_caller_never_sends_another_vendors_thinking_to_this_one()
    {
        string envelope = new ReasoningSeal(Protocol.OpenAI, SealForm.Encrypted, "state", "gpt-6").ToEnvelope();
        string unsigned = Reply(sink =>
        {
            sink.Start(default);
            sink.BeginBlock(0, new BlockStart(BlockKind.Reasoning));
            sink.Delta(0, "hm"u8);
            sink.EndBlock(0);
            sink.End();
        })["content"]![0]!["signature"]!.GetValue<string>();
        string gemini = new ReasoningSeal(Protocol.Gemini, SealForm.Signature, "g").ToEnvelope()["cws1.".Length..];
        string body = $$$"""
            {"model":"m","max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":2000},"messages":[{"role":"user","content":"hi"},
             {"role":"assistant","content":[{"type":"thinking","thinking":"a","signature":"{{{envelope}}}"},{"type":"thinking","thinking":"b","signature":"{{{unsigned}}}"},
              {"type":"tool_use","id":"cwc_Zm4uMQ--cws1-{{{gemini}}}","name":"f","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"cwc_Zm4uMQ","content":"1"}]}]}
            """;

        (JsonObject written, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(Operation.Messages, body, Target("claude-sonnet-4-5"));

        string id = written["messages"]![1]!["content"]![0]!["id"]!.GetValue<string>();
        Translating.AssertSame(
            $$$"""
            {"model":"claude-sonnet-4-5","max_tokens":9000,"messages":[{"role":"user","content":"hi"},
             {"role":"assistant","content":[{"type":"tool_use","id":"{{{id}}}","name":"f","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"{{{id}}}","content":"1"}]}]}
            """,
            written);
        Assert.Matches("^[A-Za-z0-9_-]+$", id);
        Assert.Equal(["thinking", "messages[1].content[0]"], dropped);
    }

    [Fact]
    public void Trap_5_a_block_of_empty_thoughts_goes_back_with_its_signature()
    {
        NeutralRequest request = Request(Hi, Says(
            Role.Assistant,
            new ReasoningPart(JsonSlice.Of("")) { Seal = new ReasoningSeal(Protocol.Anthropic, SealForm.Signature, "c2ln", "claude-opus-5-5") },
            new ReasoningPart(default) { Seal = new ReasoningSeal(Protocol.Anthropic, SealForm.Redacted, "ZGF0YQ", "claude-opus-5-5") },
            Call("call_1")), Says(Role.User, Result("call_1")));

        JsonObject body = Body(request, Target("claude-opus-5-5"));

        Translating.AssertSame(
            """[{"type":"thinking","thinking":"","signature":"c2ln"},{"type":"redacted_thinking","data":"ZGF0YQ"},{"type":"tool_use","id":"call_1","name":"f","input":{}}]""",
            body["messages"]![1]!["content"]);
    }

    [Fact]
    public void Trap_5_empty_thoughts_and_their_signature_come_back_to_the_caller()
    {
        void Answer(ReplySink sink)
        {
            sink.Start(new ReplyStart("resp_1", "gpt-6"));
            sink.BeginBlock(0, new BlockStart(BlockKind.Reasoning));
            sink.Seal(0, new ReasoningSeal(Protocol.OpenAI, SealForm.Encrypted, "state", "gpt-6", "rs_1"));
            sink.EndBlock(0);
            sink.Stop(0, new ReplyStop(StopKind.EndTurn));
            sink.End();
        }

        JsonNode block = Reply(Answer)["content"]![0]!;

        Assert.Equal(("thinking", ""), (block["type"]!.GetValue<string>(), block["thinking"]!.GetValue<string>()));
        Assert.Equal(new ReasoningSeal(Protocol.OpenAI, SealForm.Encrypted, "state", "gpt-6", "rs_1"), ReasoningSeal.FromEnvelope(block["signature"]!.GetValue<string>()));
        Assert.Equal(["message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"], Stream(Answer).Select(e => e.Name));
    }

    [Fact]
    public void Trap_8_cached_input_is_told_beside_the_input_and_every_token_once()
    {
        TokenUsage usage = new(100, 2000, 30, 40, 500, 60, 70, 20);

        JsonNode written = Reply(sink =>
        {
            sink.Start(default);
            sink.Usage(usage);
            sink.End();
        })["usage"]!;

        Translating.AssertSame(
            """
            {"input_tokens":100,"cache_creation_input_tokens":630,"cache_read_input_tokens":2000,
             "cache_creation":{"ephemeral_5m_input_tokens":530,"ephemeral_1h_input_tokens":100},
             "output_tokens":70,"output_tokens_details":{"thinking_tokens":20}}
            """,
            written);
        Assert.Equal(usage.Input, new[] { "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens" }.Sum(name => written[name]!.GetValue<long>()));
    }

    [Fact]
    public void Trap_13_all_tool_results_come_first_in_the_next_user_message()
    {
        JsonObject body = Body(Request(
            Hi,
            Says(Role.Assistant, Text("two"), Call("call_a"), Call("call_b")),
            Says(Role.System, Text("be quick")),
            Says(Role.User, Text("by the way"), Result("call_b", "B")),
            Says(Role.User, Result("call_a", "A"))).WithTool());

        Translating.AssertSame(
            """
            [{"role":"user","content":"hi"},
             {"role":"assistant","content":[{"type":"text","text":"two"},{"type":"tool_use","id":"call_a","name":"f","input":{}},{"type":"tool_use","id":"call_b","name":"f","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_a","content":"A"},{"type":"tool_result","tool_use_id":"call_b","content":"B"},{"type":"text","text":"by the way"}]},
             {"role":"system","content":"be quick"}]
            """,
            body["messages"]);
    }

    [Fact]
    public void Trap_13_a_late_result_moves_up_a_missing_one_is_made_and_a_stray_one_is_text()
    {
        JsonObject body = Body(Request(
            Says(Role.User, Result("call_0", "stray")),
            Says(Role.Assistant, Call("call_a"), Call("call_b")),
            Says(Role.User, Text("wait")),
            Says(Role.Assistant, Text("waiting")),
            Says(Role.User, Result("call_b", "late"))).WithTool(), Target("claude-haiku-4-5"));

        Translating.AssertSame(
            """
            [{"role":"user","content":"stray"},
             {"role":"assistant","content":[{"type":"tool_use","id":"call_a","name":"f","input":{}},{"type":"tool_use","id":"call_b","name":"f","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_a","content":"There is no result of this call.","is_error":true},{"type":"tool_result","tool_use_id":"call_b","content":"late"},{"type":"text","text":"wait"}]},
             {"role":"assistant","content":"waiting"}]
            """,
            body["messages"]);
    }

    [Fact]
    public void Trap_13_ids_are_taken_once_and_in_the_vendors_pattern()
    {
        JsonObject body = Body(Request(
            Hi, Says(Role.Assistant, Call("functions.f:0")), Says(Role.User, Result("functions.f:0", "1")),
            Says(Role.Assistant, Call("functions.f:0", arguments: "not json")), Says(Role.User, Result("functions.f:0", "2"))).WithTool());

        string[] calls = [.. new[] { 1, 3 }.Select(i => body["messages"]![i]!["content"]![0]!["id"]!.GetValue<string>())];
        string[] results = [.. new[] { 2, 4 }.Select(i => body["messages"]![i]!["content"]![0]!["tool_use_id"]!.GetValue<string>())];
        Assert.Equal(calls, results);
        Assert.Equal(2, calls.Distinct().Count());
        Assert.All(calls, id => Assert.Matches("^[A-Za-z0-9_-]{1,64}$", id));
        Assert.Equal("""{"_raw":"not json"}""", body["messages"]![3]!["content"]![0]!["input"]!.ToJsonString());
    }

    [Fact]
    public void Trap_15_a_stream_begins_with_an_estimate_and_ends_with_the_true_figures()
    {
        IReadOnlyList<(string Name, JsonNode Data)> events = Stream(sink =>
        {
            sink.Start(new ReplyStart("chatcmpl-1", "gpt-6-luna", "default"));
            sink.BeginBlock(0, new BlockStart(BlockKind.Text));
            sink.Delta(0, "Hi"u8);
            sink.EndBlock(0);
            sink.Stop(0, new ReplyStop(StopKind.EndTurn));
            sink.Usage(new TokenUsage(100, 20, 0, 0, 0, 0, 5, 0));
            sink.End();
        });

        Assert.Equal(7, events[0].Data["message"]!["usage"]!["input_tokens"]!.GetValue<long>());
        Assert.Equal("standard", events[0].Data["message"]!["usage"]!["service_tier"]!.GetValue<string>());
        Assert.Equal((100, 20, 5), (Told("input_tokens"), Told("cache_read_input_tokens"), Told("output_tokens")));
        Assert.Equal("message_stop", events[^1].Name);

        long Told(string name) => events[^2].Data["usage"]![name]!.GetValue<long>();
    }

    [Theory]
    [InlineData("overloaded_error", ErrorKind.Overloaded, 529)]
    [InlineData("rate_limit_error", ErrorKind.RateLimited, 429)]
    [InlineData("api_error", ErrorKind.UpstreamFailed, 502)]
    [InlineData("timeout_error", ErrorKind.Timeout, 504)]
    public void Trap_16_overload_is_529_here_and_an_error_in_a_stream_keeps_its_kind(string type, ErrorKind kind, int status)
    {
        NeutralReply reply = new();
        ReplyEvents events = Messages.Events(reply);

        events.Read("error"u8, System.Text.Encoding.UTF8.GetBytes($$$"""{"type":"error","error":{"type":"{{{type}}}","message":"Busy"}}"""));

        Assert.Equal((kind, "Busy"), (reply.Failure!.Value.Kind, reply.Failure.Value.Message));
        Assert.True(events.Ended);
        Assert.Equal(status, ErrorEnvelope.StatusFor(Protocol.Anthropic, kind));
    }

    [Fact]
    public void Trap_17_the_model_that_served_is_told_even_where_another_was_asked_for()
    {
        string reply = """
            {"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-5","content":[
              {"type":"fallback","from":{"model":"claude-opus-5"},"to":{"model":"claude-haiku-5-5"}},{"type":"text","text":"Hi"}],
             "stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2,"iterations":[{"type":"message","model":"claude-opus-5","input_tokens":1,"output_tokens":0},
              {"type":"fallback_message","model":"claude-haiku-5-5","input_tokens":1,"output_tokens":2}]}}
            """;

        JsonObject written = Translating.Reply(Operation.Messages, """{"model":"ch","max_tokens":1,"messages":[]}""", Target(), reply);

        Assert.Equal("claude-haiku-5-5", written["model"]!.GetValue<string>());
        Assert.Equal("gpt-6-luna-2026-08-04", Stream(sink => sink.Start(new ReplyStart("c", "gpt-6-luna-2026-08-04")))[0].Data["message"]!["model"]!.GetValue<string>());
        Assert.Equal("gpt-6-luna", Stream(sink => sink.Start(default))[0].Data["message"]!["model"]!.GetValue<string>());
    }

    private static NeutralRequest Sampled(string? temperature, string? topP, string? topK)
    {
        NeutralRequest request = Request(Hi);
        foreach ((string? value, Concept concept) in new[] { (temperature, Concept.Temperature), (topP, Concept.TopP), (topK, Concept.TopK) })
        {
            if (value is not null)
            {
                request.Mark(concept, concept.ToString());
            }
        }

        request.Temperature = temperature is null ? default : Raw(temperature);
        request.TopP = topP is null ? default : Raw(topP);
        request.TopK = topK is null ? default : Raw(topK);
        return request;
    }
}
