using System.Text;
using Causeway.Contracts.Repair;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Tests.Repair;

public class RepairPromptTests
{
    [Fact]
    public void It_says_what_is_wrong_where_and_asks_for_the_whole_document()
    {
        JsonSchema schema = JsonSchema.Parse("""{"type":"object","properties":{"age":{"type":"integer"}},"required":["age"]}"""u8.ToArray());

        string prompt = RepairPrompt.Of(schema, Validator.Of(schema).Validate("""{"age":"old"}"""u8.ToArray()));

        Assert.Contains("- /age: ", prompt, StringComparison.Ordinal);
        Assert.Contains("""{"type":"object","properties":{"age":{"type":"integer"}},"required":["age"]}""", prompt, StringComparison.Ordinal);
        Assert.EndsWith("the whole corrected JSON document and nothing else.", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_bounded()
    {
        JsonSchema schema = JsonSchema.Parse(Encoding.UTF8.GetBytes($$"""{"description":"{{new string('é', 9000)}}"}"""));
        Violation[] violations = [.. Enumerable.Range(0, 200).Select(i => new Violation($"/{i}", "type", "/type", new string('é', 60)))];

        string prompt = RepairPrompt.Of(schema, violations);

        Assert.InRange(Encoding.UTF8.GetByteCount(prompt), 4096, 8192);
        Assert.DoesNotContain("The JSON Schema:", prompt, StringComparison.Ordinal);
    }
}
