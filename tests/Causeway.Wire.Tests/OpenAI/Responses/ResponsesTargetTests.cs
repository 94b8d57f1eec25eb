using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.OpenAI.Responses;

/// <summary>Requests of other protocols, written for this operation.</summary>
public sealed class ResponsesTargetTests
{
    [Fact]
    public void Leading_system_text_becomes_the_instructions_and_later_system_text_stays_where_it_stood()
    {
        JsonObject body = Writing.Body(Writing.Request(
            Writing.Says(Role.System, "One."), Writing.Says(Role.System, "Two."), Writing.Says(Role.User, "x"), Writing.Says(Role.System, "Three."), Writing.Says(Role.User, "y")));

        Translating.AssertSame(
            """
            {"model":"gpt-4.1","instructions":"One.\n\nTwo.","store":false,"stream":false,"input":[
              {"type":"message","role":"user","content":"x"},
              {"type":"message","role":"system","content":"Three."},
              {"type":"message","role":"user","content":"y"}]}
            """,
            body);
    }

    [Fact]
    public void A_tool_loop_becomes_flat_items()
    {
        JsonObject body = Writing.Body(Writing.Request(
            Writing.Says(Role.User, "x"),
            Writing.With(
                Role.Assistant,
                new TextPart(JsonSlice.Of("Looking.")),
                new ToolCallPart("toolu_1", JsonSlice.Of("f"), Writing.Raw("""{"a":1}""")),
                new ToolCallPart("toolu_2", JsonSlice.Of("sql"), JsonSlice.Of("select 1")) { IsCustom = true }),
            Writing.With(
                Role.User,
                new ToolResultPart("toolu_1") { IsError = true, Content = { new TextPart(JsonSlice.Of("no")) } },
                new ToolResultPart("toolu_2") { Json = Writing.Raw("""{"rows":1}""") },
                new TextPart(JsonSlice.Of("And?")))));

        Translating.AssertSame(
            """
            [{"type":"message","role":"user","content":"x"},
             {"type":"message","role":"assistant","content":"Looking."},
             {"type":"function_call","call_id":"toolu_1","name":"f","arguments":"{\"a\":1}"},
             {"type":"custom_tool_call","call_id":"toolu_2","name":"sql","input":"select 1"},
             {"type":"function_call_output","call_id":"toolu_1","output":"Error: no"},
             {"type":"custom_tool_call_output","call_id":"toolu_2","output":"{\"rows\":1}"},
             {"type":"message","role":"user","content":"And?"}]
            """,
            body["input"]);
    }

    [Fact]
    public void Media_is_written_in_messages_and_in_tool_results()
    {
        MediaPart image = new(MediaKind.Image) { MediaType = "image/png", Data = JsonSlice.Of("iVBO"), Detail = "low" };
        MediaPart page = new(MediaKind.Document) { MediaType = "application/pdf", Data = JsonSlice.Of("JVBE"), Name = JsonSlice.Of("A title") };
        ToolResultPart result = new("call_1") { Content = { new TextPart(JsonSlice.Of("see")), new MediaPart(MediaKind.Image) { Url = JsonSlice.Of("https://x/y.png") } } };

        JsonObject body = Writing.Body(Writing.Request(
            Writing.With(Role.User, image, page, new MediaPart(MediaKind.Audio) { MediaType = "audio/mp3", Data = JsonSlice.Of("SUQz") }, new MediaPart(MediaKind.Document) { Name = JsonSlice.Of("Notes"), Text = JsonSlice.Of("long") }),
            Writing.With(Role.User, result)));

        Translating.AssertSame(
            """
            [{"type":"message","role":"user","content":[
               {"type":"input_image","image_url":"data:image/png;base64,iVBO","detail":"low"},
               {"type":"input_file","filename":"A title.pdf","file_data":"data:application/pdf;base64,JVBE"},
               {"type":"input_audio","input_audio":{"data":"SUQz","format":"mp3"}},
               {"type":"input_text","text":"Notes\n\nlong"}]},
             {"type":"function_call_output","call_id":"call_1","output":[
               {"type":"input_text","text":"see"},{"type":"input_image","image_url":"https://x/y.png","detail":"auto"}]}]
            """,
            body["input"]);
    }

    [Fact]
    public void Trap_7_state_at_one_provider_is_denied_elsewhere_and_nothing_translated_is_stored()
    {
        NeutralRequest request = Writing.Request();
        foreach (Concept concept in (Concept[])[Concept.ProviderState, Concept.Background, Concept.ImageFile, Concept.DocumentFile, Concept.HostedToolItem, Concept.HostedTool])
        {
            Assert.Equal(Verdict.Denied, Writing.Verdict(concept, request));
        }

        Assert.False(Writing.Body(request)["store"]!.GetValue<bool>());
        NeutralRequest own = Translating.Read(
            Operation.Responses, """{"model":"m","input":[{"type":"item_reference","id":"msg_1"}],"previous_response_id":"resp_1","store":true}""").Request;
        Assert.Equal(
            [new Use(Concept.ProviderState, "input[0]"), new Use(Concept.ProviderState, "previous_response_id"), new Use(Concept.Store, "store")], own.Uses);
    }

