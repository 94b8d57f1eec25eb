using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Contracts.Compilation.Shapes;
using Causeway.Contracts.Dialects;

namespace Causeway.Contracts.Compilation.Writing;

/// <summary>Writes enums and consts: one kind of value at a time, with its type beside it.</summary>
internal sealed class EnumWriter(SchemaWriter writer)
{
    private const int MaxQuoted = 2000;

    public Written Write(EnumShape values, List<string> words)
    {
        writer.Budget.Take(2 * values.Values.Sum(value => value.Size));
        ImmutableArray<JsonTree>[] groups = [.. values.Values.Distinct(JsonValues.Instance).GroupBy(value => value.KindOf()).Select(group => group.ToImmutableArray())];
        bool hasNull = groups.Any(group => group[0].Kind == JsonValueKind.Null);
        ImmutableArray<JsonTree>[] rest = [.. groups.Where(group => group[0].Kind != JsonValueKind.Null)];
        if (rest.Length == 0)
        {
            return new Written(JsonTree.Object(("type", JsonTree.Of("null"))), JsonKinds.Null);
        }

        if (rest.Length == 1)
        {
            Written one = OneKind(values with { Values = rest[0] }, words);
            return hasNull ? writer.OrNull(one, values.Path) : one;
        }

        writer.Journal.Rewrite(values.Path, Features.EnumNumbers, "Values of several types became a union with one enum for each type.");
        return writer.Write(new UnionShape(values.Path, [.. groups.Select(Shape (group) => group[0].Kind == JsonValueKind.Null ? new ScalarShape(values.Path, "null") : values with { Values = group, Type = null, Annotations = [], Rules = [] })], IsExclusive: false));
    }

    private Written OneKind(EnumShape values, List<string> words) => values.Values[0].Kind switch
    {
        JsonValueKind.String => Strings(values, words),
        JsonValueKind.Number => Others(values, values.Type == "integer" || values.Values.All(value => value.Number is { } number && decimal.Truncate(number) == number) ? "integer" : "number", words),
        JsonValueKind.Object or JsonValueKind.Array => Complex(values),
        _ when values.Values.Length == 2 => new Written(JsonTree.Object(("type", JsonTree.Of("boolean"))), JsonKinds.Boolean),
        _ => Others(values, "boolean", words),
    };

    private Written Strings(EnumShape values, List<string> words)
    {
        DialectLimits limits = writer.Dialect.Limits;
        KeywordSupport row = writer.Dialect[Features.EnumStrings];
        int characters = values.Values.Sum(value => value.Text.Length);
        bool isTooLong = values.Values.Length > limits.LongEnumValues && characters > limits.LongEnumCharacters;
        if (isTooLong || writer.Count.EnumValues + values.Values.Length > limits.EnumValues || !row.IsTaken)
        {
            words.Add($"one of: {Quoted(values)}");
            writer.Journal.Loss(values.Path, Features.EnumStrings, row.IsTaken ? $"{values.Values.Length} values are more than {writer.Dialect.Title} takes; a plain string is asked for." : writer.Journal.Because(row, row.Support));
            return new Written(JsonTree.Object(("type", JsonTree.Of("string"))), JsonKinds.String);
        }

        return Listed(values, "string", row, Features.EnumStrings);
    }

    private Written Others(EnumShape values, string type, List<string> words)
    {
        KeywordSupport row = writer.Dialect[Features.EnumNumbers];
        if (row.Support is Support.Enforced or Support.Accepted or Support.Ignored)
        {
            if (writer.Count.EnumValues + values.Values.Length <= (writer.Dialect.Limits.EnumValues ?? int.MaxValue))
            {
                return Listed(values, type, row, Features.EnumNumbers);
            }

            words.Add($"one of: {Quoted(values)}");
            writer.Journal.Loss(values.Path, Features.EnumNumbers, $"More values than {writer.Dialect.Title} takes; a plain {type} is asked for.");
            return new Written(JsonTree.Object(("type", JsonTree.Of(type))), values.Values[0].KindOf());
        }

        writer.Journal.Rewrite(values.Path, Features.EnumNumbers, "Only strings can be listed there: each value became its text, and is read back.");
        EnumShape texts = new(values.Path, [.. values.Values.Select(value => JsonTree.Of(value.Text))], values.FromConst);
        return Strings(texts, words) with { Undo = new UndoDraft { Kind = UndoKind.ParseScalar } };
    }

    private Written Listed(EnumShape values, string type, KeywordSupport row, string feature)
    {
        writer.Count.EnumValues += values.Values.Length;
        JsonTree schema = JsonTree.Object(("type", JsonTree.Of(type)));
        KeywordSupport constant = writer.Dialect[Features.Const];
        bool asConst = values.FromConst && values.Values.Length == 1 && (constant.IsEstablished || (constant.Support == Support.Partly && !constant.IsUnverified));
        if (asConst)
        {
            (row, feature) = (constant, Features.Const);
            schema.Set("const", values.Values[0]);
        }
        else
        {
            if (values.FromConst)
            {
                writer.Journal.Rewrite(values.Path, Features.Const, "const became an enum of one.");
            }

            schema.Set("enum", JsonTree.Array(values.Values));
        }

        // Of names without capitals nothing can be spelled otherwise.
        bool isHarmless = row.CapitalsMayDiffer && !values.Values.Any(value => value.Text.Any(char.IsLetter) && value.Kind == JsonValueKind.String);
        if (row.Treat().Treatment != Treatment.Native && !(isHarmless && !row.IsUnverified))
        {
            writer.Journal.Loss(values.Path, feature, row, row.CapitalsMayDiffer ? "capitals may differ" : null);
        }

        return new Written(schema, values.Values[0].KindOf());
    }

    // An object or array that is given whole is one whose members are.
    private Written Complex(EnumShape values)
    {
        writer.Journal.Rewrite(values.Path, Features.Const, "A value that is an object or array became the schema of just that value.");
        Shape[] shapes = [.. values.Values.Select(value => Exactly(value, values.Path))];
        return writer.Write(shapes.Length == 1 ? shapes[0] : new UnionShape(values.Path, [.. shapes], IsExclusive: false));
    }

    private static Shape Exactly(JsonTree value, string path) => value.Kind switch
    {
        JsonValueKind.Object => new ObjectShape(path)
        {
            Properties = [.. value.Members.Select(member => new Property(member.Key, Exactly(member.Value, path)))],
            Required = [.. value.Members.Select(member => member.Key)],
            Additional = new NeverShape(path),
        },
        JsonValueKind.Array => new ArrayShape(path)
        {
            Prefix = [.. value.Items.Select(item => Exactly(item, path))],
            Items = new NeverShape(path),
            Rules = [new Rule("minItems", JsonTree.Of(value.Items.Count), path)],
        },
        _ => new EnumShape(path, [value], FromConst: true),
    };

    private static string Quoted(EnumShape values)
    {
        string all = string.Join(", ", values.Values.Select(value => value.Text));
        return all.Length <= MaxQuoted ? all : all[..MaxQuoted] + "…";
    }
}
