using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers;

/// <summary>Tools that vendors run themselves: used as a script says, told in the vendor's way, and on the bill.</summary>
public sealed class ServerToolTests
{
    private const string Script = """{"rules":[{"then":{"text":"Done","usage":{"web_searches":2,"file_searches":3}}}]}""";

    [Fact]
    public async Task Claude_tells_them_in_its_usage_and_in_blocks()
    {
        await using Sim sim = await Sim.StartAsync(Script);

        JsonElement message = await sim.JsonAsync(Sim.Messages, Sim.ClaudeHello);
        JsonElement[] events = [.. (await sim.EventsAsync(Sim.Messages, Sim.ClaudeStream)).Select(data => JsonElement.Parse(data))];

        Assert.Equal(2, message.GetProperty("usage").GetProperty("server_tool_use").GetProperty("web_search_requests").GetInt32());
        Assert.Equal(["server_tool_use", "web_search_tool_result", "server_tool_use", "web_search_tool_result", "text"], message.GetProperty("content").EnumerateArray().Select(block => block.GetProperty("type").GetString()));
        Assert.Equal(["server_tool_use", "web_search_tool_result", "server_tool_use", "web_search_tool_result", "text"], events.Where(one => Type(one) == "content_block_start").Select(one => Type(one.GetProperty("content_block"))));
        Assert.False(events[0].GetProperty("message").GetProperty("usage").TryGetProperty("server_tool_use", out _));
        Assert.Equal(2, events[^2].GetProperty("usage").GetProperty("server_tool_use").GetProperty("web_search_requests").GetInt32());
        await AssertBilledAsync(sim, web: 4, files: 0);
    }

    [Fact]
    public async Task Responses_tell_them_as_items_and_opened_pages_are_not_on_the_bill()
    {
        await using Sim sim = await Sim.StartAsync(Script);

        JsonElement response = await sim.JsonAsync("/v1/responses", """{"model":"m","input":"x"}""");
        string[] events = [.. (await sim.EventsAsync("/v1/responses", """{"model":"m","input":"x","stream":true}"""))];

        string[] items = [.. response.GetProperty("output").EnumerateArray().Select(item => Type(item) + (item.TryGetProperty("action", out JsonElement action) ? " " + Type(action) : ""))];
        Assert.Equal(
            ["web_search_call search", "web_search_call open_page", "web_search_call search", "web_search_call open_page", "file_search_call", "file_search_call", "file_search_call", "message"],
            items);
        Assert.Equal(items.Length, events.Count(data => Type(JsonElement.Parse(data)) == "response.output_item.done"));
        Assert.Equal(items.Length, JsonElement.Parse(events[^1]).GetProperty("response").GetProperty("output").GetArrayLength());
        await AssertBilledAsync(sim, web: 4, files: 6);
    }

    [Fact]
    public async Task Gemini_tells_its_queries()
    {
        await using Sim sim = await Sim.StartAsync(Script);

        JsonElement answer = await sim.JsonAsync("/v1beta/models/gemini-2.5-flash:generateContent", Sim.GeminiHello);

        Assert.Equal(["search 1", "search 2"], answer.GetProperty("candidates")[0].GetProperty("groundingMetadata").GetProperty("webSearchQueries").EnumerateArray().Select(query => query.GetString()));
        await AssertBilledAsync(sim, web: 2, files: 0);
    }

    [Theory]
    [InlineData("\"web_search_options\":{},", 1)]
    [InlineData("", 0)]
    public async Task Chat_completions_search_where_they_are_asked_to_and_tell_nothing(string asked, int web)
    {
        await using Sim sim = await Sim.StartAsync(Script);

        string text = await sim.TextAsync(Sim.Chat, Sim.Hello.Replace("{\"model\"", "{" + asked + "\"model\"", StringComparison.Ordinal));

        Assert.DoesNotContain("search", text, StringComparison.Ordinal);
        await AssertBilledAsync(sim, web, files: 0);
    }

    [Fact]
    public async Task A_script_is_held_to_its_range() =>
        Assert.Contains("usage.web_searches", (await Assert.ThrowsAsync<FormatException>(() => Sim.StartAsync("""{"rules":[{"then":{"usage":{"web_searches":101}}}]}"""))).Message, StringComparison.Ordinal);

    private static async Task AssertBilledAsync(Sim sim, int web, int files)
    {
        JsonElement total = await sim.TotalAsync();
        Assert.Equal((web, files), (total.GetProperty("web_searches").GetInt32(), total.GetProperty("file_searches").GetInt32()));
    }

    private static string? Type(JsonElement one) => one.GetProperty("type").GetString();
}
