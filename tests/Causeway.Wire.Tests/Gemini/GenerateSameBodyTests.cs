using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Corpus;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.Gemini;

/// <summary>write(read(x)) keeps every field.</summary>
public sealed class GenerateSameBodyTests
{
    private static readonly Target Older = Translating.Target(Operation.GenerateContent, "gemini-2.5-flash");

    [Theory]
    [InlineData("generate-request-settings.json")]
    [InlineData("generate-request-talk.json")]
    public void Every_field_comes_back(string file)
    {
        string body = Encoding.UTF8.GetString(Recorded.Bytes(file)).Replace("\"thinkingLevel\": \"LOW\"", "\"includeThoughts\": false");

        Translating.AssertSame(body, Translating.Request(Operation.GenerateContent, body, Older));
    }

    [Theory]
    [InlineData("generate-request-settings.json")]
    [InlineData("generate-request-talk.json")]
    public void A_body_in_snake_case_is_the_same_body(string file)
    {
        string body = Encoding.UTF8.GetString(Recorded.Bytes(file)).Replace("\"thinkingLevel\": \"LOW\"", "\"includeThoughts\": false");
        JsonNode camel = Translating.Request(Operation.GenerateContent, body, Older);

        JsonNode snake = Translating.Request(Operation.GenerateContent, Snake(body), Older);

        Assert.Equal(
            Neutrally.Read(body).Uses.Select(use => use.Concept).Order(),
            Neutrally.Read(Snake(body)).Uses.Select(use => use.Concept).Order());
        Translating.AssertSame(Snake(camel.ToJsonString()), JsonNode.Parse(Snake(snake.ToJsonString())));
    }

    [Fact]
    public void The_two_verbs_have_one_body()
    {
        const string Body = """{"contents":[{"role":"user","parts":[{"text":"hi"}]}],"cachedContent":"cachedContents/x"}""";

        JsonObject written = Translating.Request(Operation.StreamGenerateContent, Body, Older);

        Translating.AssertSame(Body, written);
    }

    [Fact]
    public void Spelling_of_numbers_and_text_is_kept()
    {
        const string Body = """{"contents":[{"role":"user","parts":[{"text":"\u00fc\/ 🚉"}]}],"generationConfig":{"temperature":0.70,"topK":4e1}}""";
        System.Buffers.ArrayBufferWriter<byte> output = new();

        Assert.True(Translating.Read(Operation.GenerateContent, Body).TryWrite(Older, null, Unsupported.Deny, shape: null, output, out _, out _));

        Assert.Equal(Body, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void A_level_for_a_model_of_budgets_becomes_a_budget()
    {
        const string Body = """{"contents":[{"role":"user","parts":[{"text":"hi"}]}],"generationConfig":{"thinkingConfig":{"thinkingLevel":"LOW"}}}""";

        JsonObject written = Translating.Request(Operation.GenerateContent, Body, Older);

        Translating.AssertSame("""{"thinkingBudget":1024}""", written["generationConfig"]!["thinkingConfig"]);
    }

    [Theory]
    [InlineData("gemini-3.8-flash", """{"thinkingBudget":2048}""")]
    [InlineData("gemini-4-argon", """{"thinkingLevel":"MEDIUM"}""")]
    public void A_budget_stays_where_the_model_still_takes_one(string model, string expected)
    {
        const string Body = """{"contents":[{"role":"user","parts":[{"text":"hi"}]}],"generationConfig":{"thinkingConfig":{"thinkingBudget":2048}}}""";

        JsonObject written = Translating.Request(Operation.GenerateContent, Body, Translating.Target(Operation.GenerateContent, model));

        Translating.AssertSame(expected, written["generationConfig"]!["thinkingConfig"]);
    }

    [Fact]
    public void A_signature_of_another_vendor_is_left_out_and_that_is_said()
    {
        string envelope = new ReasoningSeal(Protocol.Anthropic, SealForm.Signature, "theirs").ToEnvelope();
        string body = $$$$"""{"contents":[{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":[{"text":"thinking","thought":true,"thoughtSignature":"{{{{envelope}}}}"},{"functionCall":{"name":"f","args":{}},"thoughtSignature":"{{{{envelope}}}}"}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"x"}}}]}]}""";

        (JsonObject written, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(
            Operation.GenerateContent, body, Translating.Target(Operation.GenerateContent, Neutrally.Newest));

        Translating.AssertSame(
            """[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"skip_thought_signature_validator"}]""", written["contents"]![1]!["parts"]);
        Assert.Equal(["contents[1].parts[0].thought"], dropped);
    }

    [Fact]
    public void What_a_release_sets_stands_above_the_callers()
    {
        const string Body = """{"systemInstruction":{"parts":[{"text":"B"}]},"contents":[{"role":"user","parts":[{"text":"hi"}]}],"generationConfig":{"temperature":1,"thinkingConfig":{"thinkingBudget":5}}}""";

        JsonObject written = Translating.Request(
            Operation.GenerateContent, Body, Older, changes: new RequestChanges { Prompt = "A", Temperature = "0.5", ReasoningEffort = "high", Verbosity = "low", MaxOutputTokens = 9 });

        Translating.AssertSame("""{"parts":[{"text":"A"},{"text":"B"},{"text":"Answer briefly."}]}""", written["systemInstruction"]);
        Translating.AssertSame("""{"temperature":0.5,"maxOutputTokens":9,"thinkingConfig":{"thinkingBudget":8}}""", written["generationConfig"]);
    }

    /// <summary>Every name that the protocol knows in its other spelling; names of the caller's own have no capitals here.</summary>
    private static string Snake(string body)
    {
        JsonNode node = JsonNode.Parse(body)!;
        return Rename(node)!.ToJsonString();
    }

    private static JsonNode? Rename(JsonNode? node) => node switch
    {
        JsonObject value => new JsonObject(value.Select(member => new KeyValuePair<string, JsonNode?>(SnakeName(member.Key), Rename(member.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Rename)]),
        _ => node?.DeepClone(),
    };

    private static string SnakeName(string name) => string.Concat(name.Select(c => char.IsAsciiLetterUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{c}"));
}
