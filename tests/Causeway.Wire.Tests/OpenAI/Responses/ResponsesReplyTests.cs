using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Corpus;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.OpenAI.Responses;

/// <summary>Recorded replies, plain and as streams, through the neutral form.</summary>
public sealed class ResponsesReplyTests
{
    private const string Asked = """{"model":"gpt-6.1-sol","input":"x","metadata":{"team":"travel"},"tools":[],"max_output_tokens":500}""";

    private static readonly Target Up = Translating.Target(Operation.Responses, "gpt-6.1-sol");

    public static TheoryData<string> Streams => ["responses.sse", "responses-reply-agent.sse", "responses-reply-refusal.sse", "responses-reply-open.sse"];

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_stream_cut_at_any_byte_is_the_same_stream(string file)
    {
        string sse = Encoding.UTF8.GetString(Recorded.Bytes(file));
        string whole = Translating.Stream(Operation.Responses, Asked, Up, sse);

        for (int size = 1; size < 80; size++)
        {
            Assert.Equal(whole, Translating.Stream(Operation.Responses, Asked, Up, sse, size));
        }
    }

    [Theory]
    [InlineData("responses-reply-agent.sse")]
    [InlineData("responses-reply-refusal.sse")]
    [InlineData("responses-reply-open.sse")]
    public void The_accumulated_stream_is_the_plain_reply(string file)
    {
        string sse = Encoding.UTF8.GetString(Recorded.Bytes(file));
        JsonNode terminal = Translating.Events(sse).Last(one => one.Data is JsonObject).Data;

        StrictClient client = StrictClient.Read(Translating.Events(Translating.Stream(Operation.Responses, Asked, Up, sse)));
        JsonObject plain = Translating.Reply(Operation.Responses, Asked, Up, terminal["response"]!.ToJsonString());

        // The head of a stream cannot know the end's tier.
        Translating.AssertSame(plain.ToJsonString(), client.Final);
    }

    [Fact]
    public void A_reply_keeps_its_text_calls_sources_probabilities_and_usage()
    {
        string sse = Encoding.UTF8.GetString(Recorded.Bytes("responses-reply-agent.sse"));

        JsonObject reply = StrictClient.Read(Translating.Events(Translating.Stream(Operation.Responses, Asked, Up, sse))).Final!;

        Assert.Equal("resp_0cc0", reply["id"]!.GetValue<string>());
        JsonArray output = reply["output"]!.AsArray();
        Assert.Equal(["reasoning", "message", "function_call", "function_call", "custom_tool_call"], output.Select(item => item!["type"]!.GetValue<string>()));
        Assert.Equal("Weighing \"options\"\n\nDeciding", output[0]!["summary"]![0]!["text"]!.GetValue<string>());
        JsonNode text = output[1]!["content"]![0]!;
        Assert.Equal("Der Zug fährt\n🚂", text["text"]!.GetValue<string>());
        Assert.Equal("https://example.com/trains", text["annotations"]![0]!["url"]!.GetValue<string>());
        Translating.AssertSame("""{"token":" Zug","logprob":-0.5,"bytes":[32,90,117,103],"top_logprobs":[]}""", text["logprobs"]![1]);
        Assert.Equal("""{"seat":"12A"}""", output[2]!["arguments"]!.GetValue<string>());
        Assert.Equal("call_0cc3", output[2]!["call_id"]!.GetValue<string>());
        Assert.Equal("{}", output[3]!["arguments"]!.GetValue<string>());
        Assert.Equal("select 1", output[4]!["input"]!.GetValue<string>());
    }

    [Fact]
    public void Trap_8_cached_tokens_stand_inside_the_input_and_every_count_is_exact()
    {
        string body = Encoding.UTF8.GetString(Recorded.Bytes("responses.json"));

        JsonObject reply = Translating.Reply(Operation.Responses, Asked, Up, body);

        Translating.AssertSame(JsonNode.Parse(body)!["usage"]!.ToJsonString(), reply["usage"]);
    }

    [Fact]
    public void Trap_17_the_model_of_the_reply_is_the_one_that_served()
    {
        JsonObject reply = Translating.Reply(
            Operation.Responses, Asked, Up, """{"id":"resp_1","status":"completed","model":"gpt-6.1-terra-2026-10-06","output":[]}""");

        Assert.Equal("gpt-6.1-terra-2026-10-06", reply["model"]!.GetValue<string>());
    }

