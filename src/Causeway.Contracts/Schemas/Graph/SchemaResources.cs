using System.Reflection;
using Causeway.Contracts.Json;

namespace Causeway.Contracts.Schemas.Graph;

/// <summary>Every resource of the documents at hand, by URI: the schema's own, its embedded ones and, when they are asked for, the published meta-schemas.</summary>
internal sealed class SchemaResources
{
    private static readonly Lazy<Dictionary<string, SchemaDocument>> s_published = new(LoadPublished);
    private readonly Dictionary<string, SchemaResource> _byUri = new(StringComparer.Ordinal);
    private readonly Dictionary<(SchemaDocument Document, int At), SchemaResource> _byPlace = [];
    private readonly List<SchemaResource> _all = [];
    private readonly IReadOnlyDictionary<string, SchemaDocument> _more;
    private readonly DraftRules _rules;

    /// <summary>Finds the resources of a document.</summary>
    /// <param name="main">The schema.</param>
    /// <param name="more">Documents that it may refer to, by URI.</param>
    /// <param name="rules">How documents are read that do not say it.</param>
    public SchemaResources(SchemaDocument main, IReadOnlyDictionary<string, SchemaDocument> more, DraftRules rules)
    {
        _more = more;
        _rules = rules;
        Add(main, Places);
    }

    /// <summary>Every subschema of the main document that stands where the specification has schemas.</summary>
    public List<(SchemaResource Resource, int At)> Places { get; } = [];

    /// <summary>All that are known so far.</summary>
    public IReadOnlyList<SchemaResource> All => _all;

    /// <summary>The resource that begins at a place; otherwise the one that it was reached from.</summary>
    public SchemaResource At(SchemaResource from, int at) => _byPlace.GetValueOrDefault((from.Document, at), from);

    /// <summary>The resource of a URI; null: it is not at hand.</summary>
    public SchemaResource? Find(string uri)
    {
        if (!_byUri.TryGetValue(uri, out SchemaResource? resource) && (_more.TryGetValue(uri, out SchemaDocument? document) || s_published.Value.TryGetValue(uri, out document)))
        {
            Add(document, []);
            resource = _byUri.GetValueOrDefault(uri);
        }

        return resource;
    }

    private void Add(SchemaDocument document, List<(SchemaResource Resource, int At)> places)
    {
        SchemaResource root = Register(document, 0, document.Uri, _rules);
        _byUri.TryAdd(document.Uri, root);
        Walk(root, 0, places);
    }

    private SchemaResource Register(SchemaDocument document, int at, string baseUri, DraftRules inherited)
    {
        JsonView view = document.View;
        DraftRules rules = Rules(document, at) ?? inherited;
        string uri = baseUri;
        int id = view.Member(at, "$id"u8);
        if (id >= 0 && !HidesSiblings(view, at, rules) && view.Kind(id) == TokenKind.String && view.String(id) is { } own && SchemaUris.Split(own).Uri.Length > 0
            && !SchemaUris.TryResolve(baseUri, SchemaUris.Split(own).Uri, out uri!))
        {
            throw new SchemaException(document.Pointer(id), $"\"{own}\" is no URI reference.");
        }

        var resource = new SchemaResource(document, at, uri, rules);
        if (!_byUri.TryAdd(uri, resource) && at != 0)
        {
            throw new SchemaException(document.Pointer(id), $"Two schemas of this document have the $id {uri}: give each its own.");
        }

        _byPlace[(document, at)] = resource;
        _all.Add(resource);
        return resource;
    }

    private DraftRules? Rules(SchemaDocument document, int at)
    {
        JsonView view = document.View;
        int schema = view.Member(at, "$schema"u8);
        if (schema < 0)
        {
            return null;
        }

        if (view.Kind(schema) != TokenKind.String)
        {
            throw new SchemaException(document.Pointer(schema), "$schema must be a string: the URI of a draft.");
        }

        string uri = view.String(schema);
        if (DraftCatalogue.Find(uri) is { } known)
        {
            return known;
        }

        // A meta-schema may be described by itself, and then it is not registered yet.
        SchemaResource? own = uri.TrimEnd('#') == document.Uri ? null : Find(uri.TrimEnd('#'));
        return own is null
            ? throw new SchemaException(document.Pointer(schema), $"{uri} is no draft that is known here: say https://json-schema.org/draft/2020-12/schema or http://json-schema.org/draft-07/schema#.")
            : DraftCatalogue.Of(own.Document.View, own.At);
    }

    private static bool HidesSiblings(JsonView view, int at, DraftRules rules) => rules.Draft == Draft.Seven && view.Member(at, "$ref"u8) >= 0;

