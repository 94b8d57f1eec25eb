using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Providers.Bedrock;

/// <summary>AWS Signature Version 4 as the receiver checks it, for one account whose secret everybody knows.</summary>
/// <remarks>
/// The path is encoded once more than it was sent, as every AWS service but S3 does: <c>%3A</c> of a model id is signed as <c>%253A</c>.
/// A date far off is not refused, since tests bring their own clocks.
/// </remarks>
internal static class SigV4
{
    public const string Algorithm = "AWS4-HMAC-SHA256";
    public const string KeyId = "AKIDEXAMPLE";
    public const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private static readonly Rejection s_mismatch = new(403, "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");

    public static Rejection? Check(Incoming incoming)
    {
        IHeaderDictionary headers = incoming.Request.Headers;
        Credential? credential = Credential.Of(headers.Authorization.ToString());
        string date = headers["x-amz-date"].ToString();
        if (credential is null || date.Length == 0)
        {
            return new(403, "IncompleteSignatureException", "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters, and an 'X-Amz-Date' header.");
        }

        if (credential.KeyId != KeyId)
        {
            return new(403, "UnrecognizedClientException", "The security token included in the request is invalid.");
        }

        if (credential.Scope is not [string day, _, "bedrock", "aws4_request"] || !date.StartsWith(day, StringComparison.Ordinal))
        {
            return new(403, "InvalidSignatureException", "Credential should be scoped to correct service: 'bedrock'.");
        }

        string payload = Convert.ToHexStringLower(SHA256.HashData(incoming.Body));
        bool declaresOther = headers["x-amz-content-sha256"].ToString() is { Length: > 0 } declared && declared != payload;
        if (declaresOther || !credential.SignedHeaders.Contains("host") || !credential.SignedHeaders.Contains("x-amz-date"))
        {
            return s_mismatch;
        }

        string canonical = Canonical(incoming.Request.Method, incoming.Target, credential.SignedHeaders, headers, payload);
        return Signature(Secret, date, credential.Scope, canonical) == credential.Signature ? null : s_mismatch;
    }

    /// <param name="target">Path and query as sent.</param>
    public static string Canonical(string method, string target, IReadOnlyList<string> signedHeaders, IHeaderDictionary headers, string payloadHash)
    {
        string[] parts = target.Split('?', 2);
        string path = string.Join('/', parts[0].Split('/').Select(Uri.EscapeDataString));
        IEnumerable<string> query = parts is [_, { Length: > 0 } sent] ? sent.Split('&').Select(Pair).Order(StringComparer.Ordinal) : [];
        IEnumerable<string> lines = signedHeaders.Select(name => $"{name}:{string.Join(',', headers[name].Select(Collapsed))}\n");
        return $"{method}\n{path}\n{string.Join('&', query)}\n{string.Concat(lines)}\n{string.Join(';', signedHeaders)}\n{payloadHash}";
    }

    /// <param name="date">As in <c>x-amz-date</c>: 20150830T123600Z.</param>
    /// <param name="scope">Day, region, service, <c>aws4_request</c>.</param>
    public static string Signature(string secret, string date, IReadOnlyList<string> scope, string canonical)
    {
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        byte[] key = scope.Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), Mac);
        return Convert.ToHexStringLower(Mac(key, $"{Algorithm}\n{date}\n{string.Join('/', scope)}\n{digest}"));
    }

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Pair(string pair)
    {
        string[] sides = pair.Split('=', 2);
        return $"{Uri.EscapeDataString(Uri.UnescapeDataString(sides[0]))}={(sides.Length == 2 ? Uri.EscapeDataString(Uri.UnescapeDataString(sides[1])) : "")}";
    }

    private static string Collapsed(string? value) => string.Join(' ', (value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries));

    internal sealed record Credential(string KeyId, IReadOnlyList<string> Scope, IReadOnlyList<string> SignedHeaders, string Signature)
    {
        /// <returns>Null where the header is of another scheme or lacks a part.</returns>
        public static Credential? Of(string authorization)
        {
            if (!authorization.StartsWith(Algorithm + " ", StringComparison.Ordinal))
            {
                return null;
            }

            Dictionary<string, string> parts = [];
            foreach (string part in authorization[Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries))
            {
                string[] sides = part.Split('=', 2);
                parts[sides[0]] = sides.Length == 2 ? sides[1] : "";
            }

            return parts.TryGetValue("Credential", out string? credential) && parts.TryGetValue("SignedHeaders", out string? signed)
                && parts.TryGetValue("Signature", out string? signature)
                ? new(credential.Split('/')[0], credential.Split('/')[1..], signed.Split(';'), signature)
                : null;
        }
    }
}
