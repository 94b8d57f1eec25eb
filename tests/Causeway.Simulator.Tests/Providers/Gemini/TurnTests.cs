using System.Net;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers.Gemini;

public sealed class TurnTests
{
    private const string TwoCalls = """{"rules":[{"times":1,"then":{"tool_calls":[{"name":"a","arguments":"{\"x\":1}"},{"name":"b"}]}}]}""";

    [Fact]
    public async Task The_first_call_of_a_step_brings_its_signature_back()
    {
        await using Sim sim = await Sim.StartAsync(TwoCalls);
        JsonElement parts = (await sim.JsonAsync(Path("gemini-3.5-flash"), Sim.GeminiHello)).GetProperty("candidates")[0].GetProperty("content").GetProperty("parts");
        string signature = parts[0].GetProperty("thoughtSignature").GetString()!;

        Assert.Contains("I have the tool's result", await sim.TextAsync(Path("gemini-3.5-flash"), History(signature)), StringComparison.Ordinal);
        Assert.Contains("I have the tool's result", await sim.TextAsync(Path("gemini-3.5-flash"), History("skip_thought_signature_validator")), StringComparison.Ordinal);
        Assert.Contains("Function call is missing a thought_signature in functionCall parts.", await sim.TextAsync(Path("gemini-3.5-flash"), History(null)), StringComparison.Ordinal);
        Assert.Contains("function call `default_api:a` , position 2.", await sim.TextAsync(Path("gemini-4-argon"), History(null)), StringComparison.Ordinal);
        Assert.Contains("Corrupted thought signature.", await sim.TextAsync(Path("gemini-3.6-flash"), History(signature)), StringComparison.Ordinal);
        Assert.Contains("I have the tool's result", await sim.TextAsync(Path("gemini-2.5-flash"), History(null)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turns_that_are_over_need_no_signature()
    {
        await using Sim sim = await Sim.StartAsync();
        string later = History(null).Replace("]}]}", """]},{"role":"model","parts":[{"text":"Done"}]},{"role":"user","parts":[{"text":"thanks"}]}]}""", StringComparison.Ordinal);

        Assert.Contains("thanks", await sim.TextAsync(Path("gemini-3.5-flash"), later), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"functionResponse":{"name":"a","response":{"output":1}}}""", "number of function response parts is equal to the number of function call parts")]
    [InlineData("""{"functionResponse":{"name":"a","response":{"output":1}}},{"functionResponse":{"name":"b","response":"text"}}""", "google.protobuf.Struct")]
    [InlineData("""{"text":"never mind"}""", "number of function response parts is equal to the number of function call parts")]
    public async Task Calls_have_as_many_answers_and_they_are_objects(string parts, string words)
    {
        await using Sim sim = await Sim.StartAsync();

        string answer = await sim.TextAsync(Path("gemini-2.5-flash"), $$$$"""
            {"contents":[{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":[{"functionCall":{"name":"a","args":{}}},{"functionCall":{"name":"b","args":{}}}]},{"role":"user","parts":[{{{{parts}}}}]}]}
            """);

        Assert.Contains(words, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contents_of_one_side_in_a_row_are_one_turn()
    {
        await using Sim sim = await Sim.StartAsync();

        string answer = await sim.TextAsync(Path("gemini-2.5-flash"), """
            {"contents":[{"role":"user","parts":[{"text":"hi"}]},
             {"role":"model","parts":[{"functionCall":{"name":"a","args":{}}}]},{"role":"model","parts":[{"functionCall":{"name":"b","args":{}}}]},
             {"role":"user","parts":[{"functionResponse":{"name":"a","response":{}}},{"functionResponse":{"name":"b","response":{}}}]}]}
            """);

        Assert.Contains("I have the tool's result", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gemini-3.5-flash", """ "thinkingBudget":0,"thinkingLevel":"LOW" """, "only one of thinking budget and thinking level")]
    [InlineData("gemini-4-carbon", """ "thinkingBudget":1024 """, "Thinking budget is not supported")]
    [InlineData("gemini-2.5-flash", """ "thinkingLevel":"LOW" """, "Thinking level is not supported")]
    [InlineData("gemini-2.5-pro", """ "thinkingBudget":0 """, "Budget 0 is invalid.")]
    [InlineData("gemini-4-carbon", """ "thinkingLevel":"LOW" """, "STOP")]
    public async Task Thinking_is_steered_in_the_one_way_that_the_generation_knows(string model, string thinking, string words)
    {
        await using Sim sim = await Sim.StartAsync();

        string answer = await sim.TextAsync(Path(model), $$$$"""{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"thinkingConfig":{ {{{{thinking}}}} }}}""");

        Assert.Contains(words, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_the_new_kind_is_not_sent_twice()
    {
        await using Sim sim = await Sim.StartAsync();
        using HttpRequestMessage twice = Sim.Request(Path("g"), Sim.GeminiHello);
        twice.Headers.Add("x-goog-api-key", "AQ.key");
        using HttpRequestMessage once = Sim.Request(Path("g"), Sim.GeminiHello);
        once.Headers.Add("x-goog-api-key", "AQ.key");
        once.Headers.Authorization = null;

        using HttpResponseMessage refused = await sim.Http.SendAsync(twice, Sim.Token);
        using HttpResponseMessage taken = await sim.Http.SendAsync(once, Sim.Token);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (refused.StatusCode, taken.StatusCode));
    }

    [Fact]
    public async Task A_blocked_candidate_has_no_parts_and_a_blocked_prompt_no_candidate()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"times":2,"then":{"text":"","finish_reason":"SAFETY"}},{"then":{"refusal":"blocked"}}]}""");

        JsonElement candidate = await sim.JsonAsync(Path("g"), Sim.GeminiHello);
        IReadOnlyList<string> stream = await sim.EventsAsync("/v1beta/models/g:streamGenerateContent?alt=sse", Sim.GeminiHello);
        JsonElement prompt = await sim.JsonAsync(Path("g"), Sim.GeminiHello);

        Assert.Equal("SAFETY", candidate.GetProperty("candidates")[0].GetProperty("finishReason").GetString());
        Assert.False(candidate.GetProperty("candidates")[0].GetProperty("content").TryGetProperty("parts", out _));
        Assert.Equal("SAFETY", JsonElement.Parse(Assert.Single(stream)).GetProperty("candidates")[0].GetProperty("finishReason").GetString());
        Assert.Equal("SAFETY", prompt.GetProperty("promptFeedback").GetProperty("blockReason").GetString());
        Assert.False(prompt.TryGetProperty("candidates", out _));
    }

    [Fact]
    public async Task Likelihoods_and_several_candidates_are_told()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"text":"one two"}}]}""");

        JsonElement answer = await sim.JsonAsync(Path("g"), """{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"responseLogprobs":true,"logprobs":2,"candidateCount":2}}""");

        JsonElement result = answer.GetProperty("candidates")[1].GetProperty("logprobsResult");
        Assert.Equal(2, result.GetProperty("chosenCandidates").GetArrayLength());
        Assert.Equal(2, result.GetProperty("topCandidates")[0].GetProperty("candidates").GetArrayLength());
    }

    private static string Path(string model) => $"/v1beta/models/{model}:generateContent";

    private static string History(string? signature) => $$$$"""
        {"contents":[{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":[{"functionCall":{"name":"a","args":{"x":1}}{{{{(signature is null ? "" : $",\"thoughtSignature\":\"{signature}\"")}}}}},{"functionCall":{"name":"b","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"a","response":{"output":1}}},{"functionResponse":{"name":"b","response":{"output":2}}}]}]}
        """;
}
