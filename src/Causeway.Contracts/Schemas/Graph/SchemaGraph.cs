using Causeway.Contracts.Json;

namespace Causeway.Contracts.Schemas.Graph;

/// <summary>A schema as a graph of nodes, every reference resolved.</summary>
/// <param name="Document">The canonical text.</param>
/// <param name="Root">The schema.</param>
/// <param name="HasDynamicReferences">Some reference depends on the way by which it was reached.</param>
internal sealed record SchemaGraph(SchemaDocument Document, SchemaNode Root, bool HasDynamicReferences)
{
    /// <summary>Builds the graph of a document.</summary>
    /// <exception cref="SchemaException">It is no schema.</exception>
    public static SchemaGraph Build(SchemaDocument document, IReadOnlyDictionary<string, SchemaDocument> more, DraftRules rules)
    {
        if (document.View.Kind(0) is not (TokenKind.Object or TokenKind.True or TokenKind.False))
        {
            throw new SchemaException("", "A schema is an object, true or false.");
        }

        var resources = new SchemaResources(document, more, rules);
        var builder = new GraphBuilder(resources);
        SchemaNode root = builder.Build();
        EndlessReferences.Refuse(builder.Nodes);
        return new SchemaGraph(document, root, builder.HasDynamicReferences);
    }
}
