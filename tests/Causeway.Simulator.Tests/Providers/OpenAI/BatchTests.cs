using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers.OpenAI;

public sealed class BatchTests
{
    private const string Batches = "/v1/batches";

    [Fact]
    public async Task Each_request_is_answered_and_counted_as_if_it_were_asked_alone_and_billed_apart()
    {
        await using Sim sim = await OpenAsync();
        JsonElement alone = (await sim.JsonAsync(Sim.Chat, Sim.Hello)).GetProperty("usage");

        JsonElement made = await BeginAsync(sim, Line("a", Sim.Hello), Line("b", Sim.Hello));
        JsonElement ended = await sim.GetAsync(Of(made));
        JsonElement[] lines = await LinesAsync(sim, Text(ended, "output_file_id"));

        Assert.Equal(("validating", "completed", null), (Text(made, "status"), Text(ended, "status"), Text(ended, "error_file_id")));
        Assert.Equal(["a", "b"], lines.Select(line => Text(line, "custom_id")));
        Assert.All(lines, line => Assert.Equal(alone.GetRawText(), line.GetProperty("response").GetProperty("body").GetProperty("usage").GetRawText()));
        JsonElement[] bill = [.. (await sim.GetAsync("/sim/bill")).GetProperty("lines").EnumerateArray()];
        Assert.Equal([false, true], bill.Select(line => line.GetProperty("batch").GetBoolean()));
        Assert.Equal(2 * Output(bill[0]), Output(bill[1]));
    }

    [Theory]
    [InlineData("/v1/responses", """{"model":"sim-small","input":"Tell me about bridges"}""")]
    [InlineData("/v1/embeddings", """{"model":"text-embedding-3-small","input":"Tell me about bridges"}""")]
    public async Task Responses_and_embeddings_are_run_too(string endpoint, string body)
    {
        await using Sim sim = await OpenAsync();
        string alone = (await sim.JsonAsync(endpoint, body)).GetProperty("usage").GetRawText();

        JsonElement made = await sim.JsonAsync(Batches, Body(await UploadAsync(sim, "batch", Line("a", body, endpoint)), endpoint));
        JsonElement ended = await sim.GetAsync(Of(made));

        JsonElement line = Assert.Single(await LinesAsync(sim, Text(ended, "output_file_id")));
        Assert.Equal(alone, line.GetProperty("response").GetProperty("body").GetProperty("usage").GetRawText());
    }

    [Fact]
    public async Task The_script_says_how_often_it_is_still_worked_on_and_which_request_fails()
    {
        await using Sim sim = await OpenAsync("""
            {"rules":[{"match":{"operation":"batch_status"},"times":2,"then":{"batch_in_progress":true}},{"match":{"operation":"chat_completions"},"times":1,"then":{"status":500}}]}
            """);
        string one = Of(await BeginAsync(sim, Line("a", Sim.Hello), Line("b", Sim.Hello)));

        string?[] looks = [Text(await sim.GetAsync(one), "status"), Text(await sim.GetAsync(one), "status"), Text(await sim.GetAsync(one), "status")];
        JsonElement ended = await sim.GetAsync(one);
        JsonElement counts = ended.GetProperty("request_counts");

        Assert.Equal(["in_progress", "in_progress", "completed"], looks);
        Assert.Equal((2, 1, 1), (counts.GetProperty("total").GetInt32(), counts.GetProperty("completed").GetInt32(), counts.GetProperty("failed").GetInt32()));
        JsonElement failed = Assert.Single(await LinesAsync(sim, Text(ended, "error_file_id")));
        Assert.Equal(("a", 500), (Text(failed, "custom_id"), failed.GetProperty("response").GetProperty("status_code").GetInt32()));
        Assert.Equal((2, 1), ((await sim.TotalAsync()).GetProperty("requests").GetInt32(), (await sim.TotalAsync()).GetProperty("rejected").GetInt32()));
    }

