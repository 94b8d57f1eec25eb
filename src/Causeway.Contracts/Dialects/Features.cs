using System.Collections.Frozen;

namespace Causeway.Contracts.Dialects;

/// <summary>What a dialect is asked about, one row of its profile each. These ids also name the subject of rewrites and losses.</summary>
public static class Features
{
#pragma warning disable CS1591 // The titles below say what each is.
    public const string Type = "type";
    public const string TypeWithNull = "type_with_null";
    public const string Nullable = "nullable";
    public const string EnumStrings = "enum_strings";
    public const string EnumNumbers = "enum_numbers";
    public const string EnumNull = "enum_null";
    public const string Const = "const";
    public const string AnyOf = "any_of";
    public const string OneOf = "one_of";
    public const string AllOf = "all_of";
    public const string Not = "not";
    public const string IfThenElse = "if_then_else";
    public const string Dependent = "dependent";
    public const string Ref = "ref";
    public const string RecursiveRef = "recursive_ref";
    public const string ExternalRef = "external_ref";
    public const string RefSiblings = "ref_siblings";
    public const string OptionalProperty = "optional_property";
    public const string ClosedObject = "closed_object";
    public const string OpenObject = "open_object";
    public const string OmittedAdditionalProperties = "omitted_additional_properties";
    public const string PatternProperties = "pattern_properties";
    public const string PropertyNames = "property_names";
    public const string PropertyCount = "property_count";
    public const string Unevaluated = "unevaluated";
    public const string Items = "items";
    public const string UntypedArray = "untyped_array";
    public const string PrefixItems = "prefix_items";
    public const string ItemsArray = "items_array";
    public const string MinItems = "min_items";
    public const string MaxItems = "max_items";
    public const string UniqueItems = "unique_items";
    public const string Contains = "contains";
    public const string Length = "length";
    public const string Pattern = "pattern";
    public const string PatternWithLength = "pattern_with_length";
    public const string Format = "format";
    public const string FormatOther = "format_other";
    public const string Bounds = "bounds";
    public const string ExclusiveBounds = "exclusive_bounds";
    public const string MultipleOf = "multiple_of";
    public const string Default = "default";
    public const string TitleDescription = "title_description";
    public const string Examples = "examples";
    public const string SchemaId = "schema_id";
    public const string BooleanSchema = "boolean_schema";
    public const string RootArray = "root_array";
    public const string RootScalar = "root_scalar";
    public const string RootAnyOf = "root_any_of";
    public const string EmptyObject = "empty_object";
#pragma warning restore CS1591

    /// <summary>Every row's id with its title, in the order of tables. Ids are stable.</summary>
    public static IReadOnlyList<(string Id, string Title)> All { get; } =
    [
        (Type, "`type`, one value"), (TypeWithNull, "`type` array with null"), (Nullable, "`nullable: true`"), (EnumStrings, "`enum`, strings"),
        (EnumNumbers, "`enum`, numbers or booleans"), (EnumNull, "`enum` with a null"), (Const, "`const`"), (AnyOf, "`anyOf` below the root"),
        (OneOf, "`oneOf`"), (AllOf, "`allOf`"), (Not, "`not`"), (IfThenElse, "`if`, `then`, `else`"), (Dependent, "`dependentRequired`, `dependentSchemas`"),
        (Ref, "local `$ref`, `$defs`"), (RecursiveRef, "recursive `$ref`"), (ExternalRef, "external `$ref`"), (RefSiblings, "`$ref` with siblings"),
        (OptionalProperty, "optional property"), (ClosedObject, "`additionalProperties: false`"), (OpenObject, "`additionalProperties`, true or a schema"),
        (OmittedAdditionalProperties, "`additionalProperties` omitted means"), (PatternProperties, "`patternProperties`"), (PropertyNames, "`propertyNames`"),
        (PropertyCount, "`minProperties`, `maxProperties`"), (Unevaluated, "`unevaluatedProperties`, `unevaluatedItems`"), (Items, "`items`, a schema"),
        (UntypedArray, "array without typed `items`"), (PrefixItems, "`prefixItems`"), (ItemsArray, "`items` as an array"), (MinItems, "`minItems`"),
        (MaxItems, "`maxItems`"), (UniqueItems, "`uniqueItems`"), (Contains, "`contains`, `minContains`, `maxContains`"), (Length, "`minLength`, `maxLength`"),
        (Pattern, "`pattern`"), (PatternWithLength, "`pattern` together with a length"), (Format, "`format`, a listed value"), (FormatOther, "`format`, another value"),
        (Bounds, "`minimum`, `maximum`"), (ExclusiveBounds, "`exclusiveMinimum`, `exclusiveMaximum`"), (MultipleOf, "`multipleOf`"), (Default, "`default`"),
        (TitleDescription, "`title`, `description`"), (Examples, "`examples`, `deprecated`, `readOnly`"), (SchemaId, "`$schema`, `$id`"),
        (BooleanSchema, "boolean subschema"), (RootArray, "root array"), (RootScalar, "root enum or scalar"), (RootAnyOf, "root `anyOf`"),
        (EmptyObject, "object without properties"),
    ];

    private static readonly FrozenSet<string> s_ids = All.Select(row => row.Id).ToFrozenSet();

    /// <summary>Whether there is a row of that id.</summary>
    public static bool Contain(string id) => s_ids.Contains(id);
}
