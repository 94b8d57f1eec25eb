using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Tests.Neutral;

/// <summary>What a person reads when a request is not translated.</summary>
public sealed class DenialTests
{
    private const string Plain = """{"model":"ch","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""";

    [Fact]
    public void What_the_caller_sent_the_caller_is_told_to_leave_out()
    {
        const string Asked = """{"model":"ch","temperature":0.2,"messages":[{"role":"user","content":"hi"}]}""";

        RequestFault fault = Translating.Denial(Operation.ChatCompletions, Asked, Translating.Target(Operation.Messages, "claude-opus-5-5"));

        Assert.Equal("temperature", fault.Param);
        Assert.StartsWith("\"temperature\" would change the answer and cannot be carried to up (claude-opus-5-5): this model takes no sampling parameters. Leave it out", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"role":"user","role":"system","content":"hi"}""")]
    [InlineData("""{"role":"user","content":"hi","content":"there"}""")]
    public void What_stands_twice_is_not_put_in_other_words(string message)
    {
        string asked = $$"""{"model":"ch","messages":[{{message}}]}""";

        Assert.Equal("field_duplicated", Translating.Denial(Operation.ChatCompletions, asked, Translating.Target(Operation.Messages, "claude-sonnet-4-6")).Code);
    }

    [Theory]
    [InlineData(Operation.Messages, "claude-opus-5-5")]
    [InlineData(Operation.Responses, "gpt-5.5")]
    public void What_the_release_sets_the_operator_is_told_to_mend(Operation target, string model)
    {
        RequestFault fault = Translating.Denial(Operation.Messages, Plain, Translating.Target(target, model), new RequestChanges { Temperature = "0.2" });

        Assert.Equal(("cannot_translate", "parameters.temperature"), (fault.Code, fault.Param));
        Assert.Contains("which the channel's release sets", fault.Message, StringComparison.Ordinal);
        Assert.Contains("The operator points the channel at a release without it", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Leave it out", fault.Message, StringComparison.Ordinal);
    }
}
