using System.Text.Json;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.AnyProvider;

/// <summary>A model that says no, each vendor's in its own shape, is a refusal in the shape of the caller's SDK: never an answer, never an error.</summary>
public sealed class RefusalTests(Continent house) : IClassFixture<Continent>
{
    private static readonly string[] s_models =
    [
        "openai/gpt-4o", // A refusal beside the content.
        "azure/gpt-4o",
        "anthropic/claude-sonnet-4-6", // A stop reason with details.
        "gemini/gemini-3.5-flash", // A blocked prompt: 200 and no candidate.
        "vertex-claude/claude-sonnet-5",
        "bedrock/eu.anthropic.claude-haiku-4-5-20251001-v1:0", // A stop reason alone.
    ];

    [Theory]
    [MemberData(nameof(Vendors.Asking), MemberType = typeof(Vendors))]
    public async Task A_refusal_is_told_as_one(string script, string name)
    {
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { refusal = "I cannot help with that." } } } });

        JsonElement printed = await NodeSdk.RunAsync(
            script, name, Vendors.BaseUrl(house.Gateway, script), await house.Gateway.NewKeyAsync(), input: new { models = s_models, streamed = new[] { false, true } });

        Assert.Equal(s_models.Length * 2, printed.GetArrayLength());
        Assert.All(printed.EnumerateArray(), told => Assert.True(told.TryGetProperty("refused", out JsonElement refused) && refused.GetBoolean(), told.GetRawText()));
        await house.AssertTheBooksAgreeAsync();
    }
}
