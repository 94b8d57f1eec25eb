using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Budgets.Keys.Capabilities;
using Microsoft.AspNetCore.Http;

namespace Causeway.Admin.Identity;

/// <summary>A sign-in in a browser between its beginning and the way back from the issuer: what must be repeated, and what only this browser has.</summary>
/// <param name="State">What the way back must say.</param>
/// <param name="Nonce">What the ID token must say.</param>
/// <param name="Verifier">What the code is redeemed with (RFC 7636).</param>
/// <param name="Issuer">By whom.</param>
/// <param name="Base">Where the browser sees this deployment, with a slash at the end.</param>
/// <param name="Ends">Until when, Unix seconds.</param>
internal sealed record SignInState(
    [property: JsonPropertyName("s")] string State,
    [property: JsonPropertyName("n")] string Nonce,
    [property: JsonPropertyName("v")] string Verifier,
    [property: JsonPropertyName("i")] string Issuer,
    [property: JsonPropertyName("b")] string Base,
    [property: JsonPropertyName("e")] long Ends)
{
    /// <summary>Where the issuer sends the browser back to.</summary>
    public string RedirectUri => $"{Base}{AdminApi.Root[1..]}/identity/callback";

    /// <summary>The SHA-256 of the verifier.</summary>
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    /// <summary>Never the secrets.</summary>
    public override string ToString() => $"sign-in by {Issuer}";
}

/// <summary>Keeps a <see cref="SignInState"/> in a cookie that only this deployment can read or write, so that any instance ends what another began.</summary>
internal sealed class SignInCookie(MasterKeys masters, TimeProvider time)
{
    public const string Name = "causeway_sign_in";

    /// <summary>How long somebody may take at the issuer's page.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const int MaxLength = 2048;
    private readonly SecretBox _box = new(masters, "causeway sign-in in a browser");

    /// <summary>Begins one.</summary>
    public SignInState Begin(HttpContext http, string issuer, string address)
    {
        DateTimeOffset ends = time.GetUtcNow() + Lifetime;
        var state = new SignInState(Random(), Random(), Random(), issuer, address, ends.ToUnixTimeSeconds());
        http.Response.Cookies.Append(Name, Seal(JsonSerializer.SerializeToUtf8Bytes(state, SignInStateJson.Default.SignInState)), Options(address, ends));
        return state;
    }

    /// <summary>Takes the one of a browser back.</summary>
    /// <returns>Null: there is none, or it is over.</returns>
    public SignInState? End(HttpContext http)
    {
        if (!http.Request.Cookies.TryGetValue(Name, out string? text) || Open(text) is not { } content)
        {
            return null;
        }

        SignInState state = JsonSerializer.Deserialize(content, SignInStateJson.Default.SignInState)!; // Ours: the seal holds.
        http.Response.Cookies.Delete(Name, Options(state.Base, null));
        return time.GetUtcNow().ToUnixTimeSeconds() < state.Ends ? state : null;
    }

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    // Lax: the issuer's page is another site, and its sending the browser back is what this is for.
    private static CookieOptions Options(string address, DateTimeOffset? ends) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = address.StartsWith("https:", StringComparison.Ordinal),
        Path = "/",
        Expires = ends,
    };

    private string Seal(byte[] content)
    {
        byte[] whole = new byte[SecretBox.Overhead + content.Length];
        _box.Seal(content, whole);
        return Base64Url.EncodeToString(whole);
    }

    private byte[]? Open(string text) => text.Length <= MaxLength && Base64Url.IsValid(text) ? _box.Open(Base64Url.DecodeFromChars(text)) : null;
}

[JsonSerializable(typeof(SignInState))]
internal sealed partial class SignInStateJson : JsonSerializerContext;
