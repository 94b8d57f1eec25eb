using System.Text.Json.Nodes;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Shape;

/// <summary>A schema whose root is no object, between a caller and a provider of one protocol.</summary>
public sealed class RootTests
{
    private const string Asked = """{"contents":[{"role":"user","parts":[{"text":"x"}]}],"generationConfig":{"responseMimeType":"application/json","responseSchema":{"type":"ARRAY","items":{"type":"OBJECT","properties":{"city":{"type":"STRING"},"age":{"type":"INTEGER"}},"required":["city","age"],"propertyOrdering":["age","city"]}}}}""";

    [Theory]
    [InlineData("gemini-2.5-flash:generateContent")]
    [InlineData("gemini-2.5-flash:streamGenerateContent?alt=sse")]
    [InlineData("gemini-3.8-flash:streamGenerateContent?alt=sse")]
    public async Task An_array_goes_to_Gemini_as_its_own_caller_wrote_it(string path)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"text":"[{\"age\":3,\"city\":\"Rome\"}]","event_chars":5}""");

        Answer answer = await house.AskAsync(new Saying("/v1beta/models/" + path, Asked));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal("enforced", answer.Header("x-causeway-contract"));
        Assert.Equal("""[{"age":3,"city":"Rome"}]""", ContractHouse.Document("gemini", answer, path.Contains("stream", StringComparison.Ordinal)).TrimEnd());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Asked), JsonNode.Parse((await house.Simulator.LastAsync()).Text)), (await house.Simulator.LastAsync()).Text);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    public async Task A_model_that_leaves_its_wrapper_out_is_understood_in_a_stream_too(string way)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"text":"[\"Rome\"]","event_chars":2}""");

        Answer answer = await house.AskAsync(ContractHouse.Ask(way, "gpt-5.4-mini", """{"type":"array","items":{"type":"string"}}""", stream: true));

        Assert.DoesNotContain("contract_violated", answer.Text, StringComparison.Ordinal);
        Assert.Equal("""["Rome"]""", ContractHouse.Document(way, answer, stream: true));
    }
}