    [Fact]
    public void Everything_that_the_vendors_SDKs_require_is_there_when_the_provider_told_nothing()
    {
        JsonObject reply = Translating.Reply(Operation.Responses, Asked, Up, """{"status":"completed","output":[]}""");

        Translating.AssertSame(
            """
            {"id":"resp_0198a7c0000070008000000000000001","object":"response","created_at":1795435200,"status":"completed","background":false,"error":null,
             "incomplete_details":null,"model":"gpt-6.1-sol","output":[],"previous_response_id":null,"store":true,"instructions":null,
             "max_output_tokens":500,"max_tool_calls":null,"parallel_tool_calls":true,"prompt_cache_key":null,"reasoning":{"effort":null,"summary":null},
             "safety_identifier":null,"temperature":null,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_logprobs":0,"top_p":null,
             "truncation":"disabled","user":null,"metadata":{"team":"travel"},"usage":null}
            """,
            reply);
    }

    [Fact]
    public void What_the_caller_wrote_on_several_lines_is_repeated_on_one()
    {
        const string Pretty = "{\"model\":\"m\",\"input\":\"x\",\"metadata\":{\n  \"team\": \"travel\"\r\n}}";

        string stream = Translating.Stream(Operation.Responses, Pretty, Up, Encoding.UTF8.GetString(Recorded.Bytes("responses-reply-refusal.sse")));

        Assert.All(stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries), one => Assert.Equal(2, one.Split('\n').Length));
    }

    [Theory]
    [InlineData("incomplete", "max_output_tokens", "incomplete")]
    [InlineData("incomplete", "content_filter", "incomplete")]
    [InlineData("incomplete", "max_messages", "incomplete")]
    [InlineData("completed", null, "completed")]
    public void A_reply_ends_as_the_providers_did(string status, string? reason, string told)
    {
        string details = reason is null ? "null" : $$"""{"reason":"{{reason}}"}""";

        JsonObject reply = Translating.Reply(
            Operation.Responses,
            Asked,
            Up,
            $$"""{"id":"resp_1","status":"{{status}}","incomplete_details":{{details}},"output":[{"type":"message","content":[{"type":"output_text","text":"a"}]}]}""");

        Assert.Equal(told, reply["status"]!.GetValue<string>());
        Assert.Equal(reason, reply["incomplete_details"]?["reason"]!.GetValue<string>());
        Assert.Equal(told, reply["output"]![0]!["status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("rate_limit_exceeded", ErrorKind.RateLimited)]
    [InlineData("server_error", ErrorKind.UpstreamFailed)]
    [InlineData("invalid_prompt", ErrorKind.Malformed)]
    [InlineData("image_too_large", ErrorKind.Malformed)]
    public void A_failed_reply_is_an_error_with_the_providers_own_message(string code, ErrorKind kind)
    {
        System.Buffers.ArrayBufferWriter<byte> output = new();
        ReplyTranslation translation = new(Translating.Read(Operation.Responses, Asked), Up, Translating.RequestId, Translating.Created, false, 7, null);

        (ErrorKind Kind, string Code, string Message)? error = translation.Plain(
            Encoding.UTF8.GetBytes($$"""{"id":"resp_1","status":"failed","error":{"code":"{{code}}","message":"Too bad."},"output":[]}"""), output);

        Assert.Equal((kind, code, "Too bad."), error);
        Assert.Equal(0, output.WrittenCount);
    }

    [Theory]
    [InlineData("""{"type":"response.failed","sequence_number":3,"response":{"status":"failed","error":{"code":"server_error","message":"Too bad."},"output":[]}}""")]
    [InlineData("""{"type":"error","sequence_number":3,"code":"server_error","message":"Too bad.","param":null}""")]
    [InlineData("""{"error":{"code":"server_error","message":"Too bad."}}""")]
    public void A_stream_that_fails_ends_in_an_error_event_and_no_terminator(string failure)
    {
        string sse = $$$"""
            data: {"type":"response.created","response":{"id":"resp_1","output":[]}}

            data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hel"}

            data: {{{failure}}}

            data: {"type":"response.completed","response":{"status":"completed","output":[]}}


            """;

        StrictClient client = StrictClient.Read(Translating.Events(Translating.Stream(Operation.Responses, Asked, Up, sse)));

        Assert.Null(client.Final);
        Assert.Equal("Too bad.", client.Error!["message"]!.GetValue<string>());
        Assert.Equal("server_error", client.Error["code"]!.GetValue<string>());
    }

    [Fact]
    public void A_stream_that_is_cut_is_told_to_be_cut()
    {
        string sse = Encoding.UTF8.GetString(Recorded.Bytes("responses-reply-agent.sse"));

        StrictClient client = StrictClient.Read(Translating.Events(Translating.Stream(Operation.Responses, Asked, Up, sse[..(sse.Length / 2)])));

        Assert.Null(client.Final);
        Assert.Equal("upstream_truncated", client.Error!["code"]!.GetValue<string>());
    }

    [Fact]
    public void Servers_that_leave_events_out_are_read_from_what_they_do_send()
    {
        const string Sse = """
            data: {"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"fc_1","name":"f","arguments":""}}

            data: {"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","id":"fc_1","name":"f","arguments":"{\"a\":1}"}}

            data: {"type":"response.completed","response":{"id":"resp_1","model":"m-1","status":"completed","output":[
            data: {"type":"function_call","id":"fc_1","name":"f","arguments":"{\"a\":1}"},
            data: {"type":"message","role":"assistant","content":[{"type":"output_text","text":"late","annotations":[]}]}],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}}


            """;

        JsonObject reply = StrictClient.Read(Translating.Events(Translating.Stream(Operation.Responses, Asked, Up, Sse))).Final!;

        Assert.Equal("fc_1", reply["output"]![0]!["call_id"]!.GetValue<string>());
        Assert.Equal("""{"a":1}""", reply["output"]![0]!["arguments"]!.GetValue<string>());
        Assert.Equal("late", reply["output"]![1]!["content"]![0]!["text"]!.GetValue<string>());
        Assert.Equal(3, reply["usage"]!["total_tokens"]!.GetValue<int>());
    }

    [Fact]
    public void Thoughts_of_other_vendors_are_told_apart_from_OpenAIs_when_they_come_back()
    {
        JsonObject reply = Translating.Reply(
            Operation.Responses, Asked, Up, """{"id":"resp_1","status":"completed","output":[{"type":"reasoning","id":"rs_1","summary":[],"content":[{"type":"reasoning_text","text":"hm"}]}]}""");
        JsonArray input = [reply["output"]![0]!.DeepClone(), JsonNode.Parse("""{"role":"user","content":"on"}""")];
        string next = new JsonObject { ["model"] = "m", ["input"] = input }.ToJsonString();

        Assert.True(RequestTranslation.HoldsForeignState(Encoding.UTF8.GetBytes(next)));
        (JsonObject body, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(Operation.Responses, next, Up);
        Translating.AssertSame("""[{"role":"user","content":"on"}]""", body["input"]);
        Assert.Equal(["input[0]"], dropped);
    }

    [Fact]
    public void State_comes_back_to_OpenAI_with_the_id_that_it_is_bound_to()
    {
        JsonObject reply = Translating.Reply(
            Operation.Responses, Asked, Up, """{"id":"resp_1","status":"completed","output":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"gAAA"}]}""");
        string next = new JsonObject { ["model"] = "m", ["input"] = new JsonArray([reply["output"]![0]!.DeepClone()]) }.ToJsonString();

        JsonObject body = Translating.Request(Operation.Responses, next, Up);

        Translating.AssertSame("""[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"gAAA"}]""", body["input"]);
    }

    [Fact]
    public void A_reply_that_is_none_is_not_taken_for_an_empty_one()
    {
        System.Buffers.ArrayBufferWriter<byte> output = new();
        ReplyTranslation translation = new(Translating.Read(Operation.Responses, Asked), Up, Translating.RequestId, Translating.Created, false, 7, null);

        Assert.Equal("upstream_protocol", translation.Plain("""{"ok":true}"""u8.ToArray(), output)?.Code);
        Assert.Equal("upstream_protocol", translation.Plain("<html>"u8.ToArray(), output)?.Code);
        Assert.Equal(0, output.WrittenCount);
    }
}
