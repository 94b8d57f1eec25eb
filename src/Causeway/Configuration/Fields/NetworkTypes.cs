using System.Net;
using System.Text.Json;
using Causeway.Configuration.Yaml;

namespace Causeway.Configuration.Fields;

/// <summary>An address to listen on.</summary>
internal sealed class ListenType : ScalarType<ListenAddress>
{
    public override string Noun => "an address to listen on";

    public override string Allowed => "HOST:PORT, :PORT for every interface, or PORT for 127.0.0.1; the host is localhost or an IP address";

    public override bool TakesReferences => true;

    public override string Format(ListenAddress value) => value.ToString();

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteStartArray("type");
        json.WriteStringValue("string");
        json.WriteStringValue("integer");
        json.WriteEndArray();
    }

    protected override bool TryParse(string text, Decoding decoding, out ListenAddress? value, out string problem) =>
        ListenAddress.TryParse(text, out value, out problem);
}

/// <summary>An address, or a network of them.</summary>
internal sealed class NetworkType : ScalarType<string>
{
    public override string Noun => "a network";

    public override string Allowed => "an IP address or a network such as 10.0.0.0/8";

    public override string Format(string value) => value;

    public override void WriteSchema(Utf8JsonWriter json) => json.WriteString("type", "string");

    protected override bool TryParse(string text, Decoding decoding, out string? value, out string problem)
    {
        value = text;
        problem = "is not an IP address or a network (of which no bit behind the prefix is set)";
        return Gateway.Inbound.TrustedProxies.IsNetwork(text);
    }
}

/// <summary>Where state is kept.</summary>
internal sealed class StoreType : ScalarType<StoreReference>
{
    public override string Noun => "a store";

    public override string Allowed => "sqlite:PATH, postgres://USER:PASSWORD@HOST:PORT/DATABASE or file:PATH";

    public override bool TakesReferences => true;

    public override string Format(StoreReference value) => value.ToString();

    public override void WriteSchema(Utf8JsonWriter json) => json.WriteString("type", "string");

    // A PostgreSQL address holds a password.
    protected override string Show(string raw) =>
        raw.StartsWith("sqlite:", StringComparison.Ordinal) || !raw.Contains(':') ? Shown.Value(raw) : $"\"{raw[..raw.IndexOf(':')]}:…\"";

    // The whole address may be a secret's file.
    public override bool TryDecode(YamlNode node, string path, string? standard, Decoding decoding, out StoreReference? value)
    {
        if (node is not YamlScalar scalar || !SecretFile.IsNamed(scalar, out YamlScalar source))
        {
            if (!base.TryDecode(node, path, standard, decoding, out value))
            {
                return false;
            }

            if (value is PostgresReference { Address.HasPassword: true } && node is YamlScalar { Text: var written } && !References.Occur(written))
            {
                decoding.Findings.Warn(node.At, path, "holds a password, which every reader of the file sees; prefer ${NAME} in its place, or file:PATH for the whole");
            }

            return true;
        }

        value = null;
        if (!decoding.TryResolve(source, path, takesReferences: true, out string file, out _) || !SecretFile.TryRead(source, path, file, decoding, out string text))
        {
            return false;
        }

        if (TryParse(text, decoding, out value, out string problem))
        {
            return true;
        }

        decoding.Findings.Error(node.At, path, $"the content of {Shown.Quoted(source.Text)} {problem} {AllowedWith(standard)}");
        return false;
    }

    protected override bool TryParse(string text, Decoding decoding, out StoreReference? value, out string problem) =>
        StoreReference.TryParse(text, decoding.Folder, out value, out problem);
}

/// <summary>An absolute http or https address. Nothing that could be a credential is accepted in it.</summary>
internal sealed class UrlType(string noun) : ScalarType<Uri>
{
    public override string Noun => noun;

    public override string Allowed => "https://HOST or http://HOST, with a port and a path if need be";

    public override bool TakesReferences => true;

    public override string Format(Uri value) => value.OriginalString;

    public override void WriteSchema(Utf8JsonWriter json) => json.WriteString("type", "string");

    /// <summary>Whether a connection to the address leaves this machine in the clear.</summary>
    public static bool IsPlaintext(Uri address) =>
        address.Scheme == Uri.UriSchemeHttp
        && !address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        && !(IPAddress.TryParse(address.DnsSafeHost, out IPAddress? ip) && IPAddress.IsLoopback(ip));

    // People paste addresses with "user:password@" and "?key=…".
    protected override string Show(string raw)
    {
        int cut = raw.IndexOfAny(['?', '#']);
        string shown = cut < 0 ? raw : raw[..cut] + "…";
        int at = shown.LastIndexOf('@');
        return Shown.Quoted(at < 0 ? shown : "…" + shown[at..]);
    }

    protected override bool TryParse(string text, Decoding decoding, out Uri? value, out string problem)
    {
        value = null;
        bool isHttp = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
        if (!isHttp)
        {
            problem = text.Contains("://", StringComparison.Ordinal)
                ? "has another scheme than https or http"
                : "does not start with https:// or http://";
            return false;
        }

        if (text.Any(c => c is < '!' or > '~' or '\\' or '"' or '<' or '>' or '{' or '}')
            || !Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Host.Length == 0)
        {
            problem = "is not a URL";
            return false;
        }

        problem = address switch
        {
            { UserInfo.Length: > 0 } => "holds a user or password; credentials belong into key or headers",
            { Query.Length: > 0 } or { Fragment.Length: > 0 } => "has a query or fragment; write scheme, host, port and path only",
            _ when text.AsSpan().IndexOfAny('?', '#', '@') >= 0 => "has one of the characters ?, # and @; write scheme, host, port and path only",
            _ => "",
        };
        if (problem.Length > 0)
        {
            return false;
        }

        value = new Uri(text.TrimEnd('/'));
        return true;
    }
}
