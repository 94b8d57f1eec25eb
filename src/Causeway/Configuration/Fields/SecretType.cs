using System.Text.Json;
using Causeway.Configuration.Yaml;

namespace Causeway.Configuration.Fields;

/// <summary>How much a secret is trusted to be one.</summary>
internal enum SecretUse
{
    /// <summary>A header: it may be public, so it may stand in the file.</summary>
    Header,

    /// <summary>A credential that a provider issued: in the file it is a warning.</summary>
    Issued,

    /// <summary>A credential that the operator makes up: it must be long and no example, and in the file it is a warning.</summary>
    Chosen,
}

/// <summary>A value that is never shown: from the environment, from a file, or literal.</summary>
internal sealed class SecretType(SecretUse use) : FieldType<Secret>
{
    private const int MaxHeaderLength = 4096;

    // What documents and tutorials print: the first things that a stranger tries.
    private static readonly string[] Examples = ["changeme", "change-me", "change_me", "placeholder", "replaceme", "replace-me", "replace_me", "your-token", "your_token"];
    private static readonly string[] Defaults = ["password", "admin123", "adminadmin", "12345678", "123456789", "causeway", "letmein1", "secretsecret"];

    public override string Noun => use is SecretUse.Header ? "a header's value" : "a secret";

    public override string Allowed => use switch
    {
        SecretUse.Header => "text, ${NAME} or file:PATH",
        SecretUse.Issued => "${NAME} or file:PATH",
        _ => $"${{NAME}} or file:PATH, {AdminConfiguration.MinTokenLength} characters or more",
    };

    public override bool TakesReferences => true;

    public override string Format(Secret value) => value.ToString();

    public override void WriteSchema(Utf8JsonWriter json)
    {
        if (use is SecretUse.Header)
        {
            json.WriteStartArray("type");
            json.WriteStringValue("string");
            json.WriteStringValue("number");
            json.WriteStringValue("boolean");
            json.WriteEndArray();
        }
        else
        {
            json.WriteString("type", "string");
        }
    }

    public override bool TryDecode(YamlNode node, string path, string? standard, Decoding decoding, out Secret? value)
    {
        value = null;
        if (node is not YamlScalar scalar)
        {
            decoding.WrongKind(node, path, Noun, AllowedWith(standard));
            return false;
        }

        // The prefix counts only where the file itself says it: a variable must not be able to name a file.
        bool isFile = SecretFile.IsNamed(scalar, out YamlScalar source);
        if (!decoding.TryResolve(source, path, takesReferences: true, out string text, out bool isFromOutside))
        {
            return false;
        }

        if (isFile && !SecretFile.TryRead(source, path, text, decoding, out text))
        {
            return false;
        }

        if (Problem(text) is { } problem)
        {
            decoding.Findings.Error(node.At, path, $"{problem} {AllowedWith(standard)}");
            return false;
        }

        if (use is not SecretUse.Header && !isFile && !isFromOutside)
        {
            decoding.Findings.Warn(node.At, path, "stands in the file, where every reader of the file sees it; prefer ${NAME} or file:PATH");
        }

        if (use is SecretUse.Chosen && text.Length < AdminConfiguration.GoodTokenLength)
        {
            decoding.Findings.Warn(node.At, path, $"is shorter than {AdminConfiguration.GoodTokenLength} characters, so it can be guessed; make one with: openssl rand -hex 32");
        }

        string origin = isFile ? "file " + source.Text : isFromOutside ? "environment, by " + Names(scalar.Text) : "literal";
        value = new Secret(text, origin);
        return true;
    }

    private string? Problem(string text)
    {
        if (text.Length == 0)
        {
            return "is empty";
        }

        if (text.Any(char.IsControl))
        {
            return "holds a line break or another control character";
        }

        if (text.Length > MaxHeaderLength)
        {
            return $"is longer than {MaxHeaderLength} characters";
        }

        if (text.Any(c => c > '~') || text[0] == ' ' || text[^1] == ' ')
        {
            return "holds a character that no header can carry; only ASCII without spaces around it";
        }

        if (use is not SecretUse.Header && text.Contains(' '))
        {
            return "holds a space, which no credential does";
        }

        if (use is not SecretUse.Chosen)
        {
            return null;
        }

        if (text.Length < AdminConfiguration.MinTokenLength)
        {
            return $"is shorter than {AdminConfiguration.MinTokenLength} characters; make one with: openssl rand -hex 32";
        }

        bool isExample = text.Distinct().Count() < 5
            || Array.Exists(Defaults, word => text.Equals(word, StringComparison.OrdinalIgnoreCase))
            || Array.Exists(Examples, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
        return isExample ? "looks like an example, which others know too; make one with: openssl rand -hex 32" : null;
    }

    private static string Names(string text)
    {
        References.Expand(text, _ => "x", out _, out List<string> names);
        return string.Join(", ", names);
    }
}
