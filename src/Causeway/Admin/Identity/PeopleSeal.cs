using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Configuration;

namespace Causeway.Admin.Identity;

/// <summary>Where a session of a person may be presented.</summary>
internal enum SessionKind
{
    /// <summary>In the cookie of a browser.</summary>
    Console,

    /// <summary>As a bearer, by the command line.</summary>
    CommandLine,
}

/// <summary>
/// Sessions of people as sealed text, under a secret of the deployment: every instance that shares the master keys opens what any of them made, and nothing has to be kept
/// but those that were signed out. A session ends with its time, with a sign-out, and when its issuer is taken out of the configuration or its groups come to mean something else.
/// </summary>
internal sealed class PeopleSeal(MasterKeys masters, IdentityConfiguration identity, TimeProvider time)
{
    public const string Prefix = "cws_";

    /// <summary>Characters at most: what a cookie holds.</summary>
    public const int MaxLength = 3900;

    private readonly IReadOnlyList<byte[]> _secrets = masters.DeriveAll("causeway sessions of people");

    /// <summary>Makes a session.</summary>
    public PersonSession Make(Person person, SessionKind kind)
    {
        IssuerConfiguration issuer = identity.Issuers.First(one => one.Name == person.Issuer);
        DateTimeOffset ends = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + identity.Session).ToUnixTimeSeconds());
        var content = new SealedPerson(
            kind == SessionKind.Console ? "console" : "cli", issuer.Name, issuer.Fingerprint, person.Subject, person.Name, [.. person.Roles.Select(RoleTable.Word)], person.Teams, ends.ToUnixTimeSeconds(),
            Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));
        string payload = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(content, SealedPersonJson.Default.SealedPerson));
        string text = $"{Prefix}{payload}.{Base64Url.EncodeToString(Seal(_secrets[0], payload))}";
        return new PersonSession(person, ends, text);
    }

    /// <summary>Opens one.</summary>
    /// <returns>Null: it is not one of this deployment and kind, was altered, is over, or its issuer or what its groups mean has changed. Whether it was signed out is not looked at.</returns>
    public PersonSession? Open(string text, SessionKind kind)
    {
        if (text.Length > MaxLength || !text.StartsWith(Prefix, StringComparison.Ordinal) || text[Prefix.Length..].Split('.') is not [var payload, var seal]
            || !IsSealed(payload, seal))
        {
            return null;
        }

        SealedPerson content = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(payload), SealedPersonJson.Default.SealedPerson)!; // Ours: the seal holds.
        DateTimeOffset ends = DateTimeOffset.FromUnixTimeSeconds(content.Ends);
        return content.Kind == (kind == SessionKind.Console ? "console" : "cli") && time.GetUtcNow() < ends
            && identity.Issuers.Any(issuer => issuer.Name == content.Issuer && issuer.ClientId is not null && issuer.Fingerprint == content.Fingerprint)
                ? new PersonSession(new Person(content.Issuer, content.Subject, content.Name, [.. RoleTable.Words.Where(one => content.Roles.Contains(one.Word)).Select(one => one.Role)], content.Teams), ends, text)
                : null;
    }

    // As text, to the character: one that is padded or spaced another way would be the same session under another digest, and outlive its sign-out.
    private bool IsSealed(string payload, string seal) =>
        _secrets.Any(secret => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Base64Url.EncodeToString(Seal(secret, payload))), Encoding.UTF8.GetBytes(seal)));

    private static byte[] Seal(byte[] secret, string payload) => HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(payload));
}

/// <summary>A person's session.</summary>
/// <param name="Person">Whose.</param>
/// <param name="Ends">When it ends by itself.</param>
/// <param name="Text">What is presented; a secret.</param>
internal sealed record PersonSession(Person Person, DateTimeOffset Ends, string Text)
{
    /// <summary>By which it is known when it was signed out.</summary>
    public KeyHash Digest => KeyHash.Of(Encoding.ASCII.GetBytes(Text));

    /// <summary>Never the text.</summary>
    public override string ToString() => $"session of {Person.Name} until {Ends:u}";
}

/// <summary>What is sealed.</summary>
internal sealed record SealedPerson(
    [property: JsonPropertyName("k")] string Kind,
    [property: JsonPropertyName("i")] string Issuer,
    [property: JsonPropertyName("f")] string Fingerprint,
    [property: JsonPropertyName("s")] string Subject,
    [property: JsonPropertyName("n")] string Name,
    [property: JsonPropertyName("r")] IReadOnlyList<string> Roles,
    [property: JsonPropertyName("t")] IReadOnlyList<string> Teams,
    [property: JsonPropertyName("e")] long Ends,
    [property: JsonPropertyName("u")] string Nonce);

[JsonSerializable(typeof(SealedPerson))]
internal sealed partial class SealedPersonJson : JsonSerializerContext;
