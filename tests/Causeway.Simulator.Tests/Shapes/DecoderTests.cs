using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Simulator.Shapes;

namespace Causeway.Simulator.Tests.Shapes;

/// <summary>Made-up and bent values hold against the schema that they are for.</summary>
public sealed class DecoderTests
{
    [Theory]
    [InlineData("""{"type":"string","pattern":"^[A-Z]{2}-\\d{4}(?:-[a-f]+)?$"}""", "\"AA-1111\"")]
    [InlineData("""{"type":"string","pattern":"^(?:red|blue) \\w+$","minLength":12}""", "\"red axxxxxxx\"")]
    [InlineData("""{"type":"string","pattern":"[0-9]+","minLength":5,"maxLength":5}""", null)]
    [InlineData("""{"type":"string","pattern":"^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$"}""", null)]
    [InlineData("""{"type":"string","format":"email","maxLength":40}""", "\"person@example.com\"")]
    [InlineData("""{"type":"integer","exclusiveMinimum":3,"exclusiveMaximum":5}""", "4")]
    [InlineData("""{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1}""", "0.5")]
    [InlineData("""{"type":"number","multipleOf":0.1,"minimum":2.05}""", "2.1")]
    [InlineData("""{"type":"integer","multipleOf":7,"minimum":10,"maximum":20}""", "14")]
    [InlineData("""{"type":"number","maximum":-3}""", "-3")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":3,"uniqueItems":true}""", "[1,2,3]")]
    [InlineData("""{"type":"array","items":{"enum":["a","b","c"]},"minItems":3,"uniqueItems":true}""", """["a","b","c"]""")]
    [InlineData("""{"type":"array","items":{"type":"object","properties":{"n":{"type":"string"}},"required":["n"]},"minItems":2,"uniqueItems":true}""", null)]
    [InlineData("""{"type":"array","prefixItems":[{"type":"string"},{"type":"boolean"}],"items":false}""", """["value",true]""")]
    [InlineData("""{"type":"array","items":{"type":"string"},"contains":{"const":"x"},"maxItems":1}""", """["x"]""")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"integer"},"minProperties":2}""", """{"key":1,"key2":2}""")]
    [InlineData("""{"type":"object","patternProperties":{"^x-\\d$":{"type":"boolean"}},"additionalProperties":false,"minProperties":1}""", """{"x-1":true}""")]
    [InlineData("""{"type":"object","propertyNames":{"pattern":"^[a-c]{3}$"},"minProperties":2}""", null)]
    [InlineData("""{"type":"object","properties":{"a":{},"b":{},"c":{}},"required":["a"],"maxProperties":2}""", null)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"dependentRequired":{"a":["b"]}}""", """{"a":"a","b":"b"}""")]
    [InlineData("""{"allOf":[{"type":"object","properties":{"a":{"type":"integer","minimum":5}},"required":["a"]},{"properties":{"a":{"maximum":5},"b":{"type":"string"}},"required":["b"]}]}""", """{"a":5,"b":"b"}""")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"number","minimum":100}]}""", "1")]
    [InlineData("""{"oneOf":[{"type":"number"},{"type":"integer"}]}""", "1.5")]
    [InlineData("""{"oneOf":[{"type":"object","properties":{"kind":{"const":"a"}},"required":["kind"]},{"type":"object","properties":{"kind":{"const":"b"}},"required":["kind"]}]}""", """{"kind":"a"}""")]
    [InlineData("""{"type":"string","not":{"const":"value"}}""", "\"value2\"")]
    [InlineData("""{"type":"object","properties":{"k":{"enum":["x","y"]},"n":{"type":"integer"}},"required":["k","n"],"if":{"properties":{"k":{"const":"x"}}},"then":{"properties":{"n":{"minimum":10}}},"else":{"properties":{"n":{"maximum":0}}}}""", """{"k":"x","n":10}""")]
    [InlineData("""{"$ref":"#/$defs/tree","$defs":{"tree":{"type":"object","properties":{"kids":{"type":"array","items":{"$ref":"#/$defs/tree"}}},"required":["kids"]}}}""", null)]
    [InlineData("""{"type":"object","properties":{"type":{"type":"integer"},"enum":{"type":"boolean"},"$ref":{"type":"string"},"required":{"type":"null"}},"required":["type","enum","$ref","required"]}""", """{"type":1,"enum":true,"$ref":"$ref","required":null}""")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"type":"STRING","nullable":true}},"required":["a"]}""", """{"a":"a"}""")]
    [InlineData("""{"const":null}""", "null")]
    [InlineData("""{"enum":[{"a":1}]}""", """{"a":1}""")]
    [InlineData("true", "\"value\"")]
    public void A_made_up_value_conforms(string schema, string? expected)
    {
        JsonElement read = JsonElement.Parse(schema);

        string made = Decoder.Write(read, Wanted.Nothing, Hand.Plain);

        Assert.True(new Validity(read, ignoresCase: false).Holds(JsonNode.Parse(made), read), made);
        Assert.Equal(expected ?? made, made);
    }

    [Theory]
    [InlineData("""{"type":"array","items":{"type":"integer","maximum":3},"maxItems":2}""", "[1,9,2]", "[1,1]")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"uniqueItems":true,"minItems":2}""", "[4,4]", "[4,2]")]
    [InlineData("""{"anyOf":[{"type":"string","maxLength":2},{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}]}""", """{"n":"x","m":2}""", """{"n":1}""")]
    [InlineData("""{"type":"object","properties":{"o":{"type":"string"}},"additionalProperties":false}""", "{}", "{}")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"integer"},"maxProperties":1}""", """{"a":1,"b":2}""", """{"a":1}""")]
    [InlineData("""{"type":"string"}""", "7", "\"value\"")]
    [InlineData("""{"type":["string","null"]}""", "null", "null")]
    [InlineData("""{}""", """{"any":[1,null]}""", """{"any":[1,null]}""")]
    [InlineData("""{"type":"integer"}""", "not json", "1")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}""", """{"a":5,"a":6}""", """{"a":1}""")]
    public void A_wished_value_is_kept_where_it_may_be(string schema, string wish, string expected)
    {
        string bent = Decoder.Write(JsonElement.Parse(schema), Wanted.Of(wish), Hand.Plain);

        Assert.Equal(expected, bent);
    }

    [Fact]
    public void Endless_and_exploding_schemas_end()
    {
        string unions = """{"$defs":{"n":{"anyOf":[{"type":"object","properties":{"a":{"$ref":"#/$defs/n"},"b":{"$ref":"#/$defs/n"}},"required":["a","b"],"not":{}},{"type":"object","properties":{"c":{"$ref":"#/$defs/n"}},"required":["c"],"not":{}}]}},"$ref":"#/$defs/n"}""";
        string loop = """{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}""";

        Assert.NotEmpty(Decoder.Write(JsonElement.Parse(unions), Wanted.Nothing, Hand.Plain));
        Assert.NotEmpty(Decoder.Write(JsonElement.Parse(loop), Wanted.Nothing, Hand.Plain));
    }
}
