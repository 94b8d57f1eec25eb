using System.Collections.Frozen;
using System.Globalization;
using Causeway.Contracts.Compilation.Shapes;
using Causeway.Contracts.Dialects;

namespace Causeway.Contracts.Compilation.Writing;

/// <summary>Writes nulls, booleans, numbers and strings with their constraints.</summary>
internal sealed class ScalarWriter(SchemaWriter writer)
{
    // 2020-12 Validation, section 7.3. Any other value asserts nothing.
    private static readonly FrozenSet<string> s_formats = FrozenSet.ToFrozenSet(
    [
        "date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference", "uuid",
        "uri-template", "json-pointer", "relative-json-pointer", "regex",
    ]);

    public Written Write(ScalarShape scalar, List<string> words)
    {
        JsonTree schema = JsonTree.Object(("type", JsonTree.Of(scalar.Type)));
        JsonKinds kinds = writer.Graph.KindsOf(scalar with { IsImplied = false });
        if (scalar.Type is "number" or "integer")
        {
            Numbers(scalar, schema, words);
        }
        else if (scalar.Type == "string")
        {
            Strings(scalar, schema, words);
        }

        if (!writer.Dialect[Features.Type].IsEstablished)
        {
            // Once for the whole schema: where types are not known to be held, nothing is.
            writer.Journal.Loss("", Features.Type, writer.Dialect[Features.Type]);
        }

        return new Written(schema, kinds);
    }

    private void Numbers(ScalarShape scalar, JsonTree schema, List<string> words)
    {
        foreach (Rule rule in scalar.Rules)
        {
            string? feature = rule.Keyword switch
            {
                "minimum" or "maximum" => Features.Bounds,
                "exclusiveMinimum" or "exclusiveMaximum" => Features.ExclusiveBounds,
                "multipleOf" => Features.MultipleOf,
                _ => null,
            };
            if (feature is null || rule.Value.Kind != System.Text.Json.JsonValueKind.Number)
            {
                continue;
            }

            KeywordSupport row = Of(feature, scalar);
            if (feature == Features.ExclusiveBounds && row.Treat().Treatment != Treatment.Native && scalar.Type == "integer" && Of(Features.Bounds, scalar).Treat().Treatment == Treatment.Native && Inclusive(rule) is { } bound)
            {
                writer.Journal.Rewrite(rule.Path, feature, $"Of integers, {rule.Keyword} {rule.Value.Text} is {bound.Keyword} {bound.Value.Text}.");
                Tighten(schema, bound);
                continue;
            }

            Keep(rule, feature, row, rule.Value.Number, schema, words, rule.Keyword switch
            {
                "minimum" => $"{rule.Value.Text} or more",
                "maximum" => $"{rule.Value.Text} or less",
                "exclusiveMinimum" => $"more than {rule.Value.Text}",
                "exclusiveMaximum" => $"less than {rule.Value.Text}",
                _ => $"a multiple of {rule.Value.Text}",
            });
        }
    }

    private static void Tighten(JsonTree schema, Rule bound)
    {
        decimal? there = schema[bound.Keyword]?.Number;
        bool isTighter = there is null || (bound.Keyword == "minimum" ? bound.Value.Number > there : bound.Value.Number < there);
        if (isTighter)
        {
            schema.Set(bound.Keyword, bound.Value);
        }
    }

    private static Rule? Inclusive(Rule rule) => rule.Value.Number is not { } number || Math.Abs(number) > long.MaxValue
        ? null
        : rule.Keyword == "exclusiveMinimum"
            ? new Rule("minimum", JsonTree.Of(decimal.Floor(number) + 1), rule.Path)
            : new Rule("maximum", JsonTree.Of(decimal.Ceiling(number) - 1), rule.Path);

    // A row that holds for integers only says of other numbers that the keyword has no effect.
    private KeywordSupport Of(string feature, ScalarShape scalar)
    {
        KeywordSupport row = writer.Dialect[feature];
        return row.IntegersOnly ? row with { Support = scalar.Type == "integer" ? Support.Enforced : Support.Ignored } : row;
    }

