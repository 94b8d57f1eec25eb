using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Configuration.Fields;

namespace Causeway.Configuration.Reference;

/// <summary>Writes <c>docs/causeway.schema.json</c> from the field table, in draft 7: the one that YAML editors speak.</summary>
/// <remarks>
/// The schema is for editors. It says less than the decoder (no ranges of durations, no rules between fields), and more in one thing: it marks
/// numbers in quotes, which the decoder reads as numbers.
/// </remarks>
internal static class SchemaDocument
{
    public static string Write()
    {
        ArrayBufferWriter<byte> buffer = new();
        // Apostrophes and backticks are for people; the document is never put into HTML.
        JsonWriterOptions options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (Utf8JsonWriter json = new(buffer, options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "http://json-schema.org/draft-07/schema#");
            json.WriteString("title", "causeway.yaml");
            json.WriteString("description", "The infrastructure that one Causeway process runs on.");
            WriteFields(json, FieldTable.Root);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteMember(Utf8JsonWriter json, Member member)
    {
        json.WriteStartObject(member.Name);
        switch (member)
        {
            case Field field:
                string standard = field.IsRequired || field.Standard is null ? "" : $" Default: {field.Standard}.";
                json.WriteString("description", $"{field.Summary}{field.OnlyForWords} Allowed: {field.AnyType.Allowed}.{standard}");
                field.AnyType.WriteSchema(json);
                break;
            case Section { Kind: SectionKind.List } list:
                json.WriteString("description", list.Summary);
                json.WriteString("type", "array");
                json.WriteNumber("minItems", 1);
                json.WriteNumber("maxItems", list.MaxItems);
                json.WriteStartObject("items");
                WriteFields(json, list);
                json.WriteEndObject();
                break;
            case Section { Kind: SectionKind.Named } named:
                json.WriteString("description", named.Summary);
                WriteGroupType(json);
                json.WriteNumber("maxProperties", named.MaxItems);
                json.WriteStartObject("additionalProperties");
                WriteFields(json, named);
                json.WriteEndObject();
                break;
            case Section one:
                json.WriteString("description", one.Summary + one.OnlyForWords);
                WriteFields(json, one);
                break;
            default:
                throw new InvalidOperationException($"{member.Name} is neither field nor section.");
        }

        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, Section section)
    {
        if (section.Kind is SectionKind.One && !section.IsRequired)
        {
            WriteGroupType(json);
        }
        else
        {
            json.WriteString("type", "object");
        }

        json.WriteBoolean("additionalProperties", false);
        string[] required = [.. section.Members.Where(member => member.IsRequired).Select(member => member.Name)];
        if (required.Length > 0)
        {
            json.WriteStartArray("required");
            foreach (string name in required)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }

        json.WriteStartObject("properties");
        foreach (Member member in section.Members)
        {
            WriteMember(json, member);
        }

        json.WriteEndObject();
    }

    // All lines of an optional section may be commented out, which leaves a null.
    private static void WriteGroupType(Utf8JsonWriter json)
    {
        json.WriteStartArray("type");
        json.WriteStringValue("object");
        json.WriteStringValue("null");
        json.WriteEndArray();
    }
}
