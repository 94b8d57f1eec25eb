using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Corpus;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.Gemini;

public sealed class GenerateRequestReaderTests
{
    private static readonly string[] ModeBodies =
    [
        Mode("""{"mode":"AUTO"}"""), Mode("""{"mode":"NONE"}"""), Mode("""{"mode":"ANY"}"""), Mode("""{"mode":"ANY","allowedFunctionNames":["f"]}"""),
        """{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"type":"object"}}}""",
    ];

    [Fact]
    public void Marks_and_the_table_of_fields_name_the_same_concepts()
    {
        IEnumerable<string> bodies = ModeBodies.Concat(
            [Encoding.UTF8.GetString(Recorded.Bytes("generate-request-settings.json")), Encoding.UTF8.GetString(Recorded.Bytes("generate-request-talk.json"))]);

        HashSet<Concept> marked = [.. bodies.SelectMany(body => Neutrally.Read(body).Uses).Select(use => use.Concept)];

        Assert.Equal(Neutrally.Codec.Fields.Select(use => use.Concept).Distinct().Order(), marked.Order());
    }

    [Fact]
    public void Each_kept_member_is_marked_where_the_table_says()
    {
        NeutralRequest request = Neutrally.Read(Encoding.UTF8.GetString(Recorded.Bytes("generate-request-settings.json")));

        foreach (RawField field in request.Fields.Where(field => field.Concept != Concept.Unknown))
        {
            Assert.Contains(Neutrally.Codec.Fields, use => use == new Use(field.Concept, field.Path));
            Assert.Contains(new Use(field.Concept, field.Path), request.Uses);
        }
    }

    [Theory]
    [InlineData("""{"parts":[{"text":"a"},{"text":"b"}]}""")]
    [InlineData("""[{"text":"a"},{"text":"b"}]""")]
    [InlineData("""{"parts":{"text":"a"}}""")]
    [InlineData("""{"text":"a"}""")]
    [InlineData("\"a\"")]
    public void System_text_is_a_content_or_parts_or_text(string system)
    {
        NeutralRequest request = Neutrally.Read($$"""{"contents":[{"parts":[{"text":"hi"}]}],"system_instruction":{{system}}}""");

        Assert.Equal(Role.System, request.Turns[0].Role);
        Assert.Equal("a", ((TextPart)request.Turns[0].Parts[0]).Text.Text());
        Assert.Contains(request.Uses, use => use.Concept == Concept.SystemText);
    }

    [Fact]
    public void Answers_find_their_calls_by_name_and_order_or_by_id()
    {
        NeutralRequest request = Neutrally.Read(Encoding.UTF8.GetString(Recorded.Bytes("generate-request-talk.json")));

        List<ToolCallPart> calls = [.. request.Turns.SelectMany(turn => turn.Parts).OfType<ToolCallPart>()];
        List<ToolResultPart> results = [.. request.Turns.SelectMany(turn => turn.Parts).OfType<ToolResultPart>()];
        Assert.Equal(["cwp_0", "fc-2", "cwp_2"], calls.Select(call => call.Id));
        Assert.Equal(["cwp_0", "fc-2", "cwp_2", "cwp_3"], results.Select(result => result.CallId));
        Assert.Equal([false, true, false, false], results.Select(result => result.IsError));
        Assert.Equal("a cat", ((TextPart)results[0].Content[0]).Text.Text());
        Assert.True(results[2].Json.IsObject);
        Assert.IsType<MediaPart>(results[2].Content[0]);
    }

    [Fact]
    public void A_second_step_with_the_same_function_is_another_call()
    {
        const string Step = """{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"x"}}}]}""";

        NeutralRequest request = Neutrally.Read($$"""{"contents":[{"parts":[{"text":"hi"}]},{{Step}},{{Step}}]}""");

        Assert.Equal(["cwp_0", "cwp_1"], request.Turns.SelectMany(turn => turn.Parts).OfType<ToolResultPart>().Select(result => result.CallId));
    }

    [Fact]
    public void Chunks_that_an_sdk_sends_back_as_contents_are_one_turn()
    {
        string body = """
            {"contents":[{"role":"user","parts":[{"text":"hi"}]},
            {"role":"model","parts":[{"text":""}]},
            {"role":"model","parts":[{"text":"hmm ","thought":true}]},{"role":"model","parts":[{"text":"so","thought":true}]},
            {"role":"model","parts":[{"text":"","thought":true,"thoughtSignature":"ENV"}]},
            {"role":"model","parts":[{"text":"Hel"}]},{"role":"model","parts":[{"text":"lo \u00fc"}]},
            {"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]},
            {"role":"model","parts":[{"text":""}]},
            {"role":"user","parts":[{"text":"go"}]}]}
            """.Replace("ENV", new ReasoningSeal(Protocol.Anthropic, SealForm.Signature, "sig").ToEnvelope());

        NeutralRequest request = Neutrally.Read(body);

        Assert.Equal([Role.User, Role.Assistant, Role.User], request.Turns.Select(turn => turn.Role));
        List<Part> parts = request.Turns[1].Parts;
        ReasoningPart thought = Assert.IsType<ReasoningPart>(parts[0]);
        Assert.Equal(("hmm so", "sig", Protocol.Anthropic), (thought.Text.Text(), thought.Seal!.Value, thought.Seal.Maker));
        Assert.Equal("Hello ü", Assert.IsType<TextPart>(parts[1]).Text.Text());
        Assert.IsType<ToolCallPart>(parts[2]);
        Assert.Equal(3, parts.Count);
    }

