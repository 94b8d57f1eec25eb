using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Requests;
using CsCheck;

namespace Causeway.Wire.Tests;

public sealed class PlatformRewriteTests
{
    private static readonly PlatformAddress Vertex = new(Platform.Vertex, Project: "p", Location: "global");
    private static readonly PlatformAddress AzureDated = new(Platform.AzureOpenAI, ApiVersion: "2025-04-01");

    [Theory]
    [InlineData("""{"model":"v/claude-x","max_tokens":1}""", """{"anthropic_version":"vertex-2023-10-16","max_tokens":1}""")]
    [InlineData("""{ "a" : 1 , "mod\u0065l" : "claude-x" }""", """{ "a" : 1 , "anthropic_version":"vertex-2023-10-16" }""")]
    [InlineData("""{"model":"claude-x","messages":[{"model":"y","anthropic_version":"z"}]}""", """{"anthropic_version":"vertex-2023-10-16","messages":[{"model":"y","anthropic_version":"z"}]}""")]
    public void Claude_on_Vertex_gets_a_version_instead_of_a_model(string body, string expected) =>
        Assert.Equal(expected, Rewrite(Vertex, Operation.Messages, body, "claude-x"));

    [Theory]
    [InlineData("""{"model":"claude-x" , "anthropic_version":"v-1"}""", """{ "anthropic_version":"v-1"}""")]
    [InlineData("""{"anthropic_version":"v-1" , "model":"claude-x" }""", """{"anthropic_version":"v-1"  }""")]
    [InlineData("""{"anthropic_version":"v-1","model":"claude-x","x":1}""", """{"anthropic_version":"v-1","x":1}""")]
    public void A_version_of_the_callers_own_stands(string body, string expected) =>
        Assert.Equal(expected, Rewrite(Vertex, Operation.Messages, body, "claude-x"));

    [Theory]
    [InlineData("""{"model":"v/claude-x","messages":[]}""", """{"anthropic_version":"vertex-2023-10-16","model":"claude-x","messages":[]}""")]
    [InlineData("""{"messages":[],"model":"claude-x"}""", """{"messages":[],"anthropic_version":"vertex-2023-10-16","model":"claude-x"}""")]
    [InlineData("""{"anthropic_version":"v-1","model":"v/claude-x"}""", """{"anthropic_version":"v-1","model":"claude-x"}""")]
    public void Counting_tokens_on_Vertex_names_the_model_in_the_body_beside_the_version(string body, string expected) =>
        Assert.Equal(expected, Rewrite(Vertex, Operation.MessagesCountTokens, body, "claude-x"));

    [Theory]
    [InlineData("""{"model":"azure/d-1","messages":[]}""", """{"model":"azure/d-1","messages":[]}""")]
    [InlineData("""{"model":"azure/d-1","stream":true}""", """{"stream_options":{"include_usage":true},"model":"azure/d-1","stream":true}""")]
    public void Azures_dated_path_names_the_deployment_so_the_body_is_left_alone(string body, string expected) =>
        Assert.Equal(expected, Rewrite(AzureDated, Operation.ChatCompletions, body, "d-1"));

    [Fact]
    public void Elsewhere_at_Azure_the_body_names_the_deployment()
    {
        const string Body = """{"model":"azure/d-1"}""";

        Assert.Equal("""{"model":"d-1"}""", Rewrite(new PlatformAddress(Platform.AzureOpenAI), Operation.ChatCompletions, Body, "d-1"));
        Assert.Equal("""{"model":"d-1"}""", Rewrite(AzureDated, Operation.Responses, Body, "d-1"));
    }

    [Fact]
    public void At_home_a_request_is_spliced_as_ever() => Assert.Equal(
        """{"model":"b"}""", Rewrite(PlatformAddress.HomeOf(Protocol.Anthropic), Operation.Messages, """{"model":"a"}""", "b"));

    [Fact]
    public void Whatever_stands_beside_the_model_survives_and_JSON_it_stays()
    {
        Gen<string> space = Gen.OneOf("", " ", "\n\t ");
        Gen<string> other = Gen.OneOf("\"a\":[1,{}]", "\"b\":\"\\\"model\\\":1\"", "\"c\":null", "\"anthropic_version\":\"own\"", "\"d\":{\"model\":\"x\"}");
        Gen.Select(space.Array[4], other.Array[0, 3], other.Array[0, 3]).Sample(
            (spaces, before, after) =>
            {
                string[] members = [.. before.Concat(after).Distinct()];
                string[] ahead = [.. before.Distinct()];
                string[] behind = [.. members.Except(ahead)];
                string body = "{" + spaces[0] + string.Join(spaces[1] + "," + spaces[2], [.. ahead, "\"model\":\"claude-x\"", .. behind]) + spaces[3] + "}";

                JsonObject rewritten = JsonNode.Parse(Rewrite(Vertex, Operation.Messages, body, "claude-x"))!.AsObject();

                Assert.False(rewritten.ContainsKey("model"));
                Assert.Equal(members.Any(member => member.Contains("own")) ? "own" : "vertex-2023-10-16", (string?)rewritten["anthropic_version"]);
                Assert.Equal(members.Count(member => !member.Contains("own")) + 1, rewritten.Count);
            },
            threads: 1);
    }

    private static string Rewrite(PlatformAddress address, Operation operation, string body, string model)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(RequestScanner.TryScan(operation, bytes, out RequestScan scan, out _));
        SplicedBody spliced = new(bytes, PlatformRewrite.Plan(address, operation, scan, bytes, model));
        byte[] written = new byte[spliced.Length];
        spliced.CopyTo(written);
        return Encoding.UTF8.GetString(written);
    }
}
