using System.Buffers;
using System.Text.Json;

namespace Causeway.Shadow.Scan;

/// <summary>Findings as SARIF 2.1.0 (OASIS standard, 27 March 2020), for code scanning services.</summary>
public static class SarifLog
{
    private const string Schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    /// <summary>Writes a log of one run.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="version">The version of Causeway.</param>
    public static byte[] Write(IReadOnlyList<Finding> findings, string version)
    {
        ScanRule[] rules = [.. findings.Select(finding => finding.Rule).Distinct().OrderBy(rule => rule.Id, StringComparer.Ordinal)];
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", Schema);
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            json.WriteStartObject("tool");
            json.WriteStartObject("driver");
            json.WriteString("name", "causeway shadow scan");
            json.WriteString("semanticVersion", version);
            json.WriteStartArray("rules");
            foreach (ScanRule rule in rules)
            {
                Rule(json, rule);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteString("columnKind", "utf16CodeUnits");
            json.WriteStartArray("results");
            foreach (Finding finding in findings)
            {
                Result(json, finding, Array.IndexOf(rules, finding.Rule));
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return [.. output.WrittenSpan, (byte)'\n'];
    }

    private static void Rule(Utf8JsonWriter json, ScanRule rule)
    {
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        Message(json, "shortDescription", rule.Title);
        Message(json, "fullDescription", $"{rule.Title}. Known from: {rule.Source}.");
        json.WriteStartObject("defaultConfiguration");
        json.WriteString("level", Level(rule));
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteString("kind", JsonNamingPolicy.SnakeCaseLower.ConvertName(rule.Kind.ToString()));
        json.WriteString("vendor", rule.Vendor);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Result(Utf8JsonWriter json, Finding finding, int rule)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule.Id);
        json.WriteNumber("ruleIndex", rule);
        json.WriteString("level", Level(finding.Rule));
        Message(json, "message", $"{finding.Rule.Title}: {finding.Shown}");
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", string.Join('/', finding.Path.Split('/').Select(Uri.EscapeDataString)));
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", finding.Line);
        json.WriteNumber("startColumn", finding.Column);
        json.WriteNumber("endColumn", finding.EndColumn);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("partialFingerprints");
        json.WriteString("causewayFinding/v1", finding.Fingerprint);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Message(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static string Level(ScanRule rule) => JsonNamingPolicy.SnakeCaseLower.ConvertName(rule.Level.ToString());
}
