using System.Text;
using System.Text.Json;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.AnyProvider;

/// <summary>
/// Tools by every SDK at every vendor: the call, the result sent back as the SDK's own loop does it, the answer. The simulated vendors refuse
/// what theirs refuse: calls without results, ids of a wrong pattern, calls without their signature.
/// </summary>
public sealed class ToolTests(Continent house) : IClassFixture<Continent>
{
    private static readonly string[] s_models =
    [
        "openai/gpt-5.4-mini",
        "openai/gpt-6.1-sol", // Takes tools on Responses only.
        "azure/gpt-5.4",
        "anthropic/claude-sonnet-4-6",
        "anthropic/claude-sonnet-5-5", // Always thinks.
        "vertex-claude/claude-opus-5",
        "gemini/gemini-3.5-flash", // Wants its signature back.
        "vertex/gemini-3.5-flash",
        "bedrock/eu.anthropic.claude-haiku-4-5-20251001-v1:0",
        "vllm/Qwen/Qwen3-32B",
        "mistral/mistral-large-2512", // Takes ids of nine letters and digits.
        "deepseek/deepseek-v4-pro", // Wants its reasoning back within the loop.
        "xai/grok-4.3",
    ];

    // Those that sign what they think, with the member of their API that has to come back.
    private static readonly OrderedDictionary<string, string> s_signing = new()
    {
        ["openai/gpt-6.1-sol"] = "encrypted_content",
        ["anthropic/claude-sonnet-5-5"] = "signature",
        ["vertex-claude/claude-opus-5-5"] = "signature",
        ["gemini/gemini-3.5-flash"] = "thoughtSignature",
        ["bedrock/global.anthropic.claude-opus-5-5"] = "signature",
    };

    public static TheoryData<string, string> Loops => new()
    {
        { "openai-any", "chatTools" },
        { "openai-any", "responsesTools" },
        { "anthropic-any", "tools" },
        { "anthropic-any", "runner" },
        { "google-any", "tools" },
    };

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task A_tool_is_called_and_its_result_is_taken(string script, string loop)
    {
        await house.Providers.ClearAsync();

        IReadOnlyList<JsonElement> told = await LoopAsync(script, loop, s_models, streamed: [false, true]);

        Assert.Equal(s_models.Length * 2, told.Count);
        Assert.All(told, AssertLooped);
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task Parallel_calls_keep_their_order_and_each_gets_its_result(string script, string loop)
    {
        foreach (bool streamed in (bool[])[false, true])
        {
            await house.Providers.ClearAsync();
            await house.Providers.ScriptAsync(new { rules = s_models.Select(CallingTwice) });

            IReadOnlyList<JsonElement> told = await LoopAsync(script, loop, s_models, [streamed]);

            Assert.All(told, said =>
            {
                AssertLooped(said);
                Assert.Equal(["Paris", "Oslo"], said.GetProperty("calls").EnumerateArray().Select(call => call.GetProperty("city").GetString()));
            });
        }
    }

    [Fact]
    public async Task Tools_with_reasoning_go_to_Responses_whatever_the_caller_speaks()
    {
        foreach ((string script, string loop) in ((string, string)[])[("openai-any", "chatTools"), ("anthropic-any", "tools"), ("google-any", "tools")])
        {
            await house.Providers.ClearAsync();

            await LoopAsync(script, loop, ["openai/gpt-6.1-sol"], streamed: [false, true]);

            Assert.All(await house.Providers.RequestsAsync(), request => Assert.Equal("/openai/v1/responses", request.Target));
        }
    }

    [Theory]
    [InlineData("openai-any", "chatTools", false)] // The SDK's own loop, which is the streamed one here, sends back what it knows, and it knows no reasoning.
    [InlineData("openai-any", "responsesTools", false)]
    [InlineData("openai-any", "responsesTools", true)]
    [InlineData("anthropic-any", "tools", false)]
    [InlineData("anthropic-any", "tools", true)]
    [InlineData("google-any", "tools", false)]
    [InlineData("google-any", "tools", true)]
    public async Task Signed_reasoning_comes_back_to_the_vendor_that_made_it(string script, string loop, bool streamed)
    {
        await house.Providers.ClearAsync();

        IReadOnlyList<JsonElement> told = await LoopAsync(script, loop, s_signing.Keys, [streamed], reasons: true);

        Assert.All(told, AssertLooped);
        string[] seconds = [.. (await house.Providers.RequestsAsync()).Select(request => Encoding.UTF8.GetString(request.Body)).Where(body => body.Contains("Sunny", StringComparison.Ordinal))];
        Assert.Equal(s_signing.Count, seconds.Length);
        Assert.All(seconds.Zip(s_signing), pair =>
        {
            (string body, (string model, string member)) = pair;
            Assert.True(Texts(JsonElement.Parse(body), member).Any(text => text.Length > 0), $"{script} {loop} lost the {member} of {model}: {body}");
            Assert.DoesNotContain("cws1", body, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("openai-any", "chatTools", false)]
    [InlineData("openai-any", "responsesTools", true)]
    [InlineData("anthropic-any", "tools", false)]
    [InlineData("google-any", "tools", true)]
    public async Task A_loop_that_one_vendor_began_is_ended_by_any_other(string script, string loop, bool streamed)
    {
        string[] endings = ["openai/gpt-6.1-sol", "anthropic/claude-sonnet-5-5", "gemini/gemini-3.5-flash", "bedrock/eu.anthropic.claude-haiku-4-5-20251001-v1:0", "deepseek/deepseek-v4-pro", "mistral/mistral-large-2512"];
        foreach (string then in endings)
        {
            IReadOnlyList<JsonElement> told = await LoopAsync(script, loop, endings, [streamed], reasons: true, then);

            Assert.Equal(endings.Length, told.Count);
            Assert.All(told, AssertLooped);
        }
    }

    private static void AssertLooped(JsonElement told)
    {
        string all = told.GetRawText();
        Assert.False(told.TryGetProperty("failed", out _), all);
        Assert.NotEqual(0, told.GetProperty("calls").GetArrayLength());
        Assert.All(told.GetProperty("calls").EnumerateArray(), call => Assert.True(call.TryGetProperty("city", out _), all));
        Assert.StartsWith("Thank you, I have the tool's result.", told.GetProperty("text").GetString());
    }

    private static object CallingTwice(string model) => new
    {
        match = new { vendor = model.Split('/', '-')[0], model = model[(model.IndexOf('/', StringComparison.Ordinal) + 1)..] },
        times = 1,
        then = new
        {
            tool_calls = new[]
            {
                new { name = "get_weather", arguments = """{"city":"Paris"}""" },
                new { name = "get_weather", arguments = """{"city":"Oslo"}""" },
            },
        },
    };

    /// <summary>Every text of a member of this name, however deep.</summary>
    private static IEnumerable<string> Texts(JsonElement json, string member) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().SelectMany(item => Texts(item, member)),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(item => item.Name == member && item.Value.ValueKind == JsonValueKind.String ? [item.Value.GetString()!] : Texts(item.Value, member)),
        _ => [],
    };

    private async Task<IReadOnlyList<JsonElement>> LoopAsync(string script, string loop, IEnumerable<string> models, bool[] streamed, bool reasons = false, string? then = null)
    {
        JsonElement printed = await NodeSdk.RunAsync(script, loop, Vendors.BaseUrl(house.Gateway, script), await house.Gateway.NewKeyAsync(), input: new { models, streamed, reasons, then });
        return [.. printed.EnumerateArray()];
    }
}
