using System.Diagnostics.CodeAnalysis;

namespace Causeway.Contracts.Schemas.Graph;

/// <summary>Base URIs and references (RFC 3986), only ever compared, never fetched.</summary>
internal static class SchemaUris
{
    /// <summary>The base of a document that names none.</summary>
    public const string Unnamed = "schema:///";

    /// <summary>A reference in two: what stands before <c>#</c>, and the fragment; null: there is none.</summary>
    public static (string Uri, string? Fragment) Split(string reference)
    {
        int mark = reference.IndexOf('#', StringComparison.Ordinal);
        return mark < 0 ? (reference, null) : (reference[..mark], Uri.UnescapeDataString(reference[(mark + 1)..]));
    }

    /// <summary>A reference against its base.</summary>
    public static bool TryResolve(string baseUri, string reference, [NotNullWhen(true)] out string? resolved)
    {
        resolved = null;
        if (Uri.TryCreate(reference, UriKind.Absolute, out Uri? absolute) && !reference.StartsWith('/'))
        {
            resolved = Text(absolute);
        }
        else if (Uri.TryCreate(baseUri, UriKind.Absolute, out Uri? from) && Uri.TryCreate(from, reference, out Uri? joined))
        {
            resolved = Text(joined);
        }

        return resolved is not null;
    }

    private static string Text(Uri uri) => uri.AbsoluteUri;
}
