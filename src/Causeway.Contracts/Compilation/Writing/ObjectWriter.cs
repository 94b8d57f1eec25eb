using System.Collections.Immutable;
using Causeway.Contracts.Compilation.Shapes;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Json;

namespace Causeway.Contracts.Compilation.Writing;

/// <summary>Writes objects: closed where they must be, with every member required where optional ones are refused, maps as pairs.</summary>
internal sealed class ObjectWriter(SchemaWriter writer)
{
    private const string Filler = "_";
    private const string KeyOrderFeature = "key_order";

    /// <summary>The dialect takes objects with members that it knows no names of.</summary>
    public bool TakesOpen => writer.Dialect[Features.OpenObject].IsTaken;

    public Written Write(ObjectShape held, List<string> words)
    {
        writer.Budget.Take(held.Required.Length + held.Properties.Length);
        held = WithRequired(held);
        if (writer.IsPairs(held))
        {
            return NameOnlyPattern(held) is { } pattern ? Pairs(held, pattern.Value, pattern.Names, words) : held.IsOpen && !HasNames(held) ? Free(held, words) : Pairs(held, held.Additional ?? new AnyShape(held.Path), NamesOf(held), words);
        }

        JsonTree properties = JsonTree.Object();
        List<JsonTree> required = [];
        List<(string Name, bool DropsNull, UndoDraft? Value)> undo = [];
        HashSet<string> must = [.. held.Required];
        bool needsOne = writer.Dialect[Features.OptionalProperty].AtLeastOneRequired && !held.Properties.Any(property => must.Contains(property.Name));
        foreach (Property property in held.Properties)
        {
            if (property.Value is NeverShape)
            {
                writer.Journal.Rewrite(property.Value.Path, Features.BooleanSchema, "A member that cannot be is left out.");
                continue;
            }

            bool isRequired = must.Contains(property.Name);
            Written value = Member(property, isRequired, needsOne, undo, out bool asked);
            needsOne &= !asked;
            properties.Set(property.Name, value.Schema);
            if (asked)
            {
                required.Add(JsonTree.Of(property.Name));
            }
        }

        if (properties.Members.Count == 0 && !writer.Dialect[Features.EmptyObject].IsTaken && held.IsClosed)
        {
            writer.Journal.Rewrite(held.Path, Features.EmptyObject, $"An object without members got one, \"{Filler}\", that is always null and is taken out again.");
            properties.Set(Filler, JsonTree.Object(("type", JsonTree.Of("null"))));
            required.Add(JsonTree.Of(Filler));
            undo.Add((Filler, true, null));
        }

        JsonTree schema = JsonTree.Object(("type", JsonTree.Of("object")));
        if (properties.Members.Count > 0 || held.IsClosed)
        {
            schema.Set("properties", properties);
        }

        if (required.Count > 0)
        {
            schema.Set("required", JsonTree.Array(required));
        }

        Order(held, schema, [.. properties.Members.Select(member => member.Key)], [.. required.Select(name => name.Text)]);

        UndoDraft? rest = Rest(held, schema);
        Counts(held, schema, words, required.Count);
        return new Written(schema, JsonKinds.Object, new UndoDraft { Members = undo, Items = rest });
    }

    // Documents are the same in any order; models, and people who read answers as they stream, are served by the schema's.
    private void Order(ObjectShape held, JsonTree schema, string[] names, HashSet<string> required)
    {
        bool isKept = writer.Dialect.KeyOrder switch
        {
            KeyOrder.Alphabetical => names.Zip(names.Skip(1)).All(pair => string.CompareOrdinal(pair.First, pair.Second) < 0),
            KeyOrder.RequiredFirst => !names.SkipWhile(required.Contains).Any(required.Contains),
            _ => true,
        };
        if (isKept)
        {
            return;
        }

        if (writer.Dialect.HasPropertyOrdering)
        {
            schema.Set("propertyOrdering", JsonTree.Array(names.Select(JsonTree.Of)));
            writer.Journal.Rewrite(held.Path, KeyOrderFeature, "The order of the members is said by propertyOrdering.");
        }
        else
        {
            writer.Journal.Rewrite(
                held.Path, KeyOrderFeature, $"The members come {(writer.Dialect.KeyOrder == KeyOrder.Alphabetical ? "in the order of the alphabet" : "with the required ones first")}, not in the order of the schema.");
        }
    }

