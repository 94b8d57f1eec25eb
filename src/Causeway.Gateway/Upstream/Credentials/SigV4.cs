using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Causeway.Gateway.Policy;

namespace Causeway.Gateway.Upstream.Credentials;

/// <summary>
/// AWS Signature Version 4 for a request's headers, as published: canonical request, string to sign, a key that is derived for one day,
/// region and service. The payload is always part of what is signed.
/// </summary>
internal sealed class SigV4(AwsIdentity identity)
{
    public const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    private const string Algorithm = "AWS4-HMAC-SHA256";
    private volatile DayKey? _key;

    /// <summary>The value of the header <c>Authorization</c>.</summary>
    /// <param name="method">In capitals.</param>
    /// <param name="pathAndQuery">Exactly as it is sent: its escapes are escaped once more here.</param>
    /// <param name="headers">What is signed, names in lower case, in any order; a name may come several times.</param>
    /// <param name="payloadHash">SHA-256 of the body in lower-case hex.</param>
    /// <param name="at">The time that <c>x-amz-date</c> tells.</param>
    public string Authorization(
        string method, string pathAndQuery, IReadOnlyList<(string Name, string Value)> headers, string payloadHash, DateTimeOffset at)
    {
        string time = at.UtcDateTime.ToString(DateFormat, CultureInfo.InvariantCulture);
        string day = time[..8];
        string scope = $"{day}/{identity.Region}/{identity.Service}/aws4_request";
        string request = CanonicalRequest(method, pathAndQuery, headers, payloadHash, out string signed);
        string toSign = $"{Algorithm}\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(request)))}";
        string signature = Hex(HMACSHA256.HashData(KeyOf(day), Encoding.UTF8.GetBytes(toSign)));
        return $"{Algorithm} Credential={identity.AccessKeyId}/{scope}, SignedHeaders={signed}, Signature={signature}";
    }

    /// <summary>The request in the form that both sides hash.</summary>
    internal static string CanonicalRequest(
        string method, string pathAndQuery, IReadOnlyList<(string Name, string Value)> headers, string payloadHash, out string signed)
    {
        int mark = pathAndQuery.IndexOf('?', StringComparison.Ordinal);
        string path = mark < 0 ? pathAndQuery : pathAndQuery[..mark];
        string query = mark < 0 ? "" : pathAndQuery[(mark + 1)..];
        IGrouping<string, string>[] lines = [.. headers.GroupBy(header => header.Name, header => Trimmed(header.Value), StringComparer.Ordinal).OrderBy(line => line.Key, StringComparer.Ordinal)];
        signed = string.Join(';', lines.Select(line => line.Key));
        string canonical = string.Concat(lines.Select(line => $"{line.Key}:{string.Join(',', line)}\n"));
        return $"{method}\n{CanonicalPath(path)}\n{CanonicalQuery(query)}\n{canonical}\n{signed}\n{payloadHash}";
    }

    // Every service but S3 escapes the path as sent once more: the %3A of a model's id is signed as %253A.
    private static string CanonicalPath(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static string CanonicalQuery(string query) => string.Join('&', query
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Select(pair => (Name: Escaped(pair[0]), Value: pair.Length == 2 ? Escaped(pair[1]) : ""))
        .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal)
        .Select(pair => $"{pair.Name}={pair.Value}"));

    private static string Escaped(string sent) => Uri.EscapeDataString(Uri.UnescapeDataString(sent));

    // Without spaces around, and with one where there are several.
    private static string Trimmed(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private byte[] KeyOf(string day)
    {
        DayKey? key = _key;
        if (key?.Day != day)
        {
            _key = key = new DayKey(day, Derive(day));
        }

        return key.Key;
    }

    private byte[] Derive(string day)
    {
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + identity.SecretAccessKey);
        foreach (string part in (ReadOnlySpan<string>)[day, identity.Region, identity.Service, "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return key;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private sealed class DayKey(string day, byte[] key)
    {
        public string Day { get; } = day;

        public byte[] Key { get; } = key;
    }
}
