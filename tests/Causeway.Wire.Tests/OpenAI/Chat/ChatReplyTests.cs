using System.Text.Json.Nodes;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Neutral;
using Causeway.Wire.Usage;
using CsCheck;

namespace Causeway.Wire.Tests.OpenAI.Chat;

public sealed class ChatReplyTests
{
    public static TheoryData<string> Streams => ["chat-tools.sse", "chat-choices.sse", "chat-reasoning.sse"];

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_stream_cut_anywhere_is_written_the_same(string file)
    {
        string sse = Chatting.File(file);
        string whole = Stream(sse);

        foreach (int pieceBytes in (int[])[1, 2, 3, 7, 64, 1000])
        {
            Assert.Equal(whole, Stream(sse, pieceBytes));
        }
    }

    [Theory]
    [InlineData("chat-choices")]
    [InlineData("chat-reasoning")]
    public void A_stream_gathered_is_the_plain_reply(string name)
    {
        JsonObject streamed = Accumulated.Of(Stream(Chatting.File(name + ".sse")));
        JsonObject plain = Translating.Reply(Operation.ChatCompletions, Chatting.Asked, Chatting.Target(), Chatting.File(name + ".json"));

        WithoutIndices(streamed);
        Translating.AssertSame(plain.ToJsonString(), Ordered(streamed, plain));
    }

    [Fact]
    public void A_plain_reply_comes_through_whole()
    {
        JsonObject written = Translating.Reply(Operation.ChatCompletions, Chatting.Asked, Chatting.Target(), Chatting.File("chat-choices.json"));

        JsonObject expected = JsonNode.Parse(Chatting.File("chat-choices.json"))!.AsObject();
        expected.Remove("prompt_filter_results");
        expected["created"] = Translating.Created.ToUnixTimeSeconds();
        Translating.AssertSame(expected.ToJsonString(), written);
    }

    [Fact]
    public void The_first_chunk_has_the_role_and_the_last_ones_are_reason_usage_and_done()
    {
        IReadOnlyList<(string Name, JsonNode Data)> events = Translating.Events(Stream(Chatting.File("chat-tools.sse")));

        Assert.All(events, one => Assert.Equal("", one.Name));
        Assert.Equal("assistant", events[0].Data["choices"]![0]!["delta"]!["role"]!.GetValue<string>());
        Assert.Equal("tool_calls", events[^3].Data["choices"]![0]!["finish_reason"]!.GetValue<string>());
        Assert.Empty(events[^2].Data["choices"]!.AsArray());
        Assert.Equal(1306, events[^2].Data["usage"]!["total_tokens"]!.GetValue<int>());
        Assert.Equal(128, events[^2].Data["usage"]!["prompt_tokens_details"]!["cache_write_tokens"]!.GetValue<int>());
        Assert.Equal("[DONE]", events[^1].Data.GetValue<string>());
        Assert.Single(events.SkipLast(1).Select(one => one.Data["id"]!.GetValue<string>()).Distinct());
    }

    [Fact]
    public void A_caller_who_did_not_ask_for_usage_gets_no_chunk_of_it()
    {
        string asked = """{"messages":[{"role":"user","content":"a"}],"stream":true}""";

        string sse = Translating.Stream(Operation.ChatCompletions, asked, Chatting.Target(), Chatting.File("chat-tools.sse"));

        Assert.DoesNotContain("\"usage\":", sse.Replace("the \\\"usage\\\":", "", StringComparison.Ordinal));
        Assert.EndsWith("data: [DONE]\n\n", sse);
    }

    [Fact]
    public void Interleaved_calls_keep_their_places()
    {
        NeutralReply reply = Chatting.Read(Chatting.File("chat-reasoning.sse"));

        Assert.Equal([BlockKind.Reasoning, BlockKind.Text, BlockKind.ToolCall, BlockKind.ToolCall], reply.Blocks.Select(block => block.Start.Kind));
        Assert.Equal(["toolu_1", "toolu_2"], reply.Blocks[2..].Select(block => block.Start.CallId));
        Assert.Equal("{\\\"city\\\":\\\"Bonn\\\"}", System.Text.Encoding.UTF8.GetString(reply.Blocks[2].Escaped));
    }

