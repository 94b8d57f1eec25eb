using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Streams;
using Causeway.Contracts.Tests.Validation;
using Causeway.Contracts.Validation;
using CsCheck;

namespace Causeway.Contracts.Tests.Streams;

public class ContractStreamTests
{
    private static readonly Gen<UndoNode?> s_undo = Undo(3);

    // Nulls are what this is about.
    private static readonly Gen<string> s_document = Generated.Document.Select(document => document.Replace("true", "null", StringComparison.Ordinal)
        .Replace("false", "null", StringComparison.Ordinal).Replace("\"ab\"", "null", StringComparison.Ordinal));

    [Fact]
    public void What_flows_is_the_undone_document_however_the_text_is_cut()
    {
        int dropped = 0;
        Gen.Select(s_undo, s_document, Generated.Cuts, Gen.Bool).Sample(
            (undo, document, cuts, isWrapped) =>
            {
                UndoNode? root = isWrapped ? new UndoNode { Kind = UndoKind.Unwrap, Wrapper = "é", Items = undo } : undo;
                byte[] text = Generated.Utf8(isWrapped ? $" {{ \"\\u00e9\" : {document} }} " : document);
                string whole = Flow(root, text, [text.Length]);
                Assert.Equal(whole, Flow(root, text, cuts));
                Assert.Equal(whole, Flow(root, text, [1]));
                JsonNode? expected = Undone(undo, JsonNode.Parse(document));
                Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(whole)), whole);
                bool isSame = JsonNode.DeepEquals(expected, JsonNode.Parse(document));
                Interlocked.Add(ref dropped, isSame ? 0 : 1);
                Assert.True(!isSame || whole == document, whole);
            },
            iter: 10_000);
        Assert.True(dropped > 50, $"{dropped} documents lost a member");
    }

    [Theory]
    [InlineData("""{"a":null,"b":1}""", """{"b":1}""")]
    [InlineData("""{"b":1,"a":null}""", """{"b":1}""")]
    [InlineData("""{"b":1,"a":null,"c":null}""", """{"b":1,"c":null}""")]
    [InlineData("""{ "a": null }""", """{ }""")]
    [InlineData("{\n  \"b\": 1,\n  \"a\": null\n}", "{\n  \"b\": 1\n}")]
    [InlineData("""{"a":[null],"b":null}""", """{"a":[null],"b":null}""")]
    [InlineData("""{"\u0061":null}""", """{}""")]
    public void A_null_that_stands_for_absence_goes_with_its_comma(string text, string flowed)
    {
        var undo = new UndoNode { Members = new Dictionary<string, UndoMember> { ["a"] = new(true, null) }.ToFrozenDictionary() };
        Assert.Equal(flowed, Flow(undo, Generated.Utf8(text), [1]));
    }

    [Fact]
    public void Text_flows_as_soon_as_it_is_certain_that_it_stays()
    {
        var undo = new UndoNode { Members = new Dictionary<string, UndoMember> { ["a"] = new(true, null) }.ToFrozenDictionary() };
        ContractStream stream = Stream("true", undo);
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal("{", After("{"));
        Assert.Equal("{\"b\"", After("\"b\""));
        Assert.Equal("{\"b\":\"x", After(":\"x"));
        Assert.Equal("{\"b\":\"xy\"", After("y\",\"a\":"));
        Assert.Equal("{\"b\":\"xy\",\"a\":\"", After("\""));
        Assert.Equal("{\"b\":\"xy\",\"a\":\"\"}\n", After("\"}\n"));
        Assert.Empty(stream.Complete(output));

        string After(string piece)
        {
            Assert.True(stream.Append(Generated.Utf8(piece), output));
            return Encoding.UTF8.GetString(output.WrittenSpan);
        }
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""", """{"a":"x","b":1}""", "additionalProperties")]
    [InlineData("""{"type":"object","required":["a"]}""", "{}", "required")]
    [InlineData("true", "Sure: {}", "json")]
    [InlineData("true", "{\"a\":", "json")]
    public void A_violation_stops_the_flow(string schema, string text, string keyword)
    {
        ContractStream stream = Stream(schema, null);
        var output = new ArrayBufferWriter<byte>();
        bool flows = Generated.Pieces(Generated.Utf8(text), [1]).All(piece => stream.Append(piece.Span, output));
        IReadOnlyList<Violation> violations = stream.Complete(output);
        Assert.Equal(keyword, Assert.Single(violations).Keyword);
        Assert.Equal(violations[0], stream.Violation);
        Assert.True(flows || output.WrittenCount < text.Length);
        Assert.False(stream.Append("x"u8, output));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"other":1}""")]
    [InlineData("""{"value":1,"more":2}""")]
    public void A_wrapper_that_is_not_the_compilers_is_a_violation(string text)
    {
        ContractStream stream = Stream("true", new UndoNode { Kind = UndoKind.Unwrap, Wrapper = "value" });
        var output = new ArrayBufferWriter<byte>();
        _ = stream.Append(Generated.Utf8(text), output);
        Assert.Contains("one member \"value\"", Assert.Single(stream.Complete(output)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" [1,{\"a\":null}] ", "[1,{\"a\":null}] ")]
    [InlineData("12", "12")]
    [InlineData("\"x\"", "\"x\"")]
    public void A_root_that_came_without_its_wrapper_is_the_document_as_it_is_where_it_is_read_whole(string text, string flowed)
    {
        foreach (int size in (int[])[1, 100])
        {
            ContractStream stream = Stream("""{"type":["array","number","string"]}""", new UndoNode { Kind = UndoKind.Unwrap, Wrapper = "value" });
            var output = new ArrayBufferWriter<byte>();
            Assert.True(Generated.Pieces(Generated.Utf8(text), [size]).All(piece => stream.Append(piece.Span, output)));
            Assert.Empty(stream.Complete(output));
            Assert.Equal(flowed, Encoding.UTF8.GetString(output.WrittenSpan));
        }
    }

    [Fact]
    public void The_flowed_document_is_judged_by_the_canonical_schema()
    {
        var undo = new UndoNode { Members = new Dictionary<string, UndoMember> { ["a"] = new(true, null) }.ToFrozenDictionary() };
        const string Canonical = """{"properties":{"a":{"type":"string"}},"minProperties":1}""";
        ContractStream stream = Stream(Canonical, undo);
        Assert.False(stream.Append("""{"a":null}"""u8, new ArrayBufferWriter<byte>()));
        Assert.Equal("minProperties", stream.Violation!.Keyword);
    }

    [Fact]
    public void Only_what_can_be_undone_in_passing_flows()
    {
        var recursive = new UndoNode();
        recursive.Members = new Dictionary<string, UndoMember> { ["a"] = new(true, recursive) }.ToFrozenDictionary();
        Assert.True(ContractStream.CanFlow(Compiled("true", null)));
        Assert.True(ContractStream.CanFlow(Compiled("true", recursive)));
        Assert.True(ContractStream.CanFlow(Compiled("true", new UndoNode { Kind = UndoKind.Unwrap, Wrapper = "v", Items = recursive })));
        Assert.False(ContractStream.CanFlow(Compiled("true", new UndoNode { Items = new UndoNode { Kind = UndoKind.Unwrap, Wrapper = "v" } })));
        Assert.False(ContractStream.CanFlow(Compiled("true", new UndoNode { PrefixItems = [null, new UndoNode { Kind = UndoKind.PairsToMap }] })));
        Assert.False(ContractStream.CanFlow(Compiled("true", new UndoNode { Branches = [new UndoBranch(ValidatorTests.Of("true"), null)] })));
    }

    private static Gen<UndoNode?> Undo(int depth)
    {
        Gen<UndoNode?> none = Gen.Const((UndoNode?)null);
        if (depth == 0)
        {
            return none;
        }

        Gen<UndoNode?> inner = Undo(depth - 1);
        Gen<UndoMember> member = Gen.Select(Gen.Bool, inner, (drops, value) => new UndoMember(drops, value));
        Gen<UndoNode?> node = Gen.Select(member, member, inner, inner, Gen.Bool, (a, e, items, first, hasMembers) => (UndoNode?)new UndoNode
        {
            Members = hasMembers ? new Dictionary<string, UndoMember> { ["a"] = a, ["é"] = e }.ToFrozenDictionary() : FrozenDictionary<string, UndoMember>.Empty,
            Items = items,
            PrefixItems = [first],
        });
        return Gen.Frequency((1, none), (4, node));
    }

    private static JsonNode? Undone(UndoNode? undo, JsonNode? value)
    {
        if (undo is null)
        {
            return value?.DeepClone();
        }

        switch (value)
        {
            case JsonObject members:
                var kept = new JsonObject();
                foreach ((string name, JsonNode? member) in members)
                {
                    UndoMember? known = undo.Members.GetValueOrDefault(name);
                    if (member is not null || known is not { DropsNull: true })
                    {
                        kept[name] = Undone(known is null ? undo.Items : known.Value, member);
                    }
                }

                return kept;
            case JsonArray items:
                return new JsonArray([.. items.Select((item, i) => Undone(i < undo.PrefixItems.Length ? undo.PrefixItems[i] : undo.Items, item))]);
            default:
                return value?.DeepClone();
        }
    }

    private static string Flow(UndoNode? undo, byte[] text, int[] cuts)
    {
        ContractStream stream = Stream("true", undo);
        var output = new ArrayBufferWriter<byte>();
        Assert.True(Generated.Pieces(text, cuts).All(piece => stream.Append(piece.Span, output)), stream.Violation?.Message);
        Assert.Empty(stream.Complete(output));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static ContractStream Stream(string schema, UndoNode? undo) => new(ValidatorTests.Of(schema), Compiled(schema, undo));

    private static CompiledContract Compiled(string schema, UndoNode? undo)
    {
        JsonSchema canonical = JsonSchema.Parse(Generated.Utf8(schema));
        return new CompiledContract { Canonical = canonical, Dialect = "openai", Carrier = Carrier.Format, Schema = canonical.Text, Undo = undo };
    }
}
