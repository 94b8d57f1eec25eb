using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.Gemini;

/// <summary>Requests of other protocols, for Gemini.</summary>
public sealed class GenerateRequestWriterTests
{
    [Fact]
    public void System_text_from_anywhere_goes_to_the_front()
    {
        NeutralRequest request = Neutrally.Request(
            Neutrally.System("A"), Neutrally.User(Neutrally.Text("hi")), Neutrally.Model(Neutrally.Text("ho")), Neutrally.System("B"), Neutrally.User(Neutrally.Text("go")));

        Translating.AssertSame(
            """
            {"systemInstruction":{"parts":[{"text":"A"},{"text":"B"}]},
             "contents":[{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":[{"text":"ho"}]},{"role":"user","parts":[{"text":"go"}]}]}
            """,
            Neutrally.Write(request));
    }

    [Fact]
    public void A_request_of_system_text_alone_says_it_as_the_user()
    {
        Translating.AssertSame("""{"contents":[{"role":"user","parts":[{"text":"A"}]}]}""", Neutrally.Write(Neutrally.Request(Neutrally.System("A"))));
    }

    [Fact]
    public void Media_goes_inline_or_by_address()
    {
        NeutralRequest request = Neutrally.Request(Neutrally.User(
            new MediaPart(MediaKind.Image) { MediaType = "image/png", Data = JsonSlice.Of("AAAA"), Detail = "low" },
            new MediaPart(MediaKind.Image) { Url = JsonSlice.Of("https://example.org/x/cat.webp?size=1"), Detail = "auto" },
            new MediaPart(MediaKind.Image) { Url = JsonSlice.Of("https://example.org/cat") },
            new MediaPart(MediaKind.Document) { Url = JsonSlice.Of("https://example.org/a.pdf") },
            new MediaPart(MediaKind.Audio) { MediaType = "audio/wav", Data = JsonSlice.Of("AAAA") },
            new MediaPart(MediaKind.Document) { Text = JsonSlice.Of("plain"), Name = JsonSlice.Of("Title") }));

        Translating.AssertSame(
            """
            [{"inlineData":{"mimeType":"image/png","data":"AAAA"},"mediaResolution":{"level":"MEDIA_RESOLUTION_LOW"}},
             {"fileData":{"mimeType":"image/webp","fileUri":"https://example.org/x/cat.webp?size=1"}},
             {"fileData":{"mimeType":"image/jpeg","fileUri":"https://example.org/cat"}},
             {"fileData":{"mimeType":"application/pdf","fileUri":"https://example.org/a.pdf"}},
             {"inlineData":{"mimeType":"audio/wav","data":"AAAA"}},
             {"text":"Title\n\nplain"}]
            """,
            Neutrally.Write(request)["contents"]![0]!["parts"]);
        Assert.Null(Neutrally.Write(request, "gemini-2.5-pro")["contents"]![0]!["parts"]![0]!["mediaResolution"]);
    }

    [Fact]
    public void A_file_at_another_provider_is_denied()
    {
        Assert.NotNull(Neutrally.Denial(Neutrally.Request(), Concept.ImageFile));
        Assert.NotNull(Neutrally.Denial(Neutrally.Request(), Concept.DocumentFile));
        NeutralRequest film = Neutrally.Request(Neutrally.User(new MediaPart(MediaKind.Video) { FileId = JsonSlice.Of("s3://bucket/film.mp4") }));
        Assert.NotNull(Neutrally.Denial(film, Concept.MediaUri));
    }

    [Fact]
    public void Settings_have_their_vendors_names()
    {
        NeutralRequest request = Neutrally.Request(Neutrally.User(Neutrally.Text("hi")));
        request.Temperature = Neutrally.Json("0.70");
        request.TopP = Neutrally.Json("0.9");
        request.TopK = Neutrally.Json("5");
        request.Seed = Neutrally.Json("42");
        request.PresencePenalty = Neutrally.Json("1");
        request.FrequencyPenalty = Neutrally.Json("-1");
        request.MaxOutputTokens = 100;
        request.Choices = 3;
        request.LogProbs = true;
        request.TopLogProbs = 5;
        request.StopSequences.Add(JsonSlice.Of("END"));
        request.Format = new OutputFormat(OutputKind.JsonSchema, Neutrally.Json("""{"type":"object"}"""));
        request.Verbosity = "high";
        request.Keep(Concept.ServiceTier, "service_tier", JsonSlice.Of("default"));

        JsonObject written = Neutrally.Write(request);

        Translating.AssertSame(
            """
            {"temperature":0.7,"topP":0.9,"topK":5,"seed":42,"presencePenalty":1,"frequencyPenalty":-1,"maxOutputTokens":100,"candidateCount":3,
             "responseLogprobs":true,"logprobs":5,"stopSequences":["END"],"responseMimeType":"application/json",
             "responseJsonSchema":{"type":"object"}}
            """,
            written["generationConfig"]);
        Assert.Equal("standard", (string?)written["serviceTier"]);
        Translating.AssertSame("""{"parts":[{"text":"Answer at length and in detail."}]}""", written["systemInstruction"]);
    }

