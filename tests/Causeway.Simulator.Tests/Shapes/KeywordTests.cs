namespace Causeway.Simulator.Tests.Shapes;

/// <summary>One small schema per keyword and a wish that breaks it: each dialect enforces it, ignores it or rejects the request.</summary>
public sealed class KeywordTests
{
    private static readonly string[] s_columns =
        ["openai", "azure", "anthropic", "bedrock", "gemini openapi", "gemini json", "xai", "groq", "mistral", "vllm", "llamacpp", "ollama"];

    // S enforced, I accepted and not enforced, R rejected; in the order of the columns.
    [Theory]
    [InlineData("""{"type":"string"}""", "7", "S S S S S S S S S S S S")]
    [InlineData("""{"type":["string","null"]}""", "7", "S S S S R S S S S S S S")]
    [InlineData("""{"type":"string","nullable":true}""", "null", "S S S S I S S S S S S S")]
    [InlineData("""{"type":"string","enum":["red","blue"]}""", "\"green\"", "S S S S S S S S S S S S")]
    [InlineData("""{"type":"integer","enum":[1,2]}""", "3", "S S S S R S S S S S S S")]
    [InlineData("""{"type":"string","const":"x"}""", "\"y\"", "S S S S R I S S S S S S")]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"integer"}]}""", "true", "S S S S S S S S S S S S")]
    [InlineData("""{"oneOf":[{"type":"string"},{"type":"integer"}]}""", "true", "R R R R R S S R I S S S")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"number"}]}""", "5", "R R R R R I I R I I I I")]
    [InlineData("""{"type":"string","not":{"const":"x"}}""", "\"x\"", "R R R R R I I R I I I I")]
    [InlineData("""{"type":"string","maxLength":3}""", "\"abcdef\"", "R R R I I I S R I S S S")]
    [InlineData("""{"type":"string","pattern":"^[a-z]{3}$"}""", "\"A1\"", "S R S S I I S I I S S S")]
    [InlineData("""{"type":"string","pattern":"[a-z]{3}"}""", "\"A1\"", "S R S S I I S I I S R R")]
    [InlineData("""{"type":"string","pattern":"^(?!x)[a-z]+$"}""", "\"A1\"", "R R R R I I R I I S R R")]
    [InlineData("""{"type":"string","format":"date"}""", "\"soon\"", "S R S S R S S I I S S S")]
    [InlineData("""{"type":"string","format":"email"}""", "\"nobody\"", "S R S S R I S I I S I I")]
    [InlineData("""{"type":"string","format":"color"}""", "\"#\"", "R R R R R I I I I R I I")]
    [InlineData("""{"type":"integer","maximum":10}""", "99", "S R R R S S S I I S S S")]
    [InlineData("""{"type":"number","maximum":10}""", "99.5", "S R R R S S S I I S I I")]
    [InlineData("""{"type":"integer","exclusiveMaximum":10}""", "10", "S R R R R I S I I S S S")]
    [InlineData("""{"type":"integer","multipleOf":5}""", "7", "S R R R R I I I I S I I")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":1}""", "[]", "S R S S S S S S I S S S")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":3}""", "[1]", "S R R R S S S S I S S S")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"maxItems":2}""", "[1,2,3]", "S R R R S S S I I S S S")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"uniqueItems":true}""", "[1,1]", "R R R R R I I R I I I I")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"contains":{"const":7}}""", "[1]", "R R R R R I R R I I I I")]
    [InlineData("""{"type":"array","prefixItems":[{"type":"string"}],"items":{"type":"integer"}}""", "[1]", "R R R R R S S I I S I I")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"default":[]}""", "[\"x\"]", "R R S S S S S S S S S S")]
    [InlineData("""{"type":"array"}""", "[1]", "R R I I R I I I I I I I")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"integer"}}""", """{"k":"x"}""", "R R R R R S S R S S S S")]
    [InlineData("""{"type":"object","properties":{"b":{"type":"integer"}},"required":["b"]}""", """{"b":1,"z":2}""", "R R R R S I S R I S S S")]
    [InlineData("""{"type":"object","properties":{"b":{"type":"integer"}},"required":["b"],"additionalProperties":false}""", """{"b":1,"z":2}""", "S S S S R S S S S S S S")]
    [InlineData("""{"type":"object","properties":{"b":{"type":"integer"}},"additionalProperties":false}""", """{"b":"x"}""", "R R S S R S S R S S S S")]
    [InlineData("""{"type":"object","patternProperties":{"^x":{"type":"integer"}}}""", """{"x":"s"}""", "R R R R R I S R I S I I")]
    [InlineData("""{"type":"string","if":{"const":"x"},"then":{"maxLength":0}}""", "\"x\"", "R R R R R I I R I I I I")]
    [InlineData("""{"type":"string","examples":["x"]}""", "1", "S S S S R S S S S S S S")]
    [InlineData("""{"$ref":"#/$defs/word"}""", "1", "S S S S R S S S S S S S")]
    [InlineData("""{"$ref":"#/$defs/word","description":"d"}""", "1", "R R S S R R S S S S S S")]
    [InlineData("""{"$ref":"#/$defs/tree"}""", """{"kids":7}""", "S S R R R R R S S S S S")]
    [InlineData("""{"$ref":"#/$defs/gone"}""", "1", "R R R R R R R R I R R R")]
    [InlineData("""{"allOf":[{"type":"string"}]}""", "1", "R R S S R I S R I S S S")]
    [InlineData("""{"allOf":[{"type":"string"},{"maxLength":9}]}""", "1", "R R R S R I I R I I S S")]
    public async Task A_dialect_enforces_ignores_or_rejects(string property, string wish, string verdicts)
    {
        await using Sim sim = await Sim.StartAsync();
        string definitions = property.Contains("$defs", StringComparison.Ordinal)
            ? ""","$defs":{"word":{"type":"string"},"tree":{"type":"object","properties":{"kids":{"type":"array","items":{"$ref":"#/$defs/tree"}}},"required":["kids"],"additionalProperties":false}}"""
            : "";
        string document = $$"""{"a":{{wish}}}""";

        List<string> found = [];
        foreach (string dialect in s_columns)
        {
            string closed = dialect == "gemini openapi" ? "" : ""","additionalProperties":false""";
            string schema = $$"""{"type":"object","properties":{"a":{{property}}},"required":["a"]{{closed}}{{(dialect == "gemini openapi" ? "" : definitions)}}}""";
            string answer = await DialectClient.AskAsync(sim, dialect, schema, "ANSWER-WITH: " + document);
            found.Add(char.IsAsciiDigit(answer[0]) ? "R" : answer.Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal) == document ? "I" : "S");
        }

        Assert.Equal(verdicts.Split(' ').Zip(s_columns), found.Zip(s_columns));
    }
}
