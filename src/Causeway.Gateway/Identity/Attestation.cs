using System.Text.Json;

namespace Causeway.Gateway.Identity;

/// <summary>What an issuer says of somebody: the claims of a token that was checked. A claim of text that cannot be read counts as one that is not there.</summary>
public sealed class Attestation
{
    private readonly JsonElement _claims;
    private readonly JsonElement? _more;

    internal Attestation(Issuer issuer, string subject, JsonElement claims, DateTimeOffset issuedAt, DateTimeOffset expiresAt, JsonElement? more = null)
    {
        _more = more;
        Issuer = issuer;
        Subject = subject;
        _claims = claims;
        IssuedAt = issuedAt;
        ExpiresAt = expiresAt;
    }

    /// <summary>Who says it.</summary>
    public Issuer Issuer { get; }

    /// <summary>Of whom: unique at this issuer and never given to another.</summary>
    public string Subject { get; }

    /// <summary>When it was said.</summary>
    public DateTimeOffset IssuedAt { get; }

    /// <summary>Until when it holds.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The token's own id; null: it has none.</summary>
    public string? TokenId => Text("jti");

    /// <summary>Whether a claim is there at all.</summary>
    public bool Has(string claim) => Find(claim) is not null;

    /// <summary>A claim that is text, a number or true or false; null: it is none of these, or not there.</summary>
    /// <param name="claim">Its name; with a <c>/</c> in front, its place as a JSON Pointer (RFC 6901).</param>
    public string? Text(string claim) => Find(claim) is { } found ? Scalar(found) : null;

    /// <summary>A claim that is a list of texts, or one text.</summary>
    /// <param name="claim">As for <see cref="Text"/>.</param>
    /// <param name="most">How many are looked at.</param>
    public IReadOnlyList<string> Texts(string claim, int most) => Find(claim) switch
    {
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Take(most).Select(ClaimText.Read).OfType<string>()],
        { } one when ClaimText.Read(one) is { } text => [text],
        _ => [],
    };

    /// <summary>Whether a claim is there and is not <c>false</c>; null: it is not there.</summary>
    public bool? Flag(string claim) => Find(claim)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => Text(claim) switch { "true" => true, "false" => false, _ => null },
    };

    private static string? Scalar(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => ClaimText.Read(element),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => element.GetRawText(),
        _ => null,
    };

    /// <summary>The same with what the issuer says beside the token: the token's own claims go first.</summary>
    internal Attestation With(JsonElement? more) => new(Issuer, Subject, _claims, IssuedAt, ExpiresAt, more);

    private JsonElement? Find(string claim) => Find(_claims, claim) ?? (_more is { } more ? Find(more, claim) : null);

    private static JsonElement? Find(JsonElement claims, string claim)
    {
        if (!claim.StartsWith('/'))
        {
            return Readable(ClaimText.Member(claims, claim));
        }

        JsonElement at = claims;
        foreach (string step in claim[1..].Split('/'))
        {
            string name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind != JsonValueKind.Object || ClaimText.Member(at, name) is not { } member)
            {
                return null;
            }

            at = member;
        }

        return Readable(at);
    }

    private static JsonElement? Readable(JsonElement? found) => found is { ValueKind: JsonValueKind.String } text && ClaimText.Read(text) is null ? null : found;
}