    [Fact]
    public async Task What_is_cancelled_before_it_ended_is_not_run_and_costs_nothing()
    {
        await using Sim sim = await OpenAsync();
        string one = Of(await BeginAsync(sim, Line("a", Sim.Hello)));

        using HttpResponseMessage cancelled = await sim.Http.PostAsync(one + "/cancel", content: null, Sim.Token);
        JsonElement ended = await sim.GetAsync(one);
        using HttpResponseMessage again = await sim.Http.PostAsync(one + "/cancel", content: null, Sim.Token);

        Assert.Equal("cancelling", Text(JsonElement.Parse(await cancelled.Content.ReadAsStringAsync(Sim.Token)), "status"));
        Assert.Equal(("cancelled", null, 1), (Text(ended, "status"), Text(ended, "output_file_id"), ended.GetProperty("request_counts").GetProperty("total").GetInt32()));
        Assert.Equal((HttpStatusCode.Conflict, 0), (again.StatusCode, (await sim.TotalAsync()).GetProperty("output").GetInt32()));
        Assert.Equal(1, (await sim.GetAsync(Batches)).GetProperty("data").GetArrayLength());
    }

    [Theory]
    [InlineData("nothing", "invalid_json_line")]
    [InlineData("""{"custom_id":"a","method":"POST","url":"/v1/embeddings","body":{}}""", "mismatched_endpoint")]
    [InlineData("""{"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{}}""", "duplicate_custom_id")]
    public async Task A_file_that_is_not_well_made_fails_its_batch(string second, string code)
    {
        await using Sim sim = await OpenAsync();

        JsonElement made = await BeginAsync(sim, Line("b", Sim.Hello), second);
        JsonElement failed = await sim.GetAsync(Of(made));

        JsonElement error = Assert.Single(failed.GetProperty("errors").GetProperty("data").EnumerateArray());
        Assert.Equal(("validating", "failed", code, 2), (Text(made, "status"), Text(failed, "status"), Text(error, "code"), error.GetProperty("line").GetInt32()));
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_for_something_else_begins_none()
    {
        await using Sim sim = await OpenAsync();
        string other = await UploadAsync(sim, "assistants", Line("a", Sim.Hello));

        Assert.Contains("Invalid input_file_id", await sim.TextAsync(Batches, Body("file-1")), StringComparison.Ordinal);
        Assert.Contains("Invalid input_file_id", await sim.TextAsync(Batches, Body(other)), StringComparison.Ordinal);
        Assert.Contains("'input_file_id'", await sim.TextAsync(Batches, "{}"), StringComparison.Ordinal);
    }

    private static async Task<Sim> OpenAsync(string? script = null)
    {
        Sim sim = await Sim.StartAsync(script);
        sim.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "test-key");
        return sim;
    }

    private static string Line(string name, string body, string url = Sim.Chat) => $$"""{"custom_id":"{{name}}","method":"POST","url":"{{url}}","body":{{body}}}""";

    private static string Body(string file, string endpoint = Sim.Chat) => $$"""{"input_file_id":"{{file}}","endpoint":"{{endpoint}}","completion_window":"24h"}""";

    private static async Task<JsonElement> BeginAsync(Sim sim, params string[] lines) => await sim.JsonAsync(Batches, Body(await UploadAsync(sim, "batch", lines)));

    private static async Task<string> UploadAsync(Sim sim, string purpose, params string[] lines)
    {
        using MultipartFormDataContent form = new() { { new StringContent(purpose), "purpose" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n")), "file", "a.jsonl" } };
        using HttpResponseMessage response = await sim.Http.PostAsync("/v1/files", form, Sim.Token);
        return Text(JsonElement.Parse(await response.Content.ReadAsStringAsync(Sim.Token)), "id")!;
    }

    private static async Task<JsonElement[]> LinesAsync(Sim sim, string? file) =>
        [.. (await sim.Http.GetStringAsync($"/v1/files/{file}/content", Sim.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];

    private static string Of(JsonElement batch) => $"{Batches}/{Text(batch, "id")}";

    private static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();

    private static long Output(JsonElement line) => line.GetProperty("counts").GetProperty("output").GetInt64();
}
