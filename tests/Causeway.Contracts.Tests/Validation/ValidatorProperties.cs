using System.Text.Json;
using Causeway.Contracts.Json;
using Causeway.Contracts.Validation;
using CsCheck;

namespace Causeway.Contracts.Tests.Validation;

public class ValidatorProperties
{
    [Fact]
    public void A_document_is_valid_when_it_has_no_violation()
    {
        int valid = 0;
        int invalid = 0;
        Gen.Select(Generated.Schema, Generated.Document).Sample(
            (schema, document) =>
            {
                Validator validator = ValidatorTests.Of(schema);
                bool isValid = validator.IsValid(Generated.Utf8(document));
                IReadOnlyList<Violation> violations = validator.Validate(Generated.Utf8(document));
                Interlocked.Increment(ref isValid ? ref valid : ref invalid);
                return isValid == (violations.Count == 0) && violations.All(violation => violation.Keyword != "budget" && violation.Message.Length > 0);
            },
            iter: 10_000);
        Assert.True(valid > 1_000 && invalid > 1_000, $"{valid} valid, {invalid} invalid");
    }

    [Fact]
    public void Every_violation_points_to_a_value_and_to_a_keyword()
    {
        Gen.Select(Generated.Schema, Generated.Document).Sample(
            (schema, document) =>
            {
                Validator validator = ValidatorTests.Of(schema);
                return validator.Validate(Generated.Utf8(document)).All(
                    violation => Exists(Generated.Utf8(document), violation.Path) && Exists(validator.Schema.Text.ToArray(), violation.SchemaPath));
            },
            iter: 5_000);
    }

    [Fact]
    public void Values_are_equal_when_the_base_library_says_so()
    {
        int equal = 0;
        Gen.Select(Generated.Document, Generated.Document).Sample(
            (left, right) =>
            {
                using JsonDocument one = JsonDocument.Parse(left);
                using JsonDocument other = JsonDocument.Parse(right);
                bool areEqual = JsonElement.DeepEquals(one.RootElement, other.RootElement);
                equal += areEqual ? 1 : 0;
                byte[] leftText = Generated.Utf8(left);
                byte[] rightText = Generated.Utf8(right);
                var leftTape = new JsonTape();
                var rightTape = new JsonTape();
                Assert.Null(leftTape.Read(leftText).Reason);
                Assert.Null(rightTape.Read(rightText).Reason);
                var leftView = new JsonView(leftText, leftTape.Nodes);
                var rightView = new JsonView(rightText, rightTape.Nodes);
                long steps = long.MaxValue;
                return areEqual == leftView.IsEqual(0, rightView, 0, ref steps) && (!areEqual || leftView.Hash(0, ref steps) == rightView.Hash(0, ref steps));
            },
            iter: 10_000,
            threads: 1);
        Assert.True(equal > 100, $"{equal} equal");
    }

    [Fact]
    public void Items_are_unique_when_no_two_are_equal()
    {
        Validator validator = ValidatorTests.Of("""{"uniqueItems":true}""");
        Generated.Document.Array[0, 12].Sample(
            items =>
            {
                string text = $"[{string.Join(',', items)}]";
                using JsonDocument document = JsonDocument.Parse(text);
                JsonElement[] values = [.. document.RootElement.EnumerateArray()];
                bool areUnique = !values.Where((value, i) => values[..i].Any(other => JsonElement.DeepEquals(value, other))).Any();
                return validator.IsValid(Generated.Utf8(text)) == areUnique;
            },
            iter: 5_000);
    }

    private static bool Exists(byte[] text, string pointer)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        JsonElement at = document.RootElement;
        foreach (string step in pointer.Split('/').Skip(1))
        {
            string name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind == JsonValueKind.Object ? !at.TryGetProperty(name, out at) : at.ValueKind != JsonValueKind.Array || !TryItem(ref at, name))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryItem(ref JsonElement at, string index)
    {
        int place = int.Parse(index, System.Globalization.CultureInfo.InvariantCulture);
        bool isThere = place < at.GetArrayLength();
        at = isThere ? at[place] : at;
        return isThere;
    }
}
