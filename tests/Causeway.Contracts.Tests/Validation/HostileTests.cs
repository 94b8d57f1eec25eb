using System.Globalization;
using System.Text;
using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;
using Causeway.Contracts.Validation.Evaluation;

namespace Causeway.Contracts.Tests.Validation;

/// <summary>What would hold a thread elsewhere. Bounds are in steps, not in time.</summary>
public class HostileTests
{
    [Fact]
    public void A_bomb_of_references_ends_as_a_violation_of_the_budget()
    {
        var schema = new StringBuilder("""{"$ref":"#/$defs/s0","$defs":{""");
        for (int i = 0; i < 40; i++)
        {
            schema.Append(CultureInfo.InvariantCulture, $$"""
                "s{{i}}":{"anyOf":[{"$ref":"#/$defs/s{{i + 1}}"},{"$ref":"#/$defs/s{{i + 1}}"}]},
                """);
        }

        Validator validator = ValidatorTests.Of(schema.Append("""
            "s40":{"type":"string"}}}
            """).ToString());
        Assert.False(validator.IsValid("1"u8));
        Assert.True(validator.IsValid("\"a\""u8));
        Assert.Contains(validator.Validate("1"u8.ToArray()), violation => violation.Keyword == "budget");
        Assert.False(ValidatorTests.Of($$"""{"not":{{Encoding.UTF8.GetString(validator.Schema.Text.Span).Replace("#/$defs", "#/not/$defs", StringComparison.Ordinal)}}}""").IsValid("1"u8));
    }

    [Fact]
    public void A_long_chain_of_references_is_no_deep_stack()
    {
        var schema = new StringBuilder("""{"$ref":"#/$defs/s0","$defs":{""");
        for (int i = 0; i < 10_000; i++)
        {
            schema.Append(CultureInfo.InvariantCulture, $$"""
                "s{{i}}":{"$ref":"#/$defs/s{{i + 1}}"},
                """);
        }

        Validator validator = ValidatorTests.Of(schema.Append("""
            "s10000":true}}
            """).ToString());
        Assert.False(validator.IsValid("1"u8));
        Assert.Equal("budget", Assert.Single(validator.Validate("1"u8.ToArray())).Keyword);
    }

    [Fact]
    public void A_recursive_schema_goes_as_deep_as_a_document_may()
    {
        Validator validator = ValidatorTests.Of("""{"type":"array","items":{"$ref":"#"}}""");
        Assert.True(validator.IsValid(Encoding.UTF8.GetBytes(new string('[', 128) + new string(']', 128))));
        Assert.Contains("128 levels", Assert.Single(validator.Validate(Encoding.UTF8.GetBytes(new string('[', 129) + new string(']', 129)))).Message, StringComparison.Ordinal);
        Assert.Contains("128 levels", Assert.Single(validator.Validate(Encoding.UTF8.GetBytes(new string('[', 1_000_000)))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("(a|a)*(a|a)*(a|a)*b$")]
    public void A_catastrophic_pattern_is_linear(string pattern)
    {
        Validator validator = ValidatorTests.Of($$"""{"pattern":"{{pattern}}"}""");
        Assert.Equal("pattern", Assert.Single(validator.Validate(Encoding.UTF8.GetBytes($"\"{new string('a', 50_000)}!\""))).Keyword);
    }

    [Fact]
    public void A_catastrophic_pattern_that_must_backtrack_runs_out_of_its_time()
    {
        Validator validator = ValidatorTests.Of("""{"items":{"pattern":"^(?=(a+)+$)"}}""");
        string text = $"\"{new string('a', 60)}!\"";
        Violation violation = Assert.Single(validator.Validate(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(text, 1000))}]")));
        Assert.Equal("budget", violation.Keyword);
        Assert.Contains("takes too long to match", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Repetitions_of_repetitions_that_are_too_large_are_bounded_in_time()
    {
        Validator validator = ValidatorTests.Of("""{"pattern":"^((a?){1000}){1000}b$"}""");
        Assert.Equal("budget", Assert.Single(validator.Validate(Encoding.UTF8.GetBytes($"\"{new string('a', 5_000)}\""))).Keyword);
    }

    [Fact]
    public void A_string_too_long_for_a_backtracking_pattern_is_a_violation_that_says_so()
    {
        Validator validator = ValidatorTests.Of("""{"pattern":"(?=a)"}""");
        Assert.Contains("too long for the pattern", Assert.Single(validator.Validate(Encoding.UTF8.GetBytes($"\"{new string('a', 100_000)}\""))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"uniqueItems":true}""", "[", "]", "{0}")]
    [InlineData("""{"uniqueItems":true}""", "[", "]", "{{\"a\":{0},\"b\":[{0}]}}")]
    [InlineData("""{"enum":[1,2,3],"type":"array"}""", "[", "]", "{0}")]
    [InlineData("""{"propertyNames":{"maxLength":12},"additionalProperties":{"type":"integer"}}""", "{", "}", "\"k{0}\":{0}")]
    [InlineData("""{"unevaluatedItems":false,"anyOf":[{"items":true},{"contains":{"const":7}}]}""", "[", "]", "{0}")]
    public void Steps_grow_with_the_document_and_no_faster(string schema, string open, string close, string item)
    {
        long small = StepsOf(schema, Document(1_000));
        long large = StepsOf(schema, Document(10_000));
        Assert.InRange(large, small, small * 12);

        byte[] Document(int count) => Encoding.UTF8.GetBytes(open
            + string.Join(',', Enumerable.Range(0, count).Select(i => string.Format(CultureInfo.InvariantCulture, item, i))) + close);
    }

    [Fact]
    public void Many_equal_objects_in_another_order_do_not_take_their_square()
    {
        string forward = "{" + string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"k{i}\":{i}")) + "}";
        string backward = "{" + string.Join(',', Enumerable.Range(0, 5_000).Reverse().Select(i => $"\"k{i}\":{i}")) + "}";
        Assert.False(ValidatorTests.Of("""{"uniqueItems":true}""").IsValid(Encoding.UTF8.GetBytes($"[{forward},{backward}]")));
    }

    [Fact]
    public void An_unbounded_document_is_refused_before_it_is_read()
    {
        byte[] document = new byte[SchemaLimits.MaxDocumentBytes + 1];
        Assert.False(ValidatorTests.Of("true").IsValid(document));
        Assert.Contains("64 MiB", Assert.Single(ValidatorTests.Of("true").Validate(document)).Message, StringComparison.Ordinal);
    }

    private static long StepsOf(string schema, byte[] document)
    {
        Validator validator = ValidatorTests.Of(schema);
        var work = Workspace.Rent();
        Assert.Null(work.Tape.Read(document).Reason);
        var evaluator = new Evaluator(new JsonView(document, work.Tape.Nodes), work, validator.Schema.Graph, true, long.MaxValue);
        evaluator.Evaluate(validator.Schema.Graph.Root, 0, -1);
        work.Return();
        return long.MaxValue - evaluator.Steps;
    }
}
