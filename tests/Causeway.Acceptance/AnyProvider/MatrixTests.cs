using System.Text.Json;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.AnyProvider;

/// <summary>Every SDK is answered by every provider, plain and streamed, and every token is in three places alike: SDK, books and bill.</summary>
public sealed class MatrixTests(Continent house) : IClassFixture<Continent>
{
    private const string Answer = "Hello from the simulator! You said: Hello";

    // Every kind of token that a vendor reports. The other servers report two numbers, so theirs stay as they are counted.
    private static readonly object s_script = new
    {
        rules = new object[]
        {
            Counting("openai", new { input_uncached = 1000, cache_read = 512, cache_write_5m = 128, output = 300, reasoning = 256 }),
            Counting("azure", new { input_uncached = 900, cache_read = 256, cache_write_5m = 64, output = 200, reasoning = 128 }),
            Counting("anthropic", new { input_uncached = 70, cache_read = 2048, cache_write_5m = 1024, cache_write_1h = 333, output = 90 }),
            Counting("bedrock", new { input_uncached = 60, cache_read = 1024, cache_write_5m = 512, cache_write_1h = 111, output = 80 }),
            Counting("gemini", new { input_uncached = 400, cache_read = 128, output = 77, reasoning = 60 }),
            Counting("groq", new { input_uncached = 300, cache_read = 64, output = 50, reasoning = 20 }),
            Counting("mistral", new { input_uncached = 301, output = 51 }), // Where its bytes pass, its cache has a name that no SDK knows.
            Counting("deepseek", new { input_uncached = 302, cache_read = 66, output = 52, reasoning = 22 }),
            Counting("xai", new { input_uncached = 303, cache_read = 67, output = 53, reasoning = 23 }),
            Counting("openrouter", new { input_uncached = 304, cache_read = 68, output = 54, reasoning = 24 }),
        },
    };

    [Fact]
    public async Task Chat_completions_by_the_DotNet_SDK()
    {
        using var sdk = new OpenAIDotNet(house.Gateway, await house.Gateway.NewKeyAsync());

        await AssertAnsweredAsync(await AllAsync(sdk.ChatAsync), "Stop");
    }

    [Fact]
    public async Task Responses_by_the_DotNet_SDK()
    {
        using var sdk = new OpenAIDotNet(house.Gateway, await house.Gateway.NewKeyAsync());

        await AssertAnsweredAsync(await AllAsync(sdk.ResponsesAsync), "Completed");
    }

    [Fact]
    public async Task Messages_by_the_DotNet_SDK()
    {
        using var sdk = new AnthropicDotNet(house.Gateway, await house.Gateway.NewKeyAsync());

        await AssertAnsweredAsync(await AllAsync(sdk.MessagesAsync), "end_turn");
    }

    [Fact]
    public async Task Chat_completions_by_the_Node_SDK() =>
        await AssertAnsweredAsync(await AllAsync("openai-any", "chat", house.Gateway.Welcome.OpenAI), "stop");

    [Fact]
    public async Task Responses_by_the_Node_SDK() =>
        await AssertAnsweredAsync(await AllAsync("openai-any", "responses", house.Gateway.Welcome.OpenAI), "completed");

    [Fact]
    public async Task Messages_by_the_Node_SDK() =>
        await AssertAnsweredAsync(await AllAsync("anthropic-any", "messages", house.Gateway.Welcome.Anthropic), "end_turn");

    [Fact]
    public async Task GenerateContent_by_the_Node_SDK() =>
        await AssertAnsweredAsync(await AllAsync("google-any", "generate", house.Gateway.Welcome.Gemini), "STOP");

    [Fact]
    public async Task What_was_booked_agrees_with_the_bill_after_a_kill_too()
    {
        using var sdk = new AnthropicDotNet(house.Gateway, await house.Gateway.NewKeyAsync());
        IReadOnlyList<Told> answers = await AllAsync(sdk.MessagesAsync);
        Assert.NotEmpty(await house.Gateway.UsageAsync()); // Waits until everything is written.

        house.Gateway.Process.Send(PosixSignal.Kill);
        await house.Gateway.Process.EndAsync();
        await house.RestartAsync();

        await AssertAnsweredAsync(answers, "end_turn");
    }

    private static object Counting(string vendor, object usage) => new { match = new { vendor }, then = new { usage } };

    private async Task<IReadOnlyList<Told>> AllAsync(Func<string, bool, Task<Told>> ask)
    {
        await house.Providers.ScriptAsync(s_script);
        List<Told> answers = [];
        foreach (Site site in Site.All)
        {
            foreach (bool streamed in (bool[])[false, true])
            {
                answers.Add(await ask(site.Name, streamed));
            }
        }

        return answers;
    }

    private async Task<IReadOnlyList<Told>> AllAsync(string script, string name, Uri baseUrl)
    {
        await house.Providers.ScriptAsync(s_script);
        JsonElement printed = await NodeSdk.RunAsync(script, name, baseUrl, await house.Gateway.NewKeyAsync(), input: new { models = Site.All.Select(site => site.Name), streamed = new[] { false, true } });
        return [.. printed.EnumerateArray().Select(Told.Of)];
    }

    private async Task AssertAnsweredAsync(IReadOnlyList<Told> answers, string finish)
    {
        var records = (await house.Gateway.UsageAsync()).ToDictionary(record => record.GetProperty("request").GetString()!);

        Assert.Equal(Site.All.Count * 2, answers.Count);
        Assert.All(answers, told =>
        {
            Assert.Equal((Answer, finish, told.Model), (told.Text, told.Finish, told.ServedBy));
            JsonElement record = records[told.Request];
            Assert.Equal(Booked(record, told), (told.Input, told.CacheRead, told.Output, told.Reasoning));
            Assert.Equal((told.Streamed, "provider"), (record.GetProperty("streamed").GetBoolean(), record.GetProperty("usage_source").GetString()));
        });
        await house.AssertTheBooksAgreeAsync();
    }

    private static (long Input, long CacheRead, long Output, long? Reasoning) Booked(JsonElement record, Told told) => (
        Number(record, "input_tokens") + Number(record, "cache_read_tokens") + Number(record, "cache_write_tokens"),
        Number(record, "cache_read_tokens"),
        Number(record, "output_tokens"),
        told.Reasoning is null ? null : Number(record, "reasoning_tokens"));

    private static long Number(JsonElement line, string name) => line.GetProperty(name).GetInt64();
}