    [Fact]
    public void Trap_5_reasoning_whose_state_is_all_there_is_goes_back_to_who_made_it_with_the_id_that_it_is_bound_to()
    {
        ReasoningPart thought = new(JsonSlice.Of("")) { Seal = new ReasoningSeal(Protocol.OpenAI, SealForm.Encrypted, "gAAA", "gpt-6-luna", "rs_1") };
        NeutralRequest request = Writing.Request(Writing.Says(Role.User, "x"), Writing.With(Role.Assistant, thought, new TextPart(JsonSlice.Of("y"))), Writing.Says(Role.User, "z"));
        request.Mark(Concept.ReasoningState, "messages[1].content[0]");

        (JsonObject kept, IReadOnlyList<string> nothing) = Writing.Written(request, "gpt-6-luna");
        (JsonObject other, IReadOnlyList<string> dropped) = Writing.Written(request, "gpt-6.1-sol");

        Translating.AssertSame("""{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"}""", kept["input"]![1]);
        Assert.Empty(nothing);
        Assert.Equal("message", other["input"]![1]!["type"]!.GetValue<string>());
        Assert.Equal(["messages[1].content[0]"], dropped);
    }

    [Fact]
    public void Reasoning_models_are_asked_for_their_state_and_others_are_not()
    {
        NeutralRequest asked = Writing.Request();
        asked.Reasoning = new ReasoningAsk(Effort.Minimal, Show: true);
        NeutralRequest quiet = Writing.Request();
        quiet.Reasoning = new ReasoningAsk(Effort.None);

        Translating.AssertSame("""["reasoning.encrypted_content"]""", Writing.Body(Writing.Request(), "gpt-6-luna")["include"]);
        Assert.Null(Writing.Body(Writing.Request(), "gpt-4.1")["include"]);
        Assert.Null(Writing.Body(quiet, "gpt-6-luna")["include"]);
        Translating.AssertSame("""{"effort":"none"}""", Writing.Body(quiet, "gpt-6-luna")["reasoning"]);
        Assert.Null(Writing.Body(quiet, "gpt-4.1")["reasoning"]);
        Translating.AssertSame("""["reasoning.encrypted_content"]""", Writing.Body(asked, "our-deployment")["include"]);
        Translating.AssertSame("""{"effort":"minimal","summary":"auto"}""", Writing.Body(asked, "gpt-5")["reasoning"]);
    }

    [Theory]
    [InlineData("gpt-5.1", "max", "high")]
    [InlineData("gpt-6.1-sol", "none", "low")]
    [InlineData("gpt-5.6-sol", "max", "max")]
    [InlineData("our-deployment", "xhigh", "xhigh")]
    public void An_effort_that_the_model_does_not_take_becomes_the_nearest(string model, string effort, string word)
    {
        NeutralRequest request = Writing.Request();
        request.Reasoning = new ReasoningAsk(Efforts.Parse(effort));

        Assert.Equal(word, Writing.Body(request, model)["reasoning"]!["effort"]!.GetValue<string>());
    }

