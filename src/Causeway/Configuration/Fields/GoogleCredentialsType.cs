using System.Security.Cryptography;
using System.Text.Json;
using Causeway.Configuration.Yaml;

namespace Causeway.Configuration.Fields;

/// <summary>The key file of a service account as Google hands it out, or the machine's own account.</summary>
internal sealed class GoogleCredentialsType : FieldType<GoogleCredentials>
{
    private const string Machine = "metadata";

    public override string Noun => "credentials";

    public override string Allowed => $"file:PATH or {Machine}";

    public override bool TakesReferences => true;

    public override string Format(GoogleCredentials value) => value is GoogleCredentials.Machine ? Machine : "***";

    public override void WriteSchema(Utf8JsonWriter json) => json.WriteString("type", "string");

    public override bool TryDecode(YamlNode node, string path, string? standard, Decoding decoding, out GoogleCredentials? value)
    {
        value = null;
        if (node is not YamlScalar scalar)
        {
            decoding.WrongKind(node, path, Noun, AllowedWith(standard));
            return false;
        }

        if (scalar.Text == Machine)
        {
            value = new GoogleCredentials.Machine();
            return true;
        }

        if (!SecretFile.IsNamed(scalar, out YamlScalar source))
        {
            // A key that stands in the file must not be repeated.
            decoding.Findings.Error(node.At, path, $"is not credentials; a key stands in a file of its own {AllowedWith(standard)}");
            return false;
        }

        if (!decoding.TryResolve(source, path, takesReferences: true, out string file, out _)
            || !SecretFile.TryRead(source, path, file, decoding, out string text))
        {
            return false;
        }

        value = Read(text, "file " + source.Text, out string problem);
        if (value is null)
        {
            decoding.Findings.Error(node.At, path, $"the file {Shown.Quoted(source.Text)} {problem}");
        }

        return value is not null;
    }

    private static GoogleCredentials.ServiceAccount? Read(string text, string origin, out string problem)
    {
        problem = "is not the JSON of a service account's key";
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "type") != "service_account")
            {
                return null;
            }

            problem = "lacks client_email, private_key_id, private_key or token_uri";
            if (Text(root, "client_email") is not { } email || Text(root, "private_key_id") is not { } keyId
                || Text(root, "private_key") is not { } key || Text(root, "token_uri") is not { } endpoint)
            {
                return null;
            }

            problem = "has a token_uri that is not https:// to a host";
            if (!Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? uri) || uri.UserInfo.Length > 0
                || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp) || UrlType.IsPlaintext(uri))
            {
                return null;
            }

            problem = "has a private_key that is not RSA in PEM";
            using var rsa = RSA.Create();
            rsa.ImportFromPem(key);
            return new GoogleCredentials.ServiceAccount(email, keyId, new Secret(key, origin), uri);
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException or CryptographicException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String && member.GetString() is { Length: > 0 } text ? text : null;
}
