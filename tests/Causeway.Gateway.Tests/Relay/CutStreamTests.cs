using System.Text;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Relay;

/// <summary>Truncated is not done: wherever a provider breaks off, the caller gets an error of its protocol and never the ordinary end.</summary>
public sealed class CutStreamTests
{
    public static TheoryData<string, string> Cuts { get; } = [.. from stream in Saying.Streams.Keys from how in (string[])["rst", "fin", "end"] select (stream, how)];

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task A_stream_cut_after_any_event_ends_in_an_error_event(string stream, string how)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Saying saying = Saying.Streams[stream];
        string whole = (await house.AskAsync(saying)).Text;
        int events = Frames(stream, whole).Length - (stream == "chat" && how == "end" ? 1 : 0); // Without its last word, and closed in good order, it is whole.
        await house.Simulator.ScriptEachAsync(Enumerable.Range(0, events).Select(at => $$$"""{"cut":{"at_event":{{{at}}},"how":"{{{how}}}"}}"""));

        for (int at = 0; at < events; at++)
        {
            await CheckCutAsync(house, stream, saying, whole, $"after {at} of {events} events");
        }
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task A_stream_cut_inside_an_event_ends_in_an_error_event(string stream, string how)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Saying saying = Saying.Streams[stream];
        string whole = (await house.AskAsync(saying)).Text;
        int[] places = [.. Enumerable.Range(0, Encoding.UTF8.GetByteCount(whole) - 1).Where(at => at % 97 == 1 || at > whole.Length - 6)];
        await house.Simulator.ScriptEachAsync(places.Select(at => $$$"""{"cut":{"at_byte":{{{at}}},"how":"{{{how}}}"}}"""));

        foreach (int at in places)
        {
            await CheckCutAsync(house, stream, saying, whole, $"after {at} of {whole.Length} bytes");
        }
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini-events")]
    public async Task Nothing_is_wrong_with_a_connection_that_breaks_after_the_streams_own_end(string stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Saying saying = Saying.Streams[stream];
        string whole = (await house.AskAsync(saying)).Text;
        await house.Simulator.ScriptAsync($$$"""{"cut":{"at_byte":{{{Encoding.UTF8.GetByteCount(whole)}}},"how":"fin"}}""");

        Answer answer = await house.AskAsync(saying);

        Assert.Equal(whole, answer.Text);
        UsageRecord record = await house.RecordOfAsync(answer);
        Assert.Equal((Outcome.Completed, UsageSource.Provider), (record.Outcome, record.Source));
    }

    // Some servers of OpenAI's protocol leave it out.
    [Fact]
    public async Task An_answer_that_has_its_reason_and_its_usage_is_whole_without_DONE()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        string whole = (await house.AskAsync(Saying.ChatStream)).Text;
        await house.Simulator.ScriptAsync($$$"""{"cut":{"at_event":{{{Frames("chat", whole).Length - 1}}},"how":"end"}}""");

        Answer answer = await house.AskAsync(Saying.ChatStream);

        UsageRecord record = await house.RecordOfAsync(answer);
        Assert.Equal((Outcome.Completed, UsageSource.Provider), (record.Outcome, record.Source));
        Assert.DoesNotContain("upstream_truncated", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_stream_books_what_was_sent_and_relayed()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"cut":{"at_event":4,"how":"fin"},"text":"aaaa bbbb cccc dddd eeee"}""");

        UsageRecord record = await house.RecordOfAsync(await house.AskAsync(Saying.ChatStream));

        Assert.Equal(UsageSource.Estimated, record.Source);
        Assert.Equal(Saying.ChatStream.Body.Length / 4, record.Tokens.Input);
        Assert.Equal((15 + 3) / 4, record.Tokens.Output); // "aaaa bbbb cccc "
        Assert.True(record.CostNanoUsd > 0);
    }

    [Fact]
    public async Task An_interrupted_stream_that_told_its_input_keeps_the_providers_count_of_it()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"cut":{"at_event":4,"how":"fin"},"usage":{"input_uncached":1000,"cache_read":500,"output":77}}""");

        UsageRecord record = await house.RecordOfAsync(await house.AskAsync(Saying.MessagesStream));

        Assert.Equal((UsageSource.Estimated, 1000L, 500L), (record.Source, record.Tokens.Input, record.Tokens.CacheRead));
    }

    private static async Task CheckCutAsync(GatewayHouse house, string stream, Saying saying, string whole, string place)
    {
        Answer answer = await house.AskAsync(saying);
        UsageRecord record = await house.RecordOfAsync(answer);

        Assert.True(answer.Status == 200 && answer.Whole, place);
        Assert.True(record is { Outcome: Outcome.Interrupted, ErrorCode: "upstream_truncated", Attempts: 1 }, $"{place}: {record.Outcome} {record.ErrorCode}");
        if (stream == "gemini-array")
        {
            System.Text.Json.JsonElement[] elements = [.. answer.Json.EnumerateArray()];
            Assert.Equal("upstream_truncated", elements[^1].GetProperty("error").GetProperty("details")[0].GetProperty("reason").GetString());
            System.Text.Json.JsonElement[] original = [.. System.Text.Json.JsonElement.Parse(whole).EnumerateArray()];
            Assert.Equal(original.Take(elements.Length - 1).Select(element => element.GetRawText()), elements[..^1].Select(element => element.GetRawText()));
            return;
        }

        string[] frames = Frames(stream, answer.Text);
        string[] full = Frames(stream, whole);
        Assert.Equal(full.Take(frames.Length - 1), frames.Take(frames.Length - 1)); // Whole events only, as they came.
        Assert.True(frames.Length <= full.Length, place);
        Assert.Contains("upstream_truncated", frames[^1], StringComparison.Ordinal);
        string start = stream switch
        {
            "chat" or "gemini-events" => "data: {\"error\":{",
            "responses" => "event: error\ndata: {\"type\":\"error\"",
            _ => "event: error\ndata: {\"type\":\"error\",\"error\":{",
        };
        Assert.StartsWith(start, frames[^1], StringComparison.Ordinal);
        if (stream == "responses")
        {
            Assert.Contains($"\"sequence_number\":{frames.Length - 1}", frames[^1], StringComparison.Ordinal);
        }
    }

    private static string[] Frames(string stream, string text) => stream == "gemini-array"
        ? [.. text.Split(",\r\n"), "]"]
        : text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
}
