using System.Text.Json;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.Passthrough;

/// <summary>What only OpenAI has, by its own SDK: at the vendor's paths and below the provider's name.</summary>
public sealed class NativePathTests(House house) : IClassFixture<House>
{
    [Theory]
    [InlineData("/v1", "openai/")]
    [InlineData("/passthrough/openai/v1", "")]
    public async Task Images_audio_moderations_files_and_batches_are_reached_and_booked(string path, string prefix)
    {
        await house.Providers.ClearAsync();
        HashSet<string?> before = [.. (await house.Gateway.UsageAsync()).Select(Request)];

        JsonElement told = await NodeSdk.RunAsync("openai", "native", new Uri(house.Gateway.Address, path), await house.Gateway.NewKeyAsync(), input: new
        {
            image = prefix + "gpt-image-1",
            transcribe = prefix + "gpt-4o-mini-transcribe",
            speak = prefix + "gpt-4o-mini-tts",
            moderate = prefix + "omni-moderation-latest",
        });

        Assert.True(told.GetProperty("image").GetInt32() > 0);
        Assert.Equal("I heard 4000 bytes.", told.GetProperty("transcript").GetString());
        Assert.True(told.GetProperty("speech").GetInt32() > 0);
        Assert.False(told.GetProperty("flagged").GetBoolean());
        Assert.True(told.GetProperty("batch").GetBoolean());
        Assert.StartsWith("{\"custom_id\":\"1\",", told.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.True(told.GetProperty("deleted").GetBoolean());
        await AssertBookedAsync([.. (await house.Gateway.UsageAsync()).Where(record => !before.Contains(Request(record)))], told);
    }

    [Fact]
    public async Task The_other_vendors_paths_are_reached_below_their_names()
    {
        string key = await house.Gateway.NewKeyAsync();

        (int messages, string message, _) = await Ask.SendAsync(
            house.Gateway, key, "/passthrough/anthropic/v1/messages", """{"model":"claude-sonnet-4-6","max_tokens":64,"messages":[{"role":"user","content":"Hello"}]}""");
        (int contents, string content, _) = await Ask.SendAsync(
            house.Gateway, key, "/passthrough/gemini/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"Hello"}]}]}""");
        (int unknown, string refusal, _) = await Ask.SendAsync(house.Gateway, key, "/passthrough/nobody/v1/messages", "{}");

        Assert.Equal((200, 200, 404), (messages, contents, unknown));
        Assert.Contains("You said: Hello", message, StringComparison.Ordinal);
        Assert.Contains("You said: Hello", content, StringComparison.Ordinal);
        Assert.Contains("provider_unknown", refusal, StringComparison.Ordinal);
    }

    // Nine calls: two report tokens, which the bill has too; the others report nothing that could be booked.
    private async Task AssertBookedAsync(JsonElement[] records, JsonElement told)
    {
        Assert.Equal(9, records.Length);
        Assert.All(records, record => Assert.Equal(("openai", 200), (record.GetProperty("provider").GetString(), record.GetProperty("status").GetInt32())));
        JsonElement[] metered = [.. records.Where(record => record.GetProperty("usage_source").GetString() == "provider")];
        Assert.Equal(
            ["none", .. Enumerable.Repeat("unmetered", records.Length - metered.Length - 1)], // What the batch used is told when it has ended.
            records.Except(metered).Select(record => record.GetProperty("usage_source").GetString()).Order(StringComparer.Ordinal));
        JsonElement usage = told.GetProperty("imageUsage");
        JsonElement bill = await house.Providers.BillAsync();
        Assert.Equal(
            [(Number(usage, "input_tokens"), Number(usage, "output_tokens")), Billed("gpt-4o-mini-transcribe")],
            metered.Select(record => (Number(record, "input_tokens"), Number(record, "output_tokens"))).OrderByDescending(counts => counts.Item2));
        Assert.Equal(Billed("gpt-image-1"), (Number(usage, "input_tokens"), Number(usage, "output_tokens")));

        (long Input, long Output) Billed(string model) =>
            bill.GetProperty("lines").EnumerateArray().Where(line => line.GetProperty("model").GetString() == model)
                .Select(line => line.GetProperty("counts")).Select(counts => (Number(counts, "input_uncached"), Number(counts, "output"))).Single();
    }

    private static long Number(JsonElement json, string member) => json.GetProperty(member).GetInt64();

    private static string? Request(JsonElement record) => record.GetProperty("request").GetString();
}
