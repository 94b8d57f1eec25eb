using System.Text;
using CsCheck;

namespace Causeway.Contracts.Tests.Validation;

/// <summary>Small schemas and documents from one vocabulary, so that about as many documents follow their schema as break it.</summary>
internal static class Generated
{
    private static readonly Gen<string> s_space = OneOf("", "", "", " ", "\n  ", "\t");
    private static readonly Gen<string> s_name = OneOf("\"a\"", "\"b\"", "\"c\"", "\"\\u0061\"", "\"é\"");
    private static readonly Gen<string> s_scalar = OneOf(
        "null", "true", "false", "0", "1", "2", "1.0", "10e-1", "-1", "1.5", "3e2", "\"\"", "\"a\"", "\"ab\"", "\"\\u0061b\"", "\"é🐲\"", "\"\\ud83d\\udc32\"", "\"a long enough string\"", "\"\\n\\\"\"");

    /// <summary>A document, spelled in some way.</summary>
    public static Gen<string> Document { get; } = Value(3);

    /// <summary>A schema.</summary>
    public static Gen<string> Schema { get; } = Gen.Select(Leaf(), Node(3), (definition, root) => $$"""{"$defs":{"d":{{definition}}},"allOf":[{{root}}]}""");

    /// <summary>Where a text of some length is cut.</summary>
    public static Gen<int[]> Cuts { get; } = Gen.Int[1, 7].Array[1, 6];

    /// <summary>A text in pieces of these sizes, over and over.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] text, int[] sizes)
    {
        int at = 0;
        for (int i = 0; at < text.Length; i++)
        {
            int length = Math.Min(sizes[i % sizes.Length], text.Length - at);
            yield return text.AsMemory(at, length);
            at += length;
        }
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static Gen<string> Value(int depth)
    {
        if (depth == 0)
        {
            return s_scalar;
        }

        Gen<string> inner = Value(depth - 1);
        Gen<string> array = Gen.Select(inner.Array[0, 3], s_space, (items, space) => $"[{space}{string.Join("," + space, items)}{space}]");
        Gen<string> member = Gen.Select(s_name, s_space, inner, (name, space, value) => $"{name}{space}:{space}{value}");
        Gen<string> @object = Gen.Select(member.Array[0, 3], s_space, (members, space) => $"{{{space}{string.Join($"{space},{space}", members.DistinctBy(Name))}{space}}}");
        return Gen.Frequency((2, s_scalar), (2, array), (3, @object));
    }

    private static string Name(string member) => member.StartsWith("\"\\u0061\"", StringComparison.Ordinal) ? "\"a\"" : member[..3];

    private static Gen<string> Leaf() => OneOf(
        "true", "{}", "{}", """{"type":"object"}""", """{"type":"array"}""", """{"type":"string"}""", """{"type":["integer","null"]}""", """{"type":"number"}""", """{"enum":["a",1,null,{"a":1},[]]}""",
        """{"const":1}""", """{"minimum":1}""", """{"maxLength":2}""", """{"minLength":1,"pattern":"^[aé]"}""", """{"pattern":"^(?!ab)"}""", """{"maxItems":1}""", """{"minItems":1}""", """{"multipleOf":0.5}""",
        """{"maxProperties":1}""", """{"minProperties":1}""", """{"uniqueItems":true}""", """{"required":["a"]}""", """{"dependentRequired":{"a":["b"]}}""", """{"propertyNames":{"pattern":"^[ab]"}}""");

    private static Gen<string> Node(int depth)
    {
        if (depth == 0)
        {
            return Leaf();
        }

        Gen<string> inner = Node(depth - 1);
        return Gen.Frequency(
            (4, Leaf()),
            (1, Gen.Const("""{"$ref":"#/$defs/d"}""")),
            (3, Gen.Select(inner, inner, (a, b) => $$"""{"properties":{"a":{{a}},"b":{{b}} } }""")),
            (3, Gen.Select(inner, (a) => $$"""{"type":"object","properties":{"a":{{a}},"b":true},"required":["b"],"additionalProperties":false}""")),
            (2, Gen.Select(inner, inner, (a, b) => $$"""{"patternProperties":{"^a":{{a}}},"additionalProperties":{{b}}}""")),
            (3, Gen.Select(inner, (a) => $$"""{"items":{{a}}}""")),
            (2, Gen.Select(inner, inner, (a, b) => $$"""{"prefixItems":[{{a}}],"items":{{b}}}""")),
            (2, Gen.Select(inner, inner, (a, b) => $$"""{"anyOf":[{{a}},{{b}}]}""")),
            (1, Gen.Select(inner, inner, (a, b) => $$"""{"oneOf":[{{a}},{{b}}]}""")),
            (2, Gen.Select(inner, inner, (a, b) => $$"""{"allOf":[{{a}},{{b}}]}""")),
            (1, Gen.Select(inner, (a) => $$"""{"not":{{a}}}""")),
            (1, Gen.Select(inner, inner, inner, (a, b, c) => $$"""{"if":{{a}},"then":{{b}},"else":{{c}}}""")),
            (1, Gen.Select(inner, (a) => $$"""{"contains":{{a}},"maxContains":2}""")),
            (1, Gen.Select(inner, inner, (a, b) => $$"""{"anyOf":[{"properties":{"a":{{a}} } },{"properties":{"b":true} }],"unevaluatedProperties":{{b}}}""")),
            (1, Gen.Select(inner, inner, (a, b) => $$"""{"anyOf":[{"prefixItems":[{{a}}]},{"contains":{{a}}}],"unevaluatedItems":{{b}}}""")),
            (1, Gen.Select(inner, (a) => $$"""{"dependentSchemas":{"a":{{a}} } }""")));
    }
}
