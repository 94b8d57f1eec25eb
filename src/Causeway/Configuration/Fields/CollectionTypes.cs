using System.Globalization;
using System.Text.Json;
using Causeway.Configuration.Yaml;

namespace Causeway.Configuration.Fields;

/// <summary>A list of different values, written <c>[a, b]</c> or with one dash for each.</summary>
internal sealed class ListType<T>(string noun, FieldType<T> item, int maxItems) : FieldType<IReadOnlyList<T>>
{
    public override string Noun => noun;

    public override string Allowed => item.Allowed;

    public override bool TakesReferences => item.TakesReferences;

    public override string Format(IReadOnlyList<T> value) => $"[{string.Join(", ", value.Select(item.Format))}]";

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "array");
        json.WriteStartObject("items");
        item.WriteSchema(json);
        json.WriteEndObject();
        json.WriteNumber("minItems", 1);
        json.WriteNumber("maxItems", maxItems);
        json.WriteBoolean("uniqueItems", true);
    }

    public override bool TryDecode(YamlNode node, string path, string? standard, Decoding decoding, out IReadOnlyList<T>? value)
    {
        value = null;
        if (node is not YamlSequence sequence)
        {
            decoding.WrongKind(node, path, noun, AllowedWith(standard));
            return false;
        }

        if ((sequence.Items.Count == 0 && decoding.IsComplete) || sequence.Items.Count > maxItems)
        {
            string problem = sequence.Items.Count == 0 ? "has no items" : string.Create(CultureInfo.InvariantCulture, $"has more than {maxItems} items");
            decoding.Findings.Error(node.At, path, $"{problem} {AllowedWith(standard)}");
            return false;
        }

        List<T> items = [];
        bool isGood = true;
        for (int i = 0; i < sequence.Items.Count; i++)
        {
            string itemPath = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            YamlNode itemNode = sequence.Items[i];
            if (itemNode is YamlScalar { IsEmpty: true })
            {
                decoding.Findings.Error(itemNode.At, itemPath, $"has no value ({item.Allowed})");
                isGood = false;
            }
            else if (!item.TryDecode(itemNode, itemPath, null, decoding, out T? decoded))
            {
                isGood = false;
            }
            else if (items.Contains(decoded!))
            {
                decoding.Findings.Error(itemNode.At, itemPath, $"{Shown.Value(item.Format(decoded!))} is listed twice");
                isGood = false;
            }
            else
            {
                items.Add(decoded!);
            }
        }

        value = items;
        return isGood;
    }
}

/// <summary>Headers that are added to requests.</summary>
internal sealed class HeadersType : FieldType<IReadOnlyDictionary<string, Secret>>
{
    private const int MaxHeaders = 32;
    private const int MaxNameLength = 128;

    private static readonly SecretType Value = new(SecretUse.Header);

    // RFC 9110, section 5.6.2.
    private const string TokenMarks = "!#$%&'*+-.^_`|~";

    private static readonly HashSet<string> OfConnection = new(StringComparer.OrdinalIgnoreCase)
    {
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    };

    private static readonly HashSet<string> OfBody = new(StringComparer.OrdinalIgnoreCase) { "accept-encoding", "content-encoding", "content-type" };

    private static readonly HashSet<string> OfCredentials = new(StringComparer.OrdinalIgnoreCase)
    {
        "api-key", "authorization", "cookie", "proxy-authorization", "x-amz-security-token", "x-api-key", "x-goog-api-key",
    };

    private readonly bool allowsCredentials;

    /// <param name="allowsCredentials">False where a field of its own carries the credential.</param>
    public HeadersType(bool allowsCredentials) => this.allowsCredentials = allowsCredentials;

    public override string Noun => "a group of headers";

    public override string Allowed => $"NAME: VALUE, up to {MaxHeaders}";

    public override bool TakesReferences => true;

    public override string Format(IReadOnlyDictionary<string, Secret> value) => "{" + string.Join(", ", value.Keys) + "}";

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "object");
        json.WriteNumber("maxProperties", MaxHeaders);
        json.WriteStartObject("additionalProperties");
        Value.WriteSchema(json);
        json.WriteEndObject();
    }

    public override bool TryDecode(
        YamlNode node, string path, string? standard, Decoding decoding, out IReadOnlyDictionary<string, Secret>? value)
    {
        value = null;
        if (node is not YamlMapping mapping)
        {
            decoding.WrongKind(node, path, Noun, AllowedWith(standard));
            return false;
        }

        if (mapping.Entries.Count > MaxHeaders)
        {
            decoding.Findings.Error(node.At, path, $"has more than {MaxHeaders} headers");
            return false;
        }

        Dictionary<string, Secret> headers = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        bool isGood = true;
        foreach (YamlEntry entry in mapping.Entries)
        {
            string entryPath = FieldPath.Child(path, entry.Name);
            string? problem = seen.Add(entry.Name) ? NameProblem(entry.Name) : "is already set: names of headers have no case";
            if (problem is not null)
            {
                decoding.Findings.Error(entry.NameAt, entryPath, problem);
                isGood = false;
            }
            else if (entry.Value is YamlScalar { IsEmpty: true })
            {
                decoding.Findings.Error(entry.Value.At, entryPath, $"has no value ({Value.Allowed})");
                isGood = false;
            }
            else if (Value.TryDecode(entry.Value, entryPath, null, decoding, out Secret? secret))
            {
                headers.Add(entry.Name, secret!);
            }
            else
            {
                isGood = false;
            }
        }

        value = headers;
        return isGood;
    }

    private string? NameProblem(string name) => name switch
    {
        "" => "has no name",
        { Length: > MaxNameLength } => $"has a name of more than {MaxNameLength} characters",
        _ when !name.All(c => char.IsAsciiLetterOrDigit(c) || TokenMarks.Contains(c)) => "is not a header's name (letters, digits and " + TokenMarks + ")",
        _ when OfConnection.Contains(name) => "belongs to the connection and is set by Causeway",
        _ when OfBody.Contains(name) => "describes the body and is set by Causeway",
        _ when !allowsCredentials && OfCredentials.Contains(name) => "carries a credential; write it as key",
        _ => null,
    };
}
