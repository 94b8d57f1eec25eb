using System.Text.Json;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.AnyProvider;

/// <summary>What a request can wish for beside an answer, by every SDK at every vendor: pictures, documents, a schema, a cap, tools that must or must not be called.</summary>
public sealed class WishTests(Continent house) : IClassFixture<Continent>
{
    private static readonly string[] s_models =
    [
        "openai/gpt-4o",
        "openai/gpt-5.4-mini",
        "openai/gpt-6.1-sol",
        "azure/gpt-4o",
        "anthropic/claude-sonnet-4-6",
        "vertex-claude/claude-opus-5",
        "gemini/gemini-3.5-flash",
        "bedrock/eu.anthropic.claude-haiku-4-5-20251001-v1:0",
    ];

    [Theory]
    [InlineData("openai-any", "chatWishes", "length")]
    [InlineData("openai-any", "responsesWishes", "max_output_tokens")]
    [InlineData("anthropic-any", "wishes", "max_tokens")]
    [InlineData("google-any", "wishes", "MAX_TOKENS")]
    public async Task Every_wish_is_granted(string script, string name, string truncated)
    {
        IReadOnlyList<JsonElement> told = await WishAsync(script, name, s_models);

        Assert.Equal(s_models.Length * 2, told.Count);
        Assert.All(told, wishes =>
        {
            Assert.EndsWith("You said: Look", Text(wishes, "image"), StringComparison.Ordinal);
            Assert.EndsWith("You said: Read", Text(wishes, "document"), StringComparison.Ordinal);
            Assert.Equal(JsonValueKind.String, JsonElement.Parse(Text(wishes, "schema")).GetProperty("city").ValueKind);
            Assert.Equal(truncated, Wish(wishes, "truncated").GetProperty("finish").GetString());
            Assert.Equal(1, Wish(wishes, "forced").GetProperty("calls").GetInt32());
            Assert.Equal(0, Wish(wishes, "none").GetProperty("calls").GetInt32());
            Assert.EndsWith("You said: Use the tool get_weather", Text(wishes, "none"), StringComparison.Ordinal);
        });
        await house.AssertTheBooksAgreeAsync();
    }

    [Theory]
    [InlineData("openai-any", "chatWishes")]
    [InlineData("openai-any", "responsesWishes")]
    [InlineData("google-any", "wishes")]
    public async Task A_tool_that_must_be_called_is_called_where_the_model_refuses_to_be_told_so(string script, string name) =>
        Assert.All(await WishAsync(script, name, ["anthropic/claude-sonnet-5-5"]), wishes => Assert.Equal(1, Wish(wishes, "forced").GetProperty("calls").GetInt32()));

    [Theory]
    [InlineData("anthropic-any", "wishes")]
    [InlineData("google-any", "wishes")]
    public async Task A_document_is_denied_where_the_server_takes_none(string script, string name) =>
        Assert.All(await WishAsync(script, name, ["vllm/Qwen/Qwen3-32B"]), wishes =>
            Assert.Contains("cannot be carried to vllm", wishes.GetProperty("document").GetString(), StringComparison.Ordinal));

    private static JsonElement Wish(JsonElement wishes, string name)
    {
        JsonElement wish = wishes.GetProperty(name);
        Assert.True(wish.ValueKind == JsonValueKind.Object, $"{name}: {wishes.GetRawText()}");
        return wish;
    }

    private static string Text(JsonElement wishes, string name) => Wish(wishes, name).GetProperty("text").GetString()!;

    private async Task<IReadOnlyList<JsonElement>> WishAsync(string script, string name, string[] models)
    {
        JsonElement printed = await NodeSdk.RunAsync(
            script, name, Vendors.BaseUrl(house.Gateway, script), await house.Gateway.NewKeyAsync(), input: new { models, streamed = new[] { false, true } });
        Assert.All(printed.EnumerateArray(), told => Assert.False(told.TryGetProperty("failed", out _), told.GetRawText()));
        return [.. printed.EnumerateArray()];
    }
}
