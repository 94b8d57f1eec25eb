using System.Globalization;
using Causeway.Releases.Pins;

namespace Causeway.Releases.Releases;

/// <summary>A hashed field in which two releases differ.</summary>
/// <param name="Field">Its name: <c>pins[0]</c>, <c>prompt</c>, <c>parameters.temperature</c>, …</param>
/// <param name="Left">What the first release has, as JSON writes it or as plain text; null: nothing.</param>
/// <param name="Right">What the second one has.</param>
public sealed record FieldDifference(string Field, string? Left, string? Right);

/// <summary>What is different between two releases. Equal releases have one id, so different ids have at least one difference.</summary>
public static class ReleaseDiff
{
    /// <summary>Every hashed field that differs, in the order of the document.</summary>
    public static IReadOnlyList<FieldDifference> Between(ReleaseContent left, ReleaseContent right) =>
        [.. Fields(left, right).Where(field => field.Left != field.Right)];

    private static IEnumerable<FieldDifference> Fields(ReleaseContent left, ReleaseContent right)
    {
        for (int i = 0; i < Math.Max(left.Pins.Length, right.Pins.Length); i++)
        {
            yield return new FieldDifference(string.Create(CultureInfo.InvariantCulture, $"pins[{i}]"), PinAt(left, i)?.ToString(), PinAt(right, i)?.ToString());
        }

        yield return new FieldDifference("prompt", left.Prompt, right.Prompt);
        foreach (string name in left.Parameters.Values.Keys.Union(right.Parameters.Values.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            yield return new FieldDifference(
                "parameters." + name, left.Parameters.Values.GetValueOrDefault(name)?.ToString(), right.Parameters.Values.GetValueOrDefault(name)?.ToString());
        }

        yield return new FieldDifference("contract", Text(left.Contract, right.Contract), Text(right.Contract, left.Contract));
        yield return new FieldDifference("allow_float", Text(left.AllowFloat), Text(right.AllowFloat));
        yield return new FieldDifference(
            "adapter_abi", left.AdapterAbi.ToString(CultureInfo.InvariantCulture), right.AdapterAbi.ToString(CultureInfo.InvariantCulture));
    }

    private static Pin? PinAt(ReleaseContent release, int i) => i < release.Pins.Length ? release.Pins[i] : null;

    // By name and version, as people write it; with the id where only that tells them apart.
    private static string? Text(ReleaseContract? contract, ReleaseContract? other) =>
        contract is null ? null : contract.FullName == other?.FullName && contract.Id != other.Id ? $"{contract.FullName} ({contract.Id})" : contract.FullName;

    private static string Text(bool value) => value ? "true" : "false";
}
