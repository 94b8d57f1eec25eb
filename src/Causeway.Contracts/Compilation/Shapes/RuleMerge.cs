using System.Collections.Immutable;
using System.Text.Json;

namespace Causeway.Contracts.Compilation.Shapes;

/// <summary>Constraints of two shapes of one kind as those of one.</summary>
internal static class RuleMerge
{
    public static ImmutableArray<Rule> Of(ImmutableArray<Rule> one, ImmutableArray<Rule> other, CompilationBudget budget)
    {
        if (one.IsEmpty || other.IsEmpty)
        {
            return one.IsEmpty ? other : one;
        }

        List<Rule> merged = [.. one];
        foreach (Rule rule in other)
        {
            budget.Take(merged.Count);
            int at = merged.FindIndex(mine => mine.Keyword == rule.Keyword);
            if (at < 0)
            {
                merged.Add(rule);
            }
            else if (Stricter(merged[at], rule, budget) is { } stricter)
            {
                merged[at] = stricter;
            }
            else
            {
                merged.Add(rule with { Keyword = IsRepeatable(rule.Keyword) ? rule.Keyword : "allOf" });
            }
        }

        return [.. merged];
    }

    // Rules that are described and enforced afterwards anyway may stand twice.
    private static bool IsRepeatable(string keyword) => keyword is "not" or "if" or "contains" or "dependentRequired" or "dependentSchemas" or "dependencies" or "propertyNames" or "allOf";

    private static Rule? Stricter(Rule one, Rule other, CompilationBudget budget)
    {
        budget.Take(Math.Min(one.Value.Size, other.Value.Size));
        if (one.Value.Same(other.Value))
        {
            return one;
        }

        (decimal? mine, decimal? its) = (one.Value.Number, other.Value.Number);
        return one.Keyword switch
        {
            "minLength" or "minItems" or "minProperties" or "minimum" or "exclusiveMinimum" when mine is not null && its is not null => mine >= its ? one : other,
            "maxLength" or "maxItems" or "maxProperties" or "maximum" or "exclusiveMaximum" when mine is not null && its is not null => mine <= its ? one : other,
            "multipleOf" when mine is > 0 && its is > 0 => mine % its == 0 ? one : its % mine == 0 ? other : null,
            "uniqueItems" => one.Value.Kind == JsonValueKind.True ? one : other,
            _ => null,
        };
    }
}
