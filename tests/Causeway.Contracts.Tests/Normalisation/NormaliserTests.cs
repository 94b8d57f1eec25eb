using System.Text;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Normalisation;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Tests.Normalisation;

public class NormaliserTests
{
    private const string Person = """{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"},"role":{"enum":["Admin","guest"]},"tags":{"type":"array","items":{"type":"string"}},"at":{"type":"object","properties":{"x":{"type":"number"}}}},"required":["name"],"additionalProperties":false}""";

    [Theory]
    [InlineData("{\"name\":\"A\"}")]
    [InlineData("  {\"name\":\"A\",\"age\":3}\n")]
    public void What_is_as_it_should_be_keeps_its_memory(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);

        NormalisedAnswer answer = Of(Person).Run(bytes);

        Assert.Equal((AnswerVerdict.Valid, false), (answer.Verdict, answer.IsChanged));
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(answer.Document, out ArraySegment<byte> segment));
        Assert.Same(bytes, segment.Array);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t ")]
    public void White_space_is_no_answer(string text) => Assert.Equal(AnswerVerdict.Blank, Of(Person).Run(Encoding.UTF8.GetBytes(text)).Verdict);

    [Theory]
    [InlineData("\uFEFF{\"name\":\"A\"}", Coercions.Fences)]
    [InlineData("```json\n{\"name\":\"A\"}\n```", Coercions.Fences)]
    [InlineData("```\n{\"name\":\"A\"}```\n", Coercions.Fences)]
    [InlineData("<think>Is {this} JSON?</think>\n```json\n{\"name\":\"A\"}\n```", Coercions.Fences)]
    [InlineData("Here is the document: {\"name\":\"A\"} I hope it helps [really].", Coercions.Prose)]
    public void What_stands_around_the_document_is_taken_off(string text, Coercions coercion)
    {
        NormalisedAnswer answer = Of(Person).Run(Encoding.UTF8.GetBytes(text));

        Assert.Equal((AnswerVerdict.Valid, "{\"name\":\"A\"}", true), (answer.Verdict, Encoding.UTF8.GetString(answer.Document.Span), answer.IsChanged));
        Assert.Equal([new Mended(coercion, 1)], answer.Mended);
    }

    [Fact]
    public void Fences_inside_a_string_are_data()
    {
        NormalisedAnswer answer = Of(Person).Run("{\"name\":\"```json\\n{}\\n```\"}"u8.ToArray());

        Assert.Equal((AnswerVerdict.Valid, false), (answer.Verdict, answer.IsChanged));
    }

    [Theory]
    [InlineData("First {\"name\":\"A\"}, then {\"name\":\"B\"}.", "json")]
    [InlineData("{\"name\":\"A\",\"name\":\"B\"}", "json")]
    [InlineData("I cannot do that.", "json")]
    [InlineData("{\"name\":5}", "type")]
    public void What_leaves_a_doubt_is_a_violation_and_stays_as_it_came(string text, string keyword)
    {
        NormalisedAnswer answer = Of(Person).Run(Encoding.UTF8.GetBytes(text));

        Assert.Equal((AnswerVerdict.Violated, text, false), (answer.Verdict, Encoding.UTF8.GetString(answer.Document.Span), answer.IsChanged));
        Assert.Equal(keyword, answer.Violations[0].Keyword);
    }

    [Theory]
    [InlineData(Coercions.IntegerSpelling, """{"name":"A","age":63.0}""", """{"name":"A","age":63}""")]
    [InlineData(Coercions.IntegerSpelling, """{"name":"A","age":1.5e1}""", """{"name":"A","age":15}""")]
    [InlineData(Coercions.EnumCase, """{"name":"A","role":"ADMIN"}""", """{"name":"A","role":"Admin"}""")]
    [InlineData(Coercions.NumericStrings, """{"name":"A","age":"63"}""", """{"name":"A","age":63}""")]
    [InlineData(Coercions.SingleToArray, """{"name":"A","tags":"x"}""", """{"name":"A","tags":["x"]}""")]
    [InlineData(Coercions.JsonStrings, """{"name":"A","at":"{\"x\":1}"}""", """{"name":"A","at":{"x":1}}""")]
    [InlineData(Coercions.KeyOrder, """{"age":1,"name":"A"}""", """{"name":"A","age":1}""")]
    public void Each_mending_is_done_where_it_is_allowed_and_counted(Coercions coercion, string text, string expected)
    {
        NormalisedAnswer mended = Of(Person, coercion).Run(Encoding.UTF8.GetBytes(text));
        NormalisedAnswer kept = Of(Person, Coercions.None).Run(Encoding.UTF8.GetBytes(text));

        Assert.Equal((AnswerVerdict.Valid, expected), (mended.Verdict, Encoding.UTF8.GetString(mended.Document.Span)));
        Assert.Equal([new Mended(coercion, 1)], mended.Mended);
        Assert.Equal(text, Encoding.UTF8.GetString(kept.Document.Span));
    }

    [Theory]
    [InlineData("""{"enum":["a","A"]}""", "\"å\"")]
    [InlineData("""{"enum":["ab","AB"]}""", "\"Ab\"")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"boolean"},{"const":"no"}]}""", "\"yes\"")]
    [InlineData("""{"anyOf":[{"type":"array","items":{"type":"integer"}},{"type":"integer"}]}""", "\"7\"")]
    [InlineData("""{"type":["string","integer"],"maxLength":1}""", "\"63\"")]
    [InlineData("""{"type":"integer"}""", "\"\"")]
    [InlineData("""{"type":"integer"}""", "63.5")]
    public void A_doubt_is_not_decided(string schema, string text) =>
        Assert.Equal(AnswerVerdict.Violated, Of(schema, (Coercions)0xFF).Run(Encoding.UTF8.GetBytes(text)).Verdict);

    [Fact]
    public void Of_a_union_the_one_branch_that_can_be_meant_decides()
    {
        const string schema = """{"oneOf":[{"type":"object","properties":{"kind":{"const":"a"},"n":{"type":"integer"}},"required":["kind","n"]},{"type":"object","properties":{"kind":{"const":"b"},"n":{"type":"string"}},"required":["kind","n"]}]}""";

        NormalisedAnswer answer = Of(schema, Coercions.NumericStrings).Run("""{"kind":"a","n":"5"}"""u8.ToArray());

        Assert.Equal((AnswerVerdict.Valid, """{"kind":"a","n":5}"""), (answer.Verdict, Encoding.UTF8.GetString(answer.Document.Span)));
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"},"b":{"type":["string","null"]}},"additionalProperties":false}""", """{"a":null,"b":null}""", """{"b":null}""")]
    [InlineData("""{"type":"array","items":{"type":"integer"}}""", """{"value":[1,2]}""", "[1,2]")]
    [InlineData("""{"type":"object","properties":{"m":{"type":"object","additionalProperties":{"type":"integer"}}},"required":["m"]}""", """{"m":[{"key":"x","value":1},{"key":"y","value":2}]}""", """{"m":{"x":1,"y":2}}""")]
    [InlineData("""{"type":"object","properties":{"t":{"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}],"items":false,"minItems":2}},"required":["t"]}""", """{"t":{"0":1,"1":"x"}}""", """{"t":[1,"x"]}""")]
    [InlineData("""{"type":"object","properties":{"any":{}},"required":["any"]}""", """{"any":"{\"a\":[1]}"}""", """{"any":{"a":[1]}}""")]
    public void What_the_compiler_introduced_is_undone_and_not_counted(string schema, string text, string expected)
    {
        NormalisedAnswer answer = Of(schema, Coercions.None).Run(Encoding.UTF8.GetBytes(text));

        Assert.Equal((AnswerVerdict.Valid, expected), (answer.Verdict, Encoding.UTF8.GetString(answer.Document.Span)));
        Assert.Empty(answer.Mended);
    }

    [Fact]
    public void A_key_that_comes_twice_in_a_map_is_a_violation() =>
        Assert.Equal(AnswerVerdict.Violated, Of("""{"type":"object","properties":{"m":{"type":"object","additionalProperties":{"type":"integer"}}},"required":["m"]}""").Run("""{"m":[{"key":"x","value":1},{"key":"x","value":2}]}"""u8.ToArray()).Verdict);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    public void A_call_without_arguments_is_an_empty_object(string text)
    {
        JsonSchema schema = JsonSchema.Parse("""{"type":"object","properties":{"a":{"type":"string"}}}"""u8.ToArray());
        CompiledContract compiled = ContractCompiler.Compile(schema, DialectCatalogue.Find("anthropic")!, new ContractAsk(AsTool: true));

        NormalisedAnswer answer = new Normaliser(Validator.Of(schema), compiled, Coercions.Default).Run(Encoding.UTF8.GetBytes(text));

        Assert.Equal((Carrier.ForcedTool, AnswerVerdict.Valid, "{}"), (compiled.Carrier, answer.Verdict, Encoding.UTF8.GetString(answer.Document.Span)));
    }

    [Fact]
    public void An_answer_with_nothing_to_change_costs_its_result_only()
    {
        Normaliser normaliser = Of(Person);
        byte[] text = Encoding.UTF8.GetBytes($$$"""{"name":"{{{new string('x', 900)}}}","age":3,"role":"guest","tags":["a"],"at":{"x":1}}""");
        normaliser.Run(text);

        long before = GC.GetAllocatedBytesForCurrentThread();
        NormalisedAnswer answer = normaliser.Run(text);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(AnswerVerdict.Valid, answer.Verdict);
        Assert.InRange(allocated, 0, 128);
    }

    private static Normaliser Of(string text, Coercions allowed = Coercions.Default)
    {
        JsonSchema schema = JsonSchema.Parse(Encoding.UTF8.GetBytes(text));
        return new Normaliser(Validator.Of(schema), ContractCompiler.Compile(schema, DialectCatalogue.Find("openai")!, new ContractAsk()), allowed);
    }
}
