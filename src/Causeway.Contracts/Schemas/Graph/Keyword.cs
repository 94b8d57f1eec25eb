using System.Text;
using Causeway.Contracts.Json;

namespace Causeway.Contracts.Schemas.Graph;

/// <summary>The keywords that mean something here, by their names in JSON Schema.</summary>
internal enum Keyword : byte
{
    /// <summary>Not a keyword: an annotation that is kept and not read.</summary>
    Unknown,

    // Structure.
    Schema,
    Id,
    Anchor,
    DynamicAnchor,
    Ref,
    DynamicRef,
    Defs,
    Definitions,
    Vocabulary,

    // Any value.
    Type,
    Enum,
    Const,

    // Numbers.
    MultipleOf,
    Maximum,
    ExclusiveMaximum,
    Minimum,
    ExclusiveMinimum,

    // Strings.
    MaxLength,
    MinLength,
    Pattern,
    Format,
    ContentSchema,

    // Arrays.
    PrefixItems,
    Items,
    AdditionalItems,
    Contains,
    MaxContains,
    MinContains,
    MaxItems,
    MinItems,
    UniqueItems,
    UnevaluatedItems,

    // Objects.
    Properties,
    PatternProperties,
    AdditionalProperties,
    PropertyNames,
    MaxProperties,
    MinProperties,
    Required,
    DependentRequired,
    DependentSchemas,
    Dependencies,
    UnevaluatedProperties,

    // Branches.
    AllOf,
    AnyOf,
    OneOf,
    Not,
    If,
    Then,
    Else,

    // Not of JSON Schema: what a violation is called that has no keyword.
    False,
    Budget,
    Json,
}

/// <summary>Keywords by name, and what stands in them.</summary>
internal static class Keywords
{
    private static readonly string[] s_names = [.. Enum.GetValues<Keyword>().Select(Spell)];
    private static readonly NameTable s_table = new([.. s_names.Select(Encoding.UTF8.GetBytes)]);

    /// <summary>The keyword's name.</summary>
    public static string Name(this Keyword keyword) => s_names[(int)keyword];

    /// <summary>Whether a keyword of that name belongs to a draft; <see cref="Keyword.Unknown"/> otherwise.</summary>
    public static Keyword Find(JsonView schema, int name, Draft draft)
    {
        var keyword = (Keyword)Math.Max(s_table.Find(schema, name), 0);
        return keyword >= Keyword.False || (draft == Draft.Seven ? IsLaterThanDraft7(keyword) : keyword == Keyword.AdditionalItems) ? Keyword.Unknown : keyword;
    }

    private static bool IsLaterThanDraft7(Keyword keyword) => keyword is Keyword.Anchor or Keyword.DynamicAnchor or Keyword.DynamicRef or Keyword.Vocabulary
        or Keyword.Defs or Keyword.ContentSchema or Keyword.PrefixItems or Keyword.MaxContains or Keyword.MinContains or Keyword.UnevaluatedItems or Keyword.DependentRequired
        or Keyword.DependentSchemas or Keyword.UnevaluatedProperties;

    private static string Spell(Keyword keyword) => keyword switch
    {
        Keyword.Schema or Keyword.Id or Keyword.Anchor or Keyword.DynamicAnchor or Keyword.Ref or Keyword.DynamicRef or Keyword.Defs or Keyword.Vocabulary
            => "$" + char.ToLowerInvariant(keyword.ToString()[0]) + keyword.ToString()[1..],
        _ => char.ToLowerInvariant(keyword.ToString()[0]) + keyword.ToString()[1..],
    };
}

/// <summary>Which rules a schema is read by.</summary>
internal enum Draft
{
    /// <summary>2020-12; also for 2019-09.</summary>
    Latest,

    /// <summary>Draft-07; also for draft-06 and draft-04.</summary>
    Seven,
}

/// <summary>The draft and, by its meta-schema's vocabularies, what it leaves out.</summary>
/// <param name="Draft">Which rules.</param>
/// <param name="Validates">Whether the keywords of the validation vocabulary are rules.</param>
/// <param name="AssertsFormat">Whether <c>format</c> is always a rule.</param>
internal sealed record DraftRules(Draft Draft, bool Validates = true, bool AssertsFormat = false);
