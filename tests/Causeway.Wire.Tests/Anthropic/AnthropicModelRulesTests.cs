using Causeway.Wire.Anthropic;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Tests.Anthropic;

public sealed class AnthropicModelRulesTests
{
    [Theory]
    [InlineData("claude-haiku-4-5-20251001", true, ThinkingOff.Always, true, ForcedTool.WithoutThinking, false, ThinkingBinding.Portable)]
    [InlineData("claude-opus-4-6", true, ThinkingOff.Always, true, ForcedTool.WithoutThinking, false, ThinkingBinding.Portable)]
    [InlineData("claude-opus-4-7", false, ThinkingOff.Always, false, ForcedTool.Taken, false, ThinkingBinding.Portable)]
    [InlineData("claude-sonnet-5", false, ThinkingOff.Always, false, ForcedTool.Taken, false, ThinkingBinding.Portable)]
    [InlineData("claude-opus-5", false, ThinkingOff.UpToHighEffort, false, ForcedTool.Taken, false, ThinkingBinding.Portable)]
    [InlineData("claude-haiku-5-5", false, ThinkingOff.UpToHighEffort, false, ForcedTool.Taken, false, ThinkingBinding.Account)]
    [InlineData("claude-fable-5", false, ThinkingOff.Never, false, ForcedTool.Refused, false, ThinkingBinding.Portable)]
    [InlineData("claude-sonnet-5-5", false, ThinkingOff.Never, false, ForcedTool.Refused, true, ThinkingBinding.Conversation)]
    [InlineData("claude-opus-5-5", false, ThinkingOff.Never, false, ForcedTool.Refused, false, ThinkingBinding.Conversation)]
    [InlineData("claude-fable-5-2", false, ThinkingOff.Never, false, ForcedTool.Refused, false, ThinkingBinding.Conversation)]
    [InlineData("claude-opus-9", false, ThinkingOff.Never, false, ForcedTool.Refused, false, ThinkingBinding.Conversation)]
    internal void Each_model_has_the_rules_of_the_vendors_table(
        string model, bool sampling, ThinkingOff off, bool budget, ForcedTool forced, bool betweenTools, ThinkingBinding binding)
    {
        AnthropicModelRules rules = AnthropicModelRules.Of(model);

        Assert.Equal(
            (sampling, off, budget, forced, betweenTools, binding),
            (rules.TakesSampling, rules.ThinkingOff, rules.TakesBudget, rules.ForcedTool, rules.TakesBetweenTools, rules.ThinkingBinding));
    }

    [Theory]
    [InlineData("claude-haiku-4-5@20251001")]
    [InlineData("global.anthropic.claude-haiku-4-5-20251001-v1:0")]
    [InlineData("anthropic.claude-haiku-4-5")]
    [InlineData("arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0")]
    [InlineData("claude-haiku-4-5-latest")]
    [InlineData("publishers/anthropic/models/claude-haiku-4-5@default")]
    public void A_model_is_the_same_on_every_platform(string id)
    {
        Assert.Same(AnthropicModelRules.Of("claude-haiku-4-5-20251001"), AnthropicModelRules.Of(id));
        Assert.True(AnthropicModelRules.AreSame("claude-haiku-4-5-20251001", id));
        Assert.False(AnthropicModelRules.AreSame("claude-sonnet-4-5", id));
    }

    [Fact]
    public void Two_dates_are_two_models_and_no_date_is_any()
    {
        Assert.False(AnthropicModelRules.AreSame("claude-opus-4-5-20251101", "claude-opus-4-5@20260101"));
        Assert.True(AnthropicModelRules.AreSame("claude-opus-4-5", "claude-opus-4-5@20260101"));
        Assert.False(AnthropicModelRules.AreSame("glm-5", "kimi-3"));
        Assert.True(AnthropicModelRules.AreSame("glm-5", "glm-5"));
    }

    [Fact]
    public void A_server_that_is_not_Claude_takes_what_the_protocol_describes()
    {
        AnthropicModelRules rules = AnthropicModelRules.Of("deepseek-v4-pro");

        Assert.True(rules is { TakesSampling: true, TakesBudget: true, TakesPrefill: true, MaxOutputTokens: null, HighestEffort: null });
        Assert.Equal(Effort.Max, AnthropicModelRules.Of("us.anthropic.claude-opus-4-6-v1").HighestEffort);
    }
}
