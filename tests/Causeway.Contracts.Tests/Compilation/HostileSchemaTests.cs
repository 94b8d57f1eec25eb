using System.Text;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Normalisation;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Streams;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Tests.Compilation;

/// <summary>Schemas that would hold a thread or overflow its stack. What bounds them is the budget; the time is generous and fails only without it.</summary>
public class HostileSchemaTests
{
    private static readonly string[] s_dialects = ["openai", "anthropic", "gemini", "mistral", "ollama", "groq"];

    private const Coercions s_all = (Coercions)0x7F;

    public static TheoryData<string> Names => [.. s_schemas.Keys];

    private static readonly Dictionary<string, Func<string>> s_schemas = new()
    {
        ["chain of references"] = () => Definitions(6000, i => Reference(i + 1), "\"$ref\":\"#/$defs/d0\""),
        ["chain of objects"] = () => Definitions(6000, i => Object(Reference(i + 1)), Root(0)),
        ["chain backwards"] = () => Definitions(3000, i => i == 0 ? """{"type":"string"}""" : Object(Reference(i - 1)), $"\"type\":\"object\",\"properties\":{{{Many(3000, i => $"\"p{i}\":{Reference(i)}")}}}"),
        ["chain of unions"] = () => Definitions(4000, i => $$"""{"anyOf":[{"type":"null"},{{Reference(i + 1)}}]}""", Root(0)),
        ["chain of conjunctions"] = () => Definitions(4000, i => $$"""{"allOf":[{},{{Reference(i + 1)}}]}""", Root(0)),
        ["many conjuncts"] = () => $$"""{"allOf":[{{Many(300_000, _ => "{}")}}]}""",
        ["large tags"] = () => $$"""{"oneOf":[{{Tagged(0)}},{{Tagged(60_000)}}]}""",
        ["large enums"] = () => $$"""{"allOf":[{"enum":[{{Many(60_000, i => $"{i}")}}]},{"enum":[{{Many(60_000, i => $"{i}.5")}}]}]}""",
        ["enum of objects"] = () => $$"""{"enum":[{{Many(40_000, i => $"{{\"a\":{i}}}")}}]}""",
        ["many required"] = () => $$"""{"type":"object","properties":{{Braced(Many(40_000, i => $"\"p{i}\":{{}}"))}},"required":[{{Many(40_000, i => $"\"p{i}\"")}}]}""",
        ["required, never there"] = () => $$"""{"type":"object","properties":{{Braced(Many(30_000, i => $"\"p{i}\":false"))}},"required":[{{Many(30_000, i => $"\"p{29_999 - i}\"")}}]}""",
        ["long name over many"] = () => $$"""{"type":"object","properties":{{Braced($"\"{new string('n', 400_000)}\":{{\"type\":\"object\",\"properties\":{Braced(Many(20_000, i => $"\"p{i}\":{{}}"))}}}")}}}""",
        ["many branches"] = () => $$"""{"oneOf":[{{Many(8000, i => $"{{\"type\":\"object\",\"properties\":{{\"t\":{{\"const\":{i}}},\"x\":{{}}}},\"required\":[\"t\"]}}")}}]}""",
        ["unions multiplied"] = () => $$"""{"allOf":[{{Many(40, k => $"{{\"anyOf\":[{Many(40, i => $"{{\"minLength\":{i * k},\"maximum\":{i}}}")}]}}")}}]}""",
        ["many rules"] = () => $$"""{"allOf":[{{Many(30_000, i => $"{{\"not\":{{\"const\":{i}}}}}")}}]}""",
        ["many annotations"] = () => $$"""{{{Many(30_000, i => $"\"x{i}\":1")}},"allOf":[{{Braced(Many(30_000, i => $"\"y{i}\":1"))}}]}""",
        ["names alike"] = () => $$"""{"type":"object","properties":{{Braced(Many(8000, i => $"\"p{i}\":{{\"$ref\":\"#/$defs/d{i}/properties/x\"}}"))}},"$defs":{{Braced(Many(8000, i => $"\"d{i}\":{{\"properties\":{{\"x\":{{\"type\":\"string\"}}}}}}"))}}}""",
        ["long text inlined"] = () => $$"""{"type":"object","properties":{{Braced(Many(5000, i => $"\"p{i}\":{{\"$ref\":\"#/$defs/d\",\"title\":\"t\"}}"))}},"$defs":{"d":{"description":"{{new string('x', 400_000)}}","type":"string"} } }""",
        ["braces"] = () => $$"""{"type":"string","pattern":"{{string.Concat(Enumerable.Repeat("\\\\{a{1", 80_000))}}"}""",
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Names))]
    public async Task A_hostile_schema_is_compiled_or_refused_within_its_budget(string name)
    {
        await Task.Yield();
        if (Parsed(s_schemas[name]()) is not { } schema)
        {
            return;
        }

        foreach (string dialect in s_dialects)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            CompiledContract compiled = ContractCompiler.Compile(schema, DialectCatalogue.Find(dialect)!, new ContractAsk());
            Assert.True(compiled.Impossible.IsEmpty != compiled.Schema.IsEmpty);
            Assert.All(compiled.Impossible, impossible => Assert.NotEmpty(impossible.Fix));
            Assert.True(compiled.Undo is not null || ContractStream.CanFlow(compiled));
            Assert.True(compiled.Impossible.IsEmpty || compiled.Reliance.Enforced.IsEmpty);
            Assert.NotEqual(AnswerVerdict.Blank, new Normaliser(Validator.Of(schema), compiled, s_all).Run("""{"t":[1,{"a":"B"}]}"""u8.ToArray()).Verdict);
        }
    }

    [Fact]
    public void A_chain_through_more_levels_than_may_be_is_refused_with_a_fix()
    {
        CompiledContract compiled = ContractCompiler.Compile(Parsed(s_schemas["chain of objects"]())!, DialectCatalogue.Find("gemini")!, new ContractAsk());

        Impossibility refused = Assert.Single(compiled.Impossible);
        Assert.Equal("size", refused.Feature);
        Assert.Contains("512 levels", refused.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_that_takes_too_many_steps_is_refused_with_a_fix()
    {
        CompiledContract compiled = ContractCompiler.Compile(Parsed(s_schemas["many conjuncts"]())!, DialectCatalogue.Find("openai")!, new ContractAsk());

        Impossibility refused = Assert.Single(compiled.Impossible);
        Assert.Equal(("size", ""), (refused.Feature, refused.Path));
        Assert.Contains("more steps", refused.Why, StringComparison.Ordinal);
        Assert.Equal(["/: " + refused.Why], compiled.Reliance.Impossible);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("conjuncts")]
    [InlineData("references")]
    [InlineData("values")]
    [InlineData("branches")]
    public async Task A_hostile_schema_is_not_mended_by_beyond_its_budget(string name)
    {
        await Task.Yield();
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        string schema = name switch
        {
            "conjuncts" => Items($$"""{"allOf":[{{Many(50_000, _ => "{}")}}]}"""),
            "references" => Definitions(10_000, i => Reference(i + 1), $"\"items\":{Reference(0)}"),
            "values" => Items($$"""{"enum":[{{Many(50_000, i => $"\"Value{i}\"")}}]}"""),
            _ => Items($$"""{"anyOf":[{{Many(10_000, i => $"{{\"properties\":{{\"t\":{{\"const\":{i}}},\"n\":{{\"type\":\"integer\"}}}},\"required\":[\"t\",\"n\"]}}")}}]}"""),
        };
        byte[] document = Encoding.UTF8.GetBytes($"[{Many(20_000, i => name == "branches" ? $"{{\"t\":{i},\"n\":\"1\"}}" : $"\"value{i}x\"")}]");
        JsonSchema parsed = JsonSchema.Parse(Encoding.UTF8.GetBytes(schema));
        MendBudget budget = new(document.Length);
        long all = budget.Steps;

        Mender.Mend(document, Validator.Of(parsed), parsed.Graph.Root, s_all, new MendTally(), budget);

        Assert.InRange(budget.Steps, long.MinValue, all - 1);
        Assert.InRange(all - budget.Steps, 1, all + (2 * 50_000));
    }

    private static JsonSchema? Parsed(string text)
    {
        try
        {
            return JsonSchema.Parse(Encoding.UTF8.GetBytes(text));
        }
        catch (SchemaException)
        {
            return null;
        }
    }

    private static string Definitions(int count, Func<int, string> definition, string root) =>
        $$$"""{"$defs":{{{{Many(count, i => $"\"d{i}\":{definition(i)}")}}},"d{{{count}}}":{"type":"string"}},{{{root}}}}""";

    private static string Root(int definition) => $"\"type\":\"object\",\"properties\":{{\"a\":{Reference(definition)}}}";

    private static string Reference(int definition) => $$"""{"$ref":"#/$defs/d{{definition}}"}""";

    private static string Object(string property) => $$$"""{"type":"object","properties":{"a":{{{property}}}}}""";

    private static string Tagged(int first) => $$$"""{"type":"object","properties":{"t":{"enum":[{{{Many(60_000, i => $"{first + i}")}}}]}},"required":["t"]}""";

    private static string Items(string schema) => $"{{\"items\":{schema}}}";

    private static string Braced(string members) => $"{{{members}}}";

    private static string Many(int count, Func<int, string> one) => string.Join(',', Enumerable.Range(0, count).Select(one));
}
