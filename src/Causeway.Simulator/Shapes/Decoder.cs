using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Shapes;

/// <summary>Makes a value that a schema allows, as near to a wished one as the schema lets it: what a constrained decoder does to a model's will.</summary>
/// <remarks>
/// Without a wish it makes one up: the first of every choice, one item in a list, every property. A node is what several schemas say of it
/// together (references, <c>allOf</c> and the chosen option of a union among them). Not every satisfiable schema is satisfied: choices are
/// tried a bounded number of times, and the nearest value stands then.
/// </remarks>
internal sealed class Decoder
{
    /// <summary>Beyond this depth only required members are written, so that recursive schemas end.</summary>
    internal const int OptionalDepth = 6;

    /// <summary>Schemas that demand endless nesting get null here.</summary>
    private const int MaxDepth = 32;

    private const int MaxNodes = 50_000;
    private const int MaxOptions = 64;

    /// <summary>Options tried in one document; beyond it the first of each union stands.</summary>
    private const int MaxTries = 2_000;

    private const int MaxVariants = 12;

    private static readonly JsonElement s_anything = JsonElement.Parse("{}");

    private readonly JsonElement _root;
    private readonly Validity _validity;
    private readonly Hand _hand;
    private int _nodes;
    private int _tries;

    private Decoder(JsonElement root, Hand hand) => (_root, _hand, _validity) = (root, hand, new Validity(root, hand.CasesEnums));

    /// <returns>JSON text.</returns>
    public static string Write(JsonElement schema, Wanted wanted, Hand hand)
    {
        Decoder decoder = new(schema, hand);
        JsonNode? made = decoder.Make([new Part(schema, Settled.Nothing)], wanted, "value", 0, 0);
        return hand.Spell(made);
    }

    internal bool Holds(JsonNode? value, IEnumerable<Part> parts) => parts.All(part => _validity.Holds(value, part.Schema));

    /// <param name="name">Of the member that the value is for: a text says it.</param>
    /// <param name="variant">0 and up: another number, another value where the schema has room.</param>
    internal JsonNode? Make(IReadOnlyList<Part> schemas, Wanted wanted, string name, int depth, int variant)
    {
        if (depth > MaxDepth || ++_nodes > MaxNodes)
        {
            return null;
        }

        List<Part> parts = Flatten(schemas);
        int open = parts.FindIndex(part => Unions(part).Any());
        if (open >= 0)
        {
            return Choose(parts, open, wanted, name, depth, variant);
        }

        if (Constant(parts, wanted, variant) is { } constant)
        {
            return constant.Value;
        }

        JsonNode? made = Typed(parts, wanted, name, depth, variant);
        bool isForbidden = parts.Any(part => part.Schema.Member("not") is not null);
        for (int other = 1; isForbidden && other <= MaxVariants && ++_tries <= MaxTries && !Holds(made, parts); other++)
        {
            made = Typed(parts, Wanted.Nothing, name, depth, variant + other);
        }

        return made;
    }

