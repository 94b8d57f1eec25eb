using System.Text.Json.Nodes;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.OpenAI;

public sealed class StrictSchemasTests
{
    private const string Closed = """{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{"b":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["b"],"additionalProperties":false}}},"required":["a"],"additionalProperties":false}""";

    [Theory]
    [InlineData(Operation.ChatCompletions)]
    [InlineData(Operation.Responses)]
    public void A_schema_that_its_callers_protocol_enforces_stays_enforced(Operation target)
    {
        (JsonObject body, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(Operation.Messages, Asked(Closed), Translating.Target(target, "gpt-4.1"));

        Assert.Contains("\"strict\":true", body.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty(dropped);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","not":{"const":"x"}}},"required":["a"],"additionalProperties":false}""")]
    public void Where_strict_would_be_refused_the_loss_is_named(string schema)
    {
        (JsonObject body, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(Operation.Messages, Asked(schema), Translating.Target(Operation.ChatCompletions, "gpt-4.1"));

        Assert.DoesNotContain("strict", body.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(["output_config.format (enforcement)"], dropped);
    }

    private static string Asked(string schema) =>
        $$$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"output_config":{"format":{"type":"json_schema","schema":{{{schema}}} } } }""";
}
