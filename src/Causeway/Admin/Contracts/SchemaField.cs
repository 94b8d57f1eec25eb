using System.Text;
using System.Text.Json;
using Causeway.Contracts.Schemas;
using Validator = Causeway.Contracts.Validation.Validator;

namespace Causeway.Admin.Contracts;

/// <summary>The <c>schema</c> of a body.</summary>
internal static class SchemaField
{
    public static IEnumerable<FieldProblem> Problems(JsonElement? given, out JsonSchema? schema)
    {
        schema = null;
        if (given is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } text)
        {
            return [new FieldProblem("schema", "is missing")];
        }

        try
        {
            schema = JsonSchema.Parse(Encoding.UTF8.GetBytes(text.GetRawText()));
            _ = Validator.Of(schema); // Whatever makes a schema unfit to be served is to be told now, not at the next start.
            return [];
        }
        catch (SchemaException failure)
        {
            return [new FieldProblem("schema", Printable.Cut(failure.Message), Pointer: Printable.Cut(failure.Pointer))];
        }
    }
}
