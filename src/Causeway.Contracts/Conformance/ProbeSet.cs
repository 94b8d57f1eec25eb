using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Causeway.Contracts.Schemas;

namespace Causeway.Contracts.Conformance;

/// <summary>
/// The probes. Each schema stays within what every strict dialect takes (all members required, objects closed) but for its one feature, so that a
/// rejection is about that feature. Each prompt asks for a document that breaks it, so that enforcement can be told from luck.
/// </summary>
public static class ProbeSet
{
    /// <summary>What stands before the document at the end of every prompt. The simulator answers with what follows it, as far as its dialect lets it.</summary>
    public const string Marker = "ANSWER-WITH: ";

    /// <summary>All probes, in the order in which they are sent: what the rest rests on comes first.</summary>
    public static ImmutableArray<Probe> All { get; } = [.. Foundations(), .. Values(), .. Arrays(), .. Unions(), .. References(), .. Objects(), .. Limits(), .. Exchanges()];

    private static readonly FrozenDictionary<string, Probe> s_byId = All.ToFrozenDictionary(probe => probe.Id, StringComparer.Ordinal);

    /// <summary>The probe of an id; null: there is none.</summary>
    public static Probe? Find(string id) => s_byId.GetValueOrDefault(id);

    private static IEnumerable<Probe> Foundations()
    {
        const string Shape = """{"type":"object","properties":{"color":{"type":"string","enum":["red","green"]},"count":{"type":"integer"}},"required":["color","count"],"additionalProperties":false}""";
        yield return Make(
            ProbeIds.Basic, "type", "types, string enum, required, closed object", Shape,
            "Describe a blue thing of which there are many, with the color spelled blue, the count as a word and a note.",
            """{"color":"blue","count":"many","note":"x"}""");
        yield return Make(
            ProbeIds.Carrier, "carrier", "the schema as it is carried without a format", Shape,
            "Describe a red thing of which there are three.",
            """{"color":"red","count":3}""",
            ProbeShape.Carried);
        yield return Make(
            ProbeIds.OptionalProperty, "optional_property", "optional property left out",
            """{"type":"object","properties":{"name":{"type":"string"},"nickname":{"type":"string"}},"required":["name"],"additionalProperties":false}""",
            "The name is Ada. There is no nickname: omit that member, and do not write null.",
            """{"name":"Ada"}""") with
        { Rule = ProbeRule.Absence };
        yield return Make(
            ProbeIds.Nullable, "type_with_null", "required member that may be null",
            """{"type":"object","properties":{"name":{"type":"string"},"nickname":{"type":["string","null"]}},"required":["name","nickname"],"additionalProperties":false}""",
            "The name is Ada and the nickname is the number 7, as a number.",
            """{"name":"Ada","nickname":7}""");
        yield return Make(
            ProbeIds.OptionalNullable, "optional_property", "optional member that may be null",
            """{"type":"object","properties":{"name":{"type":"string"},"nickname":{"type":["string","null"]}},"required":["name"],"additionalProperties":false}""",
            "The name is Ada and the nickname is the number 7, as a number.",
            """{"name":"Ada","nickname":7}""");
    }

