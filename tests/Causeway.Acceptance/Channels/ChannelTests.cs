using System.Text.Json;
using Causeway.Acceptance.AnyProvider;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.Channels;

/// <summary>Channels that the CLI made, called by every SDK, with providers that do not answer.</summary>
public sealed class ChannelTests(Continent house) : IClassFixture<Continent>
{
    private const string Answer = "Hello from the simulator! You said: Hello";

    [Theory]
    [MemberData(nameof(Vendors.Asking), MemberType = typeof(Vendors))]
    public async Task A_channel_answers_every_SDK_although_its_first_provider_is_dead(string script, string name)
    {
        string channel = $"dead-{script}-{name}";
        string release = await NewChannelAsync(channel, "--pin", $"{Continent.Dead}/gpt-5.4-mini", "--pin", "anthropic/claude-sonnet-4-6");

        IReadOnlyList<JsonElement> told = await AllAsync(script, name, channel);

        Assert.All(told, said =>
        {
            Assert.Equal((Answer, "anthropic/claude-sonnet-4-6", "2", release), (Text(said, "text"), Text(said, "servedBy"), Text(said, "attempts"), Text(said, "release")));
        });
        Assert.All(await RecordsAsync(channel), record =>
        {
            Assert.Equal((release, "anthropic", 2), (Text(record, "release"), Text(record, "provider"), record.GetProperty("attempts").GetInt32()));
            Assert.Equal([$"{Continent.Dead} upstream_unreachable", "anthropic answered"], Trail(record));
        });
    }

    [Fact]
    public async Task The_DotNet_SDKs_are_answered_by_the_next_provider_too()
    {
        await NewChannelAsync("dotnet", "--pin", $"{Continent.Dead}/gpt-5.4-mini", "--pin", "gemini/gemini-3.5-flash");
        string key = await house.Gateway.NewKeyAsync();
        using var openAI = new OpenAIDotNet(house.Gateway, key);
        using var anthropic = new AnthropicDotNet(house.Gateway, key);

        foreach (bool streamed in (bool[])[false, true])
        {
            Told[] told = [await openAI.ChatAsync("dotnet", streamed), await openAI.ResponsesAsync("dotnet", streamed), await anthropic.MessagesAsync("dotnet", streamed)];
            Assert.All(told, said => Assert.Equal((Answer, "gemini/gemini-3.5-flash"), (said.Text, said.ServedBy)));
        }
    }

    [Theory]
    [MemberData(nameof(Vendors.Asking), MemberType = typeof(Vendors))]
    public async Task A_provider_without_capacity_is_passed_over_before_the_first_byte(string script, string name)
    {
        string channel = $"busy-{script}-{name}";
        await NewChannelAsync(channel, "--pin", "anthropic/claude-opus-5-5", "--pin", "gemini/gemini-3.5-flash");
        await house.Providers.ScriptAsync(new { rules = new[] { Refusing("anthropic", 503) } });

        IReadOnlyList<JsonElement> told = await AllAsync(script, name, channel);

        Assert.All(told, said => Assert.Equal((Answer, "gemini/gemini-3.5-flash", "2"), (Text(said, "text"), Text(said, "servedBy"), Text(said, "attempts"))));
        Assert.All(await RecordsAsync(channel), record =>
        {
            JsonElement first = record.GetProperty("trail")[0];
            Assert.Equal(("anthropic", 503), (Text(first, "provider"), first.GetProperty("status").GetInt32()));
            Assert.Equal("gemini answered", Trail(record)[^1]);
        });
    }

