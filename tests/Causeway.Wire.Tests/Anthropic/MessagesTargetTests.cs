using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Neutral;
using static Causeway.Wire.Tests.Anthropic.Foreign;

namespace Causeway.Wire.Tests.Anthropic;

/// <summary>Requests of other protocols, written as messages.</summary>
public sealed class MessagesTargetTests
{
    private static Turn Hi => Says(Role.User, Text("hi"));

    [Theory]
    [InlineData(50L, 900L, "claude-opus-5", 50)]
    [InlineData(null, 900L, "claude-opus-5", 900)]
    [InlineData(null, null, "claude-haiku-4-5", 64_000)]
    [InlineData(null, null, "some-server-model", 4_096)]
    public void A_cap_is_always_named(long? asked, long? ofTarget, string model, long expected)
    {
        NeutralRequest request = Request(Hi);
        request.MaxOutputTokens = asked;

        Assert.Equal(expected, Body(request, Target(model, ofTarget))["max_tokens"]!.GetValue<long>());
    }

    [Fact]
    public void Turns_of_one_role_become_one_message_and_empty_text_is_left_out()
    {
        JsonObject body = Body(Request(
            Says(Role.System, Text("S")), Says(Role.User, Text("a")), Says(Role.User, Text("b"), Text(" \n")),
            Says(Role.Assistant, Text("")), Says(Role.Assistant, Call("call_1"), new RefusalPart(JsonSlice.Of("no"))), Says(Role.User, Result("call_1", ""))));

        Translating.AssertSame(
            """
            {"model":"claude-opus-5","max_tokens":128000,"system":"S","messages":[
              {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
              {"role":"assistant","content":[{"type":"tool_use","id":"call_1","name":"f","input":{}},{"type":"text","text":"no"}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1"}]}]}
            """,
            body);
    }

    [Theory]
    [InlineData("claude-opus-4-8", "S", "system")]
    [InlineData("claude-sonnet-4-6", null, "user")]
    public void System_text_between_turns_stays_there_where_the_model_takes_it(string model, string? system, string second)
    {
        NeutralRequest request = Request(Says(Role.System, Text("S")), Hi, Says(Role.System, Text("T")), Says(Role.User, Text("more")));
        request.Mark(Concept.SystemBetweenTurns, "messages[2]");

        JsonObject body = Body(request, Target(model));

        Assert.Equal(second, body["messages"]!.AsArray().Count == 1 ? "user" : body["messages"]![1]!["role"]!.GetValue<string>());
        Assert.Equal(system ?? """[{"type":"text","text":"S"},{"type":"text","text":"T"}]""", body["system"] is JsonArray list ? list.ToJsonString() : body["system"]!.GetValue<string>());
    }

    [Fact]
    public void A_request_of_system_text_alone_becomes_a_message()
    {
        JsonObject body = Body(Request(Says(Role.System, Text("Say hello."))));

        Assert.False(body.ContainsKey("system"));
        Assert.Equal("""[{"role":"user","content":"Say hello."}]""", body["messages"]!.ToJsonString());
    }

    [Fact]
    public void Media_go_as_bytes_or_by_address_and_documents_with_their_name()
    {
        JsonObject body = Body(Request(Says(
            Role.User,
            new MediaPart(MediaKind.Image) { MediaType = "image/jpg", Data = JsonSlice.Of("AA==") },
            new MediaPart(MediaKind.Image) { Url = JsonSlice.Of("https://e.com/a.png") },
            new MediaPart(MediaKind.Document) { MediaType = "application/pdf", Data = JsonSlice.Of("JVBE"), Name = JsonSlice.Of("a.pdf"), Cache = new CacheMark("30m") },
            new MediaPart(MediaKind.Document) { Text = JsonSlice.Of("plain"), Cache = new CacheMark(null) })));

        Translating.AssertSame(
            """
            [{"role":"user","content":[
              {"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"AA=="}},
              {"type":"image","source":{"type":"url","url":"https://e.com/a.png"}},
              {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"},"title":"a.pdf","cache_control":{"type":"ephemeral","ttl":"1h"}},
              {"type":"document","source":{"type":"text","media_type":"text/plain","data":"plain"},"cache_control":{"type":"ephemeral"}}]}]
            """,
            body["messages"]);
    }

