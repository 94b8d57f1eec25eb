using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Causeway.Gateway.Policy;

namespace Causeway.Gateway.Upstream.Credentials;

/// <summary>A service account's tokens: an assertion signed with its key (RFC 7523) is exchanged for one.</summary>
/// <remarks>Google.Apis.Auth does the same and brings JSON by reflection and System.Management, which a trimmed native binary cannot have.</remarks>
internal sealed class GoogleAccountTokens(GoogleServiceAccount account, HttpMessageInvoker sockets, TimeProvider time) : TokenSource(sockets, time)
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";
    private const int LifetimeSeconds = 3600;

    public override string Place => $"the token endpoint {account.TokenEndpoint.Host}";

    protected override HttpRequestMessage Request() => Form(
        account.TokenEndpoint,
        KeyValuePair.Create("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        KeyValuePair.Create("assertion", Assertion()));

    private string Assertion()
    {
        long now = Time.GetUtcNow().ToUnixTimeSeconds();
        string header = Part(json =>
        {
            json.WriteString("alg", "RS256");
            json.WriteString("typ", "JWT");
            json.WriteString("kid", account.KeyId);
        });
        string claims = Part(json =>
        {
            json.WriteString("iss", account.Email);
            json.WriteString("scope", Scope);
            json.WriteString("aud", account.TokenEndpoint.OriginalString);
            json.WriteNumber("iat", now);
            json.WriteNumber("exp", now + LifetimeSeconds);
        });
        using var key = RSA.Create();
        key.ImportFromPem(account.PrivateKey);
        byte[] signature = key.SignData(Encoding.ASCII.GetBytes($"{header}.{claims}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{header}.{claims}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Part(Action<Utf8JsonWriter> write)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Base64Url.EncodeToString(text.WrittenSpan);
    }
}
