using System.Collections.Frozen;
using Causeway.Contracts.Compilation.Shapes;
using Causeway.Contracts.Dialects;

namespace Causeway.Contracts.Compilation.Writing;

/// <summary>Writes what models read beside the rules.</summary>
internal sealed class AnnotationWriter(SchemaWriter writer)
{
    private static readonly FrozenSet<string> s_examples = FrozenSet.ToFrozenSet(["examples", "deprecated", "readOnly", "writeOnly"]);

    public Written Annotate(Written written, Shape shape, List<string> words)
    {
        if (shape.Annotations.IsEmpty && words.Count == 0)
        {
            return written;
        }

        writer.Budget.Take(CompilationBudget.Text(words.Sum(word => word.Length) + (shape.Description?.Length ?? 0) + (written.Schema["description"]?.Text.Length ?? 0)) + written.Schema.Members.Count);
        JsonTree annotated = JsonTree.Object();
        bool isReference = written.Schema["$ref"] is not null;
        foreach ((string name, JsonTree value) in shape.Annotations)
        {
            if (Keeps(name, written, shape.Path, isReference))
            {
                annotated.Set(name, value);
            }
        }

        if (words.Count > 0 && !isReference)
        {
            string said = $"({string.Join("; ", words)})";
            annotated.Set("description", JsonTree.Of(annotated["description"] is { } own && own.Text.Length > 0 ? $"{own.Text} {said}" : said));
        }

        annotated.Members.AddRange(written.Schema.Members.Where(member => annotated[member.Key] is null));

        // A branch, or what stood before a respelling, may have words of its own: the outer ones are read first, none is lost.
        if (annotated["description"] is { } outer && written.Schema["description"] is { } inner && inner.Text != outer.Text)
        {
            annotated.Set("description", JsonTree.Of($"{outer.Text} {inner.Text}"));
        }

        return written with { Schema = annotated };
    }

    private bool Keeps(string name, Written written, string path, bool isReference)
    {
        if (isReference)
        {
            bool taken = writer.Dialect[Features.RefSiblings].IsEstablished;
            return (taken && name is "title" or "description") || Dropped(path, Features.RefSiblings, "What stood beside a reference and is no rule is left out.");
        }

        return name switch
        {
            "title" or "description" => true,
            "default" => (!written.IsRespelled && Takes(Features.Default)) || Dropped(path, Features.Default, "default is left out: it is no rule."),
            _ when s_examples.Contains(name) => (!written.IsRespelled && Takes(Features.Examples)) || Dropped(path, Features.Examples, $"{name} is left out: it is no rule."),
            _ => Dropped(path, Features.SchemaId, "What is neither a rule nor meant for the model ($schema, $id, discriminator, …) is left out."),
        };
    }

    private bool Takes(string feature) => writer.Dialect[feature] is { IsTaken: true, IsUnverified: false };

    private bool Dropped(string path, string feature, string what)
    {
        writer.Journal.Rewrite(path, feature, what);
        return false;
    }
}