    [Fact]
    public void A_budget_for_thinking_becomes_an_effort()
    {
        NeutralRequest request = Writing.Request();
        request.Reasoning = new ReasoningAsk(null, BudgetTokens: 10_000);

        Assert.Equal("medium", Writing.Body(request, "gpt-6-luna")["reasoning"]!["effort"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("gpt-6-luna", "0.2", null, Verdict.Denied, false)]
    [InlineData("gpt-6-luna", "1.0", null, Verdict.Carried, false)]
    [InlineData("gpt-6-luna", "0.2", "none", Verdict.Carried, true)]
    [InlineData("gpt-4.1", "0.2", null, Verdict.Carried, true)]
    [InlineData("our-deployment", "0.2", null, Verdict.Carried, true)]
    public void Temperature_goes_only_to_models_that_take_it(string model, string value, string? effort, Verdict verdict, bool written)
    {
        NeutralRequest request = Writing.Request();
        request.Temperature = Writing.Raw(value);
        request.Reasoning = effort is null ? null : new ReasoningAsk(Efforts.Parse(effort));

        Assert.Equal(verdict, Writing.Verdict(Concept.Temperature, request, model));
        Assert.Equal(written, Writing.Body(request, model)["temperature"] is not null);
    }

    [Fact]
    public void What_has_no_field_is_denied_unless_it_asks_for_the_default()
    {
        NeutralRequest request = Writing.Request();
        request.FrequencyPenalty = Writing.Raw("0.0");
        request.PresencePenalty = Writing.Raw("0.5");

        Assert.Equal(Verdict.Carried, Writing.Verdict(Concept.FrequencyPenalty, request));
        Assert.Equal(Verdict.Denied, Writing.Verdict(Concept.PresencePenalty, request));
        Assert.Equal(Verdict.Carried, Writing.Verdict(Concept.Choices, request));
        foreach (Concept concept in (Concept[])[Concept.StopSequences, Concept.Seed, Concept.LogitBias, Concept.TopK, Concept.Prediction, Concept.SafetySettings, Concept.Unknown])
        {
            Assert.Equal(Verdict.Denied, Writing.Verdict(concept, request));
        }
    }

    [Fact]
    public void Sampling_formats_and_hints_are_written_in_this_operations_words()
    {
        NeutralRequest request = Writing.Request();
        request.MaxOutputTokens = 5;
        request.SingleToolCall = true;
        request.LogProbs = true;
        request.TopLogProbs = 2;
        request.Verbosity = "low";
        request.EndUser = JsonSlice.Of("u");
        request.Format = new OutputFormat(OutputKind.JsonSchema, Writing.Raw("""{"type":"object"}"""), Strict: true);
        request.Keep(Concept.Metadata, "labels", Writing.Raw("""{"a":"b"}"""));
        request.Keep(Concept.ServiceTier, "service_tier", JsonSlice.Of("standard_only"));

        (JsonObject body, IReadOnlyList<string> dropped) = Writing.Written(request);

        Translating.AssertSame(
            """
            {"model":"gpt-4.1","input":[{"type":"message","role":"user","content":"x"}],"max_output_tokens":16,"top_logprobs":2,"parallel_tool_calls":false,
             "text":{"format":{"type":"json_schema","name":"answer","schema":{"type":"object"},"strict":true},"verbosity":"low"},
             "include":["message.output_text.logprobs"],"safety_identifier":"u","metadata":{"a":"b"},"store":false,"stream":false}
            """,
            body);
        Assert.Equal(["service_tier"], dropped);
    }

    [Fact]
    public void Json_mode_of_a_protocol_that_need_not_say_so_gets_the_word_that_OpenAI_insists_on()
    {
        NeutralRequest request = Writing.Request();
        request.Format = new OutputFormat(OutputKind.JsonObject);

        JsonObject body = Writing.Body(request);

        Assert.Equal("Answer with one JSON object.", body["instructions"]!.GetValue<string>());
        Assert.Equal("json_object", body["text"]!["format"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public void Marks_of_the_cache_are_kept_by_models_that_know_them()
    {
        NeutralRequest request = Writing.Request(Writing.With(Role.User, new TextPart(JsonSlice.Of("long")) { Cache = new CacheMark("5m") }, new TextPart(JsonSlice.Of("x")) { Cache = new CacheMark("12h") }));
        request.Mark(Concept.CacheMark, "messages[0].content[0].cache_control");

        (JsonObject kept, _) = Writing.Written(request, "gpt-6-luna");
        (JsonObject left, IReadOnlyList<string> dropped) = Writing.Written(request, "gpt-4.1");

        Translating.AssertSame(
            """
            [{"type":"input_text","text":"long","prompt_cache_breakpoint":{"mode":"explicit"}},
             {"type":"input_text","text":"x","prompt_cache_breakpoint":{"mode":"explicit","ttl":"12h"}}]
            """,
            kept["input"]![0]!["content"]);
        Translating.AssertSame("""[{"type":"input_text","text":"long"},{"type":"input_text","text":"x"}]""", left["input"]![0]!["content"]);
        Assert.Equal(["messages[0].content[0].cache_control"], dropped);
    }

    [Fact]
    public void Where_the_policy_is_to_drop_what_is_left_out_is_named_and_not_written()
    {
        NeutralRequest request = Writing.Request(Writing.With(Role.User, new MediaPart(MediaKind.Video) { Data = JsonSlice.Of("AAAA"), MediaType = "video/mp4" }, new TextPart(JsonSlice.Of("x"))));
        request.Mark(Concept.VideoBytes, "contents[0].parts[0].inlineData");

        (JsonObject body, IReadOnlyList<string> dropped) = Writing.Written(request, unsupported: Unsupported.Drop);

        Translating.AssertSame("""[{"type":"message","role":"user","content":"x"}]""", body["input"]);
        Assert.Equal(["contents[0].parts[0].inlineData"], dropped);
    }
}
