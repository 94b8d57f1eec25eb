using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Causeway.Contracts.Conformance;

/// <summary>Which probes measure what a schema uses: a walk over its subschemas, in which members of <c>properties</c> are names and never keywords.</summary>
internal sealed class FeatureProbes
{
    // Claude's limit (dialects, 3.3).
    private const int ManyOptionals = 24;

    // Beyond these the walk no longer follows references; each definition is looked at by itself then.
    private const int MaxDepth = 512;
    private const int BaseSteps = 1 << 16;

    private static readonly FrozenDictionary<string, string> s_byKeyword = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["const"] = ProbeIds.Const,
        ["anyOf"] = ProbeIds.AnyOf,
        ["oneOf"] = ProbeIds.OneOfOverlap,
        ["allOf"] = ProbeIds.AllOf,
        ["not"] = ProbeIds.Not,
        ["if"] = ProbeIds.IfThen,
        ["dependentRequired"] = ProbeIds.DependentRequired,
        ["dependentSchemas"] = ProbeIds.DependentRequired,
        ["dependencies"] = ProbeIds.DependentRequired,
        ["patternProperties"] = ProbeIds.PatternProperties,
        ["propertyNames"] = ProbeIds.PropertyNames,
        ["minProperties"] = ProbeIds.MaxProperties,
        ["maxProperties"] = ProbeIds.MaxProperties,
        ["unevaluatedProperties"] = ProbeIds.Unevaluated,
        ["unevaluatedItems"] = ProbeIds.Unevaluated,
        ["prefixItems"] = ProbeIds.PrefixItems,
        ["minItems"] = ProbeIds.MinItems,
        ["maxItems"] = ProbeIds.MaxItems,
        ["uniqueItems"] = ProbeIds.UniqueItems,
        ["contains"] = ProbeIds.Contains,
        ["minLength"] = ProbeIds.MaxLength,
        ["maxLength"] = ProbeIds.MaxLength,
        ["pattern"] = ProbeIds.Pattern,
        ["format"] = ProbeIds.Format,
        ["minimum"] = ProbeIds.Maximum,
        ["maximum"] = ProbeIds.Maximum,
        ["exclusiveMinimum"] = ProbeIds.ExclusiveMaximum,
        ["exclusiveMaximum"] = ProbeIds.ExclusiveMaximum,
        ["multipleOf"] = ProbeIds.MultipleOf,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Features that are measured by the probe of a neighbour.
    private static readonly FrozenDictionary<string, string[]> s_byFeature = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["pattern_with_length"] = [ProbeIds.Pattern, ProbeIds.MaxLength],
        ["format_other"] = [ProbeIds.Format],
        ["enum_null"] = [ProbeIds.IntegerEnum],
        ["items_array"] = [ProbeIds.PrefixItems],
        ["root_scalar"] = [ProbeIds.RootArray],
        ["root_any_of"] = [ProbeIds.RootArray],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_keywordNames = FrozenSet.Create(
        StringComparer.Ordinal, "type", "enum", "const", "properties", "required", "items", "$ref", "minimum", "maximum", "pattern", "format", "default", "title", "description");

    private readonly SortedSet<string> _probes = new(StringComparer.Ordinal) { ProbeIds.Basic };
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _deepest = new(StringComparer.Ordinal);
    private readonly JsonElement _root;
    private readonly Dictionary<string, JsonElement> _definitions = new(StringComparer.Ordinal);
    private int _optionals;
    private int _depth;
    private long _left;
    private bool _isCut;

