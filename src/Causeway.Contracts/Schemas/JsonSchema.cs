using System.Collections.Frozen;
using System.Security.Cryptography;
using Causeway.Contracts.Schemas.Graph;

namespace Causeway.Contracts.Schemas;

/// <summary>A canonical JSON Schema: parsed, its references resolved, compact, its members in the order in which they were written.</summary>
/// <remarks>
/// 2020-12 and draft-07, by <c>$schema</c>; 2020-12 where it says nothing. 2019-09 is read as 2020-12, draft-06 and draft-04 as draft-07. Nothing is ever
/// fetched: a reference that leads neither into the document nor to a published meta-schema is an error.
/// </remarks>
public sealed class JsonSchema
{
    private JsonSchema(SchemaGraph graph)
    {
        Graph = graph;
        Digest = new SchemaDigest("sch_" + Convert.ToHexStringLower(SHA256.HashData(graph.Document.Text)));
    }

    /// <summary>The schema as compact UTF-8 JSON, without needless escapes. Members keep their order, since that is the order in which models answer.</summary>
    public ReadOnlyMemory<byte> Text => Graph.Document.Text;

    /// <summary>SHA-256 of <see cref="Text"/>.</summary>
    public SchemaDigest Digest { get; }

    /// <summary>What is evaluated.</summary>
    internal SchemaGraph Graph { get; }

    /// <summary>Parses and checks a schema.</summary>
    /// <param name="utf8">JSON, with or without a byte-order mark; at most <see cref="SchemaLimits.MaxBytes"/>.</param>
    /// <exception cref="SchemaException">It is no schema; says where and what to do.</exception>
    public static JsonSchema Parse(ReadOnlyMemory<byte> utf8) => Parse(utf8, FrozenDictionary<string, SchemaDocument>.Empty, DraftCatalogue.Default);

    /// <summary>Parses a schema that may refer to other documents.</summary>
    /// <param name="utf8">JSON.</param>
    /// <param name="more">The other documents, by URI.</param>
    /// <param name="rules">How they are read where they do not say it.</param>
    internal static JsonSchema Parse(ReadOnlyMemory<byte> utf8, IReadOnlyDictionary<string, SchemaDocument> more, DraftRules rules) =>
        new(SchemaGraph.Build(SchemaText.Document(utf8.Span, SchemaUris.Unnamed), more, rules));
}