    [Fact]
    public void Of_more_than_four_cache_marks_the_last_four_stay_and_the_rest_is_said()
    {
        NeutralRequest request = Request(Says(Role.User, [.. Enumerable.Range(0, 6).Select(i => new TextPart(JsonSlice.Of($"{i}")) { Cache = new CacheMark(null) })]));
        request.Mark(Concept.CacheMark, "messages[0].content[0].prompt_cache_breakpoint");

        (JsonObject body, IReadOnlyList<string> dropped) = BodyWithDropped(request);

        Assert.Equal([false, false, true, true, true, true], body["messages"]![0]!["content"]!.AsArray().Select(block => block!.AsObject().ContainsKey("cache_control")));
        Assert.Equal(["messages[0].content[0].prompt_cache_breakpoint"], dropped);
    }

    [Theory]
    [InlineData("image/tiff", MediaKind.Image, Concept.ImageBytes, "images are JPEG, PNG, GIF or WebP there")]
    [InlineData("text/csv", MediaKind.Document, Concept.DocumentBytes, "documents are PDF there")]
    internal void Media_of_types_that_the_vendor_refuses_are_denied(string type, MediaKind kind, Concept concept, string why)
    {
        NeutralRequest request = Request(Says(Role.User, new MediaPart(kind) { MediaType = type, Data = JsonSlice.Of("AA==") }));
        request.Mark(concept, "messages[0].content[0]");

        Assert.Equal(why, Denial(request));
    }

    [Fact]
    public void Tools_choice_and_limits_are_written_in_this_protocols_words()
    {
        NeutralRequest request = Request(Hi).WithTool("f", """{"properties":{"a":{"type":"string"}}}""").WithTool("g");
        request.Tools.Add(new ToolDefinition(ToolKind.Function) { Name = JsonSlice.Of("h"), Description = JsonSlice.Of("H"), Strict = true, Schema = Raw("""{"type":"OBJECT","properties":{"n":{"type":"INTEGER","nullable":true}}}"""), SchemaIsOpenApi = true });
        request.ToolChoice = new ToolChoice(ToolChoiceMode.Required, Allowed: [JsonSlice.Of("f"), JsonSlice.Of("h")]);
        request.Mark(Concept.ToolChoiceSubset, "tool_choice");
        request.SingleToolCall = true;
        request.Temperature = Raw("0.20");
        request.StopSequences.Add(JsonSlice.Of("END"));
        request.EndUser = JsonSlice.Of("u1");
        request.Keep(Concept.ServiceTier, "service_tier", JsonSlice.Of("default"));

        Translating.AssertSame(
            """
            {"model":"claude-haiku-4-5","max_tokens":64000,"temperature":0.2,"stop_sequences":["END"],"metadata":{"user_id":"u1"},"service_tier":"standard_only",
             "tools":[{"name":"f","input_schema":{"type":"object","properties":{"a":{"type":"string"}}}},
                      {"name":"h","description":"H","input_schema":{"type":"object","properties":{"n":{"type":["integer","null"]}}},"strict":true}],
             "tool_choice":{"type":"any","disable_parallel_tool_use":true},"messages":[{"role":"user","content":"hi"}]}
            """,
            Body(request, Target("claude-haiku-4-5")));
    }

    [Theory]
    [InlineData("a.b", """{"type":"object"}""", "a tool's name has letters, digits, _ and - only there, 128 at most")]
    [InlineData("f", """{"type":"array"}""", "a tool's schema must describe an object")]
    [InlineData("f", """{"type":["object","null"]}""", "a tool's schema must describe an object")]
    public void Tools_that_the_vendor_refuses_are_denied(string name, string schema, string why) =>
        Assert.Equal(why, Denial(Request(Hi).WithTool(name, schema)));