    private void Strings(ScalarShape scalar, JsonTree schema, List<string> words)
    {
        Rule? pattern = scalar.Rules.FirstOrDefault(rule => rule.Keyword == "pattern");
        bool hasPattern = pattern is not null && Pattern(pattern, schema, words);
        bool hasFormat = false;
        foreach (Rule rule in scalar.Rules)
        {
            if (rule.Keyword == "format")
            {
                hasFormat = Format(rule, schema, words);
            }
            else if (rule.Keyword is "minLength" or "maxLength" && rule.Value.Number is { } length && !(rule.Keyword == "minLength" && length == 0))
            {
                KeywordSupport row = writer.Dialect[Features.Length];
                string feature = Features.Length;
                if ((hasPattern || hasFormat) && row.IsTaken && !writer.Dialect[Features.PatternWithLength].IsEstablished)
                {
                    (row, feature) = (writer.Dialect[Features.PatternWithLength], Features.PatternWithLength);
                }

                Keep(rule, feature, row, length, schema, words, rule.Keyword == "minLength" ? $"at least {Characters(length)}" : $"at most {Characters(length)}");
            }
        }
    }

    private static string Characters(decimal length) => string.Create(CultureInfo.InvariantCulture, $"{length} {(length == 1 ? "character" : "characters")}");

    private bool Pattern(Rule rule, JsonTree schema, List<string> words)
    {
        writer.Budget.Take(rule.Value.Text.Length);
        KeywordSupport row = writer.Dialect[Features.Pattern];
        PatternFeatures refused = PatternText.FeaturesOf(rule.Value.Text) & row.Refuses & ~PatternFeatures.Anchor;
        string? text = PatternText.Anchored(rule.Value.Text, row.Anchoring);
        bool isSaid = refused != PatternFeatures.None || text is null;

        // A row P with a list of what is refused holds for everything else.
        KeywordSupport effective = row.Support == Support.Partly ? row with { Support = isSaid ? Support.Rejected : Support.Enforced } : isSaid && row.IsTaken ? row with { Support = Support.Rejected } : row;
        if (text is not null && text != rule.Value.Text && effective.IsTaken)
        {
            writer.Journal.Rewrite(rule.Path, Features.Pattern, "The pattern is anchored as this dialect reads it.");
        }

        return Keep(rule with { Value = JsonTree.Of(text ?? rule.Value.Text) }, Features.Pattern, effective, null, schema, words, $"matching the regular expression {rule.Value.Text}", isSaid ? "it uses what this dialect's patterns lack" : null);
    }

    private bool Format(Rule rule, JsonTree schema, List<string> words)
    {
        KeywordSupport listed = writer.Dialect[Features.Format];
        bool isListed = listed.Values?.Contains(rule.Value.Text) ?? true;
        if (!s_formats.Contains(rule.Value.Text))
        {
            writer.Journal.Rewrite(rule.Path, Features.FormatOther, $"format \"{rule.Value.Text}\" is left out: the standard does not know it, so it is no rule.");
            return false;
        }

        // A row P with a list of values holds for those.
        KeywordSupport row = !isListed ? writer.Dialect[Features.FormatOther] : listed is { Support: Support.Partly, Values: not null } ? listed with { Support = Support.Enforced } : listed;
        return Keep(rule, isListed ? Features.Format : Features.FormatOther, row, null, schema, words, $"in the format {rule.Value.Text}");
    }

    /// <summary>Writes a keyword as its row says.</summary>
    /// <returns>It is sent.</returns>
    public bool Keep(Rule rule, string feature, KeywordSupport row, decimal? number, JsonTree schema, List<string> words, string said, string? more = null)
    {
        (Treatment treatment, Support support) = row.Treat(number);
        if (treatment != Treatment.Said)
        {
            schema.Set(rule.Keyword, rule.Value);
        }
        else
        {
            words.Add(said);
        }

        if (treatment != Treatment.Native)
        {
            writer.Journal.Loss(rule.Path, feature, writer.Journal.Because(row, support) + (more is null ? "" : $": {more}"));
        }

        return treatment != Treatment.Said;
    }
}