    [Theory]
    [InlineData("gemini-3.8-flash", Effort.None, """{"thinkingLevel":"MINIMAL"}""")]
    [InlineData("gemini-3.8-flash", Effort.Medium, """{"thinkingLevel":"MEDIUM"}""")]
    [InlineData("gemini-3.8-flash", Effort.Max, """{"thinkingLevel":"HIGH"}""")]
    [InlineData("gemini-3-pro-preview", Effort.Medium, """{"thinkingLevel":"HIGH"}""")]
    [InlineData("gemini-3.1-pro-preview", Effort.None, """{"thinkingLevel":"LOW"}""")]
    [InlineData("gemini-4-argon", Effort.Minimal, """{"thinkingLevel":"LOW"}""")]
    [InlineData("models/gemini-2.5-flash", Effort.None, """{"thinkingBudget":0}""")]
    [InlineData("gemini-2.5-flash", Effort.High, """{"thinkingBudget":24576}""")]
    [InlineData("gemini-2.5-flash-lite", Effort.Low, """{"thinkingBudget":1024}""")]
    [InlineData("gemini-2.5-pro", Effort.None, """{"thinkingBudget":128}""")]
    [InlineData("gemini-2.5-pro", Effort.Max, """{"thinkingBudget":32768}""")]
    [InlineData("gemini-2.0-flash", Effort.None, "null")]
    internal void An_effort_is_a_level_or_a_budget_never_both(string model, Effort effort, string expected)
    {
        NeutralRequest request = Neutrally.Request(Neutrally.User(Neutrally.Text("hi")));
        request.Reasoning = new ReasoningAsk(effort);

        JsonNode? config = Neutrally.Write(request, model)["generationConfig"];

        Translating.AssertSame(expected, config?["thinkingConfig"]);
    }

    [Theory]
    [InlineData("gemini-2.5-pro", 50_000L, null, """{"thinkingBudget":32768}""")]
    [InlineData("gemini-2.5-pro", -1L, true, """{"includeThoughts":true,"thinkingBudget":-1}""")]
    [InlineData("gemini-2.5-pro", 0L, null, """{"thinkingBudget":128}""")]
    [InlineData("gemini-3.8-flash", 1024L, true, """{"includeThoughts":true,"thinkingLevel":"LOW"}""")]
    [InlineData("gemini-3.8-flash", -1L, null, "null")]
    public void A_budget_is_brought_within_the_models_limits(string model, long tokens, bool? show, string expected)
    {
        NeutralRequest request = Neutrally.Request(Neutrally.User(Neutrally.Text("hi")));
        request.Reasoning = new ReasoningAsk(null, tokens, show);

        JsonNode? config = Neutrally.Write(request, model)["generationConfig"];

        Translating.AssertSame(expected, config?["thinkingConfig"]);
    }

    [Fact]
    public void What_the_vendor_or_the_model_refuses_is_denied_with_its_reason()
    {
        NeutralRequest request = Neutrally.Request(Neutrally.User(Neutrally.Text("hi")));
        request.StopSequences.AddRange(Enumerable.Repeat(JsonSlice.Of("x"), 6));
        request.Choices = 9;
        request.Seed = Neutrally.Json("3000000000");
        request.Reasoning = new ReasoningAsk(Effort.High);
        request.Tools.Add(Neutrally.Function("f"));

        Assert.Contains("5", Neutrally.Denial(request, Concept.StopSequences));
        Assert.Contains("8", Neutrally.Denial(request, Concept.Choices));
        Assert.Contains("32", Neutrally.Denial(request, Concept.Seed));
        Assert.NotNull(Neutrally.Denial(request, Concept.LogitBias));
        Assert.NotNull(Neutrally.Denial(request, Concept.ReasoningEffort, "gemini-2.0-flash"));
        Assert.NotNull(Neutrally.Denial(request, Concept.JsonObject, "gemini-2.5-flash"));
        Assert.Null(Neutrally.Denial(request, Concept.JsonObject));
        Assert.Null(Neutrally.Denial(request, Concept.ReasoningEffort));
    }

    [Fact]
    public void Arguments_and_answers_are_objects()
    {
        NeutralRequest request = Neutrally.Request(
            Neutrally.User(Neutrally.Text("hi")),
            Neutrally.Model(Neutrally.Call("call_1", "f", """{"a":1}"""), Neutrally.Call("call_2", "f", "not json"), Neutrally.Call("call_3", "f", "")),
            Neutrally.User(
                new ToolResultPart("call_1") { Json = Neutrally.Json("[1]") },
                new ToolResultPart("call_2") { Content = { Neutrally.Text("a"), Neutrally.Text("b") }, IsError = true },
                new ToolResultPart("call_3")));

        JsonArray contents = Neutrally.Write(request, "gemini-2.5-flash")["contents"]!.AsArray();

        Translating.AssertSame(
            """[{"functionCall":{"id":"call_1","name":"f","args":{"a":1}}},{"functionCall":{"id":"call_2","name":"f","args":{"_raw":"not json"}}},{"functionCall":{"id":"call_3","name":"f","args":{}}}]""",
            contents[1]!["parts"]);
        Translating.AssertSame(
            """[{"functionResponse":{"id":"call_1","name":"f","response":{"output":[1]}}},{"functionResponse":{"id":"call_2","name":"f","response":{"error":"a\nb"}}},{"functionResponse":{"id":"call_3","name":"f","response":{"output":""}}}]""",
            contents[2]!["parts"]);
    }

