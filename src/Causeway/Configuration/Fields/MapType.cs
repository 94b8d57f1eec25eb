using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Configuration.Yaml;

namespace Causeway.Configuration.Fields;

/// <summary>Values under names that come from elsewhere, written <c>{ a: b }</c> or with one line for each.</summary>
internal sealed class MapType<T>(string noun, string keyNoun, string keyAllowed, Regex keyPattern, FieldType<T> value, int maxItems) : FieldType<IReadOnlyDictionary<string, T>>
{
    public override string Noun => noun;

    public override string Allowed => string.Create(CultureInfo.InvariantCulture, $"{keyNoun.ToUpperInvariant()}: {value.Noun} ({value.Allowed}), up to {maxItems}");

    public override bool TakesReferences => value.TakesReferences;

    public override string Format(IReadOnlyDictionary<string, T> map) => "{ " + string.Join(", ", map.Select(one => $"{one.Key}: {value.Format(one.Value)}")) + " }";

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "object");
        json.WriteNumber("minProperties", 1);
        json.WriteNumber("maxProperties", maxItems);
        json.WriteStartObject("additionalProperties");
        value.WriteSchema(json);
        json.WriteEndObject();
    }

    public override bool TryDecode(YamlNode node, string path, string? standard, Decoding decoding, out IReadOnlyDictionary<string, T>? map)
    {
        map = null;
        if (node is not YamlMapping mapping)
        {
            decoding.WrongKind(node, path, Noun, AllowedWith(standard));
            return false;
        }

        if ((mapping.Entries.Count == 0 && decoding.IsComplete) || mapping.Entries.Count > maxItems)
        {
            string problem = mapping.Entries.Count == 0 ? "has no items" : string.Create(CultureInfo.InvariantCulture, $"has more than {maxItems} items");
            decoding.Findings.Error(node.At, path, $"{problem} ({Allowed})");
            return false;
        }

        Dictionary<string, T> items = new(StringComparer.Ordinal);
        bool isGood = true;
        foreach (YamlEntry entry in mapping.Entries)
        {
            string entryPath = FieldPath.Child(path, entry.Name);
            if (!keyPattern.IsMatch(entry.Name))
            {
                decoding.Findings.Error(entry.NameAt, entryPath, $"is not {keyNoun} ({keyAllowed})");
                isGood = false;
            }
            else if (entry.Value is YamlScalar { IsEmpty: true })
            {
                decoding.Findings.Error(entry.NameAt, entryPath, $"has no value ({value.Allowed})");
                isGood = false;
            }
            else if (value.TryDecode(entry.Value, entryPath, null, decoding, out T? decoded))
            {
                items[entry.Name] = decoded!; // A name that stands twice was refused when the file was read.
            }
            else
            {
                isGood = false;
            }
        }

        map = items;
        return isGood;
    }
}