    [Fact]
    public void An_entry_of_signed_reasoning_is_sealed_and_goes_back_to_its_server_as_it_was()
    {
        ReplyBlock block = Chatting.Read(Chatting.File("chat-reasoning.sse")).Blocks[0];
        NeutralRequest request = Chatting.Request(
            Operation.Messages,
            [Chatting.Turn(Role.Assistant, new ReasoningPart(JsonSlice.OfEscaped(block.Escaped)) { Seal = ReasoningSeal.FromEnvelope(block.Seal!.ToEnvelope()) }, new TextPart(Chatting.Text("a")))],
            Concept.ReasoningState);

        JsonObject written = Chatting.Written(request, Chatting.Target("anthropic/claude-opus-4.5", "openrouter"));

        Translating.AssertSame(
            """[{"type":"reasoning.text","text":"The user asks.","signature":"EuYBCkQ=","index":0,"format":"anthropic-claude-v1"}]""",
            written["messages"]![0]!["reasoning_details"]);
    }

    // Of a member that it does not know, OpenAI's SDK for Node keeps the last delta's value, the one for Python joins lists by the entries' index and
    // texts end to end; others append. Each brings every block back, in order and once.
    [Theory]
    [InlineData("keeps the last")]
    [InlineData("appends")]
    [InlineData("joins")]
    public void Of_several_signed_blocks_all_come_back_whatever_a_client_does_with_the_deltas(string client)
    {
        static string Block(int index, string start, string delta) => $$"""
            event: content_block_start
            data: {"type":"content_block_start","index":{{index}},"content_block":{{start}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":{{index}},"delta":{{delta}}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":{{index}}}


            """;
        string sse = """
            event: message_start
            data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"claude-opus-4-8","content":[],"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}}}


            """
            + Block(0, """{"type":"thinking","thinking":"one","signature":""}""", """{"type":"signature_delta","signature":"c2lnMQ=="}""")
            + Block(1, """{"type":"redacted_thinking","data":"ZGF0YQ=="}""", """{"type":"text_delta","text":""}""")
            + Block(2, """{"type":"thinking","thinking":"two","signature":""}""", """{"type":"signature_delta","signature":"c2lnMg=="}""")
            + Block(3, """{"type":"text","text":""}""", """{"type":"text_delta","text":"Done."}""")
            + """
            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}

            event: message_stop
            data: {"type":"message_stop"}


            """;
        Target claude = Translating.Target(Operation.Messages, "claude-opus-4-8");
        string stream = Translating.Stream(Operation.ChatCompletions, """{"model":"m","stream":true,"messages":[{"role":"user","content":"a"}]}""", claude, sse);

        JsonArray kept = [];
        foreach (JsonObject delta in Translating.Events(stream.Replace("data: [DONE]\n\n", "", StringComparison.Ordinal)).Select(one => one.Data["choices"]?[0]?["delta"]).OfType<JsonObject>())
        {
            if (delta["reasoning_details"] is JsonArray told)
            {
                kept = client switch
                {
                    "appends" => [.. kept.Concat(told).Select(entry => entry!.DeepClone())],
                    "joins" => Joined(kept, told),
                    _ => told,
                };
            }
        }

        JsonObject next = Translating.Request(Operation.ChatCompletions, $$"""{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"Done.","reasoning_details":{{kept.ToJsonString()}}},{"role":"user","content":"b"}]}""", claude);
        Translating.AssertSame(
            """[{"type":"thinking","thinking":"one","signature":"c2lnMQ=="},{"type":"redacted_thinking","data":"ZGF0YQ=="},{"type":"thinking","thinking":"two","signature":"c2lnMg=="},{"type":"text","text":"Done."}]""",
            next["messages"]![1]!["content"]);
    }

    private static JsonArray Joined(JsonArray kept, JsonArray told)
    {
        foreach (JsonObject entry in told.OfType<JsonObject>())
        {
            int index = entry["index"]!.GetValue<int>();
            if (index == kept.Count)
            {
                kept.Add(entry.DeepClone());
                continue;
            }

            JsonObject before = kept[index]!.AsObject();
            foreach ((string name, JsonNode? value) in entry.Where(member => member.Key is not ("index" or "type")))
            {
                before[name] = (before[name]?.GetValue<string>() ?? "") + value!.GetValue<string>();
            }
        }

        return kept;
    }

