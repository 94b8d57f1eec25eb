using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Causeway.Gateway.Passthrough;

/// <summary>
/// Takes a path as it was sent, not as it was decoded: an encoded slash in a name must reach the provider encoded. What could be read as
/// another path is refused (S-04, S-34).
/// </summary>
internal static class NativePathGuard
{
    private const int MaxLength = 2048;

    /// <summary>The raw path behind a prefix, with its leading slash and without the query; null: it is one that is refused.</summary>
    /// <param name="request">The request.</param>
    /// <param name="segments">How many segments of the path are the gateway's own.</param>
    public static string? PathBehind(HttpRequest request, int segments)
    {
        string target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        int end = target.IndexOfAny(['?', '#']);
        string path = end < 0 ? target : target[..end];
        int at = 0;
        for (int i = 0; i < segments; i++)
        {
            at = path.IndexOf('/', at + 1);
            if (at < 0)
            {
                return null;
            }
        }

        string rest = path[at..];
        return rest.Length <= MaxLength && IsPlain(rest) ? rest : null;
    }

    // An encoded slash belongs to a name (Bedrock's ARNs), as long as no part of it steps out of its place.
    private static bool IsName(string segment) =>
        !segment.Any(c => char.IsControl(c) || c is '\\' or ';') && !segment.Split('/').Any(part => part is "." or "..");

    private static bool IsPlain(string path)
    {
        foreach (char c in path)
        {
            if (c is <= ' ' or > '~' or '\\')
            {
                return false;
            }
        }

        return !path.Contains("//", StringComparison.Ordinal)
            && path.Split('/').All(segment => IsName(Uri.UnescapeDataString(segment)));
    }
}
