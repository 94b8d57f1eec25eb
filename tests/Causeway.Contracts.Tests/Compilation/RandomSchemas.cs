using CsCheck;

namespace Causeway.Contracts.Tests.Compilation;

/// <summary>Schemas by chance, small and of every feature.</summary>
internal static class RandomSchemas
{
    private static readonly string[] s_names = ["a", "b", "type", "enum"];

    public static Gen<string> Any { get; } = Gen.Int[0, int.MaxValue].Select(seed => new Maker(seed).Root());

    private sealed class Maker(int seed)
    {
#pragma warning disable CA5394 // Chance for tests; its seed is printed.
        private readonly Random _chance = new(seed);

        public string Root()
        {
            string root = Schema(3);
            return Odds(4) ? $$$"""{"$defs":{"d":{{{Schema(1)}}},"node":{"type":"object","properties":{"v":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["v"],"additionalProperties":false}},"type":"object","properties":{"x":{"$ref":"#/$defs/d"},"y":{{{root}}},"z":{"$ref":"#/$defs/node"}},"additionalProperties":false,"required":["x"]}""" : root;
        }

        private string Schema(int depth) => _chance.Next(depth > 0 ? 15 : 8) switch
        {
            0 => String(),
            1 => """{"type":"boolean"}""",
            2 => Number("integer"),
            3 => Number("number"),
            4 => Pick("""{"enum":["red","Green","blue sky"]}""", """{"enum":[1,2,3]}""", """{"enum":["a",null]}""", """{"enum":[1,"1",true]}""", """{"type":"string","enum":["x"]}"""),
            5 => Pick("""{"const":"tag"}""", """{"const":5}""", """{"const":null}""", """{"const":{"a":[1,"x"]}}"""),
            6 => Pick("""{"type":["string","null"]}""", """{"type":["integer","null"],"minimum":1}""", """{"type":["string","integer"]}"""),
            7 => Pick("""{"type":"null"}""", "{}", """{"type":"object"}""", """{"type":"object","additionalProperties":false}"""),
            8 => $$"""{"type":"array","items":{{Schema(depth - 1)}}{{Maybe(""","minItems":1""")}}{{Maybe(""","maxItems":2""")}}}""",
            9 => $$"""{"type":"array","prefixItems":[{{Schema(depth - 1)}},{{Schema(depth - 1)}}],"items":false,"minItems":2}""",
            10 => $$"""{"type":"object","additionalProperties":{{Schema(depth - 1)}}}""",
            11 => $$"""{"anyOf":[{{Schema(depth - 1)}},{{Schema(depth - 1)}}]}""",
            12 => $$"""{"oneOf":[{{Tagged("p", depth)}},{{Tagged("q", depth)}}]}""",
            13 => $$"""{"allOf":[{{Object(depth - 1)}},{{Object(depth - 1)}}]}""",
            _ => Object(depth),
        };

        private string Object(int depth)
        {
            string[] names = [.. s_names.Where(_ => !Odds(3))];
            string properties = string.Join(',', names.Select(name => $"\"{name}\":{Schema(depth - 1)}"));
            string required = string.Join(',', names.Where(_ => Odds(2)).Select(name => $"\"{name}\""));
            return $$"""{"type":"object","properties":{{{properties}}},"required":[{{required}}]{{(Odds(4) ? "" : ""","additionalProperties":false""")}}{{(Odds(8) ? ""","minProperties":1""" : "")}}}""";
        }

        private string Tagged(string tag, int depth) => $$"""{"type":"object","properties":{"kind":{"const":"{{tag}}"},"v":{{Schema(depth - 1)}}},"required":["kind"],"additionalProperties":false}""";

        private string String() => Pick("""{"type":"string"}""", """{"type":"string","minLength":1}""", """{"type":"string","maxLength":3}""", """{"type":"string","pattern":"^[a-c]+$"}""", """{"type":"string","pattern":"b"}""", """{"type":"string","format":"date"}""");

        private string Number(string type) => $$"""{"type":"{{type}}"{{Maybe(""","minimum":0""")}}{{Maybe(""","exclusiveMaximum":10""")}}{{(Odds(6) ? ""","multipleOf":2""" : "")}}}""";

        private string Pick(params string[] choices) => choices[_chance.Next(choices.Length)];

        private string Maybe(string text) => Odds(2) ? text : "";

        private bool Odds(int of) => _chance.Next(of) == 0;
    }
}
