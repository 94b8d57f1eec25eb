using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Admin;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Configuration.Yaml;

namespace Causeway.Configuration.Fields;

/// <summary>The types of <c>identity</c>.</summary>
internal static partial class IdentityTypes
{
    public static TextType IssuerName { get; } = new("a name", "1 to 63 of a-z, 0-9 and -, first a letter", NamePattern());

    public static IssuerUrlType IssuerUrl { get; } = new();

    public static TextType ClientText { get; } = new("an identifier", "1 to 256 characters without spaces", ClientTextPattern());

    public static TextType Claim { get; } = new("a claim", "1 to 128 characters without spaces; with a / in front a JSON Pointer", ClaimPattern());

    public static ListType<string> Scopes { get; } = new("a list of scopes", new TextType("a scope", "1 to 128 characters without spaces", ScopePattern()), 16);

    public static MapType<Role> GroupRoles { get; } = new(
        "roles by group", "group", "1 to 256 characters", GroupPattern(), new ChoiceType<Role>("a role", RoleTable.Words), 256);

    public static MapType<string> GroupTeams { get; } = new("teams by group", "group", "1 to 256 characters", GroupPattern(), Types.AttributionName, 1024);

    public static MapType<string> ClaimPatterns { get; } = new(
        "what claims must say", "claim", "1 to 128 characters without spaces; with a / in front a JSON Pointer", ClaimPattern(),
        new TextType("what a claim must say", "1 to 512 characters, * for any of them but never first", ClaimValuePattern()), 16);

    public static TextType GrantReference { get; } = new("a grant", $"grant_ID or {ExchangeRule.StarterGrant}", GrantPattern());

    public static ChoiceType<string> Environment { get; } = new("an environment", [.. Attribution.Environments.Select(word => (word, word))]);

    public static KeysFileType KeysFile { get; } = new();

    public static AmountType StarterAmount { get; } = new(0.01m, 10_000);

    public static ChoiceType<string> StarterData { get; } = new("a class of data", [.. DataClasses.Known.Take(2).Select(word => (word, word))]);

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[!-~]{1,256}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClientTextPattern();

    [GeneratedRegex(@"^[!-~]{1,128}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClaimPattern();

    // RFC 6749, section 3.3.
    [GeneratedRegex(@"^[!#-\[\]-~]{1,128}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ScopePattern();

    [GeneratedRegex(@"^[^\x00-\x1f\x7f]{1,256}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GroupPattern();

    [GeneratedRegex(@"^[^*\x00-\x1f\x7f][^\x00-\x1f\x7f]{0,511}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClaimValuePattern();

    [GeneratedRegex(@"^(starter|grant_[0-9a-f]{32})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GrantPattern();
}

/// <summary>An issuer's identifier. It is compared to the character, so it is kept as it is written.</summary>
internal sealed class IssuerUrlType : ScalarType<string>
{
    private const int MaxLength = 512;

    public override string Noun => "an issuer";

    public override string Allowed => "https://HOST with a path if need be, as its tokens say it; http:// on this machine only";

    public override string Format(string value) => value;

    public override void WriteSchema(Utf8JsonWriter json) => json.WriteString("type", "string");

    protected override bool TryParse(string text, Decoding decoding, out string? value, out string problem)
    {
        value = text;
        bool isUrl = text.Length <= MaxLength && !text.Any(c => c is < '!' or > '~' or '\\' or '"' or '<' or '>' or '{' or '}') && Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Host.Length > 0;
        problem = !isUrl || !Uri.TryCreate(text, UriKind.Absolute, out address) ? "is not a URL"
            : address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp ? "does not start with https://"
            : address.UserInfo.Length > 0 || text.AsSpan().IndexOfAny('?', '#') >= 0 ? "has a user, a query or a fragment, which an issuer has not"
            : UrlType.IsPlaintext(address) ? "is http:// to another machine: whoever is on the way could answer with keys of his own"
            : "";
        return problem.Length == 0;
    }
}

/// <summary>A file with public keys: <c>file:PATH</c>. It is kept as a path, since it is read again when a token names another key.</summary>
internal sealed class KeysFileType : FieldType<string>
{
    public override string Noun => "a file with keys";

    public override string Allowed => "file:PATH";

    public override bool TakesReferences => true;

    public override string Format(string value) => SecretFile.Prefix + value;

    public override void WriteSchema(Utf8JsonWriter json) => json.WriteString("type", "string");

    public override bool TryDecode(YamlNode node, string path, string? standard, Decoding decoding, out string? value)
    {
        value = null;
        if (node is not YamlScalar scalar || !SecretFile.IsNamed(scalar, out YamlScalar source))
        {
            decoding.Findings.Error(node.At, path, $"does not name a file {AllowedWith(standard)}");
            return false;
        }

        if (!decoding.TryResolve(source, path, takesReferences: true, out string file, out _) || !SecretFile.TryRead(source, path, file, decoding, out string text))
        {
            return false;
        }

        if (!IsKeySet(text))
        {
            decoding.Findings.Error(node.At, path, $"the file {Shown.Quoted(source.Text)} is not a JWK set: a JSON object with \"keys\"");
            return false;
        }

        value = Path.GetFullPath(file, decoding.Folder);
        return true;
    }

    private static bool IsKeySet(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("keys", out JsonElement keys) && keys.ValueKind == JsonValueKind.Array && keys.GetArrayLength() > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
