using System.Net;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers.Anthropic;

public sealed class BatchTests
{
    private const string Batches = "/v1/messages/batches";

    private static readonly string s_two = $$$"""{"requests":[{"custom_id":"a","params":{{{Sim.ClaudeHello}}}},{"custom_id":"b","params":{{{Sim.ClaudeHello}}}}]}""";

    [Fact]
    public async Task Each_request_is_answered_and_counted_as_if_it_were_asked_alone_and_billed_apart()
    {
        await using Sim sim = await OpenAsync();
        JsonElement alone = (await sim.JsonAsync(Sim.Messages, Sim.ClaudeHello)).GetProperty("usage");

        JsonElement made = await sim.JsonAsync(Batches, s_two);
        string one = $"{Batches}/{made.GetProperty("id").GetString()}";
        JsonElement ended = await sim.GetAsync(one);
        JsonElement[] lines = [.. (await sim.Http.GetStringAsync(one + "/results", Sim.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];

        Assert.Equal(("in_progress", JsonValueKind.Null), (Text(made, "processing_status"), made.GetProperty("results_url").ValueKind));
        Assert.Equal(("ended", new Uri(sim.Address, one + "/results").AbsoluteUri), (Text(ended, "processing_status"), Text(ended, "results_url")));
        Assert.Equal(["a", "b"], lines.Select(line => Text(line, "custom_id")));
        Assert.All(lines, line => Assert.Equal(alone.GetRawText(), line.GetProperty("result").GetProperty("message").GetProperty("usage").GetRawText()));
        JsonElement[] bill = [.. (await sim.GetAsync("/sim/bill")).GetProperty("lines").EnumerateArray()];
        Assert.Equal([false, true], bill.Select(line => line.GetProperty("batch").GetBoolean()));
        Assert.Equal(2 * Output(bill[0]), Output(bill[1]));
    }

    [Fact]
    public async Task The_script_says_how_often_it_is_still_worked_on_and_which_request_fails()
    {
        await using Sim sim = await OpenAsync("""
            {"rules":[{"match":{"operation":"batch_status"},"times":2,"then":{"batch_in_progress":true}},{"match":{"operation":"messages"},"times":1,"then":{"status":529}}]}
            """);
        string one = $"{Batches}/{Text(await sim.JsonAsync(Batches, s_two), "id")}";

        string?[] looks = [Text(await sim.GetAsync(one), "processing_status"), Text(await sim.GetAsync(one), "processing_status")];
        using HttpResponseMessage early = await sim.Http.GetAsync(one + "/results", Sim.Token);
        JsonElement counts = (await sim.GetAsync(one)).GetProperty("request_counts");

        Assert.Equal(["in_progress", "in_progress"], looks);
        Assert.Equal(HttpStatusCode.NotFound, early.StatusCode);
        Assert.Equal((1, 1), (counts.GetProperty("succeeded").GetInt32(), counts.GetProperty("errored").GetInt32()));
        Assert.Equal((2, 1), ((await sim.TotalAsync()).GetProperty("requests").GetInt32(), (await sim.TotalAsync()).GetProperty("rejected").GetInt32()));
    }

    [Fact]
    public async Task What_is_cancelled_before_it_ended_is_not_run_and_costs_nothing()
    {
        await using Sim sim = await OpenAsync();
        string one = $"{Batches}/{Text(await sim.JsonAsync(Batches, s_two), "id")}";

        using HttpResponseMessage cancelled = await sim.Http.PostAsync(one + "/cancel", content: null, Sim.Token);
        JsonElement ended = await sim.GetAsync(one);

        Assert.Equal("canceling", Text(JsonElement.Parse(await cancelled.Content.ReadAsStringAsync(Sim.Token)), "processing_status"));
        Assert.Equal(("ended", 2), (Text(ended, "processing_status"), ended.GetProperty("request_counts").GetProperty("canceled").GetInt32()));
        Assert.Equal(0, (await sim.TotalAsync()).GetProperty("output").GetInt32());
        using HttpResponseMessage again = await sim.Http.PostAsync(one + "/cancel", content: null, Sim.Token);
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
    }

    [Theory]
    [InlineData("""{"requests":[]}""", "at least 1 item")]
    [InlineData("""{"requests":[{"params":{}}]}""", "requests.0.custom_id")]
    [InlineData("""{"requests":[{"custom_id":"a","params":{}},{"custom_id":"a","params":{}}]}""", "not unique")]
    public async Task What_is_no_batch_is_refused(string body, string why)
    {
        await using Sim sim = await OpenAsync();

        Assert.Contains(why, await sim.TextAsync(Batches, body), StringComparison.Ordinal);
    }

    private static async Task<Sim> OpenAsync(string? script = null)
    {
        Sim sim = await Sim.StartAsync(script);
        sim.Http.DefaultRequestHeaders.Add("x-api-key", "test-key");
        sim.Http.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        return sim;
    }

    private static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();

    private static long Output(JsonElement line) => line.GetProperty("counts").GetProperty("output").GetInt64();
}