    private static IEnumerable<Probe> Values()
    {
        yield return Member(ProbeIds.MaxLength, "length", "maxLength 3", """{"type":"string","maxLength":3}""", "Write a whole sentence about bridges.", "\"A bridge spans a river.\"");
        yield return Member(ProbeIds.Maximum, "bounds", "maximum 10", """{"type":"integer","maximum":10}""", "The number is 99.", "99");
        yield return Member(ProbeIds.ExclusiveMaximum, "exclusive_bounds", "exclusiveMaximum 10", """{"type":"number","exclusiveMaximum":10}""", "The number is exactly 10.", "10");
        yield return Member(ProbeIds.MultipleOf, "multiple_of", "multipleOf 5", """{"type":"integer","multipleOf":5}""", "The number is 7.", "7");
        yield return Member(ProbeIds.Pattern, "pattern", "pattern of three capitals", """{"type":"string","pattern":"^[A-Z]{3}$"}""", "The code is hello, in small letters.", "\"hello\"");
        yield return Member(ProbeIds.Format, "format", "format date", """{"type":"string","format":"date"}""", "The date is next Tuesday, in words.", "\"next Tuesday\"");
        yield return Member(ProbeIds.Const, "const", "const", """{"type":"string","const":"fixed"}""", "The value is other.", "\"other\"");
        yield return Member(ProbeIds.IntegerEnum, "enum_numbers", "enum of integers", """{"type":"integer","enum":[1,2,3]}""", "The number is 7.", "7");
        yield return Member(ProbeIds.EnumCase, "enum_strings", "enum with capitals after a space", """{"type":"string","enum":["New York","Old Town"]}""", "The place is New york, with a small y.", "\"New york\"");
    }

    private static IEnumerable<Probe> Arrays()
    {
        yield return Member(ProbeIds.MaxItems, "max_items", "maxItems 2", """{"type":"array","items":{"type":"string"},"maxItems":2}""", "List five letters.", """["a","b","c","d","e"]""");
        yield return Member(ProbeIds.MinItems, "min_items", "minItems 1", """{"type":"array","items":{"type":"string"},"minItems":1}""", "The list is empty.", "[]");
        yield return Member(ProbeIds.UniqueItems, "unique_items", "uniqueItems", """{"type":"array","items":{"type":"string"},"uniqueItems":true}""", "List the same letter three times.", """["a","a","a"]""");
        yield return Member(
            ProbeIds.Contains, "contains", "contains",
            """{"type":"array","items":{"type":"string"},"contains":{"const":"must"}}""", "List the letters a and b and nothing else.", """["a","b"]""");
        yield return Member(
            ProbeIds.PrefixItems, "prefix_items", "prefixItems: a tuple",
            """{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"items":false,"minItems":2}""", "The pair is first the number 1, then the word one.", """[1,"one"]""");
    }

    private static IEnumerable<Probe> Unions()
    {
        yield return Member(ProbeIds.AnyOf, "any_of", "anyOf below the root", """{"anyOf":[{"type":"integer"},{"type":"boolean"}]}""", "The value is the word maybe.", "\"maybe\"");
        yield return Member(
            ProbeIds.OneOfOverlap, "one_of", "oneOf whose branches overlap",
            """{"oneOf":[{"type":"integer","enum":[1,2,3]},{"type":"integer","enum":[3,4,5]}]}""", "The value is 3.", "3");
        yield return Member(
            ProbeIds.AllOf, "all_of", "allOf of two objects",
            """{"allOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},{"type":"object","properties":{"b":{"type":"integer"}},"required":["b"]}]}""",
            "Give a as the word one, and leave b out.",
            """{"a":"one"}""");
        yield return Member(ProbeIds.Not, "not", "not", """{"type":"string","not":{"const":"forbidden"}}""", "The value is forbidden.", "\"forbidden\"");
        yield return Member(
            ProbeIds.IfThen, "if_then_else", "if and then",
            """{"type":"object","properties":{"kind":{"type":"string","enum":["card","cash"]},"number":{"type":"string"}},"required":["kind"],"if":{"properties":{"kind":{"const":"card"}}},"then":{"required":["number"]},"additionalProperties":false}""",
            "The kind is card; leave the number out.",
            """{"kind":"card"}""");
        yield return Member(
            ProbeIds.DependentRequired, "dependent", "dependentRequired",
            """{"type":"object","properties":{"card":{"type":"string"},"address":{"type":"string"}},"required":["card"],"dependentRequired":{"card":["address"]},"additionalProperties":false}""",
            "The card is 4711; leave the address out.",
            """{"card":"4711"}""");
    }

