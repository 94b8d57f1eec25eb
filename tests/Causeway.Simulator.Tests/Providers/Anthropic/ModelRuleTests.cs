using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers.Anthropic;

public sealed class ModelRuleTests
{
    private const string Tool = """ "tools":[{"name":"look","input_schema":{"type":"object"}}] """;

    [Theory]
    [InlineData("claude-sonnet-4-6", """ "temperature":0.5 """, null)]
    [InlineData("claude-opus-4-7", """ "temperature":0.5 """, "`temperature` is deprecated for this model.")]
    [InlineData("claude-opus-4-8", """ "temperature":1,"top_p":0.99 """, null)]
    [InlineData("claude-sonnet-5", """ "top_k":5 """, "`top_k` is deprecated for this model.")]
    [InlineData("claude-sonnet-4-6", """ "temperature":1.5 """, "temperature: Input should be between 0 and 1")]
    [InlineData("claude-haiku-4-5", """ "thinking":{"type":"adaptive"} """, "\"thinking.type.adaptive\" is not supported for this model.")]
    [InlineData("claude-sonnet-4-5-20250929", """ "thinking":{"type":"enabled","budget_tokens":1024} """, null)]
    [InlineData("claude-sonnet-4-6", """ "thinking":{"type":"enabled","budget_tokens":512} """, "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024")]
    [InlineData("claude-sonnet-4-6", """ "thinking":{"type":"enabled","budget_tokens":4096} """, "`max_tokens` must be greater than `thinking.budget_tokens`.")]
    [InlineData("claude-opus-5", """ "thinking":{"type":"disabled"},"output_config":{"effort":"high"} """, null)]
    [InlineData("claude-opus-5", """ "thinking":{"type":"disabled"},"output_config":{"effort":"xhigh"} """, "\"thinking.type.disabled\" is not supported for this model.")]
    [InlineData("claude-haiku-5-5", """ "thinking":{"type":"enabled","budget_tokens":1024} """, "\"thinking.type.enabled\" is not supported for this model.")]
    [InlineData("claude-fable-5", """ "thinking":{"type":"disabled"} """, "\"thinking.type.disabled\" is not supported for this model.")]
    [InlineData("claude-sonnet-5-5", """ "thinking":{"type":"between_tools"} """, null)]
    [InlineData("claude-opus-5-5", """ "thinking":{"type":"between_tools"} """, "\"thinking.type.between_tools\" is not supported for this model.")]
    [InlineData("claude-opus-5-5", """ "tool_choice":{"type":"any"} """ + "," + Tool, "tool_choice: type \"tool\" and \"any\" are not supported for this model.")]
    [InlineData("claude-fable-5-2", """ "tool_choice":{"type":"tool","name":"look"} """ + "," + Tool, "tool_choice: type \"tool\" and \"any\" are not supported for this model.")]
    [InlineData("claude-opus-5", """ "tool_choice":{"type":"any"} """ + "," + Tool, null)]
    [InlineData("claude-sonnet-4-6", """ "tool_choice":{"type":"any"},"thinking":{"type":"adaptive"} """ + "," + Tool, "Thinking may not be enabled when tool_choice forces tool use.")]
    [InlineData("claude-sonnet-4-5", """ "inference_geo":"us" """, "inference_geo: not supported for this model.")]
    [InlineData("claude-sonnet-5", """ "stop_sequences":[" "] """, "stop_sequences: each stop sequence must contain non-whitespace")]
    public async Task A_model_refuses_what_its_line_does_not_take(string model, string fields, string? message)
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = await sim.JsonAsync(Sim.Messages, $$"""{"model":"{{model}}","max_tokens":2000,"messages":[{"role":"user","content":"hi"}],{{fields}}}""");

        string said = answer.TryGetProperty("error", out JsonElement error) ? error.GetProperty("message").GetString()! : "taken";
        Assert.StartsWith(message ?? "taken", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-10-21", """ "temperature":1 """, "temperature: Extra inputs are not permitted")]
    [InlineData("2026-10-21", """ "max_tokens":9 """, "\"type\":\"message\"")]
    [InlineData("2020-01-01", """ "max_tokens":9 """, "is not a valid version")]
    public async Task The_newest_version_takes_no_sampling_on_any_model(string version, string field, string words)
    {
        await using Sim sim = await Sim.StartAsync();
        using HttpRequestMessage request = Sim.Request(Sim.Messages, $$"""{"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"hi"}],{{field}}}""");
        request.Headers.Remove("anthropic-version");
        request.Headers.Add("anthropic-version", version);

        using HttpResponseMessage response = await sim.Http.SendAsync(request, Sim.Token);

        Assert.Contains(words, await response.Content.ReadAsStringAsync(Sim.Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"x"},{"type":"tool_result","tool_use_id":"t2","content":"x"},{"type":"text","text":"so?"}]}""", "I have the tool's result")]
    [InlineData("""{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"x"}]}""", "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t2.")]
    [InlineData("""{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"x"}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t2","content":"x"}]}""", "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t2.")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"so?"},{"type":"tool_result","tool_use_id":"t1","content":"x"},{"type":"tool_result","tool_use_id":"t2","content":"x"}]}""", "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1, t2.")]
    [InlineData("""{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"x"},{"type":"tool_result","tool_use_id":"t2","content":"x"},{"type":"tool_result","tool_use_id":"t3","content":"x"}]}""", "unexpected `tool_use_id` found in `tool_result` blocks: t3.")]
    public async Task All_results_of_a_turn_come_at_once_and_first(string next, string words)
    {
        await using Sim sim = await Sim.StartAsync();

        string answer = await sim.TextAsync(Sim.Messages, $$$"""
            {"model":"c","max_tokens":100,"messages":[{"role":"user","content":"hi"},
             {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"look","input":{}},{"type":"tool_use","id":"t2","name":"look","input":{}}]}, {{{next}}} ]}
            """);

        Assert.Contains(words, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":[{"type":"tool_use","id":"call:1","name":"look","input":{}}]}""", "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'")]
    [InlineData("""{"role":"assistant","content":[{"type":"text","text":""}]}""", "messages: text content blocks must be non-empty")]
    [InlineData("""{"role":"developer","content":"x"}""", "messages.1.role: Input should be 'user' or 'assistant'")]
    [InlineData("""{"role":"system","content":"x"}""", "messages.1.role: Input should be 'user' or 'assistant'")]
    [InlineData("""{"role":"assistant","content":"So"}""", "This model does not support assistant message prefill.")]
    public async Task A_message_that_is_not_well_made_is_400_with_its_place(string message, string words)
    {
        await using Sim sim = await Sim.StartAsync();

        string answer = await sim.TextAsync(Sim.Messages, $$"""{"model":"claude-sonnet-4-6","max_tokens":100,"messages":[{"role":"user","content":"hi"},{{message}}]}""");

        Assert.Contains(words, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_says_what_it_was_about()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"refusal":"No."}}]}""");

        JsonElement message = await sim.JsonAsync(Sim.Messages, Sim.ClaudeHello);

        Assert.Equal("refusal", message.GetProperty("stop_details").GetProperty("type").GetString());
    }
}
