using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Chat;
using Causeway.Wire.Tests.Neutral;
using CsCheck;

namespace Causeway.Wire.Tests.OpenAI.Chat;

public sealed class ChatRequestTests
{
    private static readonly string[] Others =
    [
        """{"messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"auto"}""",
        """{"messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"f"}}}""",
        """{"messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_object"}}""",
        """{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"refusal","refusal":"no"}]}],"max_tokens":3,"max_completion_tokens":5}""",
    ];

    [Theory]
    [InlineData("chat-request.json", "openai")]
    [InlineData("chat-request-defaults.json", "openai")]
    [InlineData("chat-request-functions.json", "openai")]
    [InlineData("chat-request-openrouter.json", "openrouter")]
    public void What_is_read_is_written_back(string file, string server)
    {
        string body = Chatting.File(file);

        JsonObject written = Chatting.Same(body, Chatting.Target(server: server));

        Translating.AssertSame(body, written);
    }

    [Fact]
    public void What_is_read_is_written_back_to_a_server_that_wants_reasoning()
    {
        string body = Chatting.File("chat-request-deepseek.json");

        JsonObject written = Chatting.Same(body, Chatting.Target("deepseek-v4-pro", "deepseek"));

        Translating.AssertSame(body, written);
    }

    [Fact]
    public void Numbers_and_escapes_keep_their_spelling()
    {
        System.Buffers.ArrayBufferWriter<byte> output = new();
        Translating.Read(Operation.ChatCompletions, Chatting.File("chat-request.json"))
            .TryWrite(Chatting.Target(), null, Unsupported.Deny, shape: null, output, out _, out _);
        string text = System.Text.Encoding.UTF8.GetString(output.WrittenSpan);

        Assert.Contains("\"temperature\":0.70,", text);
        Assert.Contains("\"top_p\":9.5e-1,", text);
        Assert.Contains("\"seed\":12345678901234567890,", text);
        Assert.Contains("\"maximum\": 1E2", text);
        Assert.Contains("\\u00e9", text);
    }

    [Fact]
    public void Every_member_is_marked_and_every_listed_concept_can_be()
    {
        HashSet<Concept> marked = [];
        string[] files = ["chat-request.json", "chat-request-defaults.json", "chat-request-functions.json", "chat-request-openrouter.json", "chat-request-deepseek.json"];
        foreach (string body in files.Select(Chatting.File).Concat(Others))
        {
            marked.UnionWith(Translating.Read(Operation.ChatCompletions, body).Request.Uses.Select(use => use.Concept));
        }

        Assert.Equal(new ChatCodec().Fields.Select(use => use.Concept).ToHashSet().Order(), marked.Order());
    }

    [Fact]
    public void A_member_that_says_what_holds_anyway_is_in_nobodys_way()
    {
        NeutralRequest request = Translating.Read(Operation.ChatCompletions, Chatting.File("chat-request-defaults.json")).Request;

        Concept[] expected = [Concept.Text, Concept.MaxOutputTokens, Concept.ToolChoiceNone, Concept.EndUser, Concept.Stream];
        Assert.Equal(expected.Order(), request.Uses.Select(use => use.Concept).Order());
    }

    [Fact]
    public void A_long_history_marks_each_concept_once()
    {
        string messages = string.Join(',', Enumerable.Repeat("""{"role":"user","content":"a"},{"role":"assistant","content":"b"}""", 100));

        NeutralRequest request = Translating.Read(Operation.ChatCompletions, $$"""{"messages":[{{messages}},{"role":"user","content":"c"}]}""").Request;

        Assert.Equal(new Use(Concept.Text, "messages[0].content"), Assert.Single(request.Uses));
        Assert.Equal(201, request.Turns.Count);
    }

