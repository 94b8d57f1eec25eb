using System.Text.Json.Nodes;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.OpenAI;

public sealed class SafetyIdentifierTests
{
    [Theory]
    [InlineData(Operation.ChatCompletions, 128, true)]
    [InlineData(Operation.ChatCompletions, 129, false)]
    [InlineData(Operation.Responses, 128, true)]
    [InlineData(Operation.Responses, 129, false)]
    public void An_id_longer_than_openai_takes_is_left_out_and_named(Operation target, int length, bool isSent)
    {
        string id = new('u', length);

        (JsonObject sent, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(Operation.Messages, Asked(id), Translating.Target(target, "gpt-5.5"));

        Assert.Equal((isSent ? id : null, isSent ? 0 : 1), (sent["safety_identifier"]?.GetValue<string>(), dropped.Count(path => path == "metadata.user_id")));
    }

    [Fact]
    public void A_server_whose_bound_is_not_known_gets_it_as_it_is()
    {
        string id = new('u', 500);

        JsonObject sent = Translating.Request(Operation.Messages, Asked(id), Translating.Target(Operation.ChatCompletions, server: "openrouter"));

        Assert.Equal(id, sent["user"]!.GetValue<string>());
    }

    private static string Asked(string id) => $$$"""{"model":"m","max_tokens":99,"metadata":{"user_id":"{{{id}}}"},"messages":[{"role":"user","content":"hi"}]}""";
}
