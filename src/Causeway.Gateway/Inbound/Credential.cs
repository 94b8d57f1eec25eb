using System.Buffers;
using System.Text;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Gateway.Flow;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Inbound;

/// <summary>
/// Finds the key where each vendor's SDK puts it: <c>Authorization: Bearer</c> (OpenAI), <c>x-api-key</c> (Anthropic) or
/// <c>x-goog-api-key</c> (Google). Never in the query: URLs are logged by everything on the way.
/// </summary>
internal static class Credential
{
    private const int MaxKeyLength = CapabilityToken.MaxTextLength;
    private const string Places = "Send it as \"Authorization: Bearer KEY\", \"x-api-key: KEY\" or \"x-goog-api-key: KEY\".";

    // As Google's servers take them.
    private static readonly string[] s_inQuery = ["key", "access_token", "oauth_token"];

    /// <summary>Headers that carry a credential; each may come once.</summary>
    public static readonly string[] Headers = ["Authorization", "x-api-key", "x-goog-api-key"];

    public static GatewayError? Read(HttpRequest request, out KeyHash hash, out string presented)
    {
        (hash, presented) = (default, "");
        if (request.QueryString.HasValue && (s_inQuery.Any(request.Query.ContainsKey) || request.Query.Any(pair => pair.Value.Any(IsKey))))
        {
            return Error(ErrorKind.Malformed, "key_in_url", $"A key in the URL would end up in logs. {Places}");
        }

        ConnectionKey? last = request.HttpContext.Features.Get<ConnectionKey>();
        KeyHash? known = null;
        string? header = null;
        string? found = null;
        foreach (string name in Headers)
        {
            StringValues values = request.Headers[name];
            if (values.Count == 0)
            {
                continue;
            }

            header = values[0]!;
            string? value = null;
            if (values.Count == 1)
            {
                known = last is not null && last.TryGet(header, out value, out KeyHash same) ? same : null;
                value ??= Unwrap(name, header);
            }

            if (value is null || (found is not null && found != value))
            {
                return Error(ErrorKind.Malformed, "key_ambiguous", $"The request carries more than one credential, or one of an unknown scheme. {Places}");
            }

            found = value;
        }

        if (string.IsNullOrEmpty(found))
        {
            return Error(ErrorKind.Unauthenticated, "key_missing", $"The request carries no key. {Places}");
        }

        (hash, presented) = (known ?? Hash(found), found);
        last?.Keep(header!, found, hash);
        return null;
    }

    // Whatever the parameter is called: it would be sent on to a provider, too.
    private static bool IsKey(string? value) => value is not null && (value.StartsWith(KeySecret.Prefix, StringComparison.Ordinal) || value.StartsWith(CapabilityToken.Prefix, StringComparison.Ordinal));

    private static string? Unwrap(string name, string value)
    {
        if (name != "Authorization")
        {
            return value;
        }

        const string scheme = "Bearer";
        return value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && (value.Length == scheme.Length || value[scheme.Length] == ' ')
            ? value[scheme.Length..].Trim()
            : null;
    }

    // Whatever was sent is hashed: a malformed key takes the same path and the same time as an unknown one.
    private static KeyHash Hash(string key)
    {
        if (key.Length > MaxKeyLength)
        {
            return default;
        }

        byte[]? rented = null;
        int most = Encoding.UTF8.GetMaxByteCount(key.Length);
        Span<byte> bytes = most <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(most);
        var hash = KeyHash.Of(bytes[..Encoding.UTF8.GetBytes(key, bytes)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }

        return hash;
    }

    private static GatewayError Error(ErrorKind kind, string code, string message) => new(kind, code, message);
}
