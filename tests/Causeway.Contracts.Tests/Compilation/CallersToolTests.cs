using System.Text;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Schemas;

namespace Causeway.Contracts.Tests.Compilation;

/// <summary>A tool that the caller forces is not compiled: what may stand in its arguments is the caller's word.</summary>
public sealed class CallersToolTests
{
    private const string Open = """{"type":"object","properties":{"a":{"type":"string","maxLength":3},"b":{"type":"object"}},"required":["a"]}""";
    private const string Closed = """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""";

    public static TheoryData<string> Dialects => [.. DialectCatalogue.All.Where(dialect => !dialect.ToolsAreStrict).Select(dialect => dialect.Name)];

    [Theory]
    [MemberData(nameof(Dialects))]
    public void Every_dialect_gets_it_as_it_stands(string dialect)
    {
        CompiledContract compiled = Compile(Open, dialect, new ContractAsk(HasTools: true, Thinking: true, AsTool: true));

        Assert.True(compiled is { IsCallersTool: true, IsVerbatim: true, Strict: false, IsNative: false, Carrier: Carrier.ForcedTool, Instruction: null, Undo: null });
        Assert.Empty(compiled.Impossible);
    }

    [Theory]
    [InlineData("openai", Closed, true, true)]
    [InlineData("anthropic", Closed, true, true)]
    [InlineData("openai", Closed, false, false)]
    [InlineData("openai", Open, true, false)]
    [InlineData("gemini", Closed, true, false)]
    public void It_is_held_by_the_provider_where_it_is_strict_and_written_for_it(string dialect, string schema, bool isStrict, bool isNative)
    {
        CompiledContract compiled = Compile(schema, dialect, new ContractAsk(AsTool: true, IsStrict: isStrict));

        Assert.Equal((isNative, true, true), (compiled.IsNative, compiled.IsVerbatim, compiled.IsCallersTool));
    }

    // xAI holds every tool, and refuses a schema that its dialect does not have; what is left out closes an object there.
    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"},"b":true},"required":["a"],"additionalProperties":false}""", false)]
    public void Where_every_tool_is_strict_it_is_written_for_that_if_it_is_not_already(string schema, bool asItStands)
    {
        CompiledContract compiled = Compile(schema, "xai", new ContractAsk(AsTool: true));

        Assert.Equal((asItStands, asItStands, Carrier.ForcedTool), (compiled.IsCallersTool, compiled.IsVerbatim, compiled.Carrier));
        Assert.Empty(compiled.Impossible);
    }

    [Fact]
    public void Gemini_takes_no_format_where_a_tool_must_be_called() =>
        Assert.Equal(Carrier.Prompt, Compile(Closed, "gemini", new ContractAsk("gemini-3-pro", HasTools: true, HasForcedTool: true)).Carrier);

    private static CompiledContract Compile(string schema, string dialect, ContractAsk ask) =>
        ContractCompiler.Compile(JsonSchema.Parse(Encoding.UTF8.GetBytes(schema)), DialectCatalogue.Find(dialect)!, ask);
}
