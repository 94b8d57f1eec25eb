using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers;

public sealed class GeminiTests
{
    [Fact]
    public async Task Content_has_the_vendors_shape()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = await sim.JsonAsync("/gemini/v1beta/models/gemini-2.5-flash:generateContent", Sim.GeminiHello);

        JsonElement candidate = answer.GetProperty("candidates")[0];
        Assert.Equal("Hello from the simulator! You said: Tell me about bridges, please", candidate.GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString());
        Assert.Equal("STOP", candidate.GetProperty("finishReason").GetString());
        Assert.Equal("gemini-2.5-flash", answer.GetProperty("modelVersion").GetString());
        Assert.Equal(25, answer.GetProperty("usageMetadata").GetProperty("totalTokenCount").GetInt64());
    }

    [Fact]
    public async Task A_stream_is_sse_with_cumulative_usage_and_the_reason_last()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement[] chunks = [.. (await sim.EventsAsync("/v1beta/models/g:streamGenerateContent?alt=sse", Sim.GeminiHello)).Select(e => JsonElement.Parse(e))];

        long[] totals = [.. chunks.Select(c => c.GetProperty("usageMetadata").GetProperty("totalTokenCount").GetInt64())];
        Assert.Equal(totals.Order(), totals);
        Assert.Equal(25, totals[^1]);
        Assert.All(chunks.SkipLast(1), c => Assert.False(c.GetProperty("candidates")[0].TryGetProperty("finishReason", out _)));
        Assert.Equal("STOP", chunks[^1].GetProperty("candidates")[0].GetProperty("finishReason").GetString());
    }

    [Fact]
    public async Task Without_alt_sse_the_stream_is_one_array_of_the_same_chunks()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement array = await sim.JsonAsync("/v1beta/models/g:streamGenerateContent", Sim.GeminiHello);
        IReadOnlyList<string> events = await sim.EventsAsync("/v1beta/models/g:streamGenerateContent?alt=sse", Sim.GeminiHello);

        Assert.Equal(events.Count, array.GetArrayLength());
    }

    [Fact]
    public async Task A_forced_function_call_is_signed_on_its_first_part_only()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"tool_calls":[{"name":"a","arguments":"{\"x\":1}"},{"name":"b"}]}}]}""");

        JsonElement answer = await sim.JsonAsync("/v1beta/models/g:generateContent", Sim.GeminiHello);

        JsonElement parts = answer.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts");
        Assert.Equal(1, parts[0].GetProperty("functionCall").GetProperty("args").GetProperty("x").GetInt32());
        Assert.True(parts[0].TryGetProperty("thoughtSignature", out _));
        Assert.False(parts[1].TryGetProperty("thoughtSignature", out _));
    }

    [Fact]
    public async Task Counting_and_embedding_answer_in_their_shapes()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement counted = await sim.JsonAsync("/v1beta/models/g:countTokens", Sim.GeminiHello);
        JsonElement one = await sim.JsonAsync("/v1beta/models/e:embedContent", """{"content":{"parts":[{"text":"abcd"}]},"outputDimensionality":4}""");
        JsonElement many = await sim.JsonAsync("/v1beta/models/e:batchEmbedContents", """{"requests":[{"content":{"parts":[{"text":"abcd"}]},"outputDimensionality":4},{"content":{"parts":[{"text":"b"}]}}]}""");

        Assert.Equal(8, counted.GetProperty("totalTokens").GetInt64());
        Assert.Equal(4, one.GetProperty("embedding").GetProperty("values").GetArrayLength());
        Assert.Equal(2, many.GetProperty("embeddings").GetArrayLength());
        Assert.Equal(one.GetProperty("embedding").GetProperty("values").GetRawText(), many.GetProperty("embeddings")[0].GetProperty("values").GetRawText());
    }

    [Fact]
    public async Task A_scripted_429_says_when_to_retry_in_its_body()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"status":429,"error":{"retry_delay_ms":17500}}}]}""");

        JsonElement error = (await sim.JsonAsync("/v1beta/models/g:generateContent", Sim.GeminiHello)).GetProperty("error");

        Assert.Equal("RESOURCE_EXHAUSTED", error.GetProperty("status").GetString());
        Assert.Equal("17.5s", error.GetProperty("details")[0].GetProperty("retryDelay").GetString());
    }
}
