using System.Globalization;
using System.Text.Json;
using Causeway.Releases.Releases;

namespace Causeway.Releases.Parameters;

/// <summary>One parameter that a release may set: its name and what it can be.</summary>
/// <param name="name">As it is written everywhere.</param>
/// <param name="allowed">What it can be, in words: <c>a number from 0 to 2</c>.</param>
public abstract class ParameterRule(string name, string allowed)
{
    /// <summary>As it is written everywhere.</summary>
    public string Name { get; } = name;

    /// <summary>What it can be, in words: <c>a number from 0 to 2</c>.</summary>
    public string Allowed { get; } = allowed;

    /// <summary>True when several texts make one value.</summary>
    public virtual bool TakesList => false;

    /// <summary>Reads it from JSON, where numbers are numbers and words are strings; null: it is not what is allowed.</summary>
    public abstract ParameterValue? Read(JsonElement json);

    /// <summary>Reads it from one or more texts, as a command line or YAML has them; null: they are not what is allowed.</summary>
    public abstract ParameterValue? Read(IReadOnlyList<string> texts);

    // Half of a surrogate pair, which an escape of JSON may be, has no UTF-8.
    private protected static string? TextOf(JsonElement json)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}

internal sealed class NumberRule(string name, double least, double most, bool whole)
    : ParameterRule(name, string.Create(CultureInfo.InvariantCulture, $"a {(whole ? "whole number" : "number")} from {least:0} to {most:0}"))
{
    public override ParameterValue? Read(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out double number) ? Check(number) : null;

    public override ParameterValue? Read(IReadOnlyList<string> texts) =>
        texts is [{ } text] && double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out double number)
            ? Check(number)
            : null;

    private NumberValue? Check(double number) =>
        number >= least && number <= most && (!whole || number == Math.Truncate(number)) ? new NumberValue(number == 0 ? 0 : number) : null; // Minus zero is zero.
}

internal sealed class WordRule(string name, params IReadOnlyList<string> words) : ParameterRule(name, "one of: " + string.Join(", ", words))
{
    public override ParameterValue? Read(JsonElement json) => json.ValueKind == JsonValueKind.String && TextOf(json) is { } word ? Read([word]) : null;

    public override ParameterValue? Read(IReadOnlyList<string> texts) => texts is [{ } word] && words.Contains(word) ? new WordValue(word) : null;
}

internal sealed class TextsRule(string name, int maxCount, int maxLength)
    : ParameterRule(name, $"a text, or a list of 1 to {maxCount} texts, each with 1 to {maxLength} characters")
{
    public override bool TakesList => true;

    public override ParameterValue? Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => Read([TextOf(json) ?? ""]),
        JsonValueKind.Array => Read([.. json.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? TextOf(item) ?? "" : "")]),
        _ => null,
    };

    public override ParameterValue? Read(IReadOnlyList<string> texts) =>
        texts.Count > 0 && texts.Count <= maxCount && texts.All(IsSound) ? new TextsValue([.. texts]) : null;

    private bool IsSound(string text) => text.Length > 0 && text.Length <= maxLength && Unicode.IsWellFormed(text);
}
