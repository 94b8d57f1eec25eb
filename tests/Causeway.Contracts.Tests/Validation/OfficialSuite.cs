using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Schemas.Graph;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Tests.Validation;

/// <summary>The official suite's tests, read from the copy beside this project.</summary>
internal static class OfficialSuite
{
    private static readonly string s_root = Pinned.Full("tests/Causeway.Contracts.Tests/Suite");
    private static readonly Dictionary<string, Dictionary<string, SchemaDocument>> s_remotes = new(StringComparer.Ordinal)
    {
        ["draft2020-12"] = Remotes(),
        ["draft7"] = Remotes(),
    };

    /// <summary>Every test of a draft, by file and place.</summary>
    public static IEnumerable<SuiteTest> Tests(string draft)
    {
        string folder = Path.Combine(s_root, "tests", draft);
        foreach (string file in Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (JsonElement group in json.RootElement.EnumerateArray())
            {
                foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
                {
                    yield return new SuiteTest(
                        draft, Path.GetRelativePath(folder, file).Replace('\\', '/'), group.GetProperty("description").GetString()!, test.GetProperty("description").GetString()!,
                        JsonMarshal.GetRawUtf8Value(group.GetProperty("schema")).ToArray(), JsonMarshal.GetRawUtf8Value(test.GetProperty("data")).ToArray(), test.GetProperty("valid").GetBoolean());
                }
            }
        }
    }

    /// <summary>What the validator says of a test; null: what the suite says.</summary>
    public static string? Run(SuiteTest test)
    {
        try
        {
            JsonSchema schema = JsonSchema.Parse(test.Schema, s_remotes[test.Draft], new DraftRules(test.Draft == "draft7" ? Draft.Seven : Draft.Latest));
            var validator = Validator.Of(schema, assertFormats: test.File.StartsWith("optional/format/", StringComparison.Ordinal) || test.File == "optional/ecmascript-regex.json");
            bool isValid = validator.IsValid(test.Data);
            bool saysNothing = validator.Validate(test.Data).Count == 0;
            return isValid != test.IsValid ? $"taken for {(isValid ? "valid" : "invalid")}" : saysNothing != isValid ? "IsValid and Validate differ" : null;
        }
        catch (SchemaException e)
        {
            return $"no schema: {e.Pointer} {e.Message}";
        }
    }

    private static Dictionary<string, SchemaDocument> Remotes()
    {
        string folder = Path.Combine(s_root, "remotes");
        var remotes = new Dictionary<string, SchemaDocument>(StringComparer.Ordinal);
        foreach (string file in Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories))
        {
            string uri = "http://localhost:1234/" + Path.GetRelativePath(folder, file).Replace('\\', '/');
            remotes[uri] = SchemaText.Document(File.ReadAllBytes(file), uri);
        }

        return remotes;
    }
}

/// <summary>One test of the official suite.</summary>
public sealed record SuiteTest(string Draft, string File, string Group, string Name, byte[] Schema, byte[] Data, bool IsValid)
{
    /// <summary>The specification asks for it; otherwise an implementation may do without.</summary>
    public bool IsRequired => !File.StartsWith("optional/", StringComparison.Ordinal);

    public override string ToString() => $"{Draft}/{File}: {Group}: {Name}";
}
