using System.Text.Json;
using System.Text.RegularExpressions;

namespace Causeway.Shadow.Scan;

/// <summary>Rules of a scan: those that are shipped, and those of files that add to them or replace them by name.</summary>
/// <param name="Rules">The rules, none of them off.</param>
/// <param name="Placeholders">Texts, lower case, that a secret does not hold and an example does.</param>
/// <param name="AsOf">The date of what the shipped ones know, <c>yyyy-MM-dd</c>.</param>
public sealed partial record RuleSet(IReadOnlyList<ScanRule> Rules, IReadOnlyList<string> Placeholders, string AsOf)
{
    /// <summary>Rules in one file at most.</summary>
    public const int MaxRules = 500;

    private const int MaxText = 4_000;
    private const int MinAnchor = 3;
    private const int MaxAnchor = 64;
    private static readonly Lazy<RuleSet> s_shipped = new(ReadShipped);
    private static readonly string[] s_members = ["id", "title", "vendor", "kind", "level", "anchors", "pattern", "files", "requires", "unless", "keep", "entropy", "checksum", "source"];

    /// <summary>The rules that come with Causeway.</summary>
    public static RuleSet Shipped => s_shipped.Value;

    /// <summary>Reads a file of rules.</summary>
    /// <param name="json">The file.</param>
    /// <param name="problems">What is wrong with it, a sentence each; empty: nothing.</param>
    public static RuleSet Read(ReadOnlyMemory<byte> json, out IReadOnlyList<string> problems)
    {
        List<string> wrong = [];
        problems = wrong;
        List<ScanRule> rules = [];
        List<string> placeholders = [];
        string asOf = "";
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 });
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("rules", out JsonElement list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxRules)
            {
                wrong.Add($"it is an object with \"rules\", a list of at most {MaxRules}");
                return Empty;
            }

            asOf = root.TryGetProperty("as_of", out JsonElement date) ? date.ToString() : "";
            placeholders.AddRange(Texts(root, "placeholders", wrong, "the file").Select(text => text.ToLowerInvariant()));
            int number = 0;
            foreach (JsonElement item in list.EnumerateArray())
            {
                if (Rule(item, ++number, wrong) is { } rule)
                {
                    rules.Add(rule);
                }
            }
        }
        catch (JsonException failure)
        {
            wrong.Add($"it is no JSON, line {(failure.LineNumber ?? 0) + 1}: {failure.Message}");
        }

        foreach (string twice in rules.GroupBy(rule => rule.Id).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            wrong.Add($"rule \"{twice}\" stands there twice");
        }

        return wrong.Count == 0 ? new RuleSet(rules, placeholders, asOf) : Empty;
    }

    /// <summary>These rules with others: one of the same name takes its place, and one that is off takes it away.</summary>
    public RuleSet With(RuleSet other)
    {
        var names = other.Rules.Select(rule => rule.Id).ToHashSet(StringComparer.Ordinal);
        return this with
        {
            Rules = [.. Rules.Where(rule => !names.Contains(rule.Id)), .. other.Rules.Where(rule => rule.Level != FindingLevel.Off)],
            Placeholders = [.. Placeholders.Union(other.Placeholders, StringComparer.Ordinal)],
        };
    }

    private static RuleSet Empty { get; } = new([], [], "");

    private static RuleSet ReadShipped()
    {
        using Stream stream = typeof(RuleSet).Assembly.GetManifestResourceStream("scan-rules.json")!;
        byte[] json = new byte[stream.Length];
        stream.ReadExactly(json);
        RuleSet read = Read(json, out IReadOnlyList<string> problems);
        return problems.Count == 0 ? read : throw new InvalidDataException(string.Join("; ", problems));
    }

    private static ScanRule? Rule(JsonElement item, int number, List<string> wrong)
    {
        int before = wrong.Count;
        if (item.ValueKind != JsonValueKind.Object)
        {
            wrong.Add($"rule {number} is no object");
            return null;
        }

        string id = Text(item, "id", wrong, $"rule {number}");
        string where = id.Length > 0 ? $"rule \"{id}\"" : $"rule {number}";
        foreach (string unknown in item.EnumerateObject().Select(member => member.Name).Except(s_members))
        {
            wrong.Add($"{where} has \"{unknown}\", which is none of: {string.Join(", ", s_members)}");
        }

        if (id.Length > 0 && !Name().IsMatch(id))
        {
            wrong.Add($"{where}: an id is lower case letters, digits and underscores, at most 64");
        }

        FindingLevel level = Word<FindingLevel>(item, "level", wrong, where);
        if (level == FindingLevel.Off && wrong.Count == before)
        {
            return new ScanRule("off") { Id = id, Title = "", Vendor = "", Kind = FindingKind.Secret, Level = level, Anchors = [], Source = "" };
        }

        string pattern = Text(item, "pattern", wrong, where);
        IReadOnlyList<string> anchors = Texts(item, "anchors", wrong, where);
        if (anchors.Count == 0 || anchors.Any(anchor => anchor.Length is < MinAnchor or > MaxAnchor || anchor.AsSpan().ContainsAnyExceptInRange(' ', '~')))
        {
            wrong.Add($"{where}: \"anchors\" are one text or more, each of {MinAnchor} to {MaxAnchor} printable ASCII characters");
        }

        double entropy = item.TryGetProperty("entropy", out JsonElement bits) && (bits.ValueKind != JsonValueKind.Number || !bits.TryGetDouble(out entropy) || entropy is < 0 or > 8) ? -1 : item.TryGetProperty("entropy", out bits) ? bits.GetDouble() : 0;
        if (entropy < 0)
        {
            wrong.Add($"{where}: \"entropy\" is a number from 0 to 8");
        }

        if (pattern.Length > 0 && Fault(pattern) is { } fault)
        {
            wrong.Add($"{where}: \"pattern\" {fault}");
        }

        var rule = new ScanRule(pattern)
        {
            Id = id,
            Title = Text(item, "title", wrong, where),
            Vendor = Text(item, "vendor", wrong, where),
            Kind = Word<FindingKind>(item, "kind", wrong, where),
            Level = level,
            Anchors = anchors,
            Files = Texts(item, "files", wrong, where),
            Requires = Texts(item, "requires", wrong, where),
            Unless = Texts(item, "unless", wrong, where),
            Keep = item.TryGetProperty("keep", out JsonElement keep) ? keep.ToString() : "",
            Entropy = entropy,
            Checksum = item.TryGetProperty("checksum", out _) ? Word<SecretChecksum>(item, "checksum", wrong, where) : SecretChecksum.None,
            Source = Text(item, "source", wrong, where),
        };
        return wrong.Count == before ? rule : null;
    }

    private static string? Fault(string pattern)
    {
        try
        {
            return new Regex(pattern, ScanRule.Options).IsMatch("") ? "matches nothing at all, so it would be found everywhere" : null;
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            return $"cannot be used: {failure.Message}";
        }
    }

    private static string Text(JsonElement item, string name, List<string> wrong, string where)
    {
        if (item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= MaxText } text)
        {
            return text;
        }

        wrong.Add($"{where}: \"{name}\" is missing, or no text of 1 to {MaxText} characters");
        return "";
    }

    private static IReadOnlyList<string> Texts(JsonElement item, string name, List<string> wrong, string where)
    {
        if (!item.TryGetProperty(name, out JsonElement value))
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > 100 || value.EnumerateArray().Any(one => one.ValueKind != JsonValueKind.String || one.GetString()!.Length is 0 or > 200))
        {
            wrong.Add($"{where}: \"{name}\" is a list of at most 100 texts, each of 1 to 200 characters");
            return [];
        }

        return [.. value.EnumerateArray().Select(one => one.GetString()!)];
    }

    private static T Word<T>(JsonElement item, string name, List<string> wrong, string where)
        where T : struct, Enum
    {
        if (item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String)
        {
            foreach (T one in Enum.GetValues<T>())
            {
                if (JsonNamingPolicy.SnakeCaseLower.ConvertName(one.ToString()) == value.GetString())
                {
                    return one;
                }
            }
        }

        wrong.Add($"{where}: \"{name}\" is one of {string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}");
        return default;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,63}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Name();
}
