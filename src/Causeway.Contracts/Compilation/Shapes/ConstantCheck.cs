using System.Collections.Immutable;
using System.Text.Json;

namespace Causeway.Contracts.Compilation.Shapes;

/// <summary>Which values of an enum another shape allows, as far as that can be told from simple rules.</summary>
internal static class ConstantCheck
{
    /// <returns>Whether every rule was decided, and the values that are left.</returns>
    public static (bool Decided, JsonTree[] Left) Filter(ImmutableArray<JsonTree> values, Shape shape, CompilationBudget budget)
    {
        bool decided = true;
        JsonTree[] left = [.. values.Where(value =>
        {
            budget.Take((1 + CompilationBudget.Text(value.Text.Length)) * (1 + shape.Rules.Length));
            bool? allowed = Allows(shape, value);
            decided &= allowed is not null;
            return allowed != false;
        })];
        return (decided, left);
    }

    private static bool? Allows(Shape shape, JsonTree value)
    {
        JsonKinds kind = value.KindOf();
        JsonKinds due = shape switch
        {
            ScalarShape scalar => scalar.Type switch { "null" => JsonKinds.Null, "boolean" => JsonKinds.Boolean, "string" => JsonKinds.String, _ => JsonKinds.Number },
            ObjectShape => JsonKinds.Object,
            _ => JsonKinds.Array,
        };
        if (kind != due)
        {
            return shape.IsImplied;
        }

        if (shape is not ScalarShape held)
        {
            return null;
        }

        if (held.Type == "integer" && (value.Number is not { } number || number != decimal.Truncate(number)))
        {
            return value.Number is null ? null : false;
        }

        bool? all = true;
        foreach (Rule rule in shape.Rules)
        {
            bool? one = Allows(rule, value);
            if (one == false)
            {
                return false;
            }

            all = one is null ? null : all;
        }

        return all;
    }

    private static bool? Allows(Rule rule, JsonTree value)
    {
        if (rule.Value.Number is not { } bound)
        {
            return null;
        }

        if (value.Kind == JsonValueKind.String)
        {
            int length = value.Text.EnumerateRunes().Count();
            return rule.Keyword switch { "minLength" => length >= bound, "maxLength" => length <= bound, _ => null };
        }

        return value.Number is not { } number
            ? null
            : rule.Keyword switch
            {
                "minimum" => number >= bound,
                "maximum" => number <= bound,
                "exclusiveMinimum" => number > bound,
                "exclusiveMaximum" => number < bound,
                "multipleOf" when bound > 0 => number % bound == 0,
                _ => null,
            };
    }
}
