using System.Text;
using Causeway.Contracts.Schemas;

namespace Causeway.Contracts.Tests.Schemas;

public class JsonSchemaTests
{
    [Theory]
    [InlineData("""{ "type" : "object",  "properties":{"b":{},"a":true} }""", """{"type":"object","properties":{"b":{},"a":true}}""")]
    [InlineData("\n true ", "true")]
    [InlineData("""{"const":"\u00e9\/\n\u0001"}""", """{"const":"é/\n\u0001"}""")]
    [InlineData("""{"minimum":1.50,"title":"a b"}""", """{"minimum":1.50,"title":"a b"}""")]
    public void Text_is_compact_and_keeps_order_and_numbers(string text, string canonical)
    {
        Assert.Equal(canonical, Encoding.UTF8.GetString(Parse(text).Text.Span));
    }

    [Fact]
    public void The_digest_is_of_the_canonical_text_alone()
    {
        Assert.Equal(Parse("""{"type":"string"}""").Digest, Parse("\uFEFF{ \"type\":\n\"string\" }").Digest);
        Assert.NotEqual(Parse("""{"type":"string"}""").Digest, Parse("""{"type":"number"}""").Digest);
        Assert.Equal(68, Parse("true").Digest.Text.Length);
        Assert.StartsWith("sch_", Parse("true").Digest.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"strng"}""", "/type", "did you mean \"string\"")]
    [InlineData("""{"type":["string","wolf"]}""", "/type/1", "use string, integer")]
    [InlineData("""{"type":[]}""", "/type", "at least one type")]
    [InlineData("""{"properties":{"a":{"type":3}}}""", "/properties/a/type", "must be the name of a type")]
    [InlineData("""{"properties":{"a":3}}""", "/properties/a", "object, true or false")]
    [InlineData("""{"properties":[]}""", "/properties", "an object of schemas")]
    [InlineData("""{"required":"a"}""", "/required", "an array of members' names")]
    [InlineData("""{"required":["a",1]}""", "/required/1", "an array of members' names")]
    [InlineData("""{"minLength":-1}""", "/minLength", "whole number from 0")]
    [InlineData("""{"minLength":1.5}""", "/minLength", "whole number from 0")]
    [InlineData("""{"multipleOf":0}""", "/multipleOf", "above zero")]
    [InlineData("""{"minimum":"1"}""", "/minimum", "must be a number")]
    [InlineData("""{"exclusiveMinimum":true,"minimum":1}""", "/exclusiveMinimum", "since draft-06")]
    [InlineData("""{"items":[{}]}""", "/items", "prefixItems")]
    [InlineData("""{"enum":{}}""", "/enum", "array of the values")]
    [InlineData("""{"uniqueItems":"yes"}""", "/uniqueItems", "true or false")]
    [InlineData("""{"anyOf":{}}""", "/anyOf", "array of schemas")]
    [InlineData("""{"pattern":"("}""", "/pattern", "no regular expression")]
    [InlineData("""{"pattern":"\\p{Script=Greek}"}""", "/pattern", "general category")]
    [InlineData("""{"$ref":"#/$defs/a"}""", "/$ref", "there is no \"$defs\"")]
    [InlineData("""{"$ref":"#a"}""", "/$ref", "there is no $anchor \"a\"")]
    [InlineData("""{"$ref":"https://example.com/a.json"}""", "/$ref", "nothing is ever fetched")]
    [InlineData("""{"$ref":"other.json"}""", "/$ref", "other.json is not in this document")]
    [InlineData("""{"$ref":"#"}""", "", "leads back to itself")]
    [InlineData("""{"$defs":{"a":{"anyOf":[{"type":"null"},{"$ref":"#/$defs/b"}]},"b":{"not":{"$ref":"#/$defs/a"}}}}""", "/$defs/b/not", "leads back to itself")]
    [InlineData("""{"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}}""", "/$defs/b/$anchor", "Two schemas have the anchor")]
    [InlineData("""{"$schema":"https://example.com/my-draft"}""", "/$schema", "no draft that is known here")]
    [InlineData("""{"a":1,"a":2}""", "", "stands twice")]
    [InlineData("""{"a":1""", "", "no JSON")]
    [InlineData("""[1]""", "", "object, true or false")]
    [InlineData("", "", "empty")]
    public void What_is_no_schema_is_refused_with_its_place_and_what_to_do(string text, string pointer, string message)
    {
        SchemaException refusal = Assert.Throws<SchemaException>(() => Parse(text));
        Assert.Equal(pointer, refusal.Pointer);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Size_and_depth_are_bounded()
    {
        Assert.Contains("1 MiB", Assert.Throws<SchemaException>(() => Parse($$"""{"title":"{{new string('x', SchemaLimits.MaxBytes)}}"}""")).Message, StringComparison.Ordinal);
        string deep = string.Concat(Enumerable.Repeat("{\"not\":", 128)) + "{}" + new string('}', 128);
        Assert.Contains("128 levels", Assert.Throws<SchemaException>(() => Parse(deep)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://json-schema.org/draft-04/schema#")]
    [InlineData("http://json-schema.org/draft-06/schema#")]
    [InlineData("http://json-schema.org/draft-07/schema#")]
    public void Older_drafts_are_read_as_draft_07(string draft)
    {
        JsonSchema schema = Parse($$"""{"$schema":"{{draft}}","items":[{"type":"string"}],"additionalItems":false}""");
        Assert.True(Causeway.Contracts.Validation.Validator.Of(schema).IsValid("""["a"]"""u8));
        Assert.False(Causeway.Contracts.Validation.Validator.Of(schema).IsValid("""["a","b"]"""u8));
    }

    [Fact]
    public void Members_named_like_keywords_are_members()
    {
        JsonSchema schema = Parse("""{"properties":{"$ref":{"type":"string"},"type":{"const":"x"},"required":{"type":"array"}},"additionalProperties":false}""");
        Assert.True(Causeway.Contracts.Validation.Validator.Of(schema).IsValid("""{"$ref":"#nowhere","type":"x","required":[]}"""u8));
        Assert.False(Causeway.Contracts.Validation.Validator.Of(schema).IsValid("""{"type":"y"}"""u8));
    }

    [Fact]
    public void The_published_meta_schemas_can_be_referred_to()
    {
        JsonSchema schema = Parse("""{"$ref":"https://json-schema.org/draft/2020-12/schema"}""");
        Assert.True(Causeway.Contracts.Validation.Validator.Of(schema).IsValid("""{"minLength":1}"""u8));
        Assert.Equal("/minLength", Assert.Single(Causeway.Contracts.Validation.Validator.Of(schema).Validate("""{"minLength":-1}"""u8.ToArray())).Path);
    }

    private static JsonSchema Parse(string text) => JsonSchema.Parse(Encoding.UTF8.GetBytes(text));
}