    [Fact]
    public void A_long_history_marks_each_concept_once()
    {
        string turns = string.Join(',', Enumerable.Range(0, 200).Select(i => $$$"""{"role":"{{{(i % 2 == 0 ? "user" : "model")}}}","parts":[{"text":"{{{i}}}"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}"""));

        NeutralRequest request = Neutrally.Read($$"""{"contents":[{{turns}}]}""");

        Assert.Equal(
            [new Use(Concept.Text, "contents[0].parts[0].text"), new Use(Concept.ImageBytes, "contents[0].parts[1].inlineData"), new Use(Concept.AssistantPrefill, "contents[199]")],
            request.Uses);
    }

    [Theory]
    [InlineData("""{}""", "contents")]
    [InlineData("""{"contents":[]}""", "contents")]
    [InlineData("""{"contents":[{"role":"assistant","parts":[{"text":"x"}]}]}""", "contents[0].role")]
    [InlineData("""{"contents":[{"parts":[{"functionCall":{}}]}]}""", "contents[0].parts[0].functionCall.name")]
    [InlineData("""{"contents":[{"parts":[{"inline_data":{"mime_type":"image/png"}}]}]}""", "contents[0].parts[0].inline_data")]
    [InlineData("""{"contents":[{"parts":[{"text":"x"}]}],"tools":[{"functionDeclarations":[{}]}]}""", "tools[0].functionDeclarations[0].name")]
    [InlineData("""{"contents":[{"parts":[{"text":"x"}]}],"toolConfig":{"functionCallingConfig":{"mode":"MAYBE"}}}""", "toolConfig.functionCallingConfig.mode")]
    [InlineData("""{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"thinkingConfig":{"thinkingBudget":1,"thinkingLevel":"LOW"}}}""", "generationConfig.thinkingConfig")]
    [InlineData("""{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"responseSchema":{},"responseJsonSchema":{}}}""", "generationConfig.responseSchema")]
    public void What_makes_no_sense_in_its_own_protocol_is_refused(string body, string param)
    {
        Assert.Equal(param, Assert.Throws<RequestException>(() => Neutrally.Read(body)).Param);
    }

    [Theory]
    [InlineData("""{"contents":"hi"}""")]
    [InlineData("""{"contents":[{"parts":[{"text":1}]}]}""")]
    [InlineData("""{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":"many"}}""")]
    [InlineData("""{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"temperature":{}}}""")]
    public void A_member_of_another_type_is_refused(string body)
    {
        Assert.False(RequestTranslation.TryRead(Operation.GenerateContent, Encoding.UTF8.GetBytes(body), false, out _, out _));
    }

    [Fact]
    public void Numbers_may_be_spelled_as_strings_and_nulls_are_absent()
    {
        NeutralRequest request = Neutrally.Read("""{"model":"models/x","contents":[{"parts":[{"text":"x"}]}],"tools":null,"generationConfig":{"maxOutputTokens":"12","candidateCount":2.0,"temperature":"0.50","seed":null}}""");

        Assert.Equal((12L, 2, "0.50"), (request.MaxOutputTokens, request.Choices, Encoding.UTF8.GetString(request.Temperature.Raw.Span)));
        Assert.True(request.Seed.IsAbsent);
    }

    [Fact]
    public void A_schema_of_the_vendors_own_dialect_becomes_json_schema()
    {
        NeutralRequest request = Neutrally.Read(Encoding.UTF8.GetString(Recorded.Bytes("generate-request-settings.json")));

        Translating.AssertSame(
            """{"type":"object","properties":{"count":{"type":"integer"},"when":{"type":["string","null"],"format":"date-time"}},"required":["when"]}""",
            JsonNode.Parse(request.Format!.Schema.Raw.Span));
        Translating.AssertSame(
            """{"type":"object","properties":{"from":{"type":"string","enum":["A","B"]},"stops":{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":9}},"required":["from"]}""",
            JsonNode.Parse(request.Tools[0].Schema.Raw.Span));
    }

    [Theory]
    [InlineData("""{"type":"STRING","enum":["a"],"nullable":true,"format":"enum"}""", """{"type":["string","null"],"enum":["a",null]}""")]
    [InlineData("""{"any_of":[{"type":"STRING"},{"type":"INTEGER"}],"nullable":true}""", """{"anyOf":[{"type":"string"},{"type":"integer"},{"type":"null"}]}""")]
    [InlineData("""{"type":"OBJECT","properties":{"a_b":{"type":"NUMBER","format":"double"},"anyOf":{"type":"BOOLEAN"}},"propertyOrdering":["anyOf","a_b"]}""", """{"type":"object","properties":{"anyOf":{"type":"boolean"},"a_b":{"type":"number"}}}""")]
    [InlineData("""{"ref":"#/defs/A","defs":{"A":{"type":"STRING","example":"x","min_length":"1"}}}""", """{"$ref":"#/$defs/A","$defs":{"A":{"type":"string","examples":["x"],"minLength":1}}}""")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"ARRAY","items":{}}}""", """{"type":"object","additionalProperties":{"type":"array","items":{}}}""")]
    [InlineData("""{"type":"TYPE_UNSPECIFIED","title":"t"}""", """{"title":"t"}""")]
    public void Each_word_of_the_dialect_has_one_of_json_schema(string openApi, string expected)
    {
        NeutralRequest request = Neutrally.Read($$"""{"contents":[{"parts":[{"text":"x"}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":{{openApi}}}]}]}""");

        Translating.AssertSame(expected, JsonNode.Parse(request.Tools[0].Schema.Raw.Span));
        Assert.Equal(expected.Replace(" ", ""), Encoding.UTF8.GetString(request.Tools[0].Schema.Raw.Span));
    }

    private static string Mode(string calling) =>
        $$$"""{"contents":[{"parts":[{"text":"hi"}]}],"toolConfig":{"functionCallingConfig":{{{calling}}}}}""";
}