    /// <summary>References are followed, <c>allOf</c> is taken apart; what each says is said of the node.</summary>
    private List<Part> Flatten(IReadOnlyList<Part> schemas)
    {
        // Of a node of which nothing is said, one schema says so.
        List<Part> flat = [];
        Queue<Part> waiting = new(schemas);
        for (int seen = 0; waiting.TryDequeue(out Part part) && seen < 256; seen++)
        {
            if (part.Schema.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            flat.Add(part);
            if (part.Schema.Member("$ref").Text() is { } pointer && SchemaReading.Target(_root, pointer) is { } target)
            {
                waiting.Enqueue(new Part(target, Settled.Nothing));
            }

            foreach (JsonElement inner in part.Schema.Member("allOf").Items())
            {
                waiting.Enqueue(new Part(inner, Settled.Nothing));
            }
        }

        return flat.Count > 0 ? flat : [new Part(s_anything, Settled.Nothing)];
    }

    private static IEnumerable<(Settled Kind, JsonElement[] Options)> Unions(Part part)
    {
        foreach ((Settled kind, string keyword) in new[] { (Settled.AnyOf, "anyOf"), (Settled.OneOf, "oneOf") })
        {
            if (!part.Settled.HasFlag(kind) && part.Schema.Member(keyword).Items().ToArray() is { Length: > 0 } options)
            {
                yield return (kind, options);
            }
        }

        if (!part.Settled.HasFlag(Settled.If) && part.Schema.Member("if") is not null)
        {
            JsonElement[] branches = [.. new[] { part.Schema.Member("then"), part.Schema.Member("else") }.OfType<JsonElement>(), s_anything];
            yield return (Settled.If, branches);
        }
    }

    /// <summary>The option with which the whole holds; the nearest one where none does.</summary>
    private JsonNode? Choose(List<Part> parts, int open, Wanted wanted, string name, int depth, int variant)
    {
        (Settled kind, JsonElement[] options) = Unions(parts[open]).First();
        Part settled = parts[open] with { Settled = parts[open].Settled | kind };
        JsonNode? first = null;
        bool any = false;
        foreach (JsonElement option in Ordered(options, wanted, depth).Take(MaxOptions))
        {
            List<Part> chosen = [.. parts[..open], settled, .. parts[(open + 1)..], new Part(option, Settled.Nothing)];
            JsonNode? made = Make(chosen, wanted, name, depth + (depth >= OptionalDepth ? 1 : 0), variant);
            if (++_tries > MaxTries || Holds(made, parts))
            {
                return made;
            }

            first = any ? first : made;
            any = true;
        }

        return first;
    }

    /// <summary>A wish draws to the option that it satisfies, then to one of its kind; deep inside a recursion the option that ends it is the one to take.</summary>
    private IEnumerable<JsonElement> Ordered(JsonElement[] options, Wanted wanted, int depth)
    {
        if (wanted.Given)
        {
            string kind = Validity.Kind(wanted.Value);
            return options.OrderBy(option => _validity.Holds(wanted.Value, option) ? 0 : Types(option).Any(type => Validity.IsOfType(kind, type)) ? 1 : 2);
        }

        return depth < OptionalDepth
            ? options
            : options.OrderBy(option => Types(option).Select(type => type switch { "null" => 0, "object" or "array" => 2, _ => 1 }).DefaultIfEmpty(1).Min());
    }

    private IReadOnlyList<string> Types(JsonElement schema)
    {
        List<Part> parts = Flatten([new Part(schema, Settled.Nothing)]);
        return parts.Select(part => SchemaReading.Types(part.Schema)).FirstOrDefault(types => types.Count > 0) ?? [];
    }

    /// <returns>Null where neither <c>const</c> nor <c>enum</c> decides.</returns>
    private Wanted? Constant(List<Part> parts, Wanted wanted, int variant)
    {
        JsonElement[] choices = [.. parts.SelectMany(part => part.Schema.TryGetProperty("const", out JsonElement constant) ? [constant] : Array.Empty<JsonElement>())];
        if (choices.Length == 0)
        {
            choices = [.. parts.Select(part => part.Schema.Member("enum")).FirstOrDefault(list => list is { ValueKind: JsonValueKind.Array }).Items()];
        }

        if (choices.Length == 0)
        {
            return null;
        }

        if (wanted.Given && Holds(wanted.Value, parts))
        {
            return new Wanted(_hand.Case(wanted.Value?.DeepClone(), choices));
        }

        JsonElement[] allowed = [.. choices.Where(choice => Holds(Validity.Node(choice), parts))];
        JsonElement chosen = allowed.Length > 0 ? allowed[variant % allowed.Length] : choices[0];
        return new Wanted(_hand.Case(Validity.Node(chosen), choices));
    }

    private JsonNode? Typed(List<Part> parts, Wanted wanted, string name, int depth, int variant)
    {
        string[] types = Allowed(parts);
        if (wanted.Given)
        {
            string kind = Validity.Kind(wanted.Value);
            if (types.Length == 0 || types.Any(type => Validity.IsOfType(kind, type)))
            {
                return wanted.Value switch
                {
                    JsonObject => ObjectWriting.Write(this, _hand, parts, wanted, depth, variant),
                    JsonArray => ArrayWriting.Write(this, parts, wanted, name, depth),
                    JsonNode scalar when Holds(scalar, parts) => scalar.DeepClone(),
                    null => null,
                    _ => Make(types.Length == 0 ? kind : types.First(type => Validity.IsOfType(kind, type)), parts, name, depth, variant),
                };
            }
        }

        return Make(types.FirstOrDefault(type => type != "null") ?? (types.Length > 0 ? "null" : Guess(parts)), parts, name, depth, variant);
    }

    private JsonNode? Make(string type, List<Part> parts, string name, int depth, int variant) => type switch
    {
        "object" => ObjectWriting.Write(this, _hand, parts, Wanted.Nothing, depth, variant),
        "array" => ArrayWriting.Write(this, parts, Wanted.Nothing, name, depth),
        "integer" => Scalars.Number(parts, integral: true, variant),
        "number" => Scalars.Number(parts, integral: false, variant),
        "boolean" => JsonValue.Create(variant % 2 == 0),
        "null" => null,
        _ => JsonValue.Create(Scalars.Text(this, parts, name, variant)),
    };

    /// <summary>The types that every schema of the node takes, in the order of the first; none where none names any.</summary>
    private static string[] Allowed(List<Part> parts)
    {
        string[]? allowed = null;
        foreach (Part part in parts)
        {
            IReadOnlyList<string> types = SchemaReading.Types(part.Schema);
            if (types.Count > 0)
            {
                allowed = allowed is null ? [.. types]
                    : [.. allowed.Where(type => types.Contains(type) || (type == "integer" && types.Contains("number"))), .. types.Where(type => type == "integer" && allowed.Contains("number") && !allowed.Contains("integer"))];
            }
        }

        return allowed ?? [];
    }

    private static string Guess(List<Part> parts)
    {
        bool Has(params ReadOnlySpan<string> keywords)
        {
            foreach (string keyword in keywords)
            {
                if (parts.Exists(part => part.Schema.Member(keyword) is not null))
                {
                    return true;
                }
            }

            return false;
        }

        return Has("properties", "required", "patternProperties", "minProperties", "additionalProperties", "propertyNames") ? "object"
            : Has("items", "prefixItems", "minItems", "contains") ? "array"
            : Has("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf") && !Has("pattern", "minLength", "maxLength", "format") ? "number"
            : "string";
    }
}

/// <summary>One schema that a node must satisfy.</summary>
/// <param name="Settled">Its unions of which an option has been chosen.</param>
internal readonly record struct Part(JsonElement Schema, Settled Settled);

[Flags]
internal enum Settled
{
    Nothing = 0,
    AnyOf = 1,
    OneOf = 2,
    If = 4,
}

/// <summary>A value that is wished for; null is one, so its absence is told apart.</summary>
internal readonly record struct Wanted(bool Given, JsonNode? Value)
{
    public Wanted(JsonNode? value)
        : this(Given: true, value)
    {
    }

    public static Wanted Nothing => default;

    /// <returns>Nothing where the text is no JSON, or names a member twice: a constrained decoder writes neither.</returns>
    public static Wanted Of(string? text)
    {
        try
        {
            return text is null ? Nothing : new Wanted(JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }));
        }
        catch (JsonException)
        {
            return Nothing;
        }
    }
}