    [Fact]
    public async Task What_the_caller_did_wrong_is_not_asked_of_the_next_provider()
    {
        await NewChannelAsync("wrong", "--pin", "anthropic/claude-opus-5-5", "--pin", "gemini/gemini-3.5-flash");
        await house.Providers.ScriptAsync(new { rules = new[] { Refusing("anthropic", 400) } });

        (int status, string text, System.Net.Http.Headers.HttpResponseHeaders headers) =
            await Ask.SendAsync(house.Gateway, await house.Gateway.NewKeyAsync(), Ask.Chat, Ask.ChatBody("wrong"));

        Assert.Equal((400, "1", "anthropic/claude-opus-5-5"), (status, headers.GetValues("x-causeway-attempts").Single(), headers.GetValues("x-causeway-served-by").Single()));
        Assert.Contains("Refused as the test wants it.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_field_that_cannot_be_told_is_denied_or_left_out_as_the_channel_says()
    {
        const string Pin = "anthropic/claude-sonnet-4-6";
        string release = await NewChannelAsync("strict", "--pin", Pin);
        Assert.Equal(0, (await house.Gateway.RunAsync("channel", "new", "lenient", "--release", release, "--unsupported", "drop")).ExitCode);
        string key = await house.Gateway.NewKeyAsync();

        (int denied, string text, _) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, Body("strict"));
        (int dropped, _, System.Net.Http.Headers.HttpResponseHeaders headers) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, Body("lenient"));

        Assert.Equal((400, 200), (denied, dropped));
        Assert.Contains("cannot_translate", text, StringComparison.Ordinal);
        Assert.Contains("logit_bias", headers.GetValues("x-causeway-dropped").Single(), StringComparison.Ordinal);

        static string Body(string channel) => $$"""{"model":"{{channel}}","logit_bias":{"50256":-100},"messages":[{"role":"user","content":"Hello"}]}""";
    }

    [Fact]
    public async Task The_prompt_and_the_parameters_of_a_release_reach_each_provider_in_its_own_words()
    {
        string prompt = Path.Combine(house.DataFolder, "prompt.txt");
        await File.WriteAllTextAsync(prompt, "You answer for Acme.\n");
        string key = await house.Gateway.NewKeyAsync();
        foreach ((string pin, string words) in ((string, string)[])
        [
            ("openai/gpt-4o-2024-11-20", "\"role\":\"system\""),
            ("anthropic/claude-sonnet-4-6", "\"system\":"),
            ("gemini/gemini-3.5-flash", "\"systemInstruction\":"),
            ("bedrock/eu.anthropic.claude-haiku-4-5-20251001-v1:0", "\"system\":["),
        ])
        {
            string channel = "acme-" + pin.Split('/')[0];
            await NewChannelAsync(channel, "--pin", pin, "--prompt", prompt, "--param", "temperature=0.25", "--param", "max_output_tokens=77");
            await house.Providers.ClearAsync();

            (int status, string text, _) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody(channel));

            Assert.True(status == 200, text);
            string sent = System.Text.Encoding.UTF8.GetString(Assert.Single(await house.Providers.RequestsAsync()).Body);
            Assert.All((string[])[words, "You answer for Acme.", "0.25", "77", "Hello"], part => Assert.Contains(part, sent, StringComparison.Ordinal));
        }
    }

    private static object Refusing(string vendor, int status) => new
    {
        match = new { vendor },
        then = new { status, error = new { message = "Refused as the test wants it." }, headers = new Dictionary<string, string> { ["x-should-retry"] = "false" } },
    };

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;

    private static string[] Trail(JsonElement record) =>
        [.. record.GetProperty("trail").EnumerateArray().Select(step => $"{Text(step, "provider")} {Text(step, "reason")}")];

    /// <returns>The release's id.</returns>
    private async Task<string> NewChannelAsync(string channel, params string[] release)
    {
        await house.Providers.ClearAsync();
        string id = Text((await house.Gateway.RunAsync(["release", "new", .. release, "--json"])).Json, "id");
        CommandRun made = await house.Gateway.RunAsync("channel", "new", channel, "--release", id);
        Assert.True(made.ExitCode == 0, made.Error);
        return id;
    }

    private async Task<IReadOnlyList<JsonElement>> AllAsync(string script, string name, string channel)
    {
        JsonElement printed = await NodeSdk.RunAsync(
            script, name, Vendors.BaseUrl(house.Gateway, script), await house.Gateway.NewKeyAsync(), input: new { models = new[] { channel }, streamed = new[] { false, true } });
        Assert.All(printed.EnumerateArray(), said => Assert.False(said.TryGetProperty("failed", out _), said.GetRawText()));
        return [.. printed.EnumerateArray()];
    }

    private async Task<IReadOnlyList<JsonElement>> RecordsAsync(string channel)
    {
        JsonElement[] records = [.. (await house.Gateway.UsageAsync()).Where(record => record.GetProperty("channel").GetString() == channel)];
        Assert.Equal(2, records.Length);
        return records;
    }
}
