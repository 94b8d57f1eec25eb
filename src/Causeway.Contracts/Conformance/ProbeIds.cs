namespace Causeway.Contracts.Conformance;

/// <summary>The probes' ids, where code refers to one.</summary>
public static class ProbeIds
{
    /// <summary>An object with types, a string enum, required members and no others: without it nothing else holds.</summary>
    public const string Basic = "basic";

    /// <summary>The same as the compiler carries it, where there is no format to put it in.</summary>
    public const string Carrier = "carrier";

    internal const string Nullable = "nullable";
    internal const string OptionalProperty = "optional_property";
    internal const string OptionalNullable = "optional_nullable";
    internal const string MaxLength = "max_length";
    internal const string Maximum = "maximum";
    internal const string ExclusiveMaximum = "exclusive_maximum";
    internal const string MultipleOf = "multiple_of";
    internal const string Pattern = "pattern";
    internal const string Format = "format";
    internal const string MaxItems = "max_items";
    internal const string MinItems = "min_items";
    internal const string UniqueItems = "unique_items";
    internal const string Contains = "contains";
    internal const string Const = "const";
    internal const string IntegerEnum = "integer_enum";
    internal const string EnumCase = "enum_case";
    internal const string AnyOf = "any_of";
    internal const string OneOfOverlap = "one_of_overlap";
    internal const string AllOf = "all_of";
    internal const string Not = "not";
    internal const string IfThen = "if_then";
    internal const string DependentRequired = "dependent_required";
    internal const string Ref = "ref";
    internal const string RecursiveTree = "recursive_tree";
    internal const string RefSibling = "ref_sibling";
    internal const string Map = "map";
    internal const string OpenObject = "open_object";
    internal const string PatternProperties = "pattern_properties";
    internal const string PropertyNames = "property_names";
    internal const string MaxProperties = "max_properties";
    internal const string Unevaluated = "unevaluated_properties";
    internal const string PrefixItems = "prefix_items";
    internal const string RootArray = "root_array";
    internal const string EmptyObject = "empty_object";
    internal const string PropertyNamedType = "property_named_type";
    internal const string Nesting6 = "nesting_6";
    internal const string Nesting11 = "nesting_11";
    internal const string Optionals26 = "optionals_26";
}
