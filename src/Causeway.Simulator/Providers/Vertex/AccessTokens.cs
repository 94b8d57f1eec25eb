using System.Text;
using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.Vertex;

/// <summary>Access tokens against signed assertions (RFC 7523), good for an hour. The signature is not verified: no public key is known here.</summary>
internal sealed class AccessTokens(TimeProvider time)
{
    /// <summary>Always taken, for whoever does not care about tokens.</summary>
    public const string Literal = "simulator";

    public const int LifeSeconds = 3_599;
    private const int MaxIssued = 10_000;
    private const long MaxAssertionSeconds = 3_600;

    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, DateTimeOffset> _issued = [];

    public bool Takes(string token)
    {
        lock (_gate)
        {
            return token == Literal || (_issued.TryGetValue(token, out DateTimeOffset until) && until > time.GetUtcNow());
        }
    }

    public string Issue(string assertion)
    {
        string token = "ya29.sim-" + Fingerprint.Of("token", Encoding.UTF8.GetBytes(assertion));
        lock (_gate)
        {
            _issued[token] = time.GetUtcNow().AddSeconds(LifeSeconds);
            if (_issued.Count > MaxIssued)
            {
                _issued.RemoveAt(0);
            }
        }

        return token;
    }

    /// <returns>What is wrong with the assertion, null if nothing.</returns>
    public string? Complaint(string assertion)
    {
        if (assertion.Split('.') is not [string head, string claims, { Length: > 0 }] || Json(head) is not { } header || Json(claims) is not { } said)
        {
            return "Invalid JWT: expected three parts of base64url, a header and claims that are JSON objects, and a signature.";
        }

        long now = time.GetUtcNow().ToUnixTimeSeconds();
        long? until = said.Member("exp").Number();
        return header.Member("alg").Text() != "RS256" ? "Invalid JWT: alg must be RS256."
            : said.Member("iss").Text() is not { Length: > 0 } ? "Invalid JWT: iss is missing."
            : said.Member("scope").Text() is not { Length: > 0 } ? "Invalid JWT: scope is missing."
            : said.Member("aud").Text()?.EndsWith("/token", StringComparison.Ordinal) is not true ? "Invalid JWT: aud must be the token endpoint."
            : until is null || until <= now || until - (said.Member("iat").Number() ?? 0) > MaxAssertionSeconds
                ? "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."
                : null;
    }

    private static JsonElement? Json(string base64Url)
    {
        try
        {
            JsonElement json = JsonElement.Parse(Convert.FromBase64String(base64Url.Replace('-', '+').Replace('_', '/').PadRight((base64Url.Length + 3) / 4 * 4, '=')));
            return json.ValueKind == JsonValueKind.Object ? json : null;
        }
        catch (Exception broken) when (broken is FormatException or JsonException)
        {
            return null;
        }
    }
}
