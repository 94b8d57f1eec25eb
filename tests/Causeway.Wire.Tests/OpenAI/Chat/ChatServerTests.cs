using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.OpenAI.Chat;

/// <summary>What servers want otherwise than OpenAI (section 10 of the protocol facts).</summary>
public sealed class ChatServerTests
{
    private const string Body =
        """{"model":"m","messages":[{"role":"developer","content":"d"},{"role":"user","content":"a"}],"max_completion_tokens":9,"seed":4,"user":"u","stream":true}""";

    [Theory]
    [InlineData("openai", "max_completion_tokens", "seed", "developer", true)]
    [InlineData("vllm", "max_completion_tokens", "seed", "system", true)]
    [InlineData("llamacpp", "max_tokens", "seed", "system", true)]
    [InlineData("ollama", "max_tokens", "seed", "system", true)]
    [InlineData("groq", "max_completion_tokens", "seed", "system", true)]
    [InlineData("together", "max_tokens", "seed", "system", true)]
    [InlineData("mistral", "max_tokens", "random_seed", "system", false)]
    [InlineData("deepseek", "max_tokens", "seed", "system", true)]
    [InlineData("xai", "max_completion_tokens", "seed", "system", true)]
    [InlineData("openrouter", "max_completion_tokens", "seed", "system", true)]
    public void Members_have_the_servers_names(string server, string cap, string seed, string role, bool streamOptions)
    {
        JsonObject written = Chatting.Same(Body, Chatting.Target(server: server));

        Assert.Equal(9, written[cap]!.GetValue<int>());
        Assert.Equal(4, written[seed]!.GetValue<int>());
        Assert.Equal(role, written["messages"]![0]!["role"]!.GetValue<string>());
        Assert.Equal(streamOptions, written["stream_options"]?["include_usage"]?.GetValue<bool>() ?? false);
    }

    [Fact]
    public void Mistral_gets_ids_of_nine_letters_and_digits_that_stay_together()
    {
        JsonObject written = Chatting.Same(
            """{"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"call_abc","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"call_abc","content":"1"}]}""",
            Chatting.Target(server: "mistral"));

        string id = written["messages"]![0]!["tool_calls"]![0]!["id"]!.GetValue<string>();
        Assert.Matches("^[a-zA-Z0-9]{9}$", id);
        Assert.Equal(id, written["messages"]![1]!["tool_call_id"]!.GetValue<string>());
    }

