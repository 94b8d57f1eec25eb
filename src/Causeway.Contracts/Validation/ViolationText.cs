using System.Globalization;
using System.Text;
using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas.Graph;
using Causeway.Contracts.Validation.Evaluation;

namespace Causeway.Contracts.Validation;

/// <summary>Puts findings into words that a person and a model understand.</summary>
internal static class ViolationText
{
    // Characters of the document that a message may quote, and of the schema.
    private const int MaxQuote = 64;
    private const int MaxChoices = 512;

    /// <summary>A text that is no JSON.</summary>
    public static Violation Json(JsonFault fault) => Json($"This is no JSON document: {fault.Reason}, at byte {Number(fault.Position)}.");

    /// <summary>A text that is no document that can be validated.</summary>
    public static Violation Json(string message) => new("", Keyword.Json.Name(), "", message);

    /// <summary>An evaluation that cost too much.</summary>
    public static Violation Budget(string? why) => new("", Keyword.Budget.Name(), "", $"Checking the document takes too much: {why ?? "it has more values than its schema can be tried on"}.");

    /// <summary>One violation.</summary>
    /// <param name="finding">What was found.</param>
    /// <param name="view">The document.</param>
    /// <param name="schema">The schema's own document.</param>
    public static Violation Of(Finding finding, JsonView view, SchemaDocument schema)
    {
        return Of(finding.Node, finding.Keyword, JsonPointers.Of(view, finding.At), Sentence(finding, view), schema);
    }

    /// <summary>One violation, its words found elsewhere.</summary>
    public static Violation Of(SchemaNode node, Keyword keyword, string path, string message, SchemaDocument schema)
    {
        string name = SchemaKeyword(node, keyword);
        string prefix = node.Resource.Document == schema ? "" : node.Resource.Document.Uri + "#";
        return new Violation(path, name, prefix + node.Resource.Document.Pointer(node.At) + (keyword == Keyword.False ? "" : "/" + name), message);
    }

    /// <summary>What to say of a member that a closed object does not have.</summary>
    public static string UnknownMember(SchemaNode node, string name) => $"no member \"{Cut(name, MaxQuote)}\" is allowed here{Known(node)}";

    /// <summary>The keyword as the schema spells it.</summary>
    private static string SchemaKeyword(SchemaNode node, Keyword keyword)
    {
        bool isLegacy = keyword == Keyword.Items && node.Resource.Rules.Draft == Draft.Seven && node.Arrays!.Prefix.Length > 0;
        return isLegacy ? Keyword.AdditionalItems.Name() : keyword.Name();
    }

    private static string Sentence(Finding finding, JsonView view)
    {
        SchemaNode node = finding.Node;
        int at = finding.At;
        return finding.Keyword switch
        {
            Keyword.Type => $"expected {TypeNames.Spell(node.Types)}, got {Describe(view, at)}",
            Keyword.Const => $"must be {Choices(node.Const!)}, got {Describe(view, at)}",
            Keyword.Enum => node.Enum!.Values.Length == 0 ? "no value is allowed here" : $"must be one of {Choices(node.Enum)}, got {Describe(view, at)}",
            Keyword.Minimum => $"must be at least {Text(node.Numbers!.Minimum)}, got {Quote(view, at)}",
            Keyword.Maximum => $"must be at most {Text(node.Numbers!.Maximum)}, got {Quote(view, at)}",
            Keyword.ExclusiveMinimum => $"must be more than {Text(node.Numbers!.ExclusiveMinimum)}, got {Quote(view, at)}",
            Keyword.ExclusiveMaximum => $"must be less than {Text(node.Numbers!.ExclusiveMaximum)}, got {Quote(view, at)}",
            Keyword.MultipleOf => $"must be a multiple of {Text(node.Numbers!.MultipleOf)}, got {Quote(view, at)}",
            Keyword.MinLength => $"must have at least {Count(node.Strings!.MinLength, "character")}, has {Number(JsonStrings.CodePoints(view.StringBytes(at)))}",
            Keyword.MaxLength => $"must have at most {Count(node.Strings!.MaxLength, "character")}, has {Number(JsonStrings.CodePoints(view.StringBytes(at)))}",
            Keyword.Pattern => $"must match the pattern {Cut(node.Strings!.Pattern!.Source, MaxChoices)}, got {Quote(view, at)}",
            Keyword.Format => $"must be {node.Strings!.Format!.Article}, got {Quote(view, at)}",
            Keyword.False or Keyword.Not => finding.Keyword == Keyword.Not ? $"must not be what the schema excludes, got {Describe(view, at)}" : "no value is allowed here",
            Keyword.AnyOf => Alternatives(node.Branches!.AnyOf, view, at),
            Keyword.OneOf => finding.Detail < 0 ? Alternatives(node.Branches!.OneOf, view, at)
                : $"must match exactly one alternative, but matches numbers {Number((finding.Detail >> 16) + 1)} and {Number((finding.Detail & 0xFFFF) + 1)} of {Number(node.Branches!.OneOf.Length)}",
            _ => ContainerSentence(finding, view),
        };
    }

