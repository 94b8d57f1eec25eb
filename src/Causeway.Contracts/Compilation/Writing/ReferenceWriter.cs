using Causeway.Contracts.Compilation.Shapes;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Json;

namespace Causeway.Contracts.Compilation.Writing;

/// <summary>Writes references: as such where the dialect has them, else what they refer to in their place; recursion to a bounded depth where it knows none.</summary>
internal sealed class ReferenceWriter(SchemaWriter writer)
{
    // Definitions that use one another often grow without measure when they are written out.
    private const int MaxNodes = 20_000;
    private readonly Dictionary<string, Definition> _definitions = [];
    private readonly Dictionary<string, int> _names = [];
    private readonly Dictionary<string, int> _depths = [];
    private readonly List<Definition> _order = [];

    /// <summary>What is undone at the root, for references to it.</summary>
    public UndoDraft RootDraft { get; } = new();

    /// <summary>The root is sent as an object of its own, so that "#" means it.</summary>
    public bool RootStandsAsObject { get; set; }

    public JsonTree? Definitions
    {
        get
        {
            if (_order.Count == 0)
            {
                return null;
            }

            JsonTree all = JsonTree.Object();
            _order.ForEach(definition => all.Set(definition.Name, definition.Schema!));
            return all;
        }
    }

    public Written Write(RefShape reference)
    {
        Shape target = writer.Graph.Resolve(reference);
        bool isRecursive = writer.Graph.IsRecursive(reference.Target);
        if (isRecursive && !writer.Dialect[Features.RecursiveRef].IsTaken)
        {
            return Unrolled(reference);
        }

        bool wantsWords = reference.Annotations.Any(annotation => annotation.Key is "title" or "description") && !writer.Dialect[Features.RefSiblings].IsEstablished && writer.Count.Nodes < MaxNodes;
        if (!isRecursive && (!writer.Dialect[Features.Ref].IsTaken || wantsWords))
        {
            return InPlace(reference, wantsWords);
        }

        if (isRecursive && !writer.Dialect[Features.RecursiveRef].IsEstablished)
        {
            writer.Journal.Loss(reference.Path, Features.RecursiveRef, writer.Dialect[Features.RecursiveRef]);
        }

        if (!writer.Dialect[Features.Ref].IsEstablished)
        {
            writer.Journal.Loss(reference.Path, Features.Ref, writer.Dialect[Features.Ref]);
        }

        return Defined(reference, target);
    }

    private Written Defined(RefShape reference, Shape target)
    {
        if (reference.Target.Length == 0 && RootStandsAsObject)
        {
            return new Written(JsonTree.Object(("$ref", JsonTree.Of("#"))), JsonKinds.Object, RootDraft);
        }

        if (!_definitions.TryGetValue(reference.Target, out Definition? definition))
        {
            definition = new Definition(NameOf(reference.Target), Predicted(target));
            _definitions.Add(reference.Target, definition);
            _order.Add(definition);
            if (reference.Target != "/$defs/" + definition.Name)
            {
                writer.Journal.Rewrite(reference.Target, Features.Ref, $"What is referred to stands at #/$defs/{definition.Name}.");
            }

            Written written = writer.Write(writer.Graph.At(reference.Target));
            (definition.Schema, definition.Kinds) = (written.Schema, written.Kinds);
            definition.Draft.Target = written.Undo;
        }

        return new Written(JsonTree.Object(("$ref", JsonTree.Of("#/$defs/" + definition.Name))), definition.Kinds, definition.Draft);
    }

    // While it is being written its kinds are not known yet: it may be anything, except null where the contract says so.
    private JsonKinds Predicted(Shape target) => (writer.Graph.KindsOf(target) & JsonKinds.Null) != JsonKinds.None ? JsonKinds.All : JsonKinds.All & ~JsonKinds.Null;

    private Written InPlace(RefShape reference, bool forWords)
    {
        if (writer.Count.Nodes >= MaxNodes)
        {
            writer.Journal.Refuse(reference.Path, Features.Ref, $"{writer.Dialect.Title} takes no references, and the schema is too large once they are written out.", "Let fewer places refer to this definition.");
            return new Written(JsonTree.Object(("type", JsonTree.Of("null"))), JsonKinds.Null);
        }

        writer.Journal.Rewrite(reference.Path, Features.Ref, forWords ? "A reference with words of its own was replaced by what it refers to." : "A reference was replaced by what it refers to.");
        return writer.Write(forWords ? writer.Graph.At(reference.Target) with { Annotations = [] } : writer.Graph.At(reference.Target));
    }

    private Written Unrolled(RefShape reference)
    {
        int depth = _depths.GetValueOrDefault(reference.Target);
        KeywordSupport row = writer.Dialect[Features.RecursiveRef];
        if (depth > writer.Plan.Unroll || writer.Count.Nodes >= MaxNodes)
        {
            List<string> words = [];
            Written text = SchemaWriter.AsText(words, "one more of the same kind");
            text.Schema.Set("description", JsonTree.Of($"({words[0]})"));
            writer.Journal.Loss(reference.Path, Features.RecursiveRef, $"After {writer.Plan.Unroll} more {(writer.Plan.Unroll == 1 ? "level" : "levels")} it travels as JSON text, which the provider does not check: recursion is {writer.Journal.Because(row, row.Support)}");
            return text;
        }

        _depths[reference.Target] = depth + 1;
        Written written = writer.Write(writer.Graph.At(reference.Target));
        _depths[reference.Target] = depth;
        return written;
    }

    private string NameOf(string target)
    {
        string last = target.Length == 0 ? "root" : JsonPointers.Last(target);
        string name = string.Concat(last.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' ? letter : '_'));
        string free = name;
        int number = _names.GetValueOrDefault(name, 1);
        while (_names.ContainsKey(free))
        {
            free = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}_{++number}");
        }

        _names[name] = number;
        _names[free] = _names.GetValueOrDefault(free, 1);
        return free;
    }

    private sealed class Definition(string name, JsonKinds kinds)
    {
        public string Name { get; } = name;

        public UndoDraft Draft { get; } = new();

        public JsonTree? Schema { get; set; }

        public JsonKinds Kinds { get; set; } = kinds;
    }
}