    private void Walk(SchemaResource resource, int at, List<(SchemaResource Resource, int At)> places)
    {
        JsonView view = resource.Document.View;
        places.Add((resource, at));
        if (view.Kind(at) != TokenKind.Object)
        {
            return;
        }

        Name(resource, at);
        for (int name = at + 1; name < view.Nodes[at].Next; name = view.Nodes[name + 1].Next)
        {
            switch (Keywords.Find(view, name, resource.Rules.Draft))
            {
                case Keyword.AdditionalProperties or Keyword.UnevaluatedProperties or Keyword.UnevaluatedItems or Keyword.AdditionalItems or Keyword.Contains
                    or Keyword.PropertyNames or Keyword.Not or Keyword.If or Keyword.Then or Keyword.Else or Keyword.ContentSchema:
                    Enter(resource, name + 1, places);
                    break;
                case Keyword.Items when view.Kind(name + 1) != TokenKind.Array:
                    Enter(resource, name + 1, places);
                    break;
                case Keyword.AllOf or Keyword.AnyOf or Keyword.OneOf or Keyword.PrefixItems or Keyword.Items when view.Kind(name + 1) == TokenKind.Array:
                    EnterItems(resource, name + 1, places);
                    break;
                case Keyword.Properties or Keyword.PatternProperties or Keyword.Defs or Keyword.Definitions or Keyword.DependentSchemas or Keyword.Dependencies
                    when view.Kind(name + 1) == TokenKind.Object:
                    EnterMembers(resource, name + 1, places);
                    break;
            }
        }
    }

    private void EnterItems(SchemaResource resource, int at, List<(SchemaResource Resource, int At)> places)
    {
        JsonView view = resource.Document.View;
        for (int item = at + 1; item < view.Nodes[at].Next; item = view.Nodes[item].Next)
        {
            Enter(resource, item, places);
        }
    }

    private void EnterMembers(SchemaResource resource, int at, List<(SchemaResource Resource, int At)> places)
    {
        JsonView view = resource.Document.View;
        for (int name = at + 1; name < view.Nodes[at].Next; name = view.Nodes[name + 1].Next)
        {
            // Draft-07's dependencies hold schemas and lists of names.
            if (view.Kind(name + 1) != TokenKind.Array)
            {
                Enter(resource, name + 1, places);
            }
        }
    }

    private void Enter(SchemaResource resource, int at, List<(SchemaResource Resource, int At)> places)
    {
        JsonView view = resource.Document.View;
        int id = view.Member(at, "$id"u8);
        bool isEmbedded = id >= 0 && view.Kind(id) == TokenKind.String && !HidesSiblings(view, at, resource.Rules) && SchemaUris.Split(view.String(id)).Uri.Length > 0;
        Walk(isEmbedded ? Register(resource.Document, at, resource.Uri, resource.Rules) : resource, at, places);
    }

    /// <summary>Registers the names that a schema gives itself.</summary>
    private static void Name(SchemaResource resource, int at)
    {
        JsonView view = resource.Document.View;
        if (resource.Rules.Draft == Draft.Seven)
        {
            int id = HidesSiblings(view, at, resource.Rules) ? -1 : view.Member(at, "$id"u8);
            if (id >= 0 && view.Kind(id) == TokenKind.String && SchemaUris.Split(view.String(id)).Fragment is { Length: > 0 } fragment)
            {
                Anchor(resource, id, at, fragment, resource.Anchors);
            }

            return;
        }

        int anchor = view.Member(at, "$anchor"u8);
        if (anchor >= 0 && view.Kind(anchor) == TokenKind.String)
        {
            Anchor(resource, anchor, at, view.String(anchor), resource.Anchors);
        }

        int dynamic = view.Member(at, "$dynamicAnchor"u8);
        if (dynamic >= 0 && view.Kind(dynamic) == TokenKind.String)
        {
            Anchor(resource, dynamic, at, view.String(dynamic), resource.Anchors);
            resource.DynamicPlaces[view.String(dynamic)] = at;
        }
    }

    private static void Anchor(SchemaResource resource, int place, int at, string name, Dictionary<string, int> anchors)
    {
        if (!anchors.TryAdd(name, at) && anchors[name] != at)
        {
            throw new SchemaException(resource.Document.Pointer(place), $"Two schemas have the anchor \"{name}\": give each its own.");
        }
    }

    private static Dictionary<string, SchemaDocument> LoadPublished()
    {
        var published = new Dictionary<string, SchemaDocument>(StringComparer.Ordinal);
        Assembly assembly = typeof(SchemaResources).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("metaschemas/", StringComparison.Ordinal)))
        {
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            byte[] text = new byte[stream.Length];
            stream.ReadExactly(text);
            SchemaDocument document = SchemaText.Document(text, SchemaUris.Unnamed);
            string uri = SchemaUris.Split(document.View.String(document.View.Member(0, "$id"u8))).Uri;
            published[uri] = new SchemaDocument(uri, document.Text, document.Nodes);
        }

        return published;
    }
}