    [Fact]
    public void Reasoning_that_is_text_alone_goes_back_to_the_model_that_wants_it()
    {
        ReplyBlock block = Chatting.Read(
            """{"id":"1","model":"deepseek-v4-pro","choices":[{"index":0,"message":{"role":"assistant","reasoning_content":"hm","content":"a"},"finish_reason":"stop"}]}""").Blocks[0];
        NeutralRequest request = Chatting.Request(
            Operation.Messages,
            [Chatting.Turn(Role.Assistant, new ReasoningPart(JsonSlice.OfEscaped(block.Escaped)) { Seal = block.Seal }, new TextPart(Chatting.Text("a")))],
            Concept.ReasoningState);

        JsonNode same = Chatting.Written(request, Chatting.Target("deepseek-v4-pro", "deepseek"))["messages"]![0]!;
        JsonNode other = Chatting.Written(request, Chatting.Target("deepseek-v4-flash", "deepseek"))["messages"]![0]!;

        Assert.Equal("hm", same["reasoning_content"]!.GetValue<string>());
        Assert.Null(other["reasoning_content"]);
    }

    [Theory]
    [InlineData("""{"error":{"message":"slow down","type":"rate_limit_exceeded","code":"rate_limit_exceeded"}}""", ErrorKind.RateLimited, "slow down")]
    [InlineData("""{"error":{"message":"busy","code":503}}""", ErrorKind.Overloaded, "busy")]
    [InlineData("""{"error":{"message":"Overloaded","type":"overloaded_error"}}""", ErrorKind.Overloaded, "Overloaded")]
    [InlineData("""{"error":"it broke"}""", ErrorKind.UpstreamFailed, "it broke")]
    [InlineData("""{"id":"1","choices":[{"index":0,"delta":{},"finish_reason":"insufficient_system_resource"}]}""", ErrorKind.Overloaded, null)]
    [InlineData("""{"id":"1","choices":[{"index":0,"delta":{},"finish_reason":"error"}]}""", ErrorKind.UpstreamFailed, null)]
    public void An_error_in_the_middle_ends_the_stream_without_a_terminator(string data, ErrorKind kind, string? message)
    {
        string sse = $$"""
            data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}

            data: {{data}}

            data: [DONE]


            """;

        NeutralReply reply = Chatting.Read(sse);
        string written = Stream(sse);

        Assert.Equal(kind, reply.Failure!.Value.Kind);
        Assert.Equal(message ?? reply.Failure.Value.Message, reply.Failure.Value.Message);
        Assert.Contains("data: {\"error\":{", written);
        Assert.DoesNotContain("[DONE]", written);
    }

    [Fact]
    public void A_cut_stream_ends_with_an_error_and_no_terminator()
    {
        string sse = """
            data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}


            """;

        string written = Stream(sse);

        Assert.Contains("upstream_truncated", written);
        Assert.DoesNotContain("[DONE]", written);
    }

    [Fact]
    public void A_server_that_closes_instead_of_saying_done_has_ended()
    {
        string sse = """
            data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}


            """;

        Assert.EndsWith("data: [DONE]\n\n", Stream(sse));
    }

