using System.Text;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Tests.Validation;

public class ValidatorTests
{
    private const string Shapes = """
        {"anyOf":[
          {"type":"object","properties":{"kind":{"const":"circle"},"r":{"type":"number"}},"required":["kind","r"]},
          {"type":"object","properties":{"kind":{"const":"square"},"side":{"type":"number"}},"required":["kind","side"]},
          {"type":"null"}]}
        """;

    [Theory]
    [InlineData("""{"type":"integer"}""", "\"a\"", "", "type", "/type", "expected an integer, got the string \"a\"")]
    [InlineData("""{"type":["string","null"]}""", "{}", "", "type", "/type", "expected a string or null, got an object")]
    [InlineData("""{"type":"integer"}""", "1.5", "", "type", "/type", "expected an integer, got 1.5")]
    [InlineData("""{"required":["city"]}""", "{}", "", "required", "/required", "missing required member \"city\"")]
    [InlineData("""{"enum":["a","b",3]}""", "4", "", "enum", "/enum", "must be one of \"a\", \"b\", 3, got 4")]
    [InlineData("""{"const":{"a":1}}""", "[]", "", "const", "/const", "must be {\"a\":1}, got an array")]
    [InlineData("""{"properties":{"a/b":{"items":{"maximum":3}}}}""", """{"a/b":[1,4]}""", "/a~1b/1", "maximum", "/properties/a~1b/items/maximum", "must be at most 3, got 4")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", """{"b":1}""", "/b", "additionalProperties", "/additionalProperties", "no member \"b\" is allowed here: only \"a\"")]
    [InlineData("""{"maxLength":2}""", "\"🐲🐲🐲\"", "", "maxLength", "/maxLength", "must have at most 2 characters, has 3")]
    [InlineData("""{"minLength":1}""", "\"\"", "", "minLength", "/minLength", "must have at least 1 character, has 0")]
    [InlineData("""{"pattern":"^a"}""", "\"b\"", "", "pattern", "/pattern", "must match the pattern ^a, got \"b\"")]
    [InlineData("""{"format":"date"}""", "\"2026-02-29\"", "", "format", "/format", "must be a date, such as 2026-11-25, got \"2026-02-29\"")]
    [InlineData("""{"multipleOf":0.01}""", "0.075", "", "multipleOf", "/multipleOf", "must be a multiple of 0.01, got 0.075")]
    [InlineData("""{"maxItems":1}""", "[1,2]", "", "maxItems", "/maxItems", "must have at most 1 item, has 2")]
    [InlineData("""{"uniqueItems":true}""", "[1,2,1.0]", "/2", "uniqueItems", "/uniqueItems", "items must differ, and this one equals /0")]
    [InlineData("""{"prefixItems":[{}],"items":false}""", "[1,2]", "/1", "items", "/items", "must have at most 1 item")]
    [InlineData("""{"contains":{"type":"null"}}""", "[1]", "", "contains", "/contains", "at least one item must be as the schema's \"contains\" says; none is")]
    [InlineData("""{"dependentRequired":{"a":["b","c"]}}""", """{"a":1,"b":1}""", "", "dependentRequired", "/dependentRequired", "missing member \"c\", which must be there when \"a\" is")]
    [InlineData("""{"not":{"type":"string"}}""", "\"a\"", "", "not", "/not", "must not be what the schema excludes, got the string \"a\"")]
    [InlineData("""{"properties":{"a":false}}""", """{"a":1}""", "/a", "false", "/properties/a", "no value is allowed here")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"minimum":2}]}""", "3", "", "oneOf", "/oneOf", "must match exactly one alternative, but matches numbers 1 and 2 of 2")]
    [InlineData("""{"unevaluatedProperties":false,"allOf":[{"properties":{"a":true}}]}""", """{"a":1,"b":1}""", "/b", "unevaluatedProperties", "/unevaluatedProperties", "no member \"b\" is allowed here")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"type":"null"}}}""", "1", "", "type", "/$defs/a/type", "expected null, got 1")]
    public void A_violation_says_where_what_and_why(string schema, string document, string path, string keyword, string schemaPath, string message)
    {
        Violation violation = Assert.Single(Of(schema).Validate(Encoding.UTF8.GetBytes(document)));
        Assert.Equal(new Violation(path, keyword, schemaPath, message), violation);
    }

    [Theory]
    [InlineData("""{"kind":"square","side":"3"}""", "/side", "expected a number, got the string \"3\"")]
    [InlineData("""{"kind":"circle"}""", "", "missing required member \"r\"")]
    [InlineData("3", "", "expected an object or null, got 3")]
    public void Of_a_union_the_nearest_branch_is_told(string document, string path, string message)
    {
        Violation violation = Assert.Single(Of(Shapes).Validate(Encoding.UTF8.GetBytes(document)));
        Assert.Equal((path, message), (violation.Path, violation.Message));
    }

    [Fact]
    public void All_violations_are_told_up_to_the_limit()
    {
        Validator validator = Of("""{"items":{"type":"string"},"maxItems":3}""");
        byte[] document = "[1,2,3,4,5]"u8.ToArray();
        Assert.Equal(6, validator.Validate(document).Count);
        Assert.Equal(["", "/0"], validator.Validate(document, 2).Select(violation => violation.Path));
    }

    [Theory]
    [InlineData("", "empty, at byte 0")]
    [InlineData("{\"a\":1", "ends before its JSON does, at byte 6")]
    [InlineData("{\"a\":1}x", "something follows the JSON document, at byte 7")]
    [InlineData("{\"a\":1,}", "a comma stands before }, at byte 7")]
    [InlineData("{\"a\":1,\"a\":2}", "stands twice")]
    [InlineData("[01]", "begins with a zero")]
    [InlineData("[1.]", "decimal point")]
    [InlineData("[+1]", "no JSON value")]
    [InlineData("\"\\x\"", "no such escape")]
    [InlineData("\"\\ud800\"", "half a surrogate pair")]
    [InlineData("\"a\nb\"", "control character")]
    [InlineData("```json\n{}\n```", "no JSON value, at byte 0")]
    [InlineData("nul", "ends before")]
    public void A_text_that_is_no_JSON_is_one_violation_with_its_place(string text, string reason)
    {
        Violation violation = Assert.Single(Of("true").Validate(Encoding.UTF8.GetBytes(text)));
        Assert.Equal("json", violation.Keyword);
        Assert.Contains(reason, violation.Message, StringComparison.Ordinal);
        Assert.False(Of("true").IsValid(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("""{"const":1}""", "1.0", true)]
    [InlineData("""{"const":1}""", "10e-1", true)]
    [InlineData("""{"const":0}""", "-0.0", true)]
    [InlineData("""{"const":9007199254740993}""", "9007199254740992", false)]
    [InlineData("""{"enum":["é"]}""", "\"\\u00e9\"", true)]
    [InlineData("""{"const":{"a":[1],"b":2}}""", """{"b":2.0,"\u0061":[1e0]}""", true)]
    [InlineData("""{"maximum":0.1}""", "0.10000000000000000000000000000000001", false)]
    [InlineData("""{"minimum":-1e400}""", "-1e399", true)]
    [InlineData("""{"multipleOf":0.0001}""", "1e308", true)]
    [InlineData("""{"multipleOf":3}""", "1e1000", false)]
    [InlineData("""{"multipleOf":0.1}""", "123456789012345678901234567890.1", true)]
    [InlineData("""{"type":"integer"}""", "1e400", true)]
    [InlineData("""{"type":"integer"}""", "1234567890.10e1", true)]
    [InlineData("""{"type":"integer"}""", "12e-1", false)]
    [InlineData("""{"exclusiveMaximum":100}""", "0.1e3", false)]
    public void Values_are_compared_exactly(string schema, string document, bool isValid)
    {
        Assert.Equal(isValid, Of(schema).IsValid(Encoding.UTF8.GetBytes(document)));
    }

    [Fact]
    public void Formats_are_rules_unless_they_are_remarks()
    {
        JsonSchema schema = JsonSchema.Parse("""{"format":"uuid"}"""u8.ToArray());
        Assert.False(Validator.Of(schema).IsValid("\"x\""u8));
        Assert.True(Validator.Of(schema, assertFormats: false).IsValid("\"x\""u8));
    }

    [Fact]
    public void Judging_allocates_nothing()
    {
        Validator validator = Of("""{"type":"array","items":{"type":"object","properties":{"a":{"type":"string","pattern":"^x"},"b":{"enum":[1,2]}},"required":["a"],"unevaluatedProperties":false},"uniqueItems":true}""");
        byte[] document = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, 50).Select(i => $$"""{"a":"x\u0041{{i}}","b":{{(i % 2) + 1}}}""")) + "]");
        Assert.True(validator.IsValid(document));
        validator.IsValid(document);
        long before = GC.GetAllocatedBytesForCurrentThread();
        validator.IsValid(document);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    internal static Validator Of(string schema) => Validator.Of(JsonSchema.Parse(Encoding.UTF8.GetBytes(schema)));
}
