using System.Text;
using Causeway.Contracts.Validation;
using CsCheck;

namespace Causeway.Contracts.Tests.Validation;

public class PrefixValidatorTests
{
    [Fact]
    public void A_document_larger_than_may_be_kept_breaks_the_budget()
    {
        var prefix = new PrefixValidator(ValidatorTests.Of("true"), maxBytes: 2000);
        Assert.True(prefix.Append(Encoding.UTF8.GetBytes("\"" + new string('a', 1998))));
        Assert.True(prefix.Append("\""u8));
        Assert.False(prefix.Append(" "u8));
        Assert.Equal("budget", prefix.Violation?.Keyword);
        Assert.Equal("budget", Assert.Single(prefix.Complete()).Keyword);
    }

    [Fact]
    public void A_valid_document_is_refused_at_no_cut_and_an_invalid_one_is_refused_in_the_end()
    {
        int valid = 0;
        int early = 0;
        Gen.Select(Generated.Schema, Generated.Document, Generated.Cuts).Sample(
            (schema, document, cuts) =>
            {
                Validator validator = ValidatorTests.Of(schema);
                bool isValid = validator.IsValid(Generated.Utf8(document));
                var prefix = new PrefixValidator(validator);
                bool flows = Generated.Pieces(Generated.Utf8(document), cuts).All(piece => prefix.Append(piece.Span));
                Interlocked.Add(ref valid, isValid ? 1 : 0);
                Interlocked.Add(ref early, flows ? 0 : 1);
                return isValid ? flows && prefix.Complete().Count == 0 && prefix.Violation is null : (!flows || prefix.Complete().Count > 0) && prefix.Violation is not null;
            },
            iter: 10_000);
        Assert.True(valid > 1_000 && early > 1_000, $"{valid} valid, {early} refused before the end");
    }

    [Fact]
    public void The_first_violation_is_the_same_however_the_text_is_cut()
    {
        Gen.Select(Generated.Schema, Generated.Document, Generated.Cuts).Sample(
            (schema, document, cuts) =>
            {
                Validator validator = ValidatorTests.Of(schema);
                byte[] text = Generated.Utf8(document);
                Violation? whole = First(validator, text, [text.Length]);
                Assert.Equal(whole, First(validator, text, cuts));
                Assert.Equal(whole, First(validator, text, [1]));
            },
            iter: 10_000);
    }

    [Fact]
    public void A_broken_text_is_refused_whether_it_comes_whole_or_in_pieces()
    {
        Gen.Select(Generated.Document, Gen.Int[0, 60], Gen.Byte, Generated.Cuts).Sample(
            (document, at, value, cuts) =>
            {
                byte[] text = Generated.Utf8(document);
                text[at % text.Length] = value;
                Validator validator = ValidatorTests.Of("true");
                var prefix = new PrefixValidator(validator);
                bool flows = Generated.Pieces(text, cuts).All(piece => prefix.Append(piece.Span));
                return validator.IsValid(text) == (flows && prefix.Complete().Count == 0);
            },
            iter: 10_000);
    }

    [Theory]
    [InlineData("""{"type":"object"}""", "[", "type", "expected an object, got an array")]
    [InlineData("true", "Here is", "json", "no JSON value")]
    [InlineData("true", "```", "json", "no JSON value")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", "{\"a\":1,\"b\"", "additionalProperties", "no member \"b\" is allowed here: only \"a\"")]
    [InlineData("""{"allOf":[{"$ref":"#/$defs/x"}],"$defs":{"x":{"properties":{"a":{"enum":["x","y"]}}}}}""", "{\"a\":\"z\"", "enum", "must be one of \"x\", \"y\", got the string \"z\"")]
    [InlineData("""{"properties":{"a":{"type":"integer"}}}""", "{\"a\":\"", "type", "expected an integer, got a string")]
    [InlineData("""{"properties":{"a":{"type":"integer"}}}""", """{"a":1.5,""", "type", "expected an integer, got 1.5")]
    [InlineData("""{"maxItems":2}""", "[1,2,3", "maxItems", "must have at most 2 items, has more")]
    [InlineData("""{"maxProperties":1}""", "{\"a\":1,\"b\"", "maxProperties", "must have at most 1 members, has more")]
    [InlineData("""{"maxLength":3}""", "\"abcd", "maxLength", "must have at most 3 characters, has more")]
    [InlineData("""{"items":{"required":["a"]}}""", "[{}", "required", "missing required member \"a\"")]
    [InlineData("""{"items":{"anyOf":[{"type":"null"},{"properties":{"a":{"const":1}}}]}}""", """[{"a":2}""", "const", "must be 1, got 2")]
    [InlineData("""{"prefixItems":[true],"items":false}""", "[1,2", "false", "no value is allowed here")]
    [InlineData("true", "{} x", "json", "something follows")]
    [InlineData("true", "\"\\ud83dx", "json", "half a surrogate pair")]
    public void What_is_certain_is_said_at_once(string schema, string text, string keyword, string message)
    {
        var prefix = new PrefixValidator(ValidatorTests.Of(schema));
        byte[] bytes = Generated.Utf8(text);
        Assert.True(prefix.Append(bytes.AsSpan(0, bytes.Length - 1)) || text.StartsWith("Here", StringComparison.Ordinal) || text[0] == '`');
        Assert.False(prefix.Append(bytes.AsSpan(bytes.Length - 1)));
        Assert.Equal(keyword, prefix.Violation!.Keyword);
        Assert.Contains(message, prefix.Violation.Message, StringComparison.Ordinal);
        Assert.False(prefix.Append("1"u8));
        Assert.Equal(prefix.Violation, Assert.Single(prefix.Complete()));
    }

    [Fact]
    public void White_space_may_follow_and_nothing_may_be_missing()
    {
        var prefix = new PrefixValidator(ValidatorTests.Of("true"));
        Assert.True(prefix.Append(" {} \n"u8));
        Assert.Empty(prefix.Complete());
        prefix = new PrefixValidator(ValidatorTests.Of("true"));
        Assert.True(prefix.Append("{\"a\":"u8));
        Assert.Equal("json", Assert.Single(prefix.Complete()).Keyword);
        Assert.Contains("empty", Assert.Single(new PrefixValidator(ValidatorTests.Of("true")).Complete()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_leads_to_where_the_document_broke()
    {
        var prefix = new PrefixValidator(ValidatorTests.Of("""{"properties":{"a/\"b":{"items":{"properties":{"c":{"type":"null"}}}}}}"""));
        Assert.False(prefix.Append("""{"a/\"b":[{},{"c":1"""u8));
        Assert.Equal("/a~1\"b/1/c", prefix.Violation!.Path);
        Assert.Equal("/properties/a~1\"b/items/properties/c/type", prefix.Violation.SchemaPath);
    }

    private static Violation? First(Validator validator, byte[] text, int[] cuts)
    {
        var prefix = new PrefixValidator(validator);
        _ = Generated.Pieces(text, cuts).All(piece => prefix.Append(piece.Span)) && prefix.Complete().Count == 0;
        return prefix.Violation;
    }
}