    [Fact]
    public void Servers_spell_a_reply_in_ways_of_their_own()
    {
        NeutralReply mistral = Chatting.Read(
            """{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"a"}]},"finish_reason":"model_length"}],"usage":{"prompt_tokens":9,"completion_tokens":2,"num_cached_tokens":4}}""");
        NeutralReply groq = Chatting.Read(
            """
            data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"reasoning":"hm"},"finish_reason":null}]}

            data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}],"x_groq":{"usage":{"prompt_tokens":9,"completion_tokens":2}}}

            data: [DONE]


            """);
        NeutralReply vllm = Chatting.Read(
            """{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop","stop_reason":"END"}]}""");
        NeutralReply ollama = Chatting.Read(
            """{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"","tool_calls":[{"id":"","type":"function","function":{"name":"f","arguments":{"a":"b"}}}]},"finish_reason":"stop"}]}""");

        Assert.Equal([BlockKind.Reasoning, BlockKind.Text], mistral.Blocks.Select(block => block.Start.Kind));
        Assert.Equal(StopKind.ContextWindow, mistral.Stops[0].Kind);
        Assert.Equal(4, mistral.Tokens.CacheRead);
        Assert.Equal([BlockKind.Reasoning, BlockKind.Text], groq.Blocks.Select(block => block.Start.Kind));
        Assert.Equal(9, groq.Tokens.Input);
        Assert.Equal((StopKind.StopSequence, "END"), (vllm.Stops[0].Kind, vllm.Stops[0].Sequence));
        Assert.StartsWith("call_", ollama.Blocks[0].Start.CallId);
        Assert.Equal("{\\\"a\\\":\\\"b\\\"}", System.Text.Encoding.UTF8.GetString(ollama.Blocks[0].Escaped));
    }

    [Fact]
    public void Calls_that_all_have_the_index_0_are_told_apart_by_their_ids()
    {
        NeutralReply reply = Chatting.Read(
            """
            data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":null}]}

            data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}

            data: [DONE]


            """);

        Assert.Equal([("a", "f"), ("b", "g")], reply.Blocks.Select(block => (block.Start.CallId!, block.Start.Name!)));
    }

    [Fact]
    public void A_caller_with_functions_gets_a_function_call()
    {
        string reply = """{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"weather","arguments":""}}]},"finish_reason":"tool_calls"}]}""";
        string asked = Chatting.File("chat-request-functions.json");

        JsonNode plain = Translating.Reply(Operation.ChatCompletions, asked, Chatting.Target(), reply)["choices"]![0]!;
        JsonNode streamed = Accumulated.Of(Translating.Stream(
            Operation.ChatCompletions, asked, Chatting.Target(), $"data: {reply.Replace("\"message\"", "\"delta\"", StringComparison.Ordinal)}\n\ndata: [DONE]\n\n"))["choices"]![0]!;

        foreach (JsonNode choice in (JsonNode[])[plain, streamed])
        {
            Assert.Equal("function_call", choice["finish_reason"]!.GetValue<string>());
            Assert.Equal("""{"name":"weather","arguments":"{}"}""", choice["message"]!["function_call"]!.ToJsonString());
        }
    }

    [Theory]
    [InlineData(nameof(StopKind.EndTurn), "stop")]
    [InlineData(nameof(StopKind.StopSequence), "stop")]
    [InlineData(nameof(StopKind.MaxTokens), "length")]
    [InlineData(nameof(StopKind.ContextWindow), "length")]
    [InlineData(nameof(StopKind.ToolUse), "tool_calls")]
    [InlineData(nameof(StopKind.ContentFilter), "content_filter")]
    [InlineData(nameof(StopKind.Refusal), "content_filter")]
    [InlineData(nameof(StopKind.MalformedToolCall), "stop")]
    [InlineData(nameof(StopKind.Pause), "stop")]
    public void Every_reason_has_a_word(string named, string word)
    {
        StopKind kind = Enum.Parse<StopKind>(named);
        JsonNode choice = Chatting.Plain(
            Chatting.Asked,
            Chatting.Target(),
            sink =>
            {
                sink.Start(new ReplyStart("1", "m"));
                sink.Stop(0, new ReplyStop(kind, Detail: kind == StopKind.Refusal ? "It is unsafe." : null));
                sink.End();
            })["choices"]![0]!;

        Assert.Equal(word, choice["finish_reason"]!.GetValue<string>());
        Assert.Equal(kind == StopKind.Refusal ? "It is unsafe." : null, choice["message"]!["refusal"]?.GetValue<string>());
    }

    [Fact]
    public void A_custom_tools_call_is_custom()
    {
        string reply = """{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"custom","custom":{"name":"shell","input":"ls"}}]},"finish_reason":"tool_calls"}]}""";

        JsonObject written = Translating.Reply(Operation.ChatCompletions, Chatting.Asked, Chatting.Target(), reply);

        Translating.AssertSame("""[{"id":"c","type":"custom","custom":{"name":"shell","input":"ls"}}]""", written["choices"]![0]!["message"]!["tool_calls"]);
    }

