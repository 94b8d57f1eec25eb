using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers.OpenAI;

public sealed class ResponsesTests
{
    private const string Path = "/v1/responses";

    [Fact]
    public async Task A_response_goes_on_from_a_stored_one_and_pays_for_it_again()
    {
        await using Sim sim = await Sim.StartAsync();
        JsonElement first = await sim.JsonAsync(Path, """{"model":"m","input":"abcdefgh"}""");
        string id = first.GetProperty("id").GetString()!;

        JsonElement counted = await sim.JsonAsync(Path + "/input_tokens", $$"""{"model":"m","input":"abcd","previous_response_id":"{{id}}"}""");
        JsonElement second = await sim.JsonAsync(Path, $$"""{"model":"m","input":"abcd","previous_response_id":"{{id}}"}""");

        long before = first.GetProperty("usage").GetProperty("total_tokens").GetInt64();
        Assert.Equal(before + 1, counted.GetProperty("input_tokens").GetInt64());
        Assert.Equal(before + 1, second.GetProperty("usage").GetProperty("input_tokens").GetInt64());
        Assert.Equal(id, second.GetProperty("previous_response_id").GetString());
    }

    [Fact]
    public async Task What_was_not_stored_here_or_by_this_account_is_not_found()
    {
        await using Sim sim = await Sim.StartAsync();
        JsonElement unstored = await sim.JsonAsync(Path, """{"model":"m","input":"a","store":false}""");
        JsonElement stored = await sim.JsonAsync(Path, """{"model":"m","input":"a"}""");

        string gone = await sim.TextAsync(Path, $$"""{"model":"m","input":"b","previous_response_id":"{{unstored.GetProperty("id").GetString()}}"}""");
        using HttpRequestMessage foreign = Sim.Request(Path, $$"""{"model":"m","input":"b","previous_response_id":"{{stored.GetProperty("id").GetString()}}"}""");
        foreign.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "another-account");
        using HttpResponseMessage refused = await sim.Http.SendAsync(foreign, Sim.Token);

        Assert.Contains("previous_response_not_found", gone, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task A_stored_response_is_read_and_deleted()
    {
        await using Sim sim = await Sim.StartAsync();
        sim.Http.DefaultRequestHeaders.Add("authorization", "Bearer test-key");
        JsonElement made = await sim.JsonAsync(Path, """{"model":"m","input":"a"}""");
        string one = $"{Path}/{made.GetProperty("id").GetString()}";

        JsonElement read = await sim.GetAsync(one);
        using HttpResponseMessage deleted = await sim.Http.DeleteAsync(one, Sim.Token);
        using HttpResponseMessage gone = await sim.Http.GetAsync(one, Sim.Token);

        Assert.Equal(made.GetRawText(), read.GetRawText());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (deleted.StatusCode, gone.StatusCode));
        Assert.Equal(1, (await sim.TotalAsync()).GetProperty("requests").GetInt64());
    }

    [Fact]
    public async Task Encrypted_reasoning_is_verified_when_it_comes_back()
    {
        await using Sim sim = await Sim.StartAsync();
        JsonElement made = await sim.JsonAsync(Path, """{"model":"gpt-5.6-sol","input":"a","store":false,"include":["reasoning.encrypted_content"]}""");
        string item = made.GetProperty("output")[0].GetRawText();
        string content = made.GetProperty("output")[0].GetProperty("encrypted_content").GetString()!;

        JsonElement whole = await sim.JsonAsync(Path, Again("gpt-5.6-sol", item));
        string edited = await sim.TextAsync(Path, Again("gpt-5.6-sol", item.Replace(content, content[..^8] + "AAAAAAA=", StringComparison.Ordinal)));
        JsonElement moved = await sim.JsonAsync(Path, Again("gpt-6-luna", item));

        Assert.False(whole.TryGetProperty("input_transformations", out _));
        Assert.Contains("invalid_encrypted_content", edited, StringComparison.Ordinal);
        Assert.Equal("model_mismatch", moved.GetProperty("input_transformations")[0].GetProperty("reason").GetString());

        static string Again(string model, string item) => $$"""{"model":"{{model}}","store":false,"input":[{"role":"user","content":"a"},{{item}},{"role":"user","content":"b"}]}""";
    }

    [Fact]
    public async Task Reasoning_without_its_seal_is_known_only_where_it_is_stored()
    {
        await using Sim sim = await Sim.StartAsync();
        JsonElement made = await sim.JsonAsync(Path, """{"model":"gpt-5.6-sol","input":"a"}""");
        string item = made.GetProperty("output")[0].GetRawText();

        string known = await sim.TextAsync(Path, $$"""{"model":"gpt-5.6-sol","input":[{{item}},{"role":"user","content":"b"}]}""");
        string unknown = await sim.TextAsync(Path, """{"model":"gpt-5.6-sol","input":[{"type":"reasoning","id":"rs_other","summary":[]},{"role":"user","content":"b"}]}""");

        Assert.Contains("\"status\":\"completed\"", known, StringComparison.Ordinal);
        Assert.Contains("Item with id 'rs_other' not found.", unknown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"function_call","call_id":"c1","name":"look","arguments":"{}"}""", "No tool output found for function call c1.")]
    [InlineData("""{"type":"function_call_output","call_id":"c1","output":"x"}""", "No tool call found for function call output with call_id c1.")]
    [InlineData("""{"type":"function_call","call_id":"0123456789012345678901234567890123456789012345678901234567890123456789","name":"look","arguments":"{}"}""", "string too long. Expected a string with maximum length 64")]
    [InlineData("""{"type":"function_call","call_id":"c1","name":"look","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":[{"type":"input_text","text":"x"}]}""", "I have the tool's result")]
    public async Task Calls_and_their_outputs_come_in_pairs(string items, string words)
    {
        await using Sim sim = await Sim.StartAsync();

        Assert.Contains(words, await sim.TextAsync(Path, $$"""{"model":"m","input":[{"role":"user","content":"hi"},{{items}}]}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_calls_of_a_stored_response_are_answered_by_their_id_alone()
    {
        await using Sim sim = await Sim.StartAsync();
        JsonElement first = await sim.JsonAsync(Path, """{"model":"gpt-6.1-sol","input":"use the tool","tools":[{"type":"function","name":"look","parameters":{"type":"object"}}]}""");
        string id = first.GetProperty("id").GetString()!;
        string call = first.GetProperty("output").EnumerateArray().Single(item => item.GetProperty("type").GetString() == "function_call").GetProperty("call_id").GetString()!;

        string answered = await sim.TextAsync(Path, $$"""{"model":"gpt-6.1-sol","previous_response_id":"{{id}}","input":[{"type":"function_call_output","call_id":"{{call}}","output":"x"}]}""");
        string ignored = await sim.TextAsync(Path, $$"""{"model":"gpt-6.1-sol","previous_response_id":"{{id}}","input":"and?"}""");

        Assert.Contains("I have the tool's result", answered, StringComparison.Ordinal);
        Assert.Contains($"No tool output found for function call {call}.", ignored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Likelihoods_are_told_where_they_are_included()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"text":"one two"}}]}""");

        JsonElement response = await sim.JsonAsync(Path, """{"model":"m","input":"hi","include":["message.output_text.logprobs"],"top_logprobs":3}""");

        JsonElement logprobs = response.GetProperty("output")[0].GetProperty("content")[0].GetProperty("logprobs");
        Assert.Equal((2, 3), (logprobs.GetArrayLength(), logprobs[0].GetProperty("top_logprobs").GetArrayLength()));
    }
}