    [Fact]
    public void Images_of_a_tool_stand_inside_its_answer_or_behind_it()
    {
        NeutralRequest request = Neutrally.Request(
            Neutrally.User(Neutrally.Text("hi")),
            Neutrally.Model(Neutrally.Call("c1", "snap")),
            Neutrally.User(new ToolResultPart("c1") { Content = { Neutrally.Text("done"), new MediaPart(MediaKind.Image) { MediaType = "image/png", Data = JsonSlice.Of("AAAA") } } }));

        Translating.AssertSame(
            """[{"role":"user","parts":[{"functionResponse":{"id":"c1","name":"snap","response":{"output":"done"},"parts":[{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}}]}]""",
            new JsonArray([.. Neutrally.Write(request)["contents"]!.AsArray().Skip(2).Select(node => node!.DeepClone())]));
        Translating.AssertSame(
            """[{"role":"user","parts":[{"functionResponse":{"id":"c1","name":"snap","response":{"output":"done"}}}]},{"role":"user","parts":[{"text":"From snap:"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}]""",
            new JsonArray([.. Neutrally.Write(request, "gemini-2.5-flash")["contents"]!.AsArray().Skip(2).Select(node => node!.DeepClone())]));
    }

    [Fact]
    public void Thoughts_of_other_vendors_are_left_out_and_that_is_said()
    {
        NeutralRequest request = Neutrally.Request(
            Neutrally.User(Neutrally.Text("hi")),
            Neutrally.Model(
                new ReasoningPart(JsonSlice.Of("theirs")) { Seal = new ReasoningSeal(Protocol.Anthropic, SealForm.Signature, "s") },
                new ReasoningPart(JsonSlice.Of("ours")) { Seal = new ReasoningSeal(Protocol.Gemini, SealForm.Signature, "c2ln", Neutrally.Newest) },
                new ReasoningPart(JsonSlice.Of("")) { Seal = new ReasoningSeal(Protocol.Gemini, SealForm.Signature, "b3RoZXI=", "gemini-4-argon") },
                new RefusalPart(JsonSlice.Of("no")),
                Neutrally.Text("")),
            Neutrally.User(Neutrally.Text("go")));
        request.Mark(Concept.ReasoningState, "messages[1].content[0].signature");

        (JsonObject body, TranslationPlan plan) = Neutrally.WriteWithPlan(request);

        Translating.AssertSame("""[{"text":"ours","thought":true,"thoughtSignature":"c2ln"},{"text":"no"}]""", body["contents"]![1]!["parts"]);
        Assert.Equal(["messages[1].content[0].signature"], plan.Dropped);
    }

    [Fact]
    public void A_tier_or_a_detail_without_a_like_is_dropped()
    {
        NeutralRequest request = Neutrally.Request(Neutrally.User(Neutrally.Text("hi")));
        request.Keep(Concept.ServiceTier, "service_tier", JsonSlice.Of("scale"));
        request.Mark(Concept.CacheMark, "cache_control");

        (JsonObject body, TranslationPlan plan) = Neutrally.WriteWithPlan(request);

        Assert.Null(body["serviceTier"]);
        Assert.Equal(["service_tier", "cache_control"], plan.Dropped);
        Assert.Equal(Verdict.Dropped, Neutrally.Codec.Judge(new Use(Concept.ImageDetail, "x"), request, Translating.Target(Operation.GenerateContent, "gemini-2.5-pro")).Verdict);
    }

    [Fact]
    public void Ids_that_another_vendor_made_stay_a_pair()
    {
        string callerId = CallIds.ToCaller("odd/id:1", null);
        string longId = new('x', 100);
        NeutralRequest request = Neutrally.Request(
            Neutrally.User(Neutrally.Text("hi")),
            Neutrally.Model(Neutrally.Call(callerId, "f"), Neutrally.Call(longId, "g")),
            Neutrally.User(Neutrally.Result(longId, "2"), Neutrally.Result(callerId, "1")));

        JsonArray contents = Neutrally.Write(request)["contents"]!.AsArray();

        Assert.Equal(
            contents[1]!["parts"]!.AsArray().Select(part => (string?)part!["functionCall"]!["id"]),
            contents[2]!["parts"]!.AsArray().Select(part => (string?)part!["functionResponse"]!["id"]));
        Assert.Equal(["1", "2"], contents[2]!["parts"]!.AsArray().Select(part => (string?)part!["functionResponse"]!["response"]!["output"]));
        Assert.True(Encoding.UTF8.GetByteCount((string)contents[1]!["parts"]![1]!["functionCall"]!["id"]!) <= 64);
    }
}