    // Names that are required and described nowhere are described by what is said of all others.
    private static ObjectShape WithRequired(ObjectShape held)
    {
        ImmutableArray<Property> missing = [.. held.Required
            .Where(name => held.Find(name) is null)
            .Select(name => new Property(name, held.Additional is null or AnyShape ? new AnyShape(JsonPointers.Member(held.Path + "/properties", name)) : held.Additional))];
        return missing.IsEmpty ? held : held with { Properties = [.. held.Properties, .. missing] };
    }

    private Written Member(Property property, bool isRequired, bool needsOne, List<(string Name, bool DropsNull, UndoDraft? Value)> undo, out bool asked)
    {
        string path = property.Value.Path;
        Written value = writer.Write(property.Value);
        bool takesOptional = writer.Dialect[Features.OptionalProperty].IsTaken;
        if (isRequired && writer.Dialect[Features.RecursiveRef].ThroughOptionalOnly && HoldsRequiredRecursion(property.Value))
        {
            writer.Journal.Loss(path, Features.RecursiveRef, $"A recursion goes through optional members only, so this one is not said to be required: {writer.Journal.Because(writer.Dialect[Features.RecursiveRef], Support.Partly)}");
            asked = false;
        }
        else
        {
            asked = isRequired || !takesOptional || needsOne || writer.Plan.Required.Contains(path);
        }

        bool dropsNull = false;
        if (asked && !isRequired)
        {
            dropsNull = !value.AllowsNull;
            writer.Journal.Rewrite(path, Features.OptionalProperty, dropsNull
                ? "An optional member is required and may be null; null stands for absence and is taken out again."
                : "An optional member that may be null is required; absence is told as null, which the contract allows too.");
            value = dropsNull ? writer.OrNull(value, path) : value;
        }
        else if (!asked && !isRequired)
        {
            writer.Count.Optional.Add((path, value.AllowsNull));
        }

        undo.Add((property.Name, dropsNull, value.Undo));
        return value;
    }

    private bool HoldsRequiredRecursion(Shape value)
    {
        writer.Budget.Enter();
        writer.Budget.Take();
        bool holds = LeadsToRequiredRecursion(value);
        writer.Budget.Leave();
        return holds;
    }

    private bool LeadsToRequiredRecursion(Shape value) => value switch
    {
        RefShape reference => writer.Graph.IsRecursive(reference.Target, throughRequired: true),
        UnionShape union => union.Branches.Any(HoldsRequiredRecursion),
        ArrayShape array => array.Prefix.Any(HoldsRequiredRecursion) || (array.Items is { } items && HoldsRequiredRecursion(items)),
        _ => false,
    };

    // Everything that is no member by name: additionalProperties.
    private UndoDraft? Rest(ObjectShape held, JsonTree schema)
    {
        KeywordSupport open = writer.Dialect[Features.OpenObject];
        OmittedMeans omitted = writer.Dialect[Features.OmittedAdditionalProperties].Means;
        if (held.IsClosed)
        {
            Close(schema);
        }
        else if (held.Additional is { } additional && !held.IsOpen)
        {
            if (open.IsTaken)
            {
                Written value = writer.Write(additional);
                schema.Set("additionalProperties", value.Schema);
                if (!open.IsEstablished)
                {
                    writer.Journal.Loss(held.Path + "/additionalProperties", Features.OpenObject, open);
                }

                return value.Undo;
            }

            writer.Journal.Narrows(held.Path, Features.OpenObject, $"Members beyond those that are named cannot come: {writer.Journal.Because(open, open.Support)}");
            Close(schema);
        }
        else if (held.Properties.IsEmpty || (held.Additional is not null && open.Support == Support.Enforced))
        {
            // Said to be open, or nothing but open.
            schema.Set("additionalProperties", JsonTree.True);
            if (!open.IsEstablished)
            {
                writer.Journal.Loss(held.Path, Features.OpenObject, open);
            }
        }
        else if (omitted != OmittedMeans.Open)
        {
            writer.Journal.Narrows(held.Path, Features.OpenObject, "The object is open, but members beyond those that are named " + (omitted == OmittedMeans.Unknown ? "may never come." : "cannot come."));
            if (omitted == OmittedMeans.Error)
            {
                Close(schema);
            }
        }

        return null;
    }

    private void Close(JsonTree schema)
    {
        KeywordSupport row = writer.Dialect[Features.ClosedObject];
        if (row.IsTaken)
        {
            schema.Set("additionalProperties", JsonTree.False);
        }

        if (!row.IsEstablished)
        {
            writer.Journal.Loss("", Features.ClosedObject, row);
        }
    }

