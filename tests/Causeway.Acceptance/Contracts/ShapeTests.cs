using System.Text.Json;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.Contracts;

/// <summary>
/// One schema, as zod writes it, by every vendor's SDK at every provider that there is, plain and streamed: zod reads the answer, or there is none.
/// </summary>
public sealed class ShapeTests(Continent house) : IClassFixture<Continent>
{
    // What the simulated models want to say. Where the decoder is told another spelling of the schema (a map as pairs), they want the impossible, and are bent.
    private const string Wanted =
        """ANSWER-ALWAYS-WITH: {"title":"It breaks","kind":"bug","severity":3,"reporter":{"email":"ann@example.com","phone":null},"steps":["open"],"cause":{"type":"slow","milliseconds":20.5}}""";

    private static readonly string s_wrong = "{\"title\":\"" + new string('x', 61) + "\",\"kind\":\"question\"}";

    private static readonly string[] s_kept = ["native", "enforced", "repaired"];

    // Those whose decoder is told enough of the schema to make up an answer that follows all of it.
    private static readonly string[] s_constrained = ["openai", "anthropic", "gemini", "bedrock", "vertex", "vertex-claude", "vllm", "xai"];

    [Theory]
    [InlineData("chat")]
    [InlineData("chatTool")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("messagesTool")]
    [InlineData("generate")]
    public async Task Every_provider_answers_in_the_shape_that_zod_reads(string way)
    {
        IReadOnlyList<JsonElement> told = await AskAsync(way, new { models = Models, streamed = new[] { false, true }, content = Wanted });

        Assert.Equal(Site.All.Count * 2, told.Count);
        Assert.All(told, one =>
        {
            Assert.False(one.TryGetProperty("failed", out _), one.GetRawText());
            Assert.Contains(one.GetProperty("contract").GetString(), s_kept);
            Assert.Equal(one.GetProperty("model").GetString(), one.GetProperty("servedBy").GetString());
        });
        await house.AssertTheBooksAgreeAsync();
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("messages")]
    [InlineData("generate")]
    public async Task A_model_that_insists_on_a_wrong_answer_is_an_error_in_every_SDK(string way)
    {
        IReadOnlyList<JsonElement> told = await AskAsync(
            way,
            new { models = Models, streamed = new[] { false, true }, content = "ANSWER-ALWAYS-WITH: " + s_wrong });

        Assert.All(told, one =>
        {
            // Where the decoder bends the wish to the schema the answer is right; nowhere is a wrong one passed off as one.
            bool failed = one.TryGetProperty("failed", out JsonElement failure);
            Assert.True(!failed || failure.GetString()!.Contains("The answer breaks the contract", StringComparison.Ordinal), one.GetRawText());
        });
        Assert.Contains(told, one => one.TryGetProperty("failed", out _));
        await house.AssertTheBooksAgreeAsync();
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("messages")]
    [InlineData("generate")]
    public async Task A_model_that_errs_once_is_asked_again_and_zod_reads_the_second_answer(string way)
    {
        IReadOnlyList<JsonElement> told = await AskAsync(
            way,
            new { models = Site.All.Where(site => s_constrained.Contains(site.Provider)).Select(site => site.Name), streamed = new[] { false, true }, content = "ANSWER-WITH: " + s_wrong });

        Assert.All(told, one => Assert.False(one.TryGetProperty("failed", out _), one.GetRawText()));
        Assert.Contains(told, one => one.GetProperty("contract").GetString() == "repaired");
        await house.AssertTheBooksAgreeAsync();
    }

    private static IEnumerable<string> Models => Site.All.Select(site => site.Name);

    private async Task<IReadOnlyList<JsonElement>> AskAsync(string way, object input)
    {
        await house.Providers.ScriptAsync(new { rules = Array.Empty<object>() });
        Uri baseUrl = way switch
        {
            "messages" or "messagesTool" => house.Gateway.Welcome.Anthropic,
            "generate" => house.Gateway.Welcome.Gemini,
            _ => house.Gateway.Welcome.OpenAI,
        };
        JsonElement printed = await NodeSdk.RunAsync("contracts", way, baseUrl, await house.Gateway.NewKeyAsync(), input: input);
        return [.. printed.EnumerateArray()];
    }
}
