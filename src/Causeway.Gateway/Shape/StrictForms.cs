using Causeway.Contracts.Compilation;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Schemas;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Flow;
using Causeway.Wire.Neutral;

namespace Causeway.Gateway.Shape;

/// <summary>
/// Strict tools of one protocol at a provider of another: spelled as its dialect wants them where nothing is lost by it and nothing has to be undone in
/// their arguments; otherwise not strict, since each vendor refuses a strict schema that another one takes.
/// </summary>
internal static class StrictForms
{
    /// <summary>The forms of a request's strict tools at a pin, in their order; null: they go as they came.</summary>
    /// <param name="request">The request.</param>
    /// <param name="pin">The pin.</param>
    /// <param name="schemas">What was compiled before; null: nothing is compiled here.</param>
    public static IReadOnlyList<ToolForm>? Of(RequestTranslation request, PinRoute pin, ContractCache? schemas)
    {
        if (schemas is null || request.Protocol == pin.Protocol || request.StrictTools is not { Count: > 0 } tools)
        {
            return null;
        }

        DialectProfile dialect = DialectNames.ProfileOf(pin.Provider, pin.Model);
        return [.. tools.Select(tool => Of(tool, dialect, pin.Model, schemas))];
    }

    private static ToolForm Of(StrictTool tool, DialectProfile dialect, string model, ContractCache schemas)
    {
        try
        {
            CompiledContract compiled = schemas.Compile(schemas.Parse(tool.Schema).Schema, dialect, new ContractAsk(model, IsStrictTool: true));
            return !compiled.Impossible.IsEmpty ? new ToolForm(tool.Schema, IsStrict: false)
                : compiled.IsVerbatim ? new ToolForm(tool.Schema, IsStrict: true)
                : compiled is { Undo: null, Losses.IsEmpty: true } ? new ToolForm(compiled.Schema, IsStrict: true)
                : new ToolForm(tool.Schema, IsStrict: false);
        }
        catch (SchemaException)
        {
            return new ToolForm(tool.Schema, IsStrict: true); // The provider says what is wrong with it.
        }
    }
}
