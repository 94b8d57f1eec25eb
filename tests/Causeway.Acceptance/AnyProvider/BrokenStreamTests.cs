using System.Text.Json;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.AnyProvider;

/// <summary>A stream that does not end well is thrown by every SDK, whoever answers it: half an answer never looks like a whole one.</summary>
public sealed class BrokenStreamTests(Continent house) : IClassFixture<Continent>
{
    private static readonly string[] s_models =
    [
        "openai/gpt-4o",
        "openai/gpt-5.4-mini",
        "anthropic/claude-sonnet-4-6",
        "gemini/gemini-3.5-flash",
        "bedrock/eu.anthropic.claude-haiku-4-5-20251001-v1:0",
        "vertex-claude/claude-sonnet-5",
        "mistral/mistral-large-2512",
        "openrouter/qwen/qwen3-235b",
    ];

    [Theory]
    [MemberData(nameof(Vendors.Asking), MemberType = typeof(Vendors))]
    public Task An_error_in_the_stream_is_thrown_with_the_providers_words(string script, string name) =>
        AssertThrownAsync(script, name, new { error_at_event = 4, error = new { message = "Broken in the middle." } }, "Broken in the middle.");

    [Theory]
    [MemberData(nameof(Vendors.Asking), MemberType = typeof(Vendors))]
    public Task A_connection_that_is_lost_is_thrown(string script, string name) =>
        AssertThrownAsync(script, name, new { cut = new { how = "rst", at_event = 4 } }, "The provider broke off in the middle of its answer.");

    [Theory]
    [MemberData(nameof(Vendors.Asking), MemberType = typeof(Vendors))]
    public Task A_stream_without_its_end_is_thrown(string script, string name) =>
        AssertThrownAsync(script, name, new { cut = new { how = "end", at_event = 4 } }, "The provider broke off in the middle of its answer.");

    private async Task AssertThrownAsync(string script, string name, object then, string words)
    {
        await house.Providers.ScriptAsync(new { rules = new[] { new { then } } });
        string feature = Guid.CreateVersion7().ToString("N");
        string key = await house.Gateway.NewKeyAsync(feature: feature);

        JsonElement printed = await NodeSdk.RunAsync(script, name, Vendors.BaseUrl(house.Gateway, script), key, input: new { models = s_models, streamed = new[] { true } });

        Assert.Equal(s_models.Length, printed.GetArrayLength());
        Assert.All(printed.EnumerateArray(), told =>
        {
            Assert.True(told.TryGetProperty("failed", out JsonElement failed), told.GetRawText());
            Assert.Contains(words, failed.GetString(), StringComparison.Ordinal);
        });
        JsonElement[] records = [.. (await house.Gateway.UsageAsync()).Where(record => record.GetProperty("feature").GetString() == feature)];
        Assert.Equal(s_models.Length, records.Length);
        Assert.All(records, record => Assert.Equal("interrupted", record.GetProperty("outcome").GetString()));
    }
}