    private static string ContainerSentence(Finding finding, JsonView view)
    {
        SchemaNode node = finding.Node;
        int count = view.Nodes[finding.At].Count;
        return finding.Keyword switch
        {
            Keyword.Required => $"missing required member {Name(node.Objects!.Names[finding.Detail])}",
            Keyword.AdditionalProperties or Keyword.UnevaluatedProperties => UnknownMember(node, view.String(finding.At)),
            Keyword.MinProperties => $"must have at least {Count(node.Objects!.MinProperties, "member")}, has {Number(count)}",
            Keyword.MaxProperties => $"must have at most {Count(node.Objects!.MaxProperties, "member")}, has {Number(count)}",
            Keyword.DependentRequired or Keyword.Dependencies => Dependency(node.Objects!.DependentRequired[finding.Detail >> 16], finding.Detail & 0xFFFF),
            Keyword.MinItems => $"must have at least {Count(node.Arrays!.MinItems, "item")}, has {Number(count)}",
            Keyword.MaxItems => $"must have at most {Count(node.Arrays!.MaxItems, "item")}, has {Number(count)}",
            Keyword.Items => $"must have at most {Count(node.Arrays!.Prefix.Length, "item")}",
            Keyword.UnevaluatedItems => "no item is allowed here",
            Keyword.UniqueItems => $"items must differ, and this one equals {JsonPointers.Of(view, finding.Detail)}",
            Keyword.Contains => "at least one item must be as the schema's \"contains\" says; none is",
            Keyword.MinContains => $"at least {Number(node.Arrays!.MinContains)} items must be as the schema's \"contains\" says; {Number(finding.Detail)} are",
            _ => $"at most {Number(node.Arrays!.MaxContains)} items may be as the schema's \"contains\" says; {Number(finding.Detail)} are",
        };
    }

    private static string Dependency(DependentNames names, int index) => $"missing member {Name(names.Required[index])}, which must be there when {Name(names.Name)} is";

    /// <summary>Where every alternative asks for another kind of value: what they ask for together.</summary>
    private static string Alternatives(SchemaNode[] branches, JsonView view, int at)
    {
        TypeSet types = TypeSet.None;
        var values = new List<string>();
        foreach (SchemaNode branch in branches)
        {
            SchemaNode target = branch.Ref ?? branch;
            ValueSet? choices = target.Const ?? target.Enum;
            types |= choices is null ? target.Types : TypeSet.None;
            values.AddRange(choices is null ? [] : [Choices(choices)]);
        }

        string expected = string.Join(" or ", (IEnumerable<string>)[.. types is TypeSet.None or TypeSet.Any ? [] : (IEnumerable<string>)[TypeNames.Spell(types)], .. values]);
        return expected.Length == 0 || types == TypeSet.Any
            ? $"matches none of the {Number(branches.Length)} alternatives, got {Describe(view, at)}"
            : $"expected {Cut(expected, MaxChoices)}, got {Describe(view, at)}";
    }

    private static string Known(SchemaNode node)
    {
        if (node.Objects is not { Names.Count: > 0 } rules)
        {
            return "";
        }

        IEnumerable<string> names = Enumerable.Range(0, rules.Names.Count).Where(i => rules.Properties[i] is not null).Select(i => Name(rules.Names[i]));
        return $": only {Cut(string.Join(", ", names), MaxChoices)}";
    }

    private static string Choices(ValueSet values)
    {
        var text = new StringBuilder();
        foreach (int value in values.Values)
        {
            text.Append(text.Length > 0 ? ", " : "").Append(Cut(Spelled(values.Document.View, value), MaxQuote));
            if (text.Length > MaxChoices)
            {
                return text.Append(", …").ToString();
            }
        }

        return text.ToString();
    }

    private static string Describe(JsonView view, int at) => view.Kind(at) switch
    {
        TokenKind.Object => "an object",
        TokenKind.Array => "an array",
        TokenKind.String => "the string " + Quote(view, at),
        _ => Quote(view, at),
    };

    private static string Quote(JsonView view, int at) => Cut(Spelled(view, at), MaxQuote);

    private static string Spelled(JsonView view, int at)
    {
        bool isString = view.Kind(at) == TokenKind.String;
        ReadOnlySpan<byte> spelled = view.Spelled(at);
        // Four bytes a character at most, and then some for the cut.
        string text = Encoding.UTF8.GetString(spelled[..Math.Min(spelled.Length, MaxChoices * 4)]);
        return isString ? $"\"{text}\"" : text;
    }

    private static string Name(byte[] name) => $"\"{Encoding.UTF8.GetString(name)}\"";

    private static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        int end = length - 1;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + "…";
    }

    private static string Text(NumberLimit? number) => number is null ? "" : Encoding.UTF8.GetString(number.Text);

    private static string Count(int count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
