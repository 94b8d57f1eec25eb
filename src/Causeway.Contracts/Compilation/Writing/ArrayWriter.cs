using System.Collections.Immutable;
using System.Globalization;
using Causeway.Contracts.Compilation.Shapes;
using Causeway.Contracts.Dialects;

namespace Causeway.Contracts.Compilation.Writing;

/// <summary>Writes arrays and tuples.</summary>
internal sealed class ArrayWriter(SchemaWriter writer)
{
    public Written Write(ArrayShape array, List<string> words)
    {
        if (!array.Prefix.IsEmpty)
        {
            return Tuple(array, words);
        }

        JsonTree schema = JsonTree.Object(("type", JsonTree.Of("array")));
        Written? items = null;
        ImmutableArray<Rule> rules = array.Rules;
        if (array.Items is NeverShape)
        {
            // An array that is always empty: any items, none of them.
            schema.Set("items", JsonTree.Object(("type", JsonTree.Of("string"))));
            rules = rules.Add(new Rule("maxItems", JsonTree.Of(0), array.Items.Path));
        }
        else if (array.Items is { } shape)
        {
            items = writer.Write(shape);
            schema.Set("items", items.Schema);
        }
        else if (!writer.Dialect[Features.UntypedArray].IsTaken)
        {
            items = writer.Write(new AnyShape(array.Path));
            schema.Set("items", items.Schema);
        }

        Counts(rules, schema, words);
        return new Written(schema, JsonKinds.Array, new UndoDraft { Items = items?.Undo });
    }

    private Written Tuple(ArrayShape array, List<string> words)
    {
        int places = array.Prefix.Length;
        bool isFull = Number(array, "minItems") >= places;
        bool isExact = isFull && (array.Items is NeverShape || Number(array, "maxItems") <= places);
        bool native = writer.Dialect[Features.PrefixItems].IsEstablished && writer.Dialect[Features.MinItems].Treat(places).Treatment == Treatment.Native;
        return native ? InPlace(array, isExact, words) : AsMembers(array, isExact, words);
    }

    private Written InPlace(ArrayShape array, bool isExact, List<string> words)
    {
        Written[] places = [.. array.Prefix.Select(writer.Write)];
        JsonTree schema = JsonTree.Object(("type", JsonTree.Of("array")), ("prefixItems", JsonTree.Array(places.Select(place => place.Schema))));
        Written? rest = array.Items is null or NeverShape ? null : writer.Write(array.Items);
        ImmutableArray<Rule> rules = array.Rules;
        if (rest is not null)
        {
            schema.Set("items", rest.Schema);
        }

        // The end is said by the count, which is known to be held; of "items: false" that is not known everywhere.
        if (array.Items is NeverShape && !rules.Any(rule => rule.Keyword == "maxItems"))
        {
            rules = rules.Add(new Rule("maxItems", JsonTree.Of(places.Length), array.Items.Path));
        }

        if (!isExact)
        {
            writer.Journal.Narrows(array.Path, Features.PrefixItems, "A tuple may come with exactly its places only, although the contract allows fewer or more.");
        }

        Counts(rules, schema, words);
        return new Written(schema, JsonKinds.Array, new UndoDraft { Prefix = [.. places.Select(place => place.Undo)], Items = rest?.Undo });
    }

    private Written AsMembers(ArrayShape array, bool isExact, List<string> words)
    {
        writer.Journal.Rewrite(array.Path, Features.PrefixItems, "A tuple became an object with the members 0, 1, … and is put together again.");
        if (!isExact)
        {
            writer.Journal.Narrows(array.Path, Features.PrefixItems, "A tuple comes with exactly its places, although the contract allows fewer or more.");
        }

        if (Number(array, "minItems") > array.Prefix.Length)
        {
            writer.Journal.Refuse(array.Path, Features.PrefixItems, "A tuple that must have more items than places cannot be written there.", "Give prefixItems a place for every item, or use items alone.");
        }

        words.Add("a tuple, its places as members 0, 1, …");
        JsonTree properties = JsonTree.Object();
        UndoDraft undo = new() { Kind = UndoKind.MembersToTuple };
        for (int i = 0; i < array.Prefix.Length; i++)
        {
            string name = i.ToString(CultureInfo.InvariantCulture);
            Written place = writer.Write(array.Prefix[i]);
            properties.Set(name, place.Schema);
            undo.Members.Add((name, false, place.Undo));
        }

        foreach (Rule rule in array.Rules.Where(rule => rule.Keyword == "uniqueItems" && rule.Value.Kind == System.Text.Json.JsonValueKind.True))
        {
            writer.Journal.Loss(rule.Path, Features.UniqueItems, writer.Dialect[Features.UniqueItems]);
        }

        JsonTree schema = JsonTree.Object(
            ("type", JsonTree.Of("object")), ("properties", properties), ("required", JsonTree.Array(properties.Members.Select(member => JsonTree.Of(member.Key)))), ("additionalProperties", JsonTree.False));
        return new Written(schema, JsonKinds.Object, undo);
    }

    private void Counts(ImmutableArray<Rule> rules, JsonTree schema, List<string> words)
    {
        foreach (Rule rule in rules)
        {
            if (rule.Keyword == "uniqueItems" && rule.Value.Kind == System.Text.Json.JsonValueKind.True)
            {
                Keep(rule, Features.UniqueItems, null, schema, words, "no item twice");
            }
            else if (rule.Keyword is "minItems" or "maxItems" && rule.Value.Number is { } number && !(rule.Keyword == "minItems" && number == 0))
            {
                bool isLeast = rule.Keyword == "minItems";
                Keep(rule, isLeast ? Features.MinItems : Features.MaxItems, number, schema, words, $"{(isLeast ? "at least" : "at most")} {rule.Value.Text} {(number == 1 ? "item" : "items")}");
            }
        }
    }

    private void Keep(Rule rule, string feature, decimal? number, JsonTree schema, List<string> words, string said)
    {
        KeywordSupport row = writer.Dialect[feature];
        (Treatment treatment, Support support) = row.Treat(number);
        if (treatment == Treatment.Said)
        {
            words.Add(said);
        }
        else
        {
            schema.Set(rule.Keyword, rule.Value);
        }

        if (treatment != Treatment.Native)
        {
            writer.Journal.Loss(rule.Path, feature, writer.Journal.Because(row, support));
        }
    }

    private static decimal? Number(ArrayShape array, string keyword) => array.Rules.FirstOrDefault(rule => rule.Keyword == keyword)?.Value.Number;
}
