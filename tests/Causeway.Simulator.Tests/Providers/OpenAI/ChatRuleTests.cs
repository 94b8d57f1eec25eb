using System.Net;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers.OpenAI;

public sealed class ChatRuleTests
{
    private const string Tools = """ "tools":[{"type":"function","function":{"name":"look"}}] """;

    [Theory]
    [InlineData("gpt-5.4", "", true)]
    [InlineData("gpt-5.4", ""","reasoning_effort":"low" """, false)]
    [InlineData("gpt-5.6-terra", "", false)]
    [InlineData("gpt-5.6-terra", ""","reasoning_effort":"none" """, true)]
    [InlineData("gpt-6-luna", ""","reasoning_effort":"high" """, false)]
    [InlineData("gpt-6-sol", ""","reasoning_effort":"none" """, true)]
    [InlineData("gpt-5.2", ""","reasoning_effort":"low" """, true)]
    [InlineData("o3", "", true)]
    [InlineData("gpt-4o-mini", "", true)]
    public async Task Function_tools_and_reasoning_meet_on_responses_only(string model, string effort, bool taken)
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage response = await sim.PostAsync(Sim.Chat, $$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}],{{Tools}}{{effort}}}""");
        string body = await response.Content.ReadAsStringAsync(Sim.Token);

        Assert.Equal(taken ? HttpStatusCode.OK : HttpStatusCode.BadRequest, response.StatusCode);
        if (!taken)
        {
            JsonElement error = JsonElement.Parse(body).GetProperty("error");
            Assert.Equal(
                $"Function tools with reasoning_effort are not supported for {model} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
                error.GetProperty("message").GetString());
            Assert.Equal("reasoning_effort", error.GetProperty("param").GetString());
        }
    }

    [Theory]
    [InlineData("gpt-6-astra", """ "reasoning_effort":"none" """, "reasoning_effort", "unsupported_value")]
    [InlineData("gpt-6.1-sol", """ "reasoning_effort":"none" """, "reasoning_effort", "unsupported_value")]
    [InlineData("gpt-6.1-sol", """ "reasoning_effort":"max" """, "reasoning_effort", "unsupported_value")]
    [InlineData("gpt-5.6-sol", """ "max_tokens":5 """, "max_tokens", "unsupported_parameter")]
    [InlineData("gpt-5.4-mini", """ "max_tokens":5 """, "max_tokens", "unsupported_parameter")]
    [InlineData("gpt-5.6-sol", """ "temperature":0.2 """, "temperature", "unsupported_value")]
    [InlineData("gpt-5.6-sol", """ "top_p":0.5 """, "top_p", "unsupported_parameter")]
    [InlineData("gpt-5.6-sol", """ "logprobs":true """, "logprobs", "unsupported_parameter")]
    [InlineData("o3", """ "stop":["x"] """, "stop", "unsupported_parameter")]
    [InlineData("gpt-5.6-sol", """ "temperature":0.2,"reasoning_effort":"none" """, null, null)]
    [InlineData("gpt-5.6-sol", """ "temperature":1.0,"top_p":1 """, null, null)]
    [InlineData("gpt-4o", """ "temperature":0.2,"max_tokens":5,"stop":"x" """, null, null)]
    public async Task A_reasoning_model_refuses_what_does_not_go_with_reasoning(string model, string field, string? param, string? code)
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = await sim.JsonAsync(Sim.Chat, $$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}],{{field}}}""");

        Assert.Equal(param is not null, answer.TryGetProperty("error", out JsonElement error));
        if (param is not null)
        {
            Assert.Equal((param, code), (error.GetProperty("param").GetString(), error.GetProperty("code").GetString()));
        }
    }

    [Theory]
    [InlineData("gpt-5.5-pro")]
    [InlineData("gpt-5.3-codex")]
    public async Task Some_models_answer_responses_only(string model)
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage chat = await sim.PostAsync(Sim.Chat, $$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}]}""");
        using HttpResponseMessage responses = await sim.PostAsync("/v1/responses", $$"""{"model":"{{model}}","input":"hi"}""");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.OK), (chat.StatusCode, responses.StatusCode));
    }

    [Theory]
    [InlineData("""{"role":"user","content":"and?"}""", "must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: c1")]
    [InlineData("""{"role":"tool","tool_call_id":"c9","content":"x"}""", "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'")]
    [InlineData("""{"role":"tool","tool_call_id":"c1","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}""", "Invalid value: 'image_url'. Supported values are: 'text'.")]
    [InlineData("""{"role":"tool","tool_call_id":"c1","content":"x"}""", "I have the tool's result")]
    public async Task A_call_is_answered_at_once_and_with_text(string next, string words)
    {
        await using Sim sim = await Sim.StartAsync();

        string answer = await sim.TextAsync(Sim.Chat, $$$"""
            {"model":"m","messages":[{"role":"user","content":"hi"},
             {"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"look","arguments":"{}"}}]},{{{next}}}]}
            """);

        Assert.Contains(words, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_field_of_another_api_is_not_recognized()
    {
        await using Sim sim = await Sim.StartAsync();

        Assert.Contains("Unrecognized request argument supplied: system", await sim.TextAsync(Sim.Chat, """{"model":"m","system":"s","messages":[{"role":"user","content":"hi"}]}"""), StringComparison.Ordinal);
        Assert.Contains("Unsupported parameter: 'messages'.", await sim.TextAsync("/v1/responses", """{"model":"m","input":"hi","messages":[]}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Likelihoods_are_told_for_every_piece_plain_and_streamed()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"text":"one two"}}]}""");

        JsonElement plain = await sim.JsonAsync(Sim.Chat, """{"model":"m","logprobs":true,"top_logprobs":2,"n":2,"messages":[{"role":"user","content":"hi"}]}""");
        IReadOnlyList<string> events = await sim.EventsAsync(Sim.Chat, """{"model":"m","stream":true,"logprobs":true,"messages":[{"role":"user","content":"hi"}]}""");

        JsonElement tokens = plain.GetProperty("choices")[1].GetProperty("logprobs").GetProperty("content");
        Assert.Equal(["one ", "two"], tokens.EnumerateArray().Select(token => token.GetProperty("token").GetString()));
        Assert.Equal(2, tokens[0].GetProperty("top_logprobs").GetArrayLength());
        Assert.Equal(-0.125, tokens[1].GetProperty("logprob").GetDouble());
        double[] streamed = [.. events.SkipLast(1).Select(e => JsonElement.Parse(e).GetProperty("choices")[0].GetProperty("logprobs"))
            .Where(logprobs => logprobs.ValueKind == JsonValueKind.Object).Select(logprobs => logprobs.GetProperty("content")[0].GetProperty("logprob").GetDouble())];
        Assert.Equal([-0.0625, -0.125], streamed);
    }

    [Fact]
    public async Task An_empty_answer_has_no_choices()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"empty":true}}]}""");

        Assert.Contains("\"choices\":[]", await sim.TextAsync(Sim.Chat, Sim.Hello), StringComparison.Ordinal);
        Assert.Contains("\"content\":[]", await sim.TextAsync(Sim.Messages, Sim.ClaudeHello), StringComparison.Ordinal);
        Assert.DoesNotContain("candidates", (await sim.TextAsync("/v1beta/models/g:generateContent", Sim.GeminiHello)).Replace("candidatesToken", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("\"output\":[]", await sim.TextAsync("/v1/responses", """{"model":"m","input":"hi"}"""), StringComparison.Ordinal);
    }
}