    private void Counts(ObjectShape held, JsonTree schema, List<string> words, int required)
    {
        KeywordSupport row = writer.Dialect[Features.PropertyCount];
        foreach (Rule rule in held.Rules.Where(rule => rule.Keyword is "minProperties" or "maxProperties"))
        {
            decimal? number = rule.Value.Number;
            bool isImplied = rule.Keyword == "minProperties" ? number <= held.Required.Length : held.IsClosed && number >= held.Properties.Length;
            if (isImplied)
            {
                writer.Journal.Rewrite(rule.Path, Features.PropertyCount, $"{rule.Keyword} follows from the members and is left out.");
                continue;
            }

            (Treatment treatment, Support support) = row.Treat(number);

            // Where absence is told as null, the count of what is sent is not the contract's.
            if (treatment != Treatment.Said && required == held.Required.Length)
            {
                schema.Set(rule.Keyword, rule.Value);
            }
            else
            {
                words.Add($"{(rule.Keyword == "minProperties" ? "at least" : "at most")} {rule.Value.Text} members");
                treatment = treatment == Treatment.Native ? Treatment.Said : treatment;
            }

            if (treatment != Treatment.Native)
            {
                writer.Journal.Loss(rule.Path, Features.PropertyCount, writer.Journal.Because(row, support));
            }
        }
    }

    private Written Free(ObjectShape held, List<string> words)
    {
        Written text = SchemaWriter.AsText(words, "an object");
        writer.Journal.Loss(held.Path, Features.OpenObject, $"An object of unknown members travels as JSON text, which the provider does not check: {writer.Journal.Because(writer.Dialect[Features.OpenObject], writer.Dialect[Features.OpenObject].Support)}");
        return text;
    }

    private Written Pairs(ObjectShape held, Shape value, Shape names, List<string> words)
    {
        KeywordSupport row = writer.Dialect[Features.OpenObject];
        writer.Journal.Loss(held.Path, Features.OpenObject, $"A map travels as an array of keys and values, where a key can come twice: {writer.Journal.Because(row, row.Support)}");
        words.Add("a map, as an array of keys and values; each key once");
        if (names != NoNames(held))
        {
            writer.Held.UnionWith(held.Rules.Where(rule => rule.Keyword is "propertyNames" or "patternProperties"));
        }

        Written key = writer.Write(names);
        Written inside = writer.Write(value);
        JsonTree pair = JsonTree.Object(
            ("type", JsonTree.Of("object")),
            ("properties", JsonTree.Object(("key", key.Schema), ("value", inside.Schema))),
            ("required", JsonTree.Array(JsonTree.Of("key"), JsonTree.Of("value"))),
            ("additionalProperties", JsonTree.False));
        foreach (Rule rule in held.Rules.Where(rule => rule.Keyword is "minProperties" or "maxProperties"))
        {
            words.Add($"{(rule.Keyword == "minProperties" ? "at least" : "at most")} {rule.Value.Text} members");
            writer.Journal.Loss(rule.Path, Features.PropertyCount, writer.Dialect[Features.PropertyCount]);
        }

        return new Written(JsonTree.Object(("type", JsonTree.Of("array")), ("items", pair)), JsonKinds.Array, new UndoDraft { Kind = UndoKind.PairsToMap, Items = inside.Undo });
    }

    private static bool HasNames(ObjectShape held) => held.Rules.Any(rule => rule.Keyword is "propertyNames" or "patternProperties");

    // Names in a form that a string can have are held by the key; anything else is told as every other rule.
    private Shape NamesOf(ObjectShape held)
    {
        string path = held.Path + "/propertyNames";
        return JsonTree.Find(writer.Graph.Document, path) is not null && writer.Graph.At(path) is ScalarShape { Type: "string" } or EnumShape ? writer.Graph.At(path) : NoNames(held);
    }

    private static ScalarShape NoNames(ObjectShape held) => new(held.Path, "string");

    // One pattern and nothing else is a map whose keys have that pattern.
    private (Shape Value, Shape Names)? NameOnlyPattern(ObjectShape held)
    {
        if (held.IsOpen && held.Rules.FirstOrDefault(rule => rule.Keyword == "patternProperties") is { Value.Members: [{ Key: var pattern }] } rule && JsonTree.Find(writer.Graph.Document, rule.Path) is not null)
        {
            return (writer.Graph.At(JsonPointers.Member(rule.Path, pattern)), new ScalarShape(held.Path, "string") { Rules = [new Rule("pattern", JsonTree.Of(pattern), rule.Path)] });
        }

        return null;
    }
}