    [Theory]
    [InlineData("""{}""", "messages")]
    [InlineData("""{"messages":[{"content":"a"}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"pope","content":"a"}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"tool","content":"a"}]}""", "messages[0].tool_call_id")]
    [InlineData("""{"messages":[{"role":"user","content":7}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]}]}""", "messages[0].content[0].type")]
    [InlineData("""{"messages":[],"temperature":"hot"}""", "temperature")]
    [InlineData("""{"messages":[],"max_tokens":1.5}""", "max_tokens")]
    [InlineData("""{"messages":[],"tool_choice":"perhaps"}""", "tool_choice")]
    [InlineData("""{"messages":[],"tools":[{"type":"function"}]}""", "tools[0].function")]
    [InlineData("""{"messages":[],"response_format":{}}""", "response_format.type")]
    [InlineData("""{"messages":[],"stop":[1]}""", "stop")]
    public void What_makes_no_sense_is_named(string body, string param)
    {
        Assert.False(RequestTranslation.TryRead(
            Operation.ChatCompletions, System.Text.Encoding.UTF8.GetBytes(body), stream: false, out _, out Causeway.Wire.Requests.RequestFault fault));

        Assert.Equal("field_invalid", fault.Code);
        Assert.Equal(param, fault.Param);
    }

    [Theory]
    [InlineData("""{"messages":7}""")]
    [InlineData("""{"messages":[7]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"tools":{"a":1}}""")]
    [InlineData("""{"messages":[{"role":"assistant","content":"a","tool_calls":[1]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"stream_options":[]}""")]
    [InlineData("""[]""")]
    public void A_member_of_a_wrong_type_is_a_fault_and_no_crash(string body) =>
        Assert.False(RequestTranslation.TryRead(Operation.ChatCompletions, System.Text.Encoding.UTF8.GetBytes(body), stream: false, out _, out _));

    [Fact]
    public void Any_conversation_is_written_back()
    {
        Gen<JsonNode> text = Gen.String.Select(said => (JsonNode)JsonValue.Create(Tidy(said))!);
        Gen<JsonNode> part = Gen.OneOf(
            text.Select(said => (JsonNode)new JsonObject { ["type"] = "text", ["text"] = said }),
            Gen.Int[0, 9].Select(n => (JsonNode)new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = $"https://example.org/{n}" } }),
            Gen.Byte.Array[1, 9].Select(bytes => (JsonNode)new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = "data:image/gif;base64," + Convert.ToBase64String(bytes), ["detail"] = "low" } }),
            Gen.Int[0, 9].Select(n => (JsonNode)new JsonObject { ["type"] = "other", ["n"] = n }));
        Gen<JsonNode> content = Gen.OneOf(text, part.Array[2, 4].Select(parts => (JsonNode)new JsonArray(parts)));
        Gen<JsonNode> message = Gen.OneOf(
            content.Select(said => (JsonNode)new JsonObject { ["role"] = "user", ["content"] = said, ["name"] = "n" }),
            text.Select(said => (JsonNode)new JsonObject { ["role"] = "developer", ["content"] = said }),
            Gen.Select(text, Gen.Int[0, 999]).Select(both => (JsonNode)new JsonObject
            {
                ["role"] = "assistant",
                ["content"] = null,
                ["tool_calls"] = new JsonArray(new JsonObject { ["id"] = $"call_{both.Item2}", ["type"] = "function", ["function"] = new JsonObject { ["name"] = "f", ["arguments"] = both.Item1 } }),
            }),
            Gen.Select(text, Gen.Int[0, 999]).Select(both => (JsonNode)new JsonObject { ["role"] = "tool", ["tool_call_id"] = $"call_{both.Item2}", ["content"] = both.Item1 }));

        message.Array[0, 8].Sample(
            messages =>
            {
                string body = new JsonObject { ["model"] = "model-1", ["messages"] = new JsonArray([.. messages.Select(one => one.DeepClone())]) }.ToJsonString();
                Translating.AssertSame(body, Chatting.Same(body, Chatting.Target()));
            },
            iter: 300,
            threads: 1);
    }

    // Half a surrogate pair is no text, and the node's own writer would replace it.
    private static string Tidy(string text) => new([.. text.Where(c => !char.IsSurrogate(c))]);
}
