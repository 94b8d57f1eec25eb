using Causeway.Simulator.Shapes;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>How OpenAI words what it holds against a schema: the place is a Python tuple.</summary>
internal static class StrictWords
{
    /// <param name="what">As in <c>response_format 'answer'</c> or <c>function 'look'</c>.</param>
    public static string Of(SchemaFault fault, string what) => fault.Kind switch
    {
        FaultKind.Root or FaultKind.NoSchema => $"Invalid schema for {what}: schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{(fault.Type.Length == 0 ? "None" : fault.Type)}\"'.",
        FaultKind.RootUnion => $"Invalid schema for {what}: schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.",
        _ => $"Invalid schema for {what}: In context={Tuple(fault.Path)}, {Said(fault)}",
    };

    public static string Said(SchemaFault fault) => fault.Kind switch
    {
        FaultKind.Keywords => $"'{fault.Words[0]}' is not permitted.",
        FaultKind.NotClosed => "'additionalProperties' is required to be supplied and to be false.",
        FaultKind.Optional => $"'required' is required to be supplied and to be an array including every key in properties. Missing '{fault.Words[0]}'.",
        FaultKind.RefSiblings => $"$ref cannot have keywords {{{string.Join(", ", fault.Words.Select(word => $"'{word}'"))}}}.",
        FaultKind.RefNotFound => $"reference to component '{fault.Words[0]}' which was not found in the schema.",
        FaultKind.Recursion => $"reference to component '{fault.Words[0]}' is recursive.",
        FaultKind.Levels => $"{fault.Count} levels of nesting exceeds limit of {fault.Limit}.",
        FaultKind.Properties => $"{fault.Count} properties exceeds limit of {fault.Limit}.",
        FaultKind.EnumValues => $"{fault.Count} enum values exceeds limit of {fault.Limit}.",
        FaultKind.TextChars => $"total string length of {fault.Count} exceeds limit of {fault.Limit}.",
        FaultKind.UntypedArray => "array schema missing items.",
        FaultKind.ListItems => "'items' must be a schema.",
        FaultKind.Pattern => $"'{fault.Words[0]}' is not a supported pattern.",
        FaultKind.Format => $"'{fault.Words[0]}' is not a valid format.",
        FaultKind.BooleanSchema => "schema must be an object with a 'type' key.",
        FaultKind.EnumMember => "enum value is not a scalar.",
        FaultKind.TypeList => "'type' must be a string.",
        FaultKind.EmptyUnion => $"'{fault.Words[0]}' must not be empty.",
        FaultKind.EmptyObject => "object schema missing properties.",
        FaultKind.UnknownRequired => "'required' names no property.",
        _ => "the schema is not valid.",
    };

    private static string Tuple(IReadOnlyList<string> path) => path.Count switch
    {
        0 => "()",
        1 => $"('{path[0]}',)",
        _ => $"({string.Join(", ", path.Select(step => $"'{step}'"))})",
    };
}