    [Fact]
    public void An_answer_in_JSON_is_asked_for_by_schema_or_in_words()
    {
        NeutralRequest bySchema = Request(Hi);
        bySchema.Format = new OutputFormat(OutputKind.JsonSchema, Raw("""{"type":"object"}"""), JsonSlice.Of("name"), Strict: true);
        bySchema.Mark(Concept.JsonSchema, "response_format");
        NeutralRequest inWords = Request(Says(Role.System, Text("S")), Hi);
        inWords.Format = new OutputFormat(OutputKind.JsonObject);
        inWords.Mark(Concept.JsonObject, "response_format");

        Translating.AssertSame("""{"format":{"type":"json_schema","schema":{"type":"object"}}}""", Body(bySchema)["output_config"]);
        Assert.Contains("one JSON object", Body(inWords)["system"]![1]!["text"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("claude-opus-5", "none", null, """{"type":"disabled"}""", null)]
    [InlineData("claude-fable-5", "none", null, """{"type":"adaptive"}""", "low")]
    [InlineData("claude-sonnet-5-5", "none", null, """{"type":"between_tools"}""", null)]
    [InlineData("claude-opus-5-5", "none", null, """{"type":"adaptive","display":"summarized"}""", "low")]
    [InlineData("claude-haiku-4-5", "none", null, null, null)]
    [InlineData("claude-opus-5", "minimal", null, """{"type":"adaptive"}""", "low")]
    [InlineData("claude-opus-5", "medium", null, """{"type":"adaptive"}""", "medium")]
    [InlineData("claude-opus-5", "xhigh", null, """{"type":"adaptive"}""", "xhigh")]
    [InlineData("claude-opus-4-6", "xhigh", null, """{"type":"adaptive"}""", "max")]
    [InlineData("claude-opus-4-6", null, 5000L, """{"type":"enabled","budget_tokens":5000}""", null)]
    [InlineData("claude-opus-5", null, 5000L, """{"type":"adaptive"}""", "medium")]
    [InlineData("claude-opus-5", null, -1L, """{"type":"adaptive"}""", null)]
    [InlineData("claude-opus-5", null, 0L, """{"type":"disabled"}""", null)]
    [InlineData("claude-haiku-4-5", "low", null, """{"type":"enabled","budget_tokens":1024}""", null)]
    [InlineData("claude-haiku-4-5", "high", null, """{"type":"enabled","budget_tokens":19999}""", null)]
    [InlineData("claude-haiku-4-5", null, 100L, """{"type":"enabled","budget_tokens":1024}""", null)]
    [InlineData("claude-haiku-4-5", null, -1L, """{"type":"enabled","budget_tokens":8192}""", null)]
    public void Thinking_is_asked_for_as_the_model_takes_it(string model, string? effort, long? budget, string? thinking, string? word)
    {
        NeutralRequest request = Request(Hi).Thinks(Efforts.Parse(effort), budget);
        request.MaxOutputTokens = 20_000;

        JsonObject body = Body(request, Target(model));

        Translating.AssertSame(thinking ?? "null", body["thinking"]);
        Assert.Equal(word, body["output_config"]?["effort"]?.GetValue<string>());
    }

    [Fact]
    public void A_cap_too_small_for_any_budget_leaves_thinking_off_and_says_so()
    {
        NeutralRequest request = Request(Hi).Thinks(Effort.High);
        request.MaxOutputTokens = 1_024;

        (JsonObject body, IReadOnlyList<string> dropped) = BodyWithDropped(request, Target("claude-haiku-4-5"));

        Assert.False(body.ContainsKey("thinking"));
        Assert.Equal(["reasoning_effort"], dropped);
    }

    [Fact]
    public void Thoughts_are_shown_or_hidden_as_asked_and_shown_where_text_between_calls_would_be_lost()
    {
        Assert.Equal("summarized", Body(Request(Hi).Thinks(Effort.Low, show: true))["thinking"]!["display"]!.GetValue<string>());
        Assert.Equal("omitted", Body(Request(Hi).Thinks(Effort.Low, show: false))["thinking"]!["display"]!.GetValue<string>());
        Assert.False(Body(Request(Hi).WithTool(), Target("claude-opus-5")).ContainsKey("thinking"));
        Translating.AssertSame("""{"type":"adaptive","display":"summarized"}""", Body(Request(Hi).WithTool(), Target("claude-opus-5-5"))["thinking"]);
    }

    [Theory]
    [InlineData("claude-opus-5", """{"type":"adaptive","display":"summarized"}""")]
    [InlineData("claude-haiku-4-5", null)]
    public void Thoughts_wanted_without_an_effort_leave_the_rest_to_the_model_or_are_said_to_be_left_out(string model, string? thinking)
    {
        NeutralRequest request = Request(Hi);
        request.Reasoning = new ReasoningAsk(null, Show: true);
        request.Mark(Concept.ReasoningSummary, "reasoning.summary");

        (JsonObject body, IReadOnlyList<string> dropped) = BodyWithDropped(request, Target(model));

        Translating.AssertSame(thinking ?? "null", body["thinking"]);
        Assert.Equal(thinking is null ? ["reasoning.summary"] : [], dropped);
    }

    [Fact]
    public void A_loop_of_calls_without_thoughts_leaves_a_budget_off_and_says_so()
    {
        NeutralRequest request = Request(Hi, Says(Role.Assistant, Call("call_1")), Says(Role.User, Result("call_1"))).WithTool().Thinks(Effort.Medium);

        (JsonObject body, IReadOnlyList<string> dropped) = BodyWithDropped(request, Target("claude-sonnet-4-5"));

        Assert.False(body.ContainsKey("thinking"));
        Assert.Equal(["reasoning_effort"], dropped);
        Assert.Equal("adaptive", Body(request, Target("claude-opus-5"))["thinking"]!["type"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("claude-sonnet-4-6", "this model does not go on from an assistant message")]
    [InlineData("claude-sonnet-4-5", null)]
    public void Going_on_from_an_assistant_message_is_for_older_models(string model, string? why)
    {
        NeutralRequest request = Request(Hi, Says(Role.Assistant, Text("{")));
        request.Mark(Concept.AssistantPrefill, "messages[1]");

        Assert.Equal(why, Denial(request, Target(model)));
        (JsonObject body, IReadOnlyList<string> dropped) = BodyWithDropped(request, Target(model), Unsupported.Drop);
        Assert.Equal(why is null ? 2 : 1, body["messages"]!.AsArray().Count);
        Assert.Equal(why is null ? [] : ["messages[1]"], dropped);
    }

    [Fact]
    public void What_cannot_be_carried_is_denied_or_dropped_and_a_default_is_neither()
    {
        NeutralRequest request = Request(Hi);
        request.FrequencyPenalty = Raw("0");
        request.Mark(Concept.FrequencyPenalty, "frequency_penalty");
        request.Mark(Concept.Choices, "n");
        request.Keep(Concept.ServiceTier, "service_tier", JsonSlice.Of("flex"));
        request.Keep(Concept.Metadata, "metadata", Raw("{}"));
        Assert.Equal(["service_tier", "metadata"], BodyWithDropped(request).Dropped);

        request.Seed = Raw("1");
        request.Mark(Concept.Seed, "seed");
        Assert.Equal("", Denial(request));
        Assert.Equal(["service_tier", "metadata", "seed"], BodyWithDropped(request, unsupported: Unsupported.Drop).Dropped);
    }

    [Fact]
    public void A_stop_sequence_of_white_space_is_denied()
    {
        NeutralRequest request = Request(Hi);
        request.StopSequences.Add(JsonSlice.Of("\n\n"));
        request.Mark(Concept.StopSequences, "stop");

        Assert.Equal("a stop sequence of white space alone is refused", Denial(request));
    }
}
