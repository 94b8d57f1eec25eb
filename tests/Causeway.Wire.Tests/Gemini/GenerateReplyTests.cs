using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Corpus;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.Gemini;

/// <summary>Replies, whole and in chunks, into neutral calls and out of them.</summary>
public sealed class GenerateReplyTests
{
    private const string Asked = """{"contents":[{"parts":[{"text":"hi"}]}]}""";

    private static readonly Target Up = Translating.Target(Operation.StreamGenerateContent, Neutrally.Newest);

    public static TheoryData<string> Recordings { get; } = ["generate-reply-tools", "generate-reply-choices"];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void A_stream_is_read_into_the_same_blocks_as_the_whole_reply(string name)
    {
        string whole = Neutrally.Calls(Encoding.UTF8.GetString(Recorded.Bytes($"{name}.json")));
        string[] chunks = [.. Encoding.UTF8.GetString(Recorded.Bytes($"{name}.sse")).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(chunk => chunk["data: ".Length..])];

        (string streamed, bool isWhole) = Neutrally.StreamCalls(chunks);

        Assert.True(isWhole);
        // Blocks of several candidates may begin in another order: what belongs to each choice is the same.
        Assert.Equal(Sorted(whole), Sorted(streamed));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void A_stream_cut_at_any_byte_is_written_the_same(string name)
    {
        string sse = Encoding.UTF8.GetString(Recorded.Bytes($"{name}.sse"));
        string whole = Translating.Stream(Operation.StreamGenerateContent, Asked, Up, sse);

        for (int piece = 1; piece < 64; piece++)
        {
            Assert.Equal(whole, Translating.Stream(Operation.StreamGenerateContent, Asked, Up, sse, piece));
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void An_accumulated_stream_is_the_plain_reply(string name)
    {
        JsonObject plain = Translating.Reply(Operation.GenerateContent, Asked, Up, Encoding.UTF8.GetString(Recorded.Bytes($"{name}.json")));

        string sse = Translating.Stream(Operation.StreamGenerateContent, Asked, Up, Encoding.UTF8.GetString(Recorded.Bytes($"{name}.sse")));
        string array = Translating.Stream(Operation.StreamGenerateContent, Asked, Up, Encoding.UTF8.GetString(Recorded.Bytes($"{name}.sse")), arrayStream: true);

        Translating.AssertSame(plain.ToJsonString(), Accumulated(Translating.Events(sse).Select(chunk => chunk.Data)));
        Translating.AssertSame(plain.ToJsonString(), Accumulated(JsonNode.Parse(array)!.AsArray()));
    }

    [Fact]
    public void A_plain_reply_has_the_vendors_shape()
    {
        JsonObject reply = Translating.Reply(Operation.GenerateContent, Asked, Up, Encoding.UTF8.GetString(Recorded.Bytes("generate-reply-tools.json")));

        string madeId = (string)reply["candidates"]![0]!["content"]!["parts"]![3]!["functionCall"]!["id"]!;
        Translating.AssertSame(
            """
            {"candidates":[{"content":{"parts":[{"text":"Let me \"think\" …","thought":true},{"text":"I look.\n"},
              {"functionCall":{"id":"fc1","name":"look_up","args":{"q":"a \"b\"—c","n":1.5,"deep":{"x":[1,null]}}},"thoughtSignature":"c2lnMQ=="},
              {"functionCall":{"id":"ID","name":"ping","args":{}}}],"role":"model"},"finishReason":"STOP","index":0}],
             "usageMetadata":{"promptTokenCount":105,"cachedContentTokenCount":40,"candidatesTokenCount":20,"thoughtsTokenCount":30,"totalTokenCount":155},
             "modelVersion":"gemini-3.8-flash","createTime":"2026-11-23T12:00:00.000000Z","responseId":"resp-1"}
            """.Replace("ID", madeId),
            reply);
    }

    [Fact]
    public void Grounding_and_probabilities_pass()
    {
        JsonObject reply = Translating.Reply(Operation.GenerateContent, Asked, Up, Encoding.UTF8.GetString(Recorded.Bytes("generate-reply-choices.json")));

        Translating.AssertSame(
            """{"groundingChunks":[{"web":{"uri":"https://example.org/a","title":"A"}},{"web":{"uri":"https://example.org/b","title":"B"}}],"groundingSupports":[{"segment":{"text":"Two"},"groundingChunkIndices":[0]}]}""",
            reply["candidates"]![1]!["groundingMetadata"]);
        Translating.AssertSame(
            """{"topCandidates":[{"candidates":[{"token":"One","logProbability":-0.25},{"token":"Two","logProbability":-1.5}]}],"chosenCandidates":[{"token":"One","logProbability":-0.25}]}""",
            reply["candidates"]![0]!["logprobsResult"]);
        Assert.Equal("c2ln", (string?)reply["candidates"]![0]!["content"]!["parts"]![0]!["thoughtSignature"]);
    }

    [Theory]
    [InlineData("STOP", "EndTurn")]
    [InlineData("MAX_TOKENS", "MaxTokens MAX_TOKENS")]
    [InlineData("SAFETY", "ContentFilter SAFETY")]
    [InlineData("RECITATION", "ContentFilter RECITATION")]
    [InlineData("LANGUAGE", "ContentFilter LANGUAGE")]
    [InlineData("BLOCKLIST", "ContentFilter BLOCKLIST")]
    [InlineData("PROHIBITED_CONTENT", "ContentFilter PROHIBITED_CONTENT")]
    [InlineData("SPII", "ContentFilter SPII")]
    [InlineData("IMAGE_SAFETY", "ContentFilter IMAGE_SAFETY")]
    [InlineData("OTHER", "ContentFilter OTHER")]
    [InlineData("A_NEW_ONE", "ContentFilter A_NEW_ONE")]
    [InlineData("MALFORMED_FUNCTION_CALL", "MalformedToolCall MALFORMED_FUNCTION_CALL")]
    [InlineData("UNEXPECTED_TOOL_CALL", "MalformedToolCall UNEXPECTED_TOOL_CALL")]
    [InlineData("MALFORMED_RESPONSE", "MalformedToolCall MALFORMED_RESPONSE")]
    [InlineData("CONTINUATION", "Pause CONTINUATION")]
    [InlineData("FINISH_REASON_UNSPECIFIED", "EndTurn")]
    public void Each_reason_to_end_has_its_kind_also_without_content(string reason, string kind)
    {
        string empty = $$"""{"candidates":[{"content":{"role":"model"},"finishReason":"{{reason}}","index":0}],"responseId":"r"}""";
        string said = $$"""{"candidates":[{"content":{"role":"model","parts":[{"text":"x"}]},"finishReason":"{{reason}}"}],"responseId":"r"}""";

        Assert.Equal($"start r\nstop 0 {kind}\ndone\n", Neutrally.Calls(empty));
        Assert.Contains($"end 0 x\nstop 0 {kind}\n", Neutrally.Calls(said));
        string written = (string)Translating.Reply(Operation.GenerateContent, Asked, Up, said)["candidates"]![0]!["finishReason"]!;
        Assert.Equal(kind.Contains(reason) && reason is not ("CONTINUATION" or "A_NEW_ONE") ? reason : reason switch { "A_NEW_ONE" => "SAFETY", "CONTINUATION" => "OTHER", _ => "STOP" }, written);
    }

    [Fact]
    public void The_message_of_a_reason_is_kept()
    {
        const string Reply = """{"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"MALFORMED_FUNCTION_CALL","finishMessage":"call:f(: a"}]}""";

        JsonNode candidate = Translating.Reply(Operation.GenerateContent, Asked, Up, Reply)["candidates"]![0]!;

        Assert.Equal(("MALFORMED_FUNCTION_CALL", "call:f(: a"), ((string?)candidate["finishReason"], (string?)candidate["finishMessage"]));
    }

    [Fact]
    public void A_reply_of_no_candidate_and_no_reason_is_an_error()
    {
        Assert.StartsWith("start r\nfail UpstreamFailed", Neutrally.Calls("""{"candidates":[],"responseId":"r"}"""));
        Assert.False(Neutrally.StreamCalls("""{"candidates":[],"responseId":"r"}""").IsWhole);
        Assert.False(Neutrally.StreamCalls("""{"candidates":[{"content":{"parts":[{"text":"x"}]}}]}""").IsWhole);
        Assert.False(Neutrally.StreamCalls().IsWhole);
    }

    [Theory]
    [InlineData("""{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}""", "fail Overloaded overloaded busy\n")]
    [InlineData("""{"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED"}}""", "fail RateLimited rate_limit_exceeded slow\n")]
    [InlineData("""{"error":{"code":400,"message":"The input token count exceeds the maximum number of tokens","status":"INVALID_ARGUMENT"}}""", "fail Malformed context_length_exceeded The input token count exceeds the maximum number of tokens\n")]
    [InlineData("""{"error":{"code":504,"message":"late","status":"DEADLINE_EXCEEDED"}}""", "fail Timeout upstream_timeout late\n")]
    [InlineData("""{"error":{"status":"INTERNAL"}}""", "fail UpstreamFailed upstream_failed The provider answered with status 500 and no message.\n")]
    public void An_error_inside_a_reply_is_told_and_ends_it(string error, string expected)
    {
        Assert.Equal(expected, Neutrally.Calls(error));
        Assert.Equal(expected, Neutrally.Calls($"[{error}]"));

        (string calls, bool isWhole) = Neutrally.StreamCalls("""{"candidates":[{"content":{"parts":[{"text":"x"}]}}]}""", error);

        Assert.True(isWhole);
        Assert.EndsWith(expected, calls);
    }

    [Fact]
    public void Arguments_in_pieces_are_put_together()
    {
        (string calls, _) = Neutrally.StreamCalls(
            """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","willContinue":true},"thoughtSignature":"c2ln"}]}}],"responseId":"r"}""",
            """{"candidates":[{"content":{"parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$.city","stringValue":"New ","willContinue":true}],"willContinue":true}}]}}]}""",
            """{"candidates":[{"content":{"parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$.city","stringValue":"Delhi"},{"jsonPath":"$.days[1].n","numberValue":1.50},{"jsonPath":"$['a b']","boolValue":true},{"jsonPath":"$.none","nullValue":"NULL_VALUE"}],"willContinue":true}}]}}]}""",
            """{"candidates":[{"content":{"parts":[{"functionCall":{}}]}}]}""",
            """{"candidates":[{"content":{"parts":[{"functionCall":{"id":"two","name":"g","args":{"x":1}}}]},"finishReason":"STOP"}]}""");

        Assert.Contains(
            """
            name=f
            seal 0 Gemini c2ln
            end 0 {\"city\":\"New Delhi\",\"days\":[null,{\"n\":1.50}],\"a b\":true,\"none\":null}
            begin 1 ToolCall choice=0 id=two name=g
            end 1 {\"x\":1}
            stop 0 ToolUse
            """,
            calls);
    }

    [Theory]
    [InlineData("$")]
    [InlineData("$.a[99999999]")]
    [InlineData("$.a[")]
    [InlineData("$.a[-1]")]
    public void A_piece_that_leads_nowhere_is_a_broken_event(string path)
    {
        Assert.Throws<FormatException>(() => Neutrally.StreamCalls(
            $$$"""{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","partialArgs":[{"jsonPath":"{{{path}}}","stringValue":"x"}],"willContinue":true}}]}}]}"""));
    }

    [Fact]
    public void Calls_without_an_id_get_one_that_stays_the_same()
    {
        const string Reply = """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}},{"functionCall":{"name":"f"}}]},"finishReason":"STOP"}],"responseId":"r"}""";

        Assert.Equal(Neutrally.Calls(Reply), Neutrally.Calls(Reply));
        Assert.Contains($"id={CallIds.Synthesize("r", 0)}", Neutrally.Calls(Reply));
        Assert.Contains($"id={CallIds.Synthesize("r", 1)}", Neutrally.Calls(Reply));
        Assert.NotEqual(Neutrally.Calls(Reply), Neutrally.Calls(Reply.Replace("\"responseId\":\"r\"", "\"responseId\":\"s\"")));
    }

    [Fact]
    public void A_tools_own_name_comes_back()
    {
        Assert.Contains("name=3d_render", Neutrally.Calls("""{"candidates":[{"content":{"parts":[{"functionCall":{"name":"cw:3d_render"}}]},"finishReason":"STOP"}]}"""));
    }

    [Fact]
    public void A_signature_on_nothing_is_state_and_one_on_text_closes_it()
    {
        (string calls, _) = Neutrally.StreamCalls(
            """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}},{"text":"","thoughtSignature":"YQ=="}]}}],"responseId":"r"}""",
            """{"candidates":[{"content":{"parts":[{"text":"a"},{"text":"b","thoughtSignature":"Yg=="},{"text":"c"},{"text":""}]},"finishReason":"STOP"}]}""");

        Assert.Contains("begin 1 Reasoning choice=0 id= name=\nseal 1 Gemini YQ==\nend 1\nbegin 2 Text choice=0 id= name=\nseal 2 Gemini Yg==\nend 2 ab\nbegin 3 Text choice=0 id= name=\nend 3 c\n", calls);
    }

    [Fact]
    public void Code_and_media_of_an_answer_are_not_lost()
    {
        string calls = Neutrally.Calls(
            """{"candidates":[{"content":{"parts":[{"text":"a"},{"executableCode":{"language":"PYTHON","code":"print(\"1\")"}},{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1\n"}},{"inlineData":{"mimeType":"image/png","data":"AAAA"}},{"fileData":{"fileUri":"gs://b/a.png"}}]},"finishReason":"STOP"}]}""");

        Assert.Contains("""end 0 a\n```python\nprint(\"1\")\n```\n\n```\n1\n\n```\n![image](data:image/png;base64,AAAA)[file](gs://b/a.png)""", calls);
    }

    /// <summary>The calls without the blocks' numbers, in an order that does not depend on them.</summary>
    private static IEnumerable<string> Sorted(string calls) =>
        calls.Split('\n').Select(line => line.Split(' ', 3) is [var verb and not ("stop" or "start"), _, var rest] ? $"{verb} {rest}" : line).Order();

    /// <summary>Puts chunks together as the vendor's SDKs do: text that follows text of its kind is the same part.</summary>
    private static JsonObject Accumulated(IEnumerable<JsonNode?> chunks)
    {
        SortedDictionary<int, JsonObject> candidates = [];
        JsonObject result = new() { ["candidates"] = null };
        foreach (JsonObject chunk in chunks.Select(chunk => chunk!.DeepClone().AsObject()))
        {
            foreach (JsonObject candidate in chunk["candidates"]!.AsArray().Select(candidate => candidate!.AsObject()))
            {
                int index = (int)candidate["index"]!;
                JsonObject whole = candidates.TryGetValue(index, out JsonObject? known) ? known : candidates[index] = new JsonObject { ["content"] = new JsonObject { ["parts"] = new JsonArray(), ["role"] = "model" } };
                foreach (JsonObject part in candidate["content"]!["parts"]!.AsArray().Select(part => part!.DeepClone().AsObject()))
                {
                    Append(whole["content"]!["parts"]!.AsArray(), part);
                }

                foreach ((string name, JsonNode? value) in candidate.Where(member => member.Key != "content"))
                {
                    whole[name] = value?.DeepClone();
                }
            }

            foreach ((string name, JsonNode? value) in chunk.Where(member => member.Key != "candidates"))
            {
                result[name] = value?.DeepClone();
            }
        }

        result["candidates"] = new JsonArray([.. candidates.Values]);
        return result;
    }

    private static void Append(JsonArray parts, JsonObject part)
    {
        if (part["text"] is null || (parts.Count > 0 && parts[^1]!["text"] is not null && (bool?)parts[^1]!["thought"] == (bool?)part["thought"]))
        {
            if (part["text"] is null)
            {
                parts.Add(part);
                return;
            }

            parts[^1]!["text"] = (string)parts[^1]!["text"]! + (string)part["text"]!;
            if (part["thoughtSignature"] is { } signature)
            {
                parts[^1]!["thoughtSignature"] = signature.DeepClone();
            }
        }
        else if ((string)part["text"]! != "" || part["thoughtSignature"] is not null)
        {
            parts.Add(part);
        }
    }
}
