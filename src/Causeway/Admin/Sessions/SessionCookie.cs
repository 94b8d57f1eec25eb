using Microsoft.AspNetCore.Http;

namespace Causeway.Admin.Sessions;

/// <summary>
/// How a session travels: in a cookie that no script can read and no other site's page sends. That a page of ours sent it is shown by a header of
/// our own, which a form cannot send and which another origin's script may not (no CORS answer allows it).
/// </summary>
internal static class SessionCookie
{
    public const string Name = "causeway_session";

    /// <summary>On every request by session that is not a read.</summary>
    public const string Proof = "x-causeway-console";

    /// <summary>The text of the session; null: the request has none.</summary>
    public static string? Read(HttpRequest request) => request.Cookies.TryGetValue(Name, out string? text) && text.Length > 0 ? text : null;

    /// <summary>Whether a request is one that a page of ours sends: from the same origin as far as the browser says, and with the proof where it is not a read.</summary>
    public static bool IsOurs(HttpRequest request)
    {
        bool isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        return (isRead || request.Headers.ContainsKey(Proof)) && request.Headers["Sec-Fetch-Site"].ToString() is ("" or "same-origin" or "none");
    }

    /// <summary>Hands a session to the browser.</summary>
    /// <param name="http">The answer.</param>
    /// <param name="text">The session.</param>
    /// <param name="ends">Until when.</param>
    /// <param name="isSecure">It is known that the browser speaks TLS, whatever this request shows of it.</param>
    public static void Write(HttpContext http, string text, DateTimeOffset ends, bool isSecure = false)
    {
        CookieOptions options = Options(http.Request, ends);
        options.Secure |= isSecure;
        http.Response.Cookies.Append(Name, text, options);
    }

    /// <summary>Takes it back.</summary>
    public static void Clear(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http.Request, null));

    private static CookieOptions Options(HttpRequest request, DateTimeOffset? ends) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = IsSecure(request),
        Path = "/", // A proxy may serve everything below a prefix that is not known here.
        Expires = ends,
    };

    // TLS ends at a proxy. The browser itself says which origin its page has; a proxy says it too. A lie in either harms the liar's own cookie alone.
    private static bool IsSecure(HttpRequest request) =>
        request.IsHttps
        || request.Headers.Origin is [{ } origin] && origin.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || request.Headers["X-Forwarded-Proto"] is [{ } scheme] && scheme.Equals("https", StringComparison.OrdinalIgnoreCase);
}