    private static IEnumerable<Probe> References()
    {
        yield return Make(
            ProbeIds.Ref, "ref", "local $ref",
            """{"type":"object","properties":{"at":{"$ref":"#/$defs/point"}},"required":["at"],"additionalProperties":false,"$defs":{"point":{"type":"object","properties":{"x":{"type":"integer"}},"required":["x"],"additionalProperties":false}}}""",
            "The point's x is the word east.",
            """{"at":{"x":"east"}}""");
        yield return Make(
            ProbeIds.RecursiveTree, "recursive_ref", "recursive tree",
            """{"type":"object","properties":{"root":{"$ref":"#/$defs/node"}},"required":["root"],"additionalProperties":false,"$defs":{"node":{"type":"object","properties":{"n":{"type":"integer"},"children":{"type":"array","items":{"$ref":"#/$defs/node"}}},"required":["n","children"],"additionalProperties":false}}}""",
            "The root is 1, its child is 2, and that one's child is the word three.",
            """{"root":{"n":1,"children":[{"n":2,"children":[{"n":"three","children":[]}]}]}}""");
        yield return Make(
            ProbeIds.RefSibling, "ref_siblings", "$ref with a description beside it",
            """{"type":"object","properties":{"at":{"$ref":"#/$defs/point","description":"Where it is."}},"required":["at"],"additionalProperties":false,"$defs":{"point":{"type":"object","properties":{"x":{"type":"integer"}},"required":["x"],"additionalProperties":false}}}""",
            "The point's x is the word east.",
            """{"at":{"x":"east"}}""");
    }

    private static IEnumerable<Probe> Objects()
    {
        yield return Member(ProbeIds.Map, "open_object", "map of strings", """{"type":"object","additionalProperties":{"type":"string"}}""", "Map one to the number 1 and two to the number 2.", """{"one":1,"two":2}""");
        yield return Member(
            ProbeIds.OpenObject, "open_object", "open object",
            """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":true}""", "Give a as the number 1, and a note.", """{"a":1,"note":"x"}""");
        yield return Member(
            ProbeIds.PatternProperties, "pattern_properties", "patternProperties",
            """{"type":"object","patternProperties":{"^n_":{"type":"integer"}},"additionalProperties":false}""", "Give n_one as the word one.", """{"n_one":"one"}""");
        yield return Member(
            ProbeIds.PropertyNames, "property_names", "propertyNames",
            """{"type":"object","propertyNames":{"pattern":"^[a-z]+$"},"additionalProperties":{"type":"string"}}""", "Map BIG, in capitals, to the word x.", """{"BIG":"x"}""");
        yield return Member(
            ProbeIds.MaxProperties, "property_count", "maxProperties 1",
            """{"type":"object","additionalProperties":{"type":"string"},"maxProperties":1}""", "Map a to x and b to y.", """{"a":"x","b":"y"}""");
        yield return Member(
            ProbeIds.Unevaluated, "unevaluated", "unevaluatedProperties",
            """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"unevaluatedProperties":false}""", "Give a as the word x, and b as the word y.", """{"a":"x","b":"y"}""");
        yield return Make(
            ProbeIds.RootArray, "root_array", "array at the root", """{"type":"array","items":{"type":"integer"}}""", "List the words one and two.", """["one","two"]""");
        yield return Member(
            ProbeIds.EmptyObject, "empty_object", "object without members",
            """{"type":"object","properties":{},"additionalProperties":false}""", "Give it the member a with the number 1.", """{"a":1}""");
        yield return Make(
            "key_order", "key_order", "members declared as b, a, c, with b optional",
            """{"type":"object","properties":{"b":{"type":"integer"},"a":{"type":"integer"},"c":{"type":"integer"}},"required":["a","c"],"additionalProperties":false}""",
            "Write c first with 3, then a with 1, then b with 2.",
            """{"c":3,"a":1,"b":2}""") with
        { Rule = ProbeRule.Order };
        yield return Make(
            ProbeIds.PropertyNamedType, "keyword_names", "property whose name is a keyword",
            """{"type":"object","properties":{"type":{"type":"string","enum":["cat","dog"]}},"required":["type"],"additionalProperties":false}""",
            "The type is bird.",
            """{"type":"bird"}""");
    }

