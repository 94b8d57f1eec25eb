using System.Collections.Frozen;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Causeway.WebConsole.Files;

/// <summary>
/// Serves the console's pages, which are in the assembly, at <c>/console/</c>. Every address in them is relative, so that they work below whatever prefix a
/// proxy puts before them.
/// </summary>
public static class ConsoleFiles
{
    /// <summary>Where the pages are.</summary>
    public const string Root = "/console";

    private const string Start = "index.html";
    private const string Resources = "console/";

    // Nothing from elsewhere and nothing inline; no page of another site may frame it, and its forms go nowhere else.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Maps the pages.</summary>
    /// <returns>The group, so that the composition can say on which address it is served.</returns>
    public static RouteGroupBuilder MapConsole(this IEndpointRouteBuilder routes)
    {
        Lazy<FrozenDictionary<string, ConsoleFile>> files = new(Load); // Most instances show nobody a page.
        RouteGroupBuilder console = routes.MapGroup(Root);
        console.MapMethods("/{**path}", ["GET", "HEAD"], (RequestDelegate)(context => AnswerAsync(context, files.Value))).ExcludeFromDescription();
        return console;
    }

    /// <summary>The files of the bundle, by their places in it.</summary>
    internal static FrozenDictionary<string, ConsoleFile> Load()
    {
        Assembly assembly = typeof(ConsoleFiles).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Resources, StringComparison.Ordinal))
            .Select(name => new ConsoleFile(name[Resources.Length..].Replace('\\', '/'), Read(assembly, name)))
            .ToFrozenDictionary(file => file.Path, StringComparer.Ordinal);
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private static async Task AnswerAsync(HttpContext context, FrozenDictionary<string, ConsoleFile> files)
    {
        HttpRequest request = context.Request;
        HttpResponse response = context.Response;
        Protect(response.Headers);
        string path = request.RouteValues["path"] as string ?? "";
        if (path.Length == 0 && request.Path.Value is not [.., '/'])
        {
            // Without the slash relative addresses would begin one level too high. Relative itself: a prefix of a proxy's stays.
            response.StatusCode = StatusCodes.Status308PermanentRedirect;
            response.Headers.Location = Root[1..] + "/";
            return;
        }

        if (!files.TryGetValue(path.Length == 0 ? Start : path, out ConsoleFile? file))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync("The console has no such file. It begins at /console/.\n", context.RequestAborted);
            return;
        }

        response.Headers.ETag = file.Tag;
        response.Headers.CacheControl = file.IsNamedByContent ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.Vary = "Accept-Encoding";
        if (request.Headers.IfNoneMatch.Any(tags => tags?.Contains(file.Tag, StringComparison.Ordinal) == true))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        (byte[] bytes, string? encoding) = await file.EncodeAsync(request.Headers.AcceptEncoding.ToString());
        response.ContentType = file.MediaType;
        response.ContentLength = bytes.Length;
        if (encoding is not null)
        {
            response.Headers.ContentEncoding = encoding;
        }

        if (!HttpMethods.IsHead(request.Method))
        {
            await response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    private static void Protect(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
    }
}
