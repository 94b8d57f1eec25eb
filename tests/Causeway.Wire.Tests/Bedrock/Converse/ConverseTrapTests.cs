using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.Bedrock.Converse;

/// <summary>The traps of translation in which Bedrock stands at one end.</summary>
public sealed class ConverseTrapTests
{
    private const string MessagesAsked = """{"model":"ch","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""";

    private static readonly Target Sonnet45 = Translating.Target(Operation.Converse, "us.anthropic.claude-sonnet-4-5-20250929-v1:0");
    private static readonly Target Opus5 = Translating.Target(Operation.Converse, "anthropic.claude-opus-5-v1:0");
    private static readonly Target Opus55 = Translating.Target(Operation.Converse, "global.anthropic.claude-opus-5-5-v1:0");
    private static readonly Target Nova = Translating.Target(Operation.Converse, "amazon.nova-pro-v1:0");

    [Fact]
    public void Trap_2_a_forced_tool_is_denied_for_models_that_refuse_it_on_Bedrock_too()
    {
        const string Asked =
            """{"model":"ch","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required"}""";

        Assert.Equal("tool_choice", Translating.Denial(Operation.ChatCompletions, Asked, Opus55).Param);
        Translating.AssertSame("""{"any":{}}""", Translating.Request(Operation.ChatCompletions, Asked, Opus5)["toolConfig"]!["toolChoice"]);
        JsonObject left = Translating.Request(Operation.ChatCompletions, Asked, Opus55, Unsupported.Drop);
        Translating.AssertSame("""{"auto":{}}""", left["toolConfig"]!["toolChoice"]);
        Assert.Contains("Call at least one", (string?)left["system"]![0]!["text"]);
    }

