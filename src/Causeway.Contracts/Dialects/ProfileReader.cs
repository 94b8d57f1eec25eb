using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Contracts.Compilation;

namespace Causeway.Contracts.Dialects;

/// <summary>Reads a profile's file. Strict: what it does not know is a mistake, and so is a missing row.</summary>
internal static class ProfileReader
{
    /// <exception cref="FormatException">The file is no profile; says where.</exception>
    public static DialectProfile Read(ReadOnlyMemory<byte> utf8)
    {
        using JsonDocument document = JsonDocument.Parse(utf8);
        JsonElement root = document.RootElement;
        Known(root, "profile", "name", "title", "aliases", "date", "sources", "envelope", "schema_as_text", "tools_strict", "key_order", "carriers", "models", "limits", "terminal", "keywords");
        FrozenDictionary<string, KeywordSupport> keywords = Keywords(root.GetProperty("keywords"));
        foreach ((string id, _) in Features.All)
        {
            if (!keywords.ContainsKey(id))
            {
                throw new FormatException($"keywords has no row {id}.");
            }
        }

        return new DialectProfile
        {
            Name = Text(root, "name"),
            Title = Text(root, "title"),
            Aliases = Texts(root.GetProperty("aliases")),
            Date = Dated(Text(root, "date")),
            Sources = [.. root.GetProperty("sources").EnumerateArray().Select(source => (Text(source, "title"), Dated(Text(source, "date"))))],
            Envelope = Texts(root.GetProperty("envelope")),
            SchemaAsText = root.GetProperty("schema_as_text").GetBoolean(),
            ToolsAreStrict = root.TryGetProperty("tools_strict", out JsonElement strict) && strict.GetBoolean(),
            KeyOrder = Order(Text(root, "key_order")),
            Carriers = Carriers(root.GetProperty("carriers")),
            Models = [.. root.GetProperty("models").EnumerateArray().Select(Model)],
            Limits = Limits(root.GetProperty("limits")),
            Terminal = root.GetProperty("terminal").EnumerateObject().ToFrozenDictionary(state => state.Name, state => Texts(state.Value)),
            Keywords = keywords,
        };
    }

    private static FrozenDictionary<string, KeywordSupport> Keywords(JsonElement rows)
    {
        Dictionary<string, KeywordSupport> read = [];
        foreach (JsonProperty row in rows.EnumerateObject())
        {
            if (!Features.Contain(row.Name))
            {
                throw new FormatException($"keywords.{row.Name} is no feature.");
            }

            read.Add(row.Name, Row(row.Value, row.Name));
        }

        return read.ToFrozenDictionary();
    }

    private static KeywordSupport Row(JsonElement row, string id)
    {
        Known(row, id, "code", "means", "evidence", "date", "unverified", "note", "max", "above", "values", "refuses", "anchored", "integers_only", "capitals_may_differ", "at_least_one_required", "through");
        return new KeywordSupport
        {
            Support = row.TryGetProperty("means", out JsonElement means) ? Support.Enforced : Code(Text(row, "code")),
            Means = means.ValueKind == JsonValueKind.Undefined ? OmittedMeans.Unknown : Means(means.GetString()!),
            Evidence = EvidenceOf(Text(row, "evidence")),
            Date = Dated(Text(row, "date")),
            IsUnverified = Flag(row, "unverified"),
            Note = Optional(row, "note"),
            Max = row.TryGetProperty("max", out JsonElement max) ? max.GetInt64() : null,
            Above = Optional(row, "above") is { } above ? Code(above) : Support.Rejected,
            Values = row.TryGetProperty("values", out JsonElement values) ? Texts(values).ToFrozenSet() : null,
            Refuses = row.TryGetProperty("refuses", out JsonElement refuses) ? Texts(refuses).Aggregate(PatternFeatures.None, (all, one) => all | PatternFeature(one)) : PatternFeatures.None,
            Anchoring = Optional(row, "anchored") switch { null => Anchoring.Search, "implicit" => Anchoring.Implicit, "required" => Anchoring.Required, { } other => throw Unknown(other) },
            IntegersOnly = Flag(row, "integers_only"),
            CapitalsMayDiffer = Flag(row, "capitals_may_differ"),
            AtLeastOneRequired = Flag(row, "at_least_one_required"),
            ThroughOptionalOnly = Optional(row, "through") switch { null => false, "optional" => true, { } other => throw Unknown(other) },
        };
    }

