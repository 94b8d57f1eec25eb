using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Shapes;

/// <summary>Whether a dialect takes a schema.</summary>
internal sealed partial class SchemaRules
{
    private static readonly string[] s_notAtRoot = ["anyOf", "oneOf", "allOf", "enum", "not"];
    private readonly Dialect _dialect;
    private readonly JsonElement _root;
    private int _properties;
    private int _enumValues;
    private int _chars;

    private SchemaRules(JsonElement root, Dialect dialect) => (_root, _dialect) = (root, dialect);

    /// <returns>The first fault in the schema's order, null if it is taken.</returns>
    public static SchemaFault? Check(JsonElement schema, Dialect dialect)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return new(FaultKind.NoSchema, [], []);
        }

        if (!dialect.TakesAnyRoot)
        {
            string[] unions = [.. s_notAtRoot.Where(word => schema.Member(word) is not null)];
            if (unions.Length > 0)
            {
                return new(FaultKind.RootUnion, [], unions);
            }

            if (SchemaReading.Types(schema) is not ["object"] && schema.Member("$ref") is null)
            {
                return new(FaultKind.Root, [], []) { Type = ((JsonElement?)schema).Member("type").Text() ?? "None" };
            }
        }

        SchemaRules rules = new(schema, dialect);
        return rules.Node(schema, [], level: 0) ?? rules.Sizes() ?? (dialect.Recursion == Recursion.Taken ? null : RecursionRules.Check(schema, dialect.Recursion));
    }

    private SchemaFault? Node(JsonElement schema, string[] path, int level)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return _dialect.TakesBooleans ? null : new(FaultKind.BooleanSchema, path, []);
        }

        if (path.Length > SchemaReading.MaxDepth * 2)
        {
            return new(FaultKind.Levels, path, []) { Count = path.Length, Limit = SchemaReading.MaxDepth };
        }

        int inner = level + (SchemaReading.IsObject(schema) ? 1 : 0);
        if (inner > _dialect.Limits.Levels)
        {
            return new(FaultKind.Levels, path, []) { Count = Depth(schema, level), Limit = _dialect.Limits.Levels };
        }

        Count(schema);
        SchemaFault? fault = Keywords(schema, path) ?? Reference(schema, path) ?? Values(schema, path)
            ?? (SchemaReading.IsObject(schema) ? Object(schema, path) : null)
            ?? (SchemaReading.IsArray(schema) ? Array(schema, path) : null)
            ?? Text(schema, path);
        if (fault is not null)
        {
            return fault;
        }

        foreach ((string[] steps, JsonElement part) in SchemaReading.Inside(schema))
        {
            if (steps[0] != "additionalProperties" || part.ValueKind == JsonValueKind.Object)
            {
                // What is defined is counted where it stands, not where it is used.
                if (Node(part, [.. path, .. steps], steps[0] is "$defs" or "definitions" or "defs" ? 0 : inner) is { } deeper)
                {
                    return deeper;
                }
            }
        }

        return null;
    }

    private SchemaFault? Keywords(JsonElement schema, string[] path)
    {
        string[] refused = [.. schema.EnumerateObject().Select(member => member.Name).Where(name => _dialect.Of(name) == Treatment.Refused)];
        if (!_dialect.TakesManyItems && schema.Member("minItems").Number() > 1)
        {
            refused = [.. refused, "minItems"];
        }

        return refused.Length == 0 ? null : new(FaultKind.Keywords, path, refused) { Type = TypeOf(schema) };
    }

    private SchemaFault? Reference(JsonElement schema, string[] path)
    {
        if (schema.Member("$ref").Text() is not { } pointer || !_dialect.Enforced("$ref"))
        {
            return null;
        }

        string[] siblings = [.. schema.EnumerateObject().Select(member => member.Name).Where(name => name != "$ref" && !name.StartsWith('$') && !(path.Length == 0 && name == "definitions"))];
        if (siblings.Length > 0 && _dialect.RefSiblings == Siblings.Refused)
        {
            return new(FaultKind.RefSiblings, path, siblings);
        }

        bool reaches = !_dialect.RefersToRootOnly || pointer == "#" || RootDefinition().IsMatch(pointer);
        return reaches && SchemaReading.Target(_root, pointer) is not null ? null : new(FaultKind.RefNotFound, path, [pointer]);
    }

    private SchemaFault? Values(JsonElement schema, string[] path)
    {
        if (!_dialect.TakesTypeLists && schema.Member("type") is { ValueKind: JsonValueKind.Array })
        {
            return new(FaultKind.TypeList, path, []);
        }

        if (schema.Member("enum") is { ValueKind: JsonValueKind.Array } choices)
        {
            if (choices.GetArrayLength() == 0 && !_dialect.TakesEmptyUnions)
            {
                return new(FaultKind.EmptyUnion, path, ["enum"]);
            }

            bool odd = choices.EnumerateArray().Any(choice => _dialect.TakesAnyEnum
                ? choice.ValueKind is JsonValueKind.Object or JsonValueKind.Array && _dialect.Others == Treatment.Refused
                : choice.ValueKind != JsonValueKind.String || choice.ValueEquals(""));
            if (odd || (!_dialect.TakesAnyEnum && TypeOf(schema) is not ("string" or "") && schema.Member("format").Text() != "enum"))
            {
                return new(FaultKind.EnumMember, path, []) { Type = TypeOf(schema) };
            }
        }

        if (!_dialect.TakesRefsInAllOf && schema.Member("allOf").Items().Any(part => part.Member("$ref") is not null))
        {
            return new(FaultKind.Keywords, path, ["allOf"]) { Type = TypeOf(schema) };
        }

        return !_dialect.TakesEmptyUnions && schema.Member("anyOf") is { ValueKind: JsonValueKind.Array } union && union.GetArrayLength() == 0
            ? new(FaultKind.EmptyUnion, path, ["anyOf"])
            : null;
    }

    private SchemaFault? Object(JsonElement schema, string[] path)
    {
        JsonElement? others = schema.Member("additionalProperties");
        if ((others is null && _dialect.Closing == Closing.MustBeSaid) || (others is { ValueKind: not JsonValueKind.False } && !_dialect.TakesOpenObjects && _dialect.Enforced("additionalProperties")))
        {
            return new(FaultKind.NotClosed, path, []) { Type = "object" };
        }

        string[] names = [.. SchemaReading.Properties(schema).Select(member => member.Name)];
        IReadOnlyList<string> required = schema.Member("required").Texts();
        if (!_dialect.TakesOptional && names.Except(required).ToArray() is { Length: > 0 } optional)
        {
            return new(FaultKind.Optional, path, optional);
        }

        return _dialect.ChecksRequired && required.Except(names).FirstOrDefault() is { } unknown
            ? new(FaultKind.UnknownRequired, path, [required.ToList().IndexOf(unknown).ToString(CultureInfo.InvariantCulture)])
            : names.Length == 0 && !_dialect.TakesEmptyObjects ? new(FaultKind.EmptyObject, path, [])
            : null;
    }

    private SchemaFault? Array(JsonElement schema, string[] path)
    {
        JsonElement? items = schema.Member("items");
        bool isTuple = schema.Member("prefixItems") is not null && _dialect.Enforced("prefixItems");
        return items is { ValueKind: JsonValueKind.Array } && !_dialect.TakesListItems ? new(FaultKind.ListItems, path, ["items"])
            : !_dialect.TakesUntypedArrays && !isTuple && (items is not { ValueKind: JsonValueKind.Object } typed || !typed.EnumerateObject().Any()) ? new(FaultKind.UntypedArray, path, [])
            : null;
    }

    private SchemaFault? Text(JsonElement schema, string[] path)
    {
        if (TypeOf(schema) is "string" or "" && schema.Member("format").Text() is { } format && _dialect.Enforced("format") && _dialect.OtherFormats == Treatment.Refused && !_dialect.Formats.Contains(format))
        {
            return new(FaultKind.Format, path, [format]);
        }

        return schema.Member("pattern").Text() is { } pattern && _dialect.Enforced("pattern") && !Takes(pattern, _dialect.Patterns)
            ? new(FaultKind.Pattern, path, [pattern])
            : null;
    }

    private static bool Takes(string pattern, PatternLimits limits) =>
        PatternText.IsReadable(pattern)
        && !(limits.HasFlag(PatternLimits.NoLookAround) && LookAround().IsMatch(pattern))
        && !(limits.HasFlag(PatternLimits.NoBackReference) && BackReference().IsMatch(pattern))
        && !(limits.HasFlag(PatternLimits.NoWordBorder) && pattern.Contains("\\b", StringComparison.Ordinal))
        && !(limits.HasFlag(PatternLimits.MustBeAnchored) && !(pattern.StartsWith('^') && pattern.EndsWith('$')));

    private void Count(JsonElement schema)
    {
        foreach (JsonProperty member in SchemaReading.Properties(schema))
        {
            _properties++;
            _chars += member.Name.Length;
        }

        _chars += Validity.Members(schema.Member("$defs")).Concat(Validity.Members(schema.Member("definitions"))).Sum(member => member.Name.Length);
        _enumValues += schema.Member("enum").Items().Count();
        _chars += schema.Member("enum").Items().Concat(schema.Member("const") is { } constant ? [constant] : []).Sum(value => value.ToString().Length);
    }

    private SchemaFault? Sizes()
    {
        Limits limits = _dialect.Limits;
        return _properties > limits.Properties ? new(FaultKind.Properties, [], []) { Count = _properties, Limit = limits.Properties }
            : _enumValues > limits.EnumValues ? new(FaultKind.EnumValues, [], []) { Count = _enumValues, Limit = limits.EnumValues }
            : _chars > limits.TextChars ? new(FaultKind.TextChars, [], []) { Count = _chars, Limit = limits.TextChars }
            : LargeEnum(_root, 0) is var chars && chars > limits.LargeEnumChars ? new(FaultKind.TextChars, [], ["enum"]) { Count = chars, Limit = limits.LargeEnumChars }
            : null;
    }

    /// <returns>The characters of the longest list of more texts than the limit is for, else 0.</returns>
    private long LargeEnum(JsonElement schema, int depth)
    {
        JsonElement[] choices = [.. ((JsonElement?)schema).Member("enum").Items()];
        long own = choices.Length > _dialect.Limits.LargeEnum ? choices.Sum(choice => choice.ToString().Length) : 0;
        return depth > SchemaReading.MaxDepth ? own : SchemaReading.Inside(schema).Select(part => LargeEnum(part.Schema, depth + 1)).Append(own).Max();
    }

    /// <summary>Levels down to the deepest object, for what a refusal says.</summary>
    private static int Depth(JsonElement schema, int level)
    {
        int here = level + (schema.ValueKind == JsonValueKind.Object && SchemaReading.IsObject(schema) ? 1 : 0);
        return here > SchemaReading.MaxDepth * 2 ? here : SchemaReading.Inside(schema).Select(part => Depth(part.Schema, here)).Append(here).Max();
    }

    private static string TypeOf(JsonElement schema) => SchemaReading.Types(schema) is [string first, ..] ? first : "";

    [GeneratedRegex(@"^#/(?:\$defs|definitions)/[^/]+$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex RootDefinition();

    [GeneratedRegex(@"\(\?<?[=!]", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex LookAround();

    [GeneratedRegex(@"\\[1-9]|\\k<", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex BackReference();
}