    [Fact]
    public void Trap_4_thoughts_go_back_to_the_model_that_had_them_and_to_no_other()
    {
        string own = new ReasoningSeal(Protocol.Bedrock, SealForm.Signature, "sig-b", "anthropic.claude-sonnet-4-5-20250929-v1:0").ToEnvelope();
        string vendors = new ReasoningSeal(Protocol.Anthropic, SealForm.Signature, "sig-a", "claude-sonnet-4-5-20250929").ToEnvelope();
        string other = new ReasoningSeal(Protocol.Bedrock, SealForm.Signature, "sig-o", "anthropic.claude-haiku-4-5-v1:0").ToEnvelope();
        string asked =
            $$"""
            {"model":"ch","max_tokens":9,"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[
             {"type":"thinking","thinking":"one","signature":"{{own}}"},{"type":"thinking","thinking":"","signature":"{{vendors}}"},
             {"type":"thinking","thinking":"three","signature":"{{other}}"},{"type":"thinking","thinking":"four","signature":"raw"},{"type":"text","text":"t"}]},
             {"role":"user","content":"more"}]}
            """;

        (JsonObject body, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(Operation.Messages, asked, Sonnet45);

        Translating.AssertSame(
            """
            [{"reasoningContent":{"reasoningText":{"text":"one","signature":"sig-b"}}},{"reasoningContent":{"reasoningText":{"text":"","signature":"sig-a"}}},{"text":"t"}]
            """,
            body["messages"]![1]!["content"]);
        Assert.Single(dropped);
    }

    [Fact]
    public void Trap_8_cached_tokens_outside_Bedrocks_input_count_are_inside_a_chat_callers()
    {
        JsonObject chat = Translating.Reply(
            Operation.ChatCompletions,
            """{"model":"ch","messages":[{"role":"user","content":"hi"}]}""",
            Sonnet45,
            """
            {"output":{"message":{"role":"assistant","content":[{"text":"a"}]}},"stopReason":"end_turn",
             "usage":{"inputTokens":10,"outputTokens":7,"totalTokens":1117,"cacheReadInputTokens":100,"cacheWriteInputTokens":1000,"cacheDetails":[{"ttl":"1h","inputTokens":400}]}}
            """);

        Assert.Equal((1110, 7, 1117), ((int)chat["usage"]!["prompt_tokens"]!, (int)chat["usage"]!["completion_tokens"]!, (int)chat["usage"]!["total_tokens"]!));
        Assert.Equal(100, (int)chat["usage"]!["prompt_tokens_details"]!["cached_tokens"]!);
    }

    [Fact]
    public void Trap_11_a_reply_without_id_and_model_and_with_its_usage_last_is_whole_to_the_caller()
    {
        byte[] frames = ConverseFrames.Of(
            """
            event: messageStart
            data: {"role":"assistant"}

            event: contentBlockDelta
            data: {"contentBlockIndex":0,"delta":{"text":"Hi"}}

            event: contentBlockStop
            data: {"contentBlockIndex":0}

            event: messageStop
            data: {"stopReason":"end_turn"}

            event: metadata
            data: {"usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5}}


            """);

        byte[] sse = ConverseFrames.Translate(Operation.Messages, MessagesAsked, frames);

        IReadOnlyList<(string Name, JsonNode Data)> events = Translating.Events(Encoding.UTF8.GetString(sse));
        Assert.Equal(
            ["message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"], events.Select(e => e.Name));
        Assert.StartsWith("msg_", (string?)events[0].Data["message"]!["id"]);
        Assert.Equal(ConverseFrames.Target.Model, (string?)events[0].Data["message"]!["model"]);
        Assert.Equal((3, 2), ((int)events[4].Data["usage"]!["input_tokens"]!, (int)events[4].Data["usage"]!["output_tokens"]!));
    }

    [Fact]
    public void Trap_11_thoughts_are_signed_with_the_model_that_was_asked()
    {
        byte[] frames = ConverseFrames.Of("event: contentBlockDelta\ndata: {\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"signature\":\"s\"}}}\n\nevent: contentBlockStop\ndata: {\"contentBlockIndex\":0}\n\n");

        string sse = Encoding.UTF8.GetString(ConverseFrames.Translate(Operation.Messages, MessagesAsked, frames));

        string signature = Translating.Events(sse).Select(e => (string?)e.Data["delta"]?["signature"]).OfType<string>().Single();
        Assert.Equal(new ReasoningSeal(Protocol.Bedrock, SealForm.Signature, "s", ConverseFrames.Target.Model), ReasoningSeal.FromEnvelope(signature));
    }

    [Fact]
    public void Trap_12_no_tool_choice_none_strips_the_tools_of_a_history_without_calls()
    {
        JsonObject body = Translating.Request(
            Operation.ChatCompletions,
            """{"model":"ch","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"none"}""",
            Nova);

        Translating.AssertSame("""{"messages":[{"role":"user","content":[{"text":"hi"}]}]}""", body);
    }

    [Theory]
    [InlineData(",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"none\"")]
    [InlineData("")]
    public void Trap_12_a_history_with_calls_keeps_its_tools_or_gets_some_and_is_told_to_call_none(string tools)
    {
        JsonObject body = Translating.Request(
            Operation.ChatCompletions,
            $$$"""
            {"model":"ch","messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":"call:1/x","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},
             {"role":"tool","tool_call_id":"call:1/x","content":"done"},{"role":"user","content":"so?"}]{{{tools}}}}
            """,
            Nova);

        Translating.AssertSame("""{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}}]}""", body["toolConfig"]);
        Assert.Contains("Do not call any tool", (string?)body["system"]![0]!["text"]);
        string id = (string)body["messages"]![1]!["content"]![0]!["toolUse"]!["toolUseId"]!;
        Assert.Matches("^[a-zA-Z0-9_-]{1,64}$", id);
        Translating.AssertSame($$$"""[{"toolResult":{"toolUseId":"{{{id}}}","content":[{"text":"done"}]}},{"text":"so?"}]""", body["messages"]![2]!["content"]);
    }

    [Fact]
    public void Trap_12_an_image_by_address_is_denied_since_nothing_is_fetched()
    {
        RequestFault fault = Translating.Denial(
            Operation.ChatCompletions,
            """{"model":"ch","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.example/i.png"}}]}]}""",
            Sonnet45);

        Assert.Equal("cannot_translate", fault.Code);
        Assert.Contains("send it as base64", fault.Message);
        Assert.NotEmpty(Translating.Request(
            Operation.ChatCompletions, """{"model":"ch","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]}]}""", Sonnet45));
    }

    [Fact]
    public void Trap_13_results_come_first_in_the_next_user_message_with_images_errors_and_a_missing_one()
    {
        JsonObject body = Translating.Request(
            Operation.Messages,
            """
            {"model":"ch","max_tokens":9,"tools":[{"name":"f","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"hi"},
             {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{"x":1}},{"type":"tool_use","id":"b","name":"f","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","is_error":true,"content":[{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"/9j/"}}]},
              {"type":"text","text":"and?"}]}]}
            """,
            Nova);

        JsonArray content = body["messages"]![2]!["content"]!.AsArray();
        Translating.AssertSame("""{"toolResult":{"toolUseId":"a","content":[{"image":{"format":"jpeg","source":{"bytes":"/9j/"}}}],"status":"error"}}""", content[0]);
        Assert.Equal(("b", "error"), ((string?)content[1]!["toolResult"]!["toolUseId"], (string?)content[1]!["toolResult"]!["status"]));
        Translating.AssertSame("""{"text":"and?"}""", content[2]);
    }
}