    [Fact]
    public void Mistral_refuses_members_it_does_not_know_so_hints_are_left_out_and_named()
    {
        (JsonObject written, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(
            Operation.ChatCompletions,
            """{"model":"m","messages":[{"role":"user","content":"a"}],"store":true,"user":"u","service_tier":"flex","tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required"}""",
            Chatting.Target(server: "mistral"));

        Assert.Equal(["service_tier", "store", "user"], dropped.Order());
        Assert.Null(written["store"]);
        Assert.Null(written["user"]);
        Assert.Equal("any", written["tool_choice"]!.GetValue<string>());
    }

    [Fact]
    public void DeepSeek_gets_the_reasoning_of_a_tool_loop_back_and_its_older_models_do_not()
    {
        string body = Chatting.File("chat-request-deepseek.json");

        JsonObject newer = Chatting.Same(body, Chatting.Target("deepseek-v4-flash", "deepseek"));
        (JsonObject older, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(Operation.ChatCompletions, body, Chatting.Target("deepseek-reasoner", "deepseek"));

        Assert.Equal("The user asks \"where\".", newer["messages"]![1]!["reasoning_content"]!.GetValue<string>());
        Assert.Null(older["messages"]![1]!["reasoning_content"]);
        Assert.Equal(["messages[1].reasoning_content"], dropped);
    }

    [Fact]
    public void DeepSeek_gets_an_empty_reasoning_where_another_model_made_the_call()
    {
        const string History = """
            {"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"call_1","content":"b"},{"role":"assistant","content":"c"},{"role":"user","content":"d"}]}
            """;

        JsonArray newer = Chatting.Same(History, Chatting.Target("deepseek-v4-pro", "deepseek"))["messages"]!.AsArray();
        JsonArray older = Chatting.Same(History, Chatting.Target("deepseek-chat", "deepseek"))["messages"]!.AsArray();

        Assert.Equal("", newer[1]!["reasoning_content"]!.GetValue<string>());
        Assert.Null(newer[3]!["reasoning_content"]);
        Assert.Null(older[1]!["reasoning_content"]);
        Assert.False(OpenAIEndpoint.TakesAsIs("deepseek-v4-pro", "deepseek", System.Text.Encoding.UTF8.GetBytes(History)));
        Assert.True(OpenAIEndpoint.TakesAsIs("deepseek-chat", "deepseek", System.Text.Encoding.UTF8.GetBytes(History)));
    }

    [Fact]
    public void OpenAI_refuses_reasoning_in_messages_so_it_stays_behind_and_is_named()
    {
        (JsonObject written, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(
            Operation.ChatCompletions, Chatting.File("chat-request-deepseek.json"), Chatting.Target("gpt-4.1"));

        Assert.Null(written["messages"]![1]!["reasoning_content"]);
        Assert.Equal(["messages[1].reasoning_content"], dropped);
    }

    [Theory]
    [InlineData("openai", "gpt-4.1")]
    [InlineData("groq", "llama-3.3-70b-versatile")]
    [InlineData("deepseek", "deepseek-chat")]
    public void Thinking_asked_of_a_model_that_takes_no_effort_is_left_out_and_named(string server, string model)
    {
        const string Asked = """{"model":"m","max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":4000},"messages":[{"role":"user","content":"hi"}]}""";

        (JsonObject written, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(Operation.Messages, Asked, Chatting.Target(model, server));

        Assert.Null(written["reasoning_effort"]);
        Assert.Equal(["thinking"], dropped);
    }

    [Fact]
    public void A_release_prompt_and_the_callers_own_become_one_message_where_templates_want_one()
    {
        RequestChanges changes = new() { Prompt = "house" };
        string body = """{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"a"}]}""";

        JsonObject vllm = Translating.Request(Operation.ChatCompletions, body, Chatting.Target(server: "vllm"), changes: changes);
        JsonObject openai = Translating.Request(Operation.ChatCompletions, body, Chatting.Target(), changes: changes);

        Assert.Equal("house\n\ns", vllm["messages"]![0]!["content"]!.GetValue<string>());
        Assert.Equal("user", vllm["messages"]![1]!["role"]!.GetValue<string>());
        Assert.Equal("house", openai["messages"]![0]!["content"]!.GetValue<string>());
        Assert.Equal("s", openai["messages"]![1]!["content"]!.GetValue<string>());
    }

    [Fact]
    public void A_subset_of_tools_is_all_there_is_where_the_choice_is_not_known()
    {
        NeutralRequest request = Chatting.Request(Operation.Responses, [Chatting.Turn(Role.User, new TextPart(Chatting.Text("a")))], Concept.FunctionTool, Concept.ToolChoiceSubset);
        request.Tools.AddRange([new(ToolKind.Function) { Name = Chatting.Text("f") }, new(ToolKind.Function) { Name = Chatting.Text("g") }]);
        request.ToolChoice = new ToolChoice(ToolChoiceMode.Required, Allowed: [Chatting.Text("g")]);

        JsonObject vllm = Chatting.Written(request, Chatting.Target(server: "vllm"));
        JsonObject openai = Chatting.Written(request, Chatting.Target());

        Assert.Equal("g", Assert.Single(vllm["tools"]!.AsArray())!["function"]!["name"]!.GetValue<string>());
        Assert.Equal("required", vllm["tool_choice"]!.GetValue<string>());
        Assert.Equal(2, openai["tools"]!.AsArray().Count);
        Assert.Equal("allowed_tools", openai["tool_choice"]!["type"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("ollama", "m", nameof(Concept.ImageUrl))]
    [InlineData("deepseek", "deepseek-v4-pro", nameof(Concept.ImageBytes))]
    [InlineData("groq", "m", nameof(Concept.LogProbs))]
    [InlineData("xai", "grok-4.3", nameof(Concept.StopSequences))]
    [InlineData("xai", "grok-4.3", nameof(Concept.PresencePenalty))]
    [InlineData("vllm", "m", nameof(Concept.CustomTool))]
    [InlineData("openai", "gpt-4.1", nameof(Concept.TopK))]
    [InlineData("openai", "gpt-4.1", nameof(Concept.DocumentUrl))]
    [InlineData("openai", "gpt-4.1", nameof(Concept.HostedTool))]
    [InlineData("openai", "gpt-4.1", nameof(Concept.Background))]
    [InlineData("openai", "gpt-4.1", nameof(Concept.AssistantPrefill))]
    public void What_a_server_does_not_take_is_denied(string server, string model, string named)
    {
        Concept concept = Enum.Parse<Concept>(named);
        NeutralRequest request = Chatting.Request(Operation.Messages, [], concept);

        Assert.Equal(concept, Chatting.Denied(request, Chatting.Target(model, server)));
    }

    [Theory]
    [InlineData("vllm", "m", nameof(Concept.TopK))]
    [InlineData("xai", "grok-4-1-fast-non-reasoning", nameof(Concept.StopSequences))]
    [InlineData("mistral", "m", nameof(Concept.AssistantPrefill))]
    public void What_a_server_takes_beyond_OpenAI_is_carried(string server, string model, string concept) =>
        Assert.Null(Chatting.Denied(Chatting.Request(Operation.Messages, [], Enum.Parse<Concept>(concept)), Chatting.Target(model, server)));

    [Fact]
    public void The_first_form_of_tools_becomes_todays_where_only_OpenAI_knows_it()
    {
        JsonObject written = Chatting.Same(Chatting.File("chat-request-functions.json"), Chatting.Target(server: "mistral"));

        JsonArray messages = written["messages"]!.AsArray();
        Assert.Null(written["functions"]);
        Assert.Null(written["function_call"]);
        Assert.Equal("weather", written["tools"]![0]!["function"]!["name"]!.GetValue<string>());
        Assert.Equal("weather", written["tool_choice"]!["function"]!["name"]!.GetValue<string>());
        Assert.Null(messages[1]!["function_call"]);
        Assert.Equal("tool", messages[2]!["role"]!.GetValue<string>());
        Assert.Equal(messages[1]!["tool_calls"]![0]!["id"]!.GetValue<string>(), messages[2]!["tool_call_id"]!.GetValue<string>());
    }

    [Fact]
    public void Marks_of_caching_become_breakpoints_on_input_and_are_named_elsewhere()
    {
        CacheMark mark = new("1h");
        NeutralRequest request = Chatting.Request(
            Operation.Messages,
            [
                Chatting.Turn(Role.System, new TextPart(Chatting.Text("s")) { Cache = mark }),
                Chatting.Turn(Role.User, new TextPart(Chatting.Text("a")) { Cache = new CacheMark("12h") }),
                Chatting.Turn(Role.Assistant, new TextPart(Chatting.Text("b")) { Cache = mark }),
            ],
            Concept.CacheMark);

        JsonArray messages = Chatting.Written(request, Chatting.Target("gpt-5.6-sol"), out IReadOnlyList<string> dropped)["messages"]!.AsArray();
        Chatting.Written(request, Chatting.Target("gpt-4.1"), out IReadOnlyList<string> older);

        Translating.AssertSame("""[{"type":"text","text":"s","prompt_cache_breakpoint":{"mode":"explicit"}}]""", messages[0]!["content"]);
        Translating.AssertSame("""[{"type":"text","text":"a","prompt_cache_breakpoint":{"mode":"explicit","ttl":"12h"}}]""", messages[1]!["content"]);
        Assert.Equal("b", messages[2]!["content"]!.GetValue<string>());
        Assert.Equal(["CacheMark"], dropped);
        Assert.Equal(["CacheMark"], older);
    }

    [Fact]
    public void What_is_dropped_by_the_channels_will_leaves_a_message_that_can_be_sent()
    {
        NeutralRequest request = Chatting.Request(
            Operation.Messages,
            [Chatting.Turn(Role.User, new MediaPart(MediaKind.Document) { Url = Chatting.Text("https://example.org/a.pdf") })],
            Concept.DocumentUrl);
        TranslationPlan plan = TranslationPlan.Of(request, new Causeway.Wire.OpenAI.Chat.ChatCodec(), Chatting.Target(), Unsupported.Drop, out _)!;
        System.Buffers.ArrayBufferWriter<byte> output = new();

        using (System.Text.Json.Utf8JsonWriter json = new(output))
        {
            new Causeway.Wire.OpenAI.Chat.ChatCodec().Write(request, plan, json);
        }

        Assert.Equal(["DocumentUrl"], plan.Dropped);
        Assert.Equal("""{"model":"model-1","messages":[{"role":"user","content":""}]}""", System.Text.Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Documents_of_other_protocols_are_files_or_text()
    {
        NeutralRequest request = Chatting.Request(
            Operation.Messages,
            [
                Chatting.Turn(
                    Role.User,
                    new MediaPart(MediaKind.Document) { MediaType = "application/pdf", Data = Chatting.Text("JVBE") },
                    new MediaPart(MediaKind.Document) { MediaType = "text/plain", Text = Chatting.Text("body"), Name = Chatting.Text("Title") }),
            ],
            Concept.DocumentBytes,
            Concept.DocumentText);

        JsonObject written = Chatting.Written(request, Chatting.Target("gpt-4.1"));

        Translating.AssertSame(
            """[{"type":"file","file":{"filename":"document.pdf","file_data":"data:application/pdf;base64,JVBE"}},{"type":"text","text":"Title\n\nbody"}]""",
            written["messages"]![0]!["content"]);
    }

    [Fact]
    public void A_schema_of_another_protocol_gets_the_name_that_chat_requires()
    {
        NeutralRequest request = Chatting.Request(Operation.Messages, [Chatting.Turn(Role.User, new TextPart(Chatting.Text("a")))], Concept.JsonSchema);
        request.Format = new OutputFormat(OutputKind.JsonSchema, Chatting.Json("""{"type":"object"}"""));

        Translating.AssertSame(
            """{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object"}}}""",
            Chatting.Written(request, Chatting.Target("gpt-4.1"))["response_format"]);
    }

    [Theory]
    [InlineData("cws1.AAAA", true)]
    [InlineData("call_1--cws1-AAAA", true)]
    [InlineData("cwc_AAAA", true)]
    [InlineData("call_1", false)]
    public void A_body_with_an_id_or_a_state_of_ours_never_passes_byte_for_byte(string id, bool holds) =>
        Assert.Equal(holds, RequestTranslation.HoldsForeignState(System.Text.Encoding.UTF8.GetBytes($$"""{"id":"{{id}}"}""")));

    [Fact]
    public void Mistral_goes_on_with_the_last_message()
    {
        NeutralRequest request = Chatting.Request(
            Operation.Messages,
            [Chatting.Turn(Role.User, new TextPart(Chatting.Text("a"))), Chatting.Turn(Role.Assistant, new TextPart(Chatting.Text("b")))],
            Concept.AssistantPrefill);

        Assert.True(Chatting.Written(request, Chatting.Target(server: "mistral"))["messages"]![1]!["prefix"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("openai", """{"max_completion_tokens":1,"seed":1,"messages":[]}""", true)]
    [InlineData("openai", """{"messages":[{"role":"assistant","reasoning_content":"x"}]}""", false)]
    [InlineData("vllm", """{"max_completion_tokens":1,"seed":1,"messages":[]}""", true)]
    [InlineData("vllm", """{"messages":[{"role":"developer"}]}""", false)]
    [InlineData("ollama", """{"max_completion_tokens":1,"messages":[]}""", false)]
    [InlineData("ollama", """{"messages":[{"role":"user","content":"\"max_completion_tokens\":1"}]}""", true)]
    [InlineData("mistral", """{"seed":1,"messages":[]}""", false)]
    [InlineData("mistral", """{"stream":true,"messages":[]}""", false)]
    [InlineData("mistral", """{"store":true,"messages":[]}""", false)]
    [InlineData("mistral", """{"messages":[{"role":"tool","tool_call_id":"a"}]}""", false)]
    [InlineData("mistral", """{"messages":[{"role":"user","content":"a"}]}""", true)]
    [InlineData("groq", """{"messages":[],"functions":[]}""", false)]
    [InlineData("deepseek", """{"messages":[{"role":"assistant","reasoning_content":"x"}]}""", true)]
    public void A_body_passes_byte_for_byte_when_nothing_in_it_is_called_otherwise(string server, string body, bool passes) =>
        Assert.Equal(passes, OpenAIEndpoint.TakesAsIs("m", server, System.Text.Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Every_server_is_known_by_its_name() =>
        Assert.Equal(
            ["deepseek", "groq", "llamacpp", "mistral", "ollama", "openai", "openrouter", "together", "vllm", "xai"], OpenAIEndpoint.Servers.Order());
}