    private FeatureProbes(JsonElement root, long steps)
    {
        (_root, _left) = (root, steps);
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("$defs", out JsonElement definitions) && definitions.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty definition in definitions.EnumerateObject())
            {
                _definitions.TryAdd("#/$defs/" + definition.Name, definition.Value);
            }
        }
    }

    /// <summary>The ids of the probes whose features a schema uses, in order; <see cref="ProbeIds.Basic"/> always.</summary>
    /// <param name="schema">JSON.</param>
    public static IReadOnlySet<string> Of(ReadOnlyMemory<byte> schema)
    {
        using JsonDocument document = JsonDocument.Parse(schema, new JsonDocumentOptions { MaxDepth = 2 * Schemas.SchemaLimits.MaxDepth });
        var walk = new FeatureProbes(document.RootElement, BaseSteps + (2L * schema.Length));
        walk.Root();
        return walk._probes;
    }

    /// <summary>The probes of a feature as a <see cref="Compilation.Loss"/> names it; empty: none.</summary>
    public static IEnumerable<string> OfFeature(string feature) =>
        s_byFeature.TryGetValue(feature, out string[]? probes) ? probes : ProbeSet.All.Where(probe => probe.Feature == feature).Select(probe => probe.Id);

    private void Root()
    {
        if (_root.ValueKind == JsonValueKind.Object && !(_root.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object")) && !IsObject(_root))
        {
            _probes.Add(ProbeIds.RootArray);
        }

        Visit(_root, 0);
        if (_isCut)
        {
            // Nothing excludes what was not walked: it has to be proven as if it were there.
            _probes.Add(ProbeIds.RecursiveTree);
            _probes.Add(ProbeIds.Nesting11);
            foreach (JsonElement definition in _definitions.Values)
            {
                _left = long.MaxValue;
                Visit(definition, 0);
            }
        }

        if (_optionals > ManyOptionals)
        {
            _probes.Add(ProbeIds.Optionals26);
        }
    }

    private void Visit(JsonElement schema, int objects)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (--_left < 0 || _depth >= MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            _isCut = true;
            return;
        }

        _depth++;
        Look(schema, objects);
        _depth--;
    }

    private void Look(JsonElement schema, int objects)
    {
        if (IsObject(schema))
        {
            objects++;
            if (objects > 5)
            {
                _probes.Add(objects > 10 ? ProbeIds.Nesting11 : ProbeIds.Nesting6);
            }

            Members(schema);
        }

        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            Keyword(schema, keyword, objects);
        }
    }

    private void Keyword(JsonElement schema, JsonProperty keyword, int objects)
    {
        if (s_byKeyword.TryGetValue(keyword.Name, out string? probe) && !SaysNothing(keyword))
        {
            _probes.Add(probe);
        }

        switch (keyword.Name)
        {
            case "type" when keyword.Value.ValueKind == JsonValueKind.Array:
                _probes.Add(ProbeIds.Nullable);
                break;
            case "enum":
                Enum(keyword.Value);
                break;
            case "$ref":
                Reference(schema, keyword.Value.GetString() ?? "", objects);
                break;
            case "additionalProperties" when keyword.Value.ValueKind != JsonValueKind.False:
                _probes.Add(keyword.Value.ValueKind == JsonValueKind.Object ? ProbeIds.Map : ProbeIds.OpenObject);
                Visit(keyword.Value, objects);
                break;
            case "items" when keyword.Value.ValueKind == JsonValueKind.Array:
                _probes.Add(ProbeIds.PrefixItems);
                Each(keyword.Value, objects);
                break;
            case "items" or "not" or "if" or "then" or "else" or "contains" or "propertyNames" or "additionalItems" or "unevaluatedItems" or "unevaluatedProperties":
                Visit(keyword.Value, objects);
                break;
            case "anyOf" or "oneOf" or "allOf" or "prefixItems":
                Each(keyword.Value, objects);
                break;
            case "properties" or "patternProperties" or "dependentSchemas":
                Values(keyword.Value, objects);
                break;
            default:
                break;
        }
    }

    private static bool IsObject(JsonElement schema) =>
        schema.TryGetProperty("properties", out _)
        || (schema.TryGetProperty("type", out JsonElement type)
            && (type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(one => one.ValueEquals("object")) : type.ValueKind == JsonValueKind.String && type.ValueEquals("object")));

    private static bool SaysNothing(JsonProperty keyword) =>
        keyword is { Name: "uniqueItems", Value.ValueKind: JsonValueKind.False }
        || (keyword is { Name: "minItems" or "minLength" or "minProperties", Value.ValueKind: JsonValueKind.Number } && keyword.Value.GetDouble() <= 0);

    private void Members(JsonElement schema)
    {
        bool closed = schema.TryGetProperty("additionalProperties", out JsonElement more) && more.ValueKind == JsonValueKind.False;
        if (!schema.TryGetProperty("properties", out JsonElement properties) || properties.ValueKind != JsonValueKind.Object)
        {
            if (closed && !schema.TryGetProperty("patternProperties", out _))
            {
                _probes.Add(ProbeIds.EmptyObject);
            }

            return;
        }

        HashSet<string> required = schema.TryGetProperty("required", out JsonElement names) && names.ValueKind == JsonValueKind.Array
            ? [.. names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!)]
            : [];
        bool any = false;
        foreach (JsonProperty member in properties.EnumerateObject())
        {
            any = true;
            if (s_keywordNames.Contains(member.Name))
            {
                _probes.Add(ProbeIds.PropertyNamedType);
            }

            if (!required.Contains(member.Name))
            {
                _optionals++;
                _probes.Add(AllowsNull(member.Value) ? ProbeIds.OptionalNullable : ProbeIds.OptionalProperty);
            }
        }

        if (!any && closed)
        {
            _probes.Add(ProbeIds.EmptyObject);
        }
    }

    private static bool AllowsNull(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object
        && schema.TryGetProperty("type", out JsonElement type)
        && type.ValueKind == JsonValueKind.Array
        && type.EnumerateArray().Any(one => one.ValueEquals("null"));

    private void Enum(JsonElement members)
    {
        foreach (JsonElement member in members.ValueKind == JsonValueKind.Array ? members.EnumerateArray() : default)
        {
            if (member.ValueKind != JsonValueKind.String)
            {
                _probes.Add(ProbeIds.IntegerEnum);
            }
            else if (member.GetString()!.Any(char.IsUpper))
            {
                _probes.Add(ProbeIds.EnumCase); // Only capitals can come back as other ones.
            }
        }
    }

    private void Reference(JsonElement schema, string pointer, int objects)
    {
        _probes.Add(ProbeIds.Ref);
        if (schema.EnumerateObject().Any(sibling => !sibling.Name.StartsWith('$')))
        {
            _probes.Add(ProbeIds.RefSibling);
        }

        if (_open.Contains(pointer) || pointer == "#")
        {
            _probes.Add(ProbeIds.RecursiveTree);
            return;
        }

        if (_isCut)
        {
            return;
        }

        // Again only where it stands deeper than before: a schema of n references must not be walked 2^n times. What is optional counts once.
        bool again = _deepest.TryGetValue(pointer, out int before);
        if ((!again || before < objects) && _open.Count < Schemas.SchemaLimits.MaxDepth && Find(pointer) is { } target)
        {
            int counted = _optionals;
            _deepest[pointer] = objects;
            _open.Add(pointer);
            Visit(target, objects);
            _open.Remove(pointer);
            _optionals = again ? counted : _optionals;
        }
    }

    private JsonElement? Find(string pointer)
    {
        if (_definitions.TryGetValue(pointer, out JsonElement definition))
        {
            return definition;
        }

        if (!pointer.StartsWith("#/", StringComparison.Ordinal))
        {
            return null;
        }

        _left -= 64;
        JsonElement at = _root;
        foreach (string token in pointer[2..].Split('/'))
        {
            string name = Uri.UnescapeDataString(token).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at;
    }

    private void Each(JsonElement schemas, int objects)
    {
        foreach (JsonElement schema in schemas.ValueKind == JsonValueKind.Array ? schemas.EnumerateArray() : default)
        {
            Visit(schema, objects);
        }
    }

    private void Values(JsonElement schemas, int objects)
    {
        foreach (JsonProperty schema in schemas.ValueKind == JsonValueKind.Object ? schemas.EnumerateObject() : default)
        {
            Visit(schema.Value, objects);
        }
    }
}
