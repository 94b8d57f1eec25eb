using System.Text;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Compilation.Shapes;
using Causeway.Contracts.Compilation.Writing;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Schemas;

namespace Causeway.Contracts.Tests.Compilation;

public class CompilerTests
{
    [Theory]
    [InlineData("openai", """{"type":"string","maxLength":3,"description":"A code."}""", """{"type":"object","properties":{"value":{"description":"A code. (at most 3 characters)","type":"string"}},"required":["value"],"additionalProperties":false}""")]
    [InlineData("gemini", """{"type":"object","properties":{"a":{"const":"x"}},"required":["a"]}""", """{"type":"object","properties":{"a":{"type":"string","enum":["x"]}},"required":["a"]}""")]
    [InlineData("azure-openai", """{"type":"object","properties":{"n":{"type":"integer","minimum":1}},"required":["n"],"additionalProperties":false}""", """{"type":"object","properties":{"n":{"description":"(1 or more)","type":"integer"}},"required":["n"],"additionalProperties":false}""")]
    [InlineData("gemini", """{"type":"object","properties":{"n":{"type":"integer","exclusiveMinimum":3}},"required":["n"]}""", """{"type":"object","properties":{"n":{"type":"integer","minimum":4}},"required":["n"]}""")]
    [InlineData("deepseek", """{"type":"array","items":{"type":"string"}}""", """{"type":"object","properties":{"value":{"type":"array","items":{"type":"string"}}},"required":["value"],"additionalProperties":false}""")]
    [InlineData("cohere", """{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""", """{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["a"],"additionalProperties":false}""")]
    [InlineData("openai", """{"type":"object","properties":{"type":{"type":"string"},"enum":{"type":"string"},"$ref":{"type":"string"}},"required":["type","enum","$ref"],"additionalProperties":false}""", """{"type":"object","properties":{"type":{"type":"string"},"enum":{"type":"string"},"$ref":{"type":"string"}},"required":["type","enum","$ref"],"additionalProperties":false}""")]
    [InlineData("openai", """{"type":"object","properties":{"a":{"allOf":[{"$ref":"#/definitions/D"}],"description":"Mine."}},"required":["a"],"additionalProperties":false,"definitions":{"D":{"type":"boolean"}}}""", """{"type":"object","properties":{"a":{"description":"Mine.","type":"boolean"}},"required":["a"],"additionalProperties":false}""")]
    [InlineData("openai", """{"$ref":"#/$defs/N","$defs":{"N":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/N"},{"type":"null"}]}},"required":["next"],"additionalProperties":false}}}""", """{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/N"},{"type":"null"}]}},"required":["next"],"additionalProperties":false,"$defs":{"N":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/N"},{"type":"null"}]}},"required":["next"],"additionalProperties":false}}}""")]
    [InlineData("gemini", """{"type":"object","properties":{"children":{"type":"array","items":{"$ref":"#"}}},"required":["children"]}""", """{"type":"object","properties":{"children":{"type":"array","items":{"$ref":"#"}}}}""")]
    [InlineData("anthropic", """{"type":"object","properties":{"a":{"type":"array","items":{"type":"integer"},"minItems":2}},"required":["a"],"additionalProperties":false}""", """{"type":"object","properties":{"a":{"description":"(at least 2 items)","type":"array","items":{"type":"integer"}}},"required":["a"],"additionalProperties":false}""")]
    [InlineData("fireworks", """{"type":"object","properties":{"n":{"enum":[1,2]}},"required":["n"],"additionalProperties":false}""", """{"type":"object","properties":{"n":{"type":"string","enum":["1","2"]}},"required":["n"],"additionalProperties":false}""")]
    public void Each_dialect_gets_its_own_spelling(string dialect, string schema, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(Compile(schema, dialect).Schema.Span));

    [Fact]
    public void A_schema_that_a_dialect_holds_whole_is_native_and_travels_as_it_is()
    {
        const string schema = """{"type":"object","properties":{"a":{"type":"string"},"n":{"type":"integer","minimum":0}},"required":["a","n"],"additionalProperties":false}""";

        CompiledContract compiled = Compile(schema, "openai");

        Assert.True(compiled is { IsNative: true, IsVerbatim: true, Strict: true, Carrier: Carrier.Format, Undo: null, Instruction: null });
    }

