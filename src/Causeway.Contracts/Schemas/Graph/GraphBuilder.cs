using System.Text;
using Causeway.Contracts.Json;

namespace Causeway.Contracts.Schemas.Graph;

/// <summary>Makes a node of every subschema, and resolves references on the way. Works off a queue, so that no chain of references is too long.</summary>
internal sealed class GraphBuilder(SchemaResources resources)
{
    private readonly Dictionary<(SchemaDocument Document, int At), SchemaNode> _nodes = [];
    private readonly Queue<SchemaNode> _unfilled = new();

    /// <summary>All nodes.</summary>
    public IReadOnlyCollection<SchemaNode> Nodes => _nodes.Values;

    /// <summary>Some reference depends on the way by which it was reached.</summary>
    public bool HasDynamicReferences { get; private set; }

    /// <summary>Builds everything.</summary>
    /// <returns>The root.</returns>
    public SchemaNode Build()
    {
        foreach ((SchemaResource resource, int at) in resources.Places)
        {
            Node(resource, at);
        }

        SchemaNode root = Node(resources.Places[0].Resource, 0);
        Fill();
        while (HasDynamicReferences && NameDynamicAnchors())
        {
            Fill();
        }

        return root;
    }

    /// <summary>The node of a subschema, filled later.</summary>
    public SchemaNode Node(SchemaResource from, int at)
    {
        if (!_nodes.TryGetValue((from.Document, at), out SchemaNode? node))
        {
            node = new SchemaNode(resources.At(from, at), at);
            _nodes[(from.Document, at)] = node;
            _unfilled.Enqueue(node);
        }

        return node;
    }

    /// <summary>The target of a reference.</summary>
    /// <param name="from">The resource in which it stands.</param>
    /// <param name="place">The reference's string.</param>
    public SchemaNode Resolve(SchemaResource from, int place)
    {
        string reference = from.Document.View.String(place);
        (string uri, string? fragment) = SchemaUris.Split(reference);
        SchemaResource resource = uri.Length == 0 ? from : Find(from, place, uri);
        if (string.IsNullOrEmpty(fragment))
        {
            return Node(resource, resource.At);
        }

        if (fragment[0] == '/')
        {
            return Follow(from, place, resource, fragment);
        }

        return resource.Anchors.TryGetValue(fragment, out int anchor)
            ? Node(resource, anchor)
            : throw Unresolved(from, place, $"there is no $anchor \"{fragment}\"");
    }

    /// <summary>The target of a dynamic reference, and the anchor by which another may take its place; null: it is an ordinary reference.</summary>
    public (SchemaNode Target, string? Anchor) ResolveDynamic(SchemaResource from, int place)
    {
        SchemaNode target = Resolve(from, place);
        string? fragment = SchemaUris.Split(from.Document.View.String(place)).Fragment;
        bool isDynamic = fragment is { Length: > 0 } && target.Resource.DynamicPlaces.TryGetValue(fragment, out int at) && at == target.At;
        HasDynamicReferences |= isDynamic;
        return (target, isDynamic ? fragment : null);
    }

    private void Fill()
    {
        while (_unfilled.TryDequeue(out SchemaNode? node))
        {
            new NodeReader(this, node).Read();
        }
    }

    private bool NameDynamicAnchors()
    {
        bool isMore = false;
        for (int i = 0; i < resources.All.Count; i++)
        {
            SchemaResource resource = resources.All[i];
            foreach ((string name, int at) in resource.DynamicPlaces)
            {
                isMore |= resource.DynamicAnchors.TryAdd(name, Node(resource, at));
            }
        }

        return isMore;
    }

    private SchemaResource Find(SchemaResource from, int place, string uri)
    {
        if (!SchemaUris.TryResolve(from.Uri, uri, out string? resolved))
        {
            throw new SchemaException(from.Document.Pointer(place), $"\"{uri}\" is no URI reference.");
        }

        return resources.Find(resolved) ?? throw Unresolved(
            from, place, $"{(resolved.StartsWith(SchemaUris.Unnamed, StringComparison.Ordinal) ? uri : resolved)} is not in this document, and nothing is ever fetched: put that schema under $defs and refer to it there");
    }

    private SchemaNode Follow(SchemaResource from, int place, SchemaResource resource, string pointer)
    {
        int at = resource.At;
        foreach (string step in pointer[1..].Split('/'))
        {
            at = JsonPointers.Step(resource.Document.View, at, step);
            if (at < 0)
            {
                throw Unresolved(from, place, $"there is no \"{step}\" on the way of {Encoding.UTF8.GetString(from.Document.View.Spelled(place))}");
            }

            resource = resources.At(resource, at);
        }

        if (resource.Document.View.Kind(at) is not (TokenKind.Object or TokenKind.True or TokenKind.False))
        {
            throw Unresolved(from, place, "what stands there is no schema");
        }

        return Node(resource, at);
    }

    private static SchemaException Unresolved(SchemaResource from, int place, string why) =>
        new(from.Document.Pointer(place), $"The reference \"{from.Document.View.String(place)}\" leads nowhere: {why}.");
}