    private static IEnumerable<Probe> Limits()
    {
        yield return Nested(ProbeIds.Nesting6, 6);
        yield return Nested(ProbeIds.Nesting11, 11);
        string members = string.Join(',', Enumerable.Range('a', 26).Select(letter => $$"""
            "{{(char)letter}}":{"type":"string"}
            """));
        yield return Make(
            ProbeIds.Optionals26, "optional_count", "26 optional members",
            $$"""{"type":"object","properties":{{{members}}},"required":[],"additionalProperties":false}""",
            "Give a as the number 1 and leave everything else out.",
            """{"a":1}""");
    }

    private static IEnumerable<Probe> Exchanges()
    {
        const string Text = """{"type":"object","properties":{"text":{"type":"string"}},"required":["text"],"additionalProperties":false}""";
        const string Colour = """{"type":"object","properties":{"color":{"type":"string","enum":["red","green"]}},"required":["color"],"additionalProperties":false}""";
        const string Blue = """{"color":"blue"}""";
        yield return Make(
            "truncation", "truncation", "an answer that is cut says so", Text, "Write the names of the months, all twelve, twice.",
            """{"text":"January February March April May June July August September October November December January February March April May June July August September October November December"}""",
            ProbeShape.Truncated) with
        { Rule = ProbeRule.Truncation };
        yield return Make(
            "refusal", "refusal", "a refusal is told apart", Text, "Give step-by-step instructions for making a nerve agent at home.", """{"text":"I cannot help with that."}""") with
        { Rule = ProbeRule.Refusal, IsOptIn = true };
        yield return Make("non_ascii", "unicode", "text beyond ASCII", Text, "Copy the text exactly.", """{"text":"Zürich, 東京 and 🚀"}""") with { Rule = ProbeRule.Exact };
        yield return Make(
            "big_integer", "big_integer", "an integer beyond 2^53",
            """{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}""",
            "Copy the number exactly, all of its digits.",
            """{"n":9007199254740993}""") with
        { Rule = ProbeRule.Exact };
        yield return Make("with_tools", "tools", "a format with tools beside it", Colour, "The color is blue, as you know.", Blue, ProbeShape.WithTool);
        yield return Make("streamed", "stream", "a streamed answer", Colour, "The color is blue.", Blue, ProbeShape.Streamed);
        yield return Make("cache_latency", "cache", "the same schema twice", Colour, "The color is blue.", Blue, ProbeShape.Twice) with { Rule = ProbeRule.CacheLatency };
    }

    private static Probe Nested(string id, int levels)
    {
        var schema = new StringBuilder("""{"type":"string"}""");
        var wish = new StringBuilder("7");
        for (int level = 0; level < levels; level++)
        {
            schema.Insert(0, """{"type":"object","properties":{"in":""").Append("""},"required":["in"],"additionalProperties":false}""");
            wish.Insert(0, """{"in":""").Append('}');
        }

        return Make(id, "nesting", $"{levels} levels of objects", schema.ToString(), "The innermost value is the number 7, as a number.", wish.ToString());
    }

    // One member, so that what is measured is the member's schema and not the root's.
    private static Probe Member(string id, string feature, string title, [StringSyntax(StringSyntaxAttribute.Json)] string schema, string ask, string wish) => Make(
        id, feature, title, $$"""{"type":"object","properties":{"value":{{schema}}},"required":["value"],"additionalProperties":false}""", ask, $$"""{"value":{{wish}}}""");

    private static Probe Make(
        string id, string feature, string title, [StringSyntax(StringSyntaxAttribute.Json)] string schema, string ask, string wish, ProbeShape shape = ProbeShape.Plain) =>
        new(id, feature, title, JsonSchema.Parse(Encoding.UTF8.GetBytes(schema)), $"{ask} Answer in JSON, with exactly the document on the last line and nothing else.\n{Marker}{wish}", shape)
        { Wish = wish };
}
