using System.Text;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Tests.Requests;

public sealed class HiddenReasoningTests
{
    private const string Messages =
        """{"model":"m", "messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"x","signature":"s1"},{"type":"text","text":"b"}]},{"role":"user","content":"c"},{"role":"assistant","content":[{"type":"redacted_thinking","data":"s2"},{"type":"tool_use","id":"t","name":"n","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"1e2"}]}],"max_tokens":1e2}""";

    [Theory]
    [InlineData(0, 2, "")]
    [InlineData(1, 2, "s1")]
    [InlineData(2, 2, "s1 s2")]
    [InlineData(1, 3, "")] // Its history was changed: nobody knows whose answer is whose.
    [InlineData(5, 1, "")]
    public void Blocks_go_from_the_first_answer_on_that_is_not_the_own_one(int own, int answers, string left)
    {
        Assert.True(HiddenReasoning.TryRemove(Operation.Messages, Encoding.UTF8.GetBytes(Messages), own, answers, out byte[]? without));

        string text = without is null ? Messages : Encoding.UTF8.GetString(without);
        Assert.Equal(left, string.Join(' ', ((string[])["s1", "s2"]).Where(seal => text.Contains($"\"{seal}\"", StringComparison.Ordinal))));
        Assert.Contains("""{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"1e2"}]}""", text, StringComparison.Ordinal);
        Assert.EndsWith(""","max_tokens":1e2}""", text, StringComparison.Ordinal); // As it was written.
        Assert.Contains("""{"type":"tool_use","id":"t","name":"n","input":{}}""", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Operation.Messages, """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"s"}]},{"role":"user","content":"b"}]}""", """{"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}""")]
    [InlineData(Operation.ChatCompletions, """{"messages":[{"role":"assistant","content":"a","reasoning_details":[{"data":"s"}]},{"role":"user","content":"b"}]}""", """{"messages":[{"role":"assistant","content":"a"},{"role":"user","content":"b"}]}""")]
    [InlineData(Operation.Responses, """{"input":[{"role":"user","content":"a"},{"type":"reasoning","id":"r","encrypted_content":"s"},{"type":"message","role":"assistant","content":"b"}],"store":false}""", """{"input":[{"role":"user","content":"a"},{"type":"message","role":"assistant","content":"b"}],"store":false}""")]
    [InlineData(Operation.GenerateContent, """{"contents":[{"role":"model","parts":[{"text":"t","thought":true},{"text":"a","thoughtSignature":"s"},{"functionCall":{"name":"f"},"thoughtSignature":"s"}]}]}""", """{"contents":[{"role":"model","parts":[{"text":"a"},{"functionCall":{"name":"f"},"thoughtSignature":"skip_thought_signature_validator"}]}]}""")]
    public void Each_protocol_has_its_own(Operation operation, string body, string without)
    {
        Assert.True(HiddenReasoning.TryRemove(operation, Encoding.UTF8.GetBytes(body), 0, 1, out byte[]? found));

        Assert.Equal(without, Encoding.UTF8.GetString(found!));
        Assert.True(HiddenReasoning.TryRemove(operation, found, 0, 1, out byte[]? again));
        Assert.Null(again); // There is nothing left.
    }

    [Theory]
    [InlineData(Operation.Messages, """{"messages":[{"role":"assistant","content":"a"},{"role":"user","content":[{"type":"thinking","signature":"s"}]}]}""")]
    [InlineData(Operation.Responses, """{"input":"a"}""")]
    [InlineData(Operation.Embeddings, """{"input":[{"type":"reasoning"}]}""")]
    [InlineData(Operation.GenerateContent, """{"contents":{}}""")]
    public void Where_there_is_none_nothing_is_written(Operation operation, string body)
    {
        Assert.True(HiddenReasoning.TryRemove(operation, Encoding.UTF8.GetBytes(body), 0, 1, out byte[]? without));
        Assert.Null(without);
    }

    [Fact]
    public void What_cannot_be_read_is_said() => Assert.False(HiddenReasoning.TryRemove(Operation.Messages, "{\"messages\":["u8.ToArray(), 0, 0, out _));
}
