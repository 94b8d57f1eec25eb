using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Causeway.Gateway.Policy;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Upstream.Credentials;

/// <summary>Signs each request for AWS, its body included.</summary>
internal sealed class SigV4Credential(AwsIdentity identity, TimeProvider time) : UpstreamCredential
{
    private readonly SigV4 _signature = new(identity);

    public override async ValueTask AuthorizeAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        string payload = await HashAsync(message.Content, cancellation);
        DateTimeOffset now = time.GetUtcNow();
        message.Headers.TryAddWithoutValidation("X-Amz-Date", now.UtcDateTime.ToString(SigV4.DateFormat, CultureInfo.InvariantCulture));
        if (identity.SessionToken is { } token)
        {
            message.Headers.TryAddWithoutValidation("X-Amz-Security-Token", token);
        }

        // Headers that a proxy may add or change stay unsigned.
        List<(string, string)> signed = [("host", message.Headers.Host ?? message.RequestUri!.Authority)];
        Sign(signed, message.Headers.NonValidated, "X-Amz-Date");
        Sign(signed, message.Headers.NonValidated, "X-Amz-Security-Token");
        if (message.Content is { } content)
        {
            Sign(signed, content.Headers.NonValidated, "Content-Type");
        }

        message.Headers.TryAddWithoutValidation(
            "Authorization", _signature.Authorization(message.Method.Method, message.RequestUri!.PathAndQuery, signed, payload, now));
    }

    public override void Dispose()
    {
        // There is nothing open: a signature needs nobody.
    }

    private static void Sign(List<(string, string)> signed, HttpHeadersNonValidated headers, string name)
    {
        if (headers.TryGetValues(name, out HeaderStringValues values))
        {
            signed.Add((name.ToLowerInvariant(), values.ToString()));
        }
    }

    /// <summary>SHA-256 of the body. A body that is not in memory yet is read into it.</summary>
    private static async ValueTask<string> HashAsync(HttpContent? content, CancellationToken cancellation)
    {
        if (content is SplicedContent spliced)
        {
            return Hash(spliced.Body);
        }

        byte[] body = content is null ? [] : await content.ReadAsByteArrayAsync(cancellation);
        return Convert.ToHexStringLower(SHA256.HashData(body));
    }

    private static string Hash(SplicedBody body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < body.SegmentCount; i++)
        {
            hash.AppendData(body.Segment(i).Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
