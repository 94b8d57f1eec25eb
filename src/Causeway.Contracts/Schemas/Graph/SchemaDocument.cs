using Causeway.Contracts.Json;

namespace Causeway.Contracts.Schemas.Graph;

/// <summary>One JSON text that schemas stand in. Two are the same only where they are one object.</summary>
internal sealed class SchemaDocument(string uri, byte[] text, TapeNode[] nodes)
{
    /// <summary>Where it is, by its own base; never fetched.</summary>
    public string Uri { get; } = uri;

    /// <summary>UTF-8, compact.</summary>
    public byte[] Text { get; } = text;

    /// <summary>Its tape.</summary>
    public TapeNode[] Nodes { get; } = nodes;

    /// <summary>Text and tape together.</summary>
    public JsonView View => new(Text, Nodes);

    /// <summary>JSON Pointer to a place.</summary>
    public string Pointer(int at) => JsonPointers.Of(View, at);
}

/// <summary>A schema with a base URI of its own: a document's root, or where <c>$id</c> stands.</summary>
internal sealed class SchemaResource(SchemaDocument document, int at, string uri, DraftRules rules)
{
    /// <summary>The document.</summary>
    public SchemaDocument Document { get; } = document;

    /// <summary>Where its root stands.</summary>
    public int At { get; } = at;

    /// <summary>The base URI.</summary>
    public string Uri { get; } = uri;

    /// <summary>How it is read.</summary>
    public DraftRules Rules { get; } = rules;

    /// <summary>Places with a name, by it.</summary>
    public Dictionary<string, int> Anchors { get; } = new(StringComparer.Ordinal);

    /// <summary>Schemas with a dynamic anchor, by it; filled when the graph is built.</summary>
    public Dictionary<string, SchemaNode> DynamicAnchors { get; } = new(StringComparer.Ordinal);

    /// <summary>Places of dynamic anchors, by name.</summary>
    public Dictionary<string, int> DynamicPlaces { get; } = new(StringComparer.Ordinal);
}
