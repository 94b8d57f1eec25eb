using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Testing;

/// <summary>An issuer on loopback that says what a test wants: its document, its keys, tokens signed with any of them, and what its token endpoint answers.</summary>
public sealed class FakeIssuer : IAsyncDisposable
{
    // A key takes long to make; those of issuers need not differ, except from a stranger's.
    private static readonly Lazy<RSA> s_usual = new(() => RSA.Create(2048));
    private static readonly Lazy<RSA> s_stranger = new(() => RSA.Create(2048));
    private readonly WebApplication _app;
    private int _documents;
    private int _keySets;

    private FakeIssuer(WebApplication app, RSA rsa) => (_app, Rsa) = (app, rsa);

    /// <summary>Its identifier.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>Looks at its document so far.</summary>
    public int Documents => _documents;

    /// <summary>Looks at its keys so far.</summary>
    public int KeySets => _keySets;

    /// <summary>RSA, and what it calls it.</summary>
    public RSA Rsa { get; }

    /// <summary>P-256.</summary>
    public ECDsa Curve { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Changes the document.</summary>
    public Action<JsonObject> Document { get; set; } = static _ => { };

    /// <summary>The keys that it publishes.</summary>
    public Func<FakeIssuer, JsonArray> Keys { get; set; } = static issuer => [issuer.RsaKey("rsa-1"), issuer.CurveKey("ec-1")];

    /// <summary>Whether it answers at all.</summary>
    public bool IsAway { get; set; }

    /// <summary>What the token endpoint answers to a form.</summary>
    public Func<IFormCollection, (int Status, JsonObject Body)> Token { get; set; } = static _ => (400, new JsonObject { ["error"] = "invalid_grant" });

    /// <summary>What it says of somebody beside the token; null: nothing.</summary>
    public JsonObject? UserInfo { get; set; }

    /// <summary>Forms that it was sent, with the header of the client.</summary>
    public IList<(string Authorization, Dictionary<string, string> Form)> Forms { get; } = [];

    /// <param name="isStranger">It has another RSA key than all that are not.</param>
    public static async Task<FakeIssuer> StartAsync(bool isStranger = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        WebApplication app = builder.Build();
        var issuer = new FakeIssuer(app, (isStranger ? s_stranger : s_usual).Value);
        app.MapGet("/.well-known/openid-configuration", issuer.SayDocumentAsync);
        app.MapGet("/keys", issuer.SayKeysAsync);
        app.MapPost("/token", issuer.SayTokenAsync);
        app.MapGet("/userinfo", issuer.SayUserInfoAsync);
        app.MapPost("/device", issuer.SayDeviceAsync);
        await app.StartAsync();
        return issuer;
    }

    public JsonObject RsaKey(string id)
    {
        RSAParameters key = Rsa.ExportParameters(includePrivateParameters: false);
        return new JsonObject { ["kty"] = "RSA", ["kid"] = id, ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent) };
    }

    public JsonObject CurveKey(string id)
    {
        ECParameters key = Curve.ExportParameters(includePrivateParameters: false);
        return new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = id, ["alg"] = "ES256", ["use"] = "sig", ["x"] = Base64Url.EncodeToString(key.Q.X), ["y"] = Base64Url.EncodeToString(key.Q.Y) };
    }

    /// <summary>A token as an issuer signs it.</summary>
    public string Sign(JsonObject claims, string algorithm = "RS256", string? keyId = "rsa-1", Action<JsonObject>? header = null, Func<string, string>? written = null)
    {
        var head = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (keyId is not null)
        {
            head["kid"] = keyId;
        }

        header?.Invoke(head);
        string content = $"{Part(written?.Invoke(head.ToJsonString()) ?? head.ToJsonString())}.{Part(written?.Invoke(claims.ToJsonString()) ?? claims.ToJsonString())}";
        byte[] bytes = Encoding.ASCII.GetBytes(content);
        byte[] signature = algorithm switch
        {
            "RS256" => Rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "RS512" => Rsa.SignData(bytes, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
            "PS256" => Rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "ES256" => Curve.SignData(bytes, HashAlgorithmName.SHA256),
            "HS256" => HMACSHA256.HashData(Encoding.ASCII.GetBytes(Rsa.ExportSubjectPublicKeyInfoPem()), bytes), // The confusion: the public key as a secret.
            _ => [],
        };
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Claims of somebody, good for an hour.</summary>
    public JsonObject Claims(DateTimeOffset now, string audience = "causeway", string subject = "mira") => new()
    {
        ["iss"] = Url,
        ["aud"] = audience,
        ["sub"] = subject,
        ["iat"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
    };

    public static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Curve.Dispose();
    }

    private Task SayDocumentAsync(HttpContext http)
    {
        Interlocked.Increment(ref _documents);
        var document = new JsonObject
        {
            ["issuer"] = Url,
            ["jwks_uri"] = $"{Url}/keys",
            ["authorization_endpoint"] = $"{Url}/authorize",
            ["token_endpoint"] = $"{Url}/token",
            ["device_authorization_endpoint"] = $"{Url}/device",
        };
        if (UserInfo is not null)
        {
            document["userinfo_endpoint"] = $"{Url}/userinfo";
        }

        Document(document);
        return SayAsync(http, 200, document.ToJsonString());
    }

    private Task SayUserInfoAsync(HttpContext http) =>
        SayAsync(http, http.Request.Headers.Authorization == "Bearer the-access-token" ? 200 : 401, UserInfo!.ToJsonString());

    private Task SayKeysAsync(HttpContext http)
    {
        Interlocked.Increment(ref _keySets);
        return SayAsync(http, 200, new JsonObject { ["keys"] = Keys(this) }.ToJsonString());
    }

    private async Task SayTokenAsync(HttpContext http)
    {
        IFormCollection form = await http.Request.ReadFormAsync();
        lock (Forms)
        {
            Forms.Add((http.Request.Headers.Authorization.ToString(), form.ToDictionary(field => field.Key, field => field.Value.ToString())));
        }

        (int status, JsonObject body) = Token(form);
        await SayAsync(http, status, body.ToJsonString());
    }

    private Task SayDeviceAsync(HttpContext http) => SayAsync(http, 200, new JsonObject
    {
        ["device_code"] = "the-device-code",
        ["user_code"] = "WDJB-MJHT",
        ["verification_uri"] = $"{Url}/verify",
        ["verification_uri_complete"] = $"{Url}/verify?user_code=WDJB-MJHT",
        ["expires_in"] = 600,
        ["interval"] = 5,
    }.ToJsonString());

    private Task SayAsync(HttpContext http, int status, string body)
    {
        if (IsAway)
        {
            http.Abort();
            return Task.CompletedTask;
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body);
    }
}