    [Fact]
    public void An_open_object_on_a_closed_dialect_is_told_and_stays_native()
    {
        CompiledContract compiled = Compile("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""", "openai");

        Loss loss = Assert.Single(compiled.Losses);
        Assert.True(loss is { Narrows: true, Feature: Features.OpenObject } && compiled.IsNative);
    }

    [Theory]
    [InlineData("anthropic", "claude-opus-4-5", false, false, false, Carrier.Format)]
    [InlineData("anthropic", "claude-3-5-haiku-latest", false, false, false, Carrier.ForcedTool)]
    [InlineData("anthropic", "claude-3-7-sonnet-latest", false, false, true, Carrier.Prompt)]
    [InlineData("anthropic", "claude-3-5-haiku-latest", true, false, false, Carrier.Prompt)]
    [InlineData("bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0", false, false, false, Carrier.Format)]
    [InlineData("bedrock", "us.anthropic.claude-opus-4-7-v1:0", false, false, false, Carrier.ForcedTool)]
    [InlineData("bedrock", "anthropic.claude-fable-5-v1:0", false, false, false, Carrier.Prompt)]
    [InlineData("bedrock", "eu.anthropic.claude-sonnet-5-5-v1:0", false, false, false, Carrier.Prompt)]
    [InlineData("groq", "openai/gpt-oss-120b", false, false, false, Carrier.Format)]
    [InlineData("groq", "openai/gpt-oss-120b", false, true, false, Carrier.JsonMode)]
    [InlineData("groq", "llama-3.3-70b", false, false, false, Carrier.JsonMode)]
    [InlineData("gemini", "gemini-2.5-flash", false, true, false, Carrier.Format)]
    [InlineData("gemini", "gemini-2.5-flash", true, false, false, Carrier.Prompt)]
    [InlineData("gemini", "gemini-3-pro", true, false, false, Carrier.Format)]
    [InlineData("openai", "gpt-3.5-turbo", false, false, false, Carrier.JsonMode)]
    [InlineData("deepseek", "deepseek-chat", false, false, false, Carrier.JsonMode)]
    public void Model_and_request_decide_the_carrier(string dialect, string model, bool tools, bool stream, bool thinking, Carrier expected)
    {
        CompiledContract compiled = Compile("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""", dialect, new ContractAsk(model, tools, stream, thinking));

        Assert.Equal(expected, compiled.Carrier);
        Assert.Equal(expected is Carrier.JsonMode or Carrier.Prompt, compiled.Instruction?.Contains("JSON", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_schema_that_names_what_is_required_in_another_order_travels_as_it_is() =>
        Assert.Equal(
            (true, false),
            (Compile("""{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["b","a"],"additionalProperties":false}""", "openai").IsVerbatim,
                Compile("""{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["b"],"additionalProperties":false}""", "openai").IsVerbatim));

    [Theory]
    [InlineData("gemini", true, true)]
    [InlineData("gemini", false, false)]
    [InlineData("openai", true, false)]
    [InlineData("anthropic", true, false)]
    public void A_root_that_a_dialect_is_said_to_take_is_sent_for_its_own_callers(string dialect, bool isOwn, bool isVerbatim)
    {
        CompiledContract compiled = Compile("""{"type":"array","items":{"type":"string"}}""", dialect, new ContractAsk(IsOwn: isOwn));

        Assert.Equal((isVerbatim, !isVerbatim), (compiled.IsVerbatim, compiled.Undo is { Kind: UndoKind.Unwrap }));
        Assert.Equal(isVerbatim, compiled.Losses.Any(loss => loss.Feature == Features.RootArray));
    }

    [Theory]
    [InlineData("gemini", "gemini-2.0-flash", "{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"string\"},\"a\":{\"type\":\"string\"}},\"required\":[\"a\"],\"propertyOrdering\":[\"b\",\"a\"]}", "The order of the members is said by propertyOrdering.")]
    [InlineData("gemini", "gemini-2.5-flash", "{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"string\"},\"a\":{\"type\":\"string\"}},\"required\":[\"a\"]}", null)]
    [InlineData("anthropic", "claude-opus-4-5", null, "The members come with the required ones first, not in the order of the schema.")]
    [InlineData("ollama", null, null, "The members come in the order of the alphabet, not in the order of the schema.")]
    public void An_order_of_members_that_is_not_the_schemas_is_told_or_mended(string dialect, string? model, string? expected, string? note)
    {
        CompiledContract compiled = Compile("""{"type":"object","properties":{"b":{"type":"string"},"a":{"type":"string"}},"required":["a"]}""", dialect, new ContractAsk(model));

        Assert.Equal(note, compiled.Rewrites.FirstOrDefault(rewrite => rewrite.Feature == "key_order")?.What);
        Assert.True(expected is null || expected == Encoding.UTF8.GetString(compiled.Schema.Span));
    }

    [Fact]
    public void A_decoder_that_only_masks_gets_the_schema_in_the_prompt_too()
    {
        CompiledContract compiled = Compile("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""", "vllm");

        Assert.EndsWith(Encoding.UTF8.GetString(compiled.Schema.Span), compiled.Instruction, StringComparison.Ordinal);
    }

    [Fact]
    public void Optional_members_beyond_the_limit_become_nullable_while_there_is_room()
    {
        CompiledContract some = Compile(Optional(30), "anthropic");
        CompiledContract many = Compile(Optional(60), "anthropic");

        Assert.Equal((0, 6), (some.Impossible.Length, some.Rewrites.Count(rewrite => rewrite.Feature == Features.OptionalProperty)));
        Assert.Equal("Make 36 of them required, for example /properties/p0, /properties/p1, /properties/p2.", Assert.Single(many.Impossible).Fix);
        Assert.True(many.Schema.IsEmpty);
    }

    [Theory]
    [InlineData("""{"oneOf":[{"type":"string"},{"type":"integer"}]}""", false)]
    [InlineData("""{"oneOf":[{"type":"number"},{"type":"integer"}]}""", true)]
    public void OneOf_is_lost_only_where_two_branches_can_match(string schema, bool lost) =>
        Assert.Equal(lost, Compile(schema, "openai").Losses.Any(loss => loss.Feature == Features.OneOf));

    [Fact]
    public void A_large_enum_becomes_a_described_string()
    {
        string values = string.Join(',', Enumerable.Range(0, 1200).Select(i => $"\"value{i}\""));

        CompiledContract compiled = Compile($$$"""{"type":"object","properties":{"e":{"enum":[{{{values}}}]}},"required":["e"],"additionalProperties":false}""", "openai");

        Assert.Equal(Features.EnumStrings, Assert.Single(compiled.Losses).Feature);
        Assert.Contains("one of: value0, value1", Encoding.UTF8.GetString(compiled.Schema.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("^abc$", Anchoring.Implicit, "abc")]
    [InlineData("abc", Anchoring.Implicit, ".*abc.*")]
    [InlineData("^a", Anchoring.Implicit, "a.*")]
    [InlineData("a|b", Anchoring.Implicit, ".*(a|b).*")]
    [InlineData("^a|b$", Anchoring.Implicit, null)]
    [InlineData("^a\\$", Anchoring.Implicit, "a\\$.*")]
    [InlineData("abc", Anchoring.Required, "^.*abc.*$")]
    [InlineData("^abc$", Anchoring.Required, "^abc$")]
    public void Patterns_are_anchored_as_the_dialect_reads_them(string pattern, Anchoring anchoring, string? expected) => Assert.Equal(expected, PatternText.Anchored(pattern, anchoring));

    [Theory]
    [InlineData("(?!a)b", PatternFeatures.LookAround)]
    [InlineData("(?<n>a)\\k<n>", PatternFeatures.BackReference)]
    [InlineData("\\bword", PatternFeatures.WordBoundary)]
    [InlineData("[\\b]", PatternFeatures.None)]
    [InlineData("a{1,500}", PatternFeatures.LargeRepeat)]
    [InlineData("\\p{L}", PatternFeatures.UnicodeClass)]
    [InlineData("(?i)a", PatternFeatures.InlineFlag)]
    [InlineData("[^$]", PatternFeatures.None)]
    public void What_a_pattern_uses_is_told_from_its_text(string pattern, PatternFeatures expected) => Assert.Equal(expected, PatternText.FeaturesOf(pattern));

    [Fact]
    public void Definitions_that_double_at_every_level_do_not_grow_without_measure()
    {
        string definitions = string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"d{i}\":{{\"type\":\"object\",\"properties\":{{\"a\":{{\"$ref\":\"#/$defs/d{i + 1}\",\"description\":\"x\"}},\"b\":{{\"$ref\":\"#/$defs/d{i + 1}\",\"description\":\"y\"}}}}}}"));
        string schema = $$$"""{"$defs":{{{{definitions}}},"d40":{"type":"string"}},"$ref":"#/$defs/d0"}""";

        Assert.All(["openai", "mistral", "anthropic"], dialect => Assert.InRange(Compile(schema, dialect).Schema.Length, 0, 8_000_000));
    }

    [Fact]
    public void Steps_of_a_compilation_grow_with_the_schema_and_no_faster()
    {
        long hundred = StepsOf(100);

        // Of about 50 nanoseconds each: a millisecond.
        Assert.InRange(hundred, 1, 20_000);
        Assert.InRange(StepsOf(1000), hundred, hundred * 12);
    }

    private static long StepsOf(int properties)
    {
        byte[] schema = Encoding.UTF8.GetBytes(Optional(properties));
        CompilationBudget budget = new(schema.Length);
        long all = budget.Left;
        DialectProfile openai = DialectCatalogue.Find("openai")!;
        SchemaWriter writer = new(new ShapeGraph(JsonTree.Parse(schema), budget), openai, new WritePlan(3, new HashSet<string>()), new Journal(openai));
        Written root = writer.WriteRoot();
        root.Schema.ToUtf8(budget);
        Assert.NotNull(new UndoBuilder(writer.Definitions, budget).Build(root.Undo));
        return all - budget.Left;
    }

    [Fact]
    public void The_cache_gives_the_same_objects_and_forgets_when_it_is_full()
    {
        ContractCache cache = new(capacity: 2);
        byte[] text = """{"type":"object"}"""u8.ToArray();
        DialectProfile openai = DialectCatalogue.Find("openai")!;

        ParsedContract first = cache.Parse(text);
        Assert.Same(first, cache.Parse(text.ToArray()));
        Assert.Same(cache.Compile(first.Schema, openai, new ContractAsk()), cache.Compile(cache.Parse(text).Schema, openai, new ContractAsk()));
        Assert.NotSame(cache.Compile(first.Schema, openai, new ContractAsk()), cache.Compile(first.Schema, openai, new ContractAsk(Stream: true)));

        cache.Parse("""{"type":"array"}"""u8.ToArray());
        cache.Parse("""{"type":"string"}"""u8.ToArray());
        Assert.NotSame(first, cache.Parse(text));
        Assert.Throws<SchemaException>(() => cache.Parse("{"u8.ToArray()));
    }

    [Fact]
    public void The_cache_keeps_one_contract_for_all_models_of_which_a_dialect_says_the_same()
    {
        ContractCache cache = new();
        JsonSchema schema = cache.Parse("""{"type":"object"}"""u8.ToArray()).Schema;
        DialectProfile gemini = DialectCatalogue.Find("gemini")!;

        CompiledContract compiled = cache.Compile(schema, gemini, new ContractAsk("gemini-9-a"));
        Assert.Same(compiled, cache.Compile(schema, gemini, new ContractAsk("gemini-9-b")));
        Assert.NotSame(compiled, cache.Compile(schema, gemini, new ContractAsk("gemini-2.0-flash")));
    }

    [Fact]
    public void The_cache_keeps_what_is_in_use_and_forgets_by_weight()
    {
        ContractCache cache = new(capacity: 1000, maxBytes: 4000);
        byte[] used = """{"type":"object"}"""u8.ToArray();
        ParsedContract first = cache.Parse(used);
        ParsedContract unused = cache.Parse("""{"type":"array"}"""u8.ToArray());
        for (int i = 0; i < 20; i++)
        {
            cache.Parse(Encoding.UTF8.GetBytes($$"""{"title":"{{new string('x', 500)}}{{i}}"}"""));
            Assert.Same(first, cache.Parse(used));
        }

        Assert.NotSame(unused, cache.Parse("""{"type":"array"}"""u8.ToArray()));
        byte[] large = Encoding.UTF8.GetBytes($$"""{"title":"{{new string('x', 1000)}}"}""");
        Assert.NotSame(cache.Parse(large), cache.Parse(large));
    }

    private static string Optional(int count) => $$"""{"type":"object","properties":{{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"p{i}\":{{\"type\":\"string\"}}"))}}},"additionalProperties":false}""";

    private static CompiledContract Compile(string schema, string dialect, ContractAsk? ask = null) =>
        ContractCompiler.Compile(JsonSchema.Parse(Encoding.UTF8.GetBytes(schema)), DialectCatalogue.Find(dialect)!, ask ?? new ContractAsk());
}