    [Fact]
    public void An_error_with_status_200_is_an_error()
    {
        NeutralReply reply = Chatting.Read("""{"error":{"message":"no such model","code":404}}""");

        Assert.Equal("no such model", reply.Failure!.Value.Message);
    }

    [Fact]
    public void A_comment_keeps_the_connection_open()
    {
        string written = Chatting.Stream(Chatting.Asked, Chatting.Target(), sink => sink.KeepAlive());

        Assert.Equal(": keep-alive\n\n", written);
    }

    [Fact]
    public void Any_calls_come_to_the_same_answer_streamed_and_plain()
    {
        BlockKind[] kinds = Enum.GetValues<BlockKind>();
        string[] texts = ["", "a", "é", "\\n", "\\\"", "\\ud83d\\ude00", "{}"];
        Gen<(BlockKind Kind, string[] Pieces, bool Sealed)> block = Gen.Select(
            Gen.Int[0, kinds.Length - 1].Select(i => kinds[i]),
            Gen.Int[0, texts.Length - 1].Select(i => texts[i]).Array[0, 4],
            Gen.Bool,
            (kind, pieces, isSealed) => (kind, pieces, isSealed));

        block.Array[0, 6].Sample(
            blocks =>
            {
                void Calls(ReplySink sink) => Replay(sink, blocks);
                JsonObject plain = Chatting.Plain(Chatting.Asked, Chatting.Target(), Calls);
                JsonObject streamed = Accumulated.Of(Chatting.Stream(Chatting.Asked, Chatting.Target(), Calls));
                WithoutIndices(streamed);
                Translating.AssertSame(plain.ToJsonString(), Ordered(streamed, plain));
            },
            iter: 500,
            threads: 1);
    }

    private static void Replay(ReplySink sink, (BlockKind Kind, string[] Pieces, bool Sealed)[] blocks)
    {
        sink.Start(new ReplyStart("1", "m"));
        for (int i = 0; i < blocks.Length; i++)
        {
            (BlockKind kind, string[] pieces, bool isSealed) = blocks[i];
            bool isCall = kind is BlockKind.ToolCall or BlockKind.CustomToolCall;
            sink.BeginBlock(i, new BlockStart(kind, 0, isCall ? $"call_{i}" : null, isCall ? "f" : null));
            if (isSealed && isCall)
            {
                sink.Seal(i, new ReasoningSeal(Protocol.Gemini, SealForm.Signature, "AY"));
            }

            foreach (string piece in pieces)
            {
                sink.Delta(i, System.Text.Encoding.UTF8.GetBytes(piece));
            }

            if (isSealed && !isCall)
            {
                sink.Seal(i, new ReasoningSeal(Protocol.Anthropic, SealForm.Signature, "EuYB"));
            }

            sink.EndBlock(i);
        }

        sink.Stop(0, new ReplyStop(StopKind.EndTurn));
        sink.Usage(new TokenUsage(1, 2, 0, 0, 0, 0, 3, 0));
        sink.End();
    }

    private static string Stream(string sse, int pieceBytes = int.MaxValue) =>
        Translating.Stream(Operation.ChatCompletions, Chatting.Asked, Chatting.Target(), sse, pieceBytes);

    // Streams number their calls; plain replies do not.
    private static void WithoutIndices(JsonObject completion)
    {
        foreach (JsonNode? call in completion["choices"]!.AsArray().SelectMany(choice => choice!["message"]!["tool_calls"]?.AsArray() ?? []))
        {
            call!.AsObject().Remove("index");
        }
    }

    // An empty text is no text once it is gathered.
    private static JsonObject Ordered(JsonObject streamed, JsonObject plain)
    {
        foreach ((JsonNode? one, JsonNode? other) in streamed["choices"]!.AsArray().Zip(plain["choices"]!.AsArray()))
        {
            foreach (string member in (string[])["content", "refusal"])
            {
                if (one!["message"]![member] is null && other!["message"]![member]?.GetValue<string>() == "")
                {
                    one["message"]![member] = "";
                }
            }
        }

        return streamed;
    }
}
