using System.Buffers;
using System.Text.Json;

namespace Causeway.Shadow.Scan;

/// <summary>Findings that are known: a later scan does not report them again.</summary>
public sealed class Baseline
{
    /// <summary>Findings in one file at most.</summary>
    public const int MaxFindings = 200_000;

    private const int Version = 1;
    private readonly HashSet<string> _known;

    private Baseline(HashSet<string> known) => _known = known;

    /// <summary>How many it knows.</summary>
    public int Count => _known.Count;

    /// <summary>Whether a finding is known.</summary>
    public bool Knows(Finding finding) => _known.Contains(finding.Fingerprint);

    /// <summary>Reads a file that <see cref="Write"/> wrote.</summary>
    /// <returns>The baseline, or the end of a sentence that says why there is none.</returns>
    public static (Baseline? Baseline, string? Problem) Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("version", out JsonElement version) || !version.TryGetInt32(out int number) || number != Version
                || !root.TryGetProperty("findings", out JsonElement findings) || findings.ValueKind != JsonValueKind.Array || findings.GetArrayLength() > MaxFindings)
            {
                return (null, $"is no baseline of version {Version}; write one with --write-baseline FILE");
            }

            return (new Baseline([.. findings.EnumerateArray().Select(one => one.GetProperty("fingerprint").GetString() ?? "")]), null);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return (null, $"cannot be read as a baseline: {failure.Message}");
        }
    }

    /// <summary>Writes findings so that they are known from now on. It holds no secret.</summary>
    public static byte[] Write(IEnumerable<Finding> findings)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteStartArray("findings");
            foreach (Finding finding in findings)
            {
                json.WriteStartObject();
                json.WriteString("fingerprint", finding.Fingerprint);
                json.WriteString("rule", finding.Rule.Id);
                json.WriteString("path", finding.Path);
                json.WriteString("found", finding.Shown);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return [.. output.WrittenSpan, (byte)'\n'];
    }
}