    private static ImmutableArray<CarrierOption> Carriers(JsonElement options) =>
        [.. options.EnumerateArray().Select(option =>
        {
            Known(option, "carriers", "carrier", "enforced", "strict", "with_tools", "with_forced_tool", "streams", "with_thinking", "shown", "note", "evidence", "date");
            return new CarrierOption
            {
                Carrier = Text(option, "carrier") switch
                {
                    "format" => Carrier.Format,
                    "forced_tool" => Carrier.ForcedTool,
                    "json_mode" => Carrier.JsonMode,
                    "prompt" => Carrier.Prompt,
                    { } other => throw Unknown(other),
                },
                IsEnforced = Flag(option, "enforced"),
                Strict = Flag(option, "strict"),
                WithTools = Flag(option, "with_tools", otherwise: true),
                WithForcedTool = Flag(option, "with_forced_tool", otherwise: true),
                Streams = Flag(option, "streams", otherwise: true),
                WithThinking = Flag(option, "with_thinking", otherwise: true),
                IsShown = Flag(option, "shown", otherwise: true),
                Note = Optional(option, "note"),
            };
        })];

    private static ModelRule Model(JsonElement rule)
    {
        Known(rule, "models", "match", "note", "carriers", "key_order", "property_ordering", "keywords");
        return new ModelRule
        {
            Match = Texts(rule.GetProperty("match")),
            Note = Text(rule, "note"),
            Carriers = rule.TryGetProperty("carriers", out JsonElement carriers) ? Carriers(carriers) : default,
            KeyOrder = Optional(rule, "key_order") is { } order ? Order(order) : null,
            HasPropertyOrdering = Flag(rule, "property_ordering"),
            Keywords = rule.TryGetProperty("keywords", out JsonElement rows) ? Keywords(rows) : FrozenDictionary<string, KeywordSupport>.Empty,
        };
    }

    private static DialectLimits Limits(JsonElement limits)
    {
        Known(limits, "limits", "properties", "nesting", "name_characters", "enum_values", "enum_characters", "optional", "unions", "tools", "note");
        bool hasLong = limits.TryGetProperty("enum_characters", out JsonElement longEnum);
        return new DialectLimits
        {
            Properties = Number(limits, "properties"),
            Nesting = Number(limits, "nesting"),
            NameCharacters = Number(limits, "name_characters"),
            EnumValues = Number(limits, "enum_values"),
            LongEnumValues = hasLong ? Number(longEnum, "over_values") : null,
            LongEnumCharacters = hasLong ? Number(longEnum, "characters") : null,
            Optional = Number(limits, "optional"),
            Unions = Number(limits, "unions"),
            Tools = Number(limits, "tools"),
        };
    }

    private static Support Code(string code) => code switch
    {
        "S" => Support.Enforced,
        "P" => Support.Partly,
        "A" => Support.Accepted,
        "I" => Support.Ignored,
        "R" => Support.Rejected,
        "N" => Support.Unsupported,
        "?" => Support.Unknown,
        _ => throw Unknown(code),
    };

    private static OmittedMeans Means(string word) => word switch
    {
        "unknown" => OmittedMeans.Unknown,
        "error" => OmittedMeans.Error,
        "closed" => OmittedMeans.Closed,
        "open" => OmittedMeans.Open,
        _ => throw Unknown(word),
    };

    private static Evidence EvidenceOf(string word) => word switch
    {
        "none" => Evidence.None,
        "doc" => Evidence.Doc,
        "spec" => Evidence.Spec,
        "src" => Evidence.Src,
        "obs" => Evidence.Obs,
        "rep" => Evidence.Rep,
        _ => throw Unknown(word),
    };

    private static KeyOrder Order(string word) => word switch
    {
        "unknown" => KeyOrder.Unknown,
        "schema" => KeyOrder.Schema,
        "required_first" => KeyOrder.RequiredFirst,
        "alphabetical" => KeyOrder.Alphabetical,
        _ => throw Unknown(word),
    };

    private static PatternFeatures PatternFeature(string word) => word switch
    {
        "look_around" => PatternFeatures.LookAround,
        "back_reference" => PatternFeatures.BackReference,
        "word_boundary" => PatternFeatures.WordBoundary,
        "large_repeat" => PatternFeatures.LargeRepeat,
        "anchor" => PatternFeatures.Anchor,
        "unicode_class" => PatternFeatures.UnicodeClass,
        "inline_flag" => PatternFeatures.InlineFlag,
        _ => throw Unknown(word),
    };

    // A source's date is a year, a month or a day.
    private static string Dated(string date) =>
        date.Length is 4 or 7 or 10 && DateOnly.TryParseExact(date + "-01-01"[..(10 - date.Length)], "yyyy-MM-dd", out _) ? date : throw new FormatException($"\"{date}\" is no date.");

    private static void Known(JsonElement element, string where, params ReadOnlySpan<string> names)
    {
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!names.Contains(member.Name))
            {
                throw new FormatException($"{where}.{member.Name} is not known.");
            }
        }
    }

    private static string Text(JsonElement element, string name) =>
        Optional(element, name) is { Length: > 0 } text ? text : throw new FormatException($"{name} is missing.");

    private static string? Optional(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static bool Flag(JsonElement element, string name, bool otherwise = false) => element.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : otherwise;

    private static int? Number(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : null;

    private static ImmutableArray<string> Texts(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString()!)];

    private static FormatException Unknown(string word) => new($"\"{word}\" is not known here.");
}
