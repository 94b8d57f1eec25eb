using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Contracts.Compilation.Shapes;
using Causeway.Contracts.Dialects;

namespace Causeway.Contracts.Compilation.Writing;

/// <summary>Measures what is to be sent against a dialect's limits.</summary>
internal sealed class SchemaMeasure
{
    private readonly JsonTree _root;
    private readonly CompilationBudget _budget;
    private readonly Dictionary<string, (int Depth, string Path)> _definitions = [];
    private int _properties;
    private int _characters;
    private int _enumValues;

    private SchemaMeasure(JsonTree root, CompilationBudget budget) => (_root, _budget) = (root, budget);

    /// <summary>Tells the journal of every limit that is broken.</summary>
    public static void Check(JsonTree schema, DialectProfile dialect, SlotCount count, Journal journal, CompilationBudget budget)
    {
        DialectLimits limits = dialect.Limits;
        SchemaMeasure measure = new(schema, budget);
        measure.Count(schema);
        Over(measure._properties, limits.Properties, "properties", "Leave out properties, or ask in two requests", journal, dialect);
        Over(measure._characters, limits.NameCharacters, "characters of names and values", "Shorten names, or leave out values of enums", journal, dialect);
        Over(measure._enumValues, limits.EnumValues, "values of enums", "Leave out values, or make the largest enum a string", journal, dialect);
        if (limits.Nesting is { } nesting)
        {
            (int depth, string deepest) = measure.Depth(schema, "", 0);
            if (depth > nesting)
            {
                journal.Refuse("", "nesting", Text($"{depth} levels of objects are more than the {nesting} that {dialect.Title} takes; the deepest is {deepest}."), Text($"Bring {deepest} up by {depth - nesting}, or make a part of it a string."));
            }
        }

        if (count.Optional.Count > limits.Optional)
        {
            int over = count.Optional.Count - limits.Optional.Value;
            journal.Refuse("", Features.OptionalProperty, Text($"{count.Optional.Count} optional properties are more than the {limits.Optional} that {dialect.Title} takes, and no room is left to make them nullable."),
                Text($"Make {over} of them required, for example {string.Join(", ", count.Optional.Take(Math.Min(over, 3)).Select(optional => optional.Path))}."));
        }

        if (count.Unions.Count > limits.Unions)
        {
            int over = count.Unions.Count - limits.Unions.Value;
            journal.Refuse("", Features.AnyOf, Text($"{count.Unions.Count} places with a union or null are more than the {limits.Unions} that {dialect.Title} takes."),
                Text($"Make {over} of them optional instead of nullable, or of one type, for example {string.Join(", ", count.Unions.Take(Math.Min(over, 3)))}."));
        }
    }

    private static void Over(int number, int? limit, string what, string fix, Journal journal, DialectProfile dialect)
    {
        if (number > limit)
        {
            journal.Refuse("", "size", Text($"{number} {what} are more than the {limit} that {dialect.Title} takes."), Text($"{fix}: {number - limit} fewer."));
        }
    }

    private void Count(JsonTree node)
    {
        _budget.Enter();
        _budget.Take(1 + node.Members.Count);
        foreach ((string name, JsonTree value) in node.Members)
        {
            switch (name)
            {
                case "properties" or "$defs":
                    foreach ((string member, JsonTree schema) in value.Members)
                    {
                        _properties += name == "properties" ? 1 : 0;
                        _characters += member.Length;
                        Count(schema);
                    }

                    break;
                case "enum":
                    _budget.Take(value.Items.Count);
                    _enumValues += value.Items.Count;
                    _characters += value.Items.Sum(item => item.Text.Length);
                    break;
                case "const":
                    _characters += value.Text.Length;
                    break;
                case "anyOf" or "prefixItems":
                    value.Items.ForEach(Count);
                    break;
                case "items" or "additionalProperties":
                    Count(value);
                    break;
            }
        }

        _budget.Leave();
    }

    // Each definition is measured once, however many places refer to it; what leads back into one that is being measured ends there.
    private (int Depth, string Path) Definition(string reference)
    {
        if (!_definitions.TryGetValue(reference, out (int Depth, string Path) known))
        {
            _definitions[reference] = (0, "");
            JsonTree? target = reference == "#" ? null : JsonTree.Find(_root, reference[1..]);
            bool isRecursive = target is null || Encoding.UTF8.GetString(target.ToUtf8(_budget)).Contains($"\"{reference}\"", StringComparison.Ordinal);
            known = isRecursive ? (0, "") : Depth(target!, "", 0);
            _definitions[reference] = known;
        }

        return known;
    }

    private (int Depth, string Path) Depth(JsonTree node, string path, int level)
    {
        _budget.Enter();
        _budget.Take(2 + CompilationBudget.Text(path.Length));
        (int Depth, string Path) depth = Measured(node, path, level);
        _budget.Leave();
        return depth;
    }

    private (int Depth, string Path) Measured(JsonTree node, string path, int level)
    {
        if (node["$ref"] is { Text: var reference })
        {
            (int below, string where) = Definition(reference);
            return (level + below, path + where);
        }

        // The vendors speak of levels of objects; whether arrays count is not said, and schemas with many pass.
        int own = node["properties"] is not null ? level + 1 : level;
        (int Depth, string Path) deepest = (own, path);
        foreach ((string name, JsonTree child) in Children(node))
        {
            (int Depth, string Path) below = Depth(child, path + name, own);
            deepest = below.Depth > deepest.Depth ? below : deepest;
        }

        return deepest;
    }

    private static IEnumerable<(string Name, JsonTree Child)> Children(JsonTree node) =>
        (node["properties"]?.Members ?? []).Select(member => ("/properties/" + member.Key, member.Value))
        .Concat((node["anyOf"]?.Items ?? []).Select((branch, i) => (Text($"/anyOf/{i}"), branch)))
        .Concat((node["prefixItems"]?.Items ?? []).Select((place, i) => (Text($"/prefixItems/{i}"), place)))
        .Concat(node["items"] is { Kind: JsonValueKind.Object } items ? [("/items", items)] : [])
        .Concat(node["additionalProperties"] is { Kind: JsonValueKind.Object } additional ? [("/additionalProperties", additional)] : []);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
