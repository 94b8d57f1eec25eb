namespace Causeway.Contracts.Normalisation;

/// <summary>What may be mended in an answer without asking the model again. What the compiler introduced is always undone and is none of these.</summary>
[Flags]
public enum Coercions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>fences</c>: a byte-order mark, one Markdown fence or a think block around the JSON.</summary>
    Fences = 1 << 0,

    /// <summary><c>prose</c>: sentences before and after the one JSON document.</summary>
    Prose = 1 << 1,

    /// <summary><c>integer_spelling</c>: <c>63.0</c> where an integer is due becomes <c>63</c>.</summary>
    IntegerSpelling = 1 << 2,

    /// <summary><c>enum_case</c>: an enum or const that matches exactly one member but for its capitals.</summary>
    EnumCase = 1 << 3,

    /// <summary><c>numeric_strings</c>: <c>"63"</c> and <c>"true"</c> where a number or boolean is due and no string is allowed.</summary>
    NumericStrings = 1 << 4,

    /// <summary><c>single_to_array</c>: one value where an array of such values is due.</summary>
    SingleToArray = 1 << 5,

    /// <summary><c>json_strings</c>: a string that holds the JSON text of an object or array where one is due and no string is allowed.</summary>
    JsonStrings = 1 << 6,

    /// <summary><c>key_order</c>: members in the schema's order.</summary>
    KeyOrder = 1 << 7,

    /// <summary>What never changes a value's meaning.</summary>
    Default = Fences | Prose | IntegerSpelling,
}
