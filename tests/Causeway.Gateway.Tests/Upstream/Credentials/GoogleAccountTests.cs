using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Upstream.Credentials;
using Causeway.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Upstream.Credentials;

public sealed class GoogleAccountTests
{
    [Fact]
    public async Task A_service_account_signs_an_assertion_and_gets_a_token_for_it()
    {
        FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        using var key = RSA.Create(2048);
        TaskCompletionSource<string> seen = new();
        await using RawUpstream place = RawUpstream.Start(async connection =>
        {
            seen.TrySetResult(connection.Body);
            await connection.AnswerAsync("""{"access_token":"ya29.t","expires_in":3599,"token_type":"Bearer"}""");
        });
        var endpoint = new Uri(place.Address, "/token");
        using UpstreamCredential credential = UpstreamCredential.Of(
            new Provider
            {
                Name = "vertex",
                Protocol = Protocol.Gemini,
                Endpoint = new Uri("https://vertex.example"),
                Identity = new GoogleServiceAccount { Email = "a@p.iam.example", KeyId = "k-1", PrivateKey = key.ExportPkcs8PrivateKeyPem(), TokenEndpoint = endpoint },
            },
            time)!;
        using var message = new HttpRequestMessage(HttpMethod.Post, "https://vertex.example/");

        await credential.AuthorizeAsync(message, GatewayHouse.Token);

        Assert.Equal("Bearer ya29.t", message.Headers.NonValidated["Authorization"].ToString());
        const string Grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
        string body = await seen.Task.Soon();
        Assert.StartsWith(Grant, body, StringComparison.Ordinal);
        string[] parts = body[Grant.Length..].Split('.');
        Assert.Equal("""{"alg":"RS256","typ":"JWT","kid":"k-1"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
        JsonElement claims = JsonElement.Parse(Base64Url.DecodeFromChars(parts[1]));
        Assert.Equal(
            ("a@p.iam.example", "https://www.googleapis.com/auth/cloud-platform", endpoint.OriginalString, 1_800_000_000, 1_800_003_600),
            (claims.GetProperty("iss").GetString(), claims.GetProperty("scope").GetString(), claims.GetProperty("aud").GetString(), claims.GetProperty("iat").GetInt64(), claims.GetProperty("exp").GetInt64()));
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }
}
