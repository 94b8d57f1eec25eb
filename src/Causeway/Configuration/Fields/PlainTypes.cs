using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Budgets.Pricing;
using Causeway.Configuration.Yaml;

namespace Causeway.Configuration.Fields;

/// <summary>Text that a pattern describes.</summary>
internal sealed class TextType(string noun, string allowed, Regex pattern) : ScalarType<string>
{
    public override string Noun => noun;

    public override string Allowed => allowed;

    public override string Format(string value) => value;

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "string");
        // ECMA 262 spells the end of the text another way.
        json.WriteString("pattern", pattern.ToString().Replace("\\z", "$", StringComparison.Ordinal));
    }

    protected override bool TryParse(string text, Decoding decoding, out string? value, out string problem)
    {
        value = text;
        problem = "is not " + noun;
        return pattern.IsMatch(text);
    }
}

/// <summary>One of a few words.</summary>
internal sealed class ChoiceType<T>(string noun, params IReadOnlyList<(string Word, T Value)> choices) : ScalarType<T>
{
    private readonly string[] words = [.. choices.Select(choice => choice.Word)];

    public override string Noun => noun;

    public override string Allowed => Shown.Either(words);

    public override string Format(T value) => choices.First(choice => EqualityComparer<T>.Default.Equals(choice.Value, value)).Word;

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteStartArray("enum");
        foreach (string word in words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
    }

    protected override bool TryParse(string text, Decoding decoding, out T? value, out string problem)
    {
        problem = "";
        foreach ((string word, T choice) in choices)
        {
            if (word == text)
            {
                value = choice;
                return true;
            }
        }

        value = default;
        string? near = NearestMatch.Find(text, words);
        problem = $"is not {noun}" + (near is null ? "" : $"; did you mean \"{near}\"?");
        return false;
    }
}

/// <summary>True or false, and none of the other words that YAML once read as such.</summary>
internal sealed class SwitchType : ScalarType<bool>
{
    public override string Noun => "true or false";

    public override string Allowed => "true or false";

    public override string Format(bool value) => value ? "true" : "false";

    public override void WriteSchema(Utf8JsonWriter json) => json.WriteString("type", "boolean");

    protected override bool TryParse(string text, Decoding decoding, out bool value, out string problem)
    {
        value = text == "true";
        problem = text.ToLowerInvariant() switch
        {
            "yes" or "on" or "y" or "1" or "true" or "enabled" => "is not true or false; write true",
            "no" or "off" or "n" or "0" or "false" or "disabled" => "is not true or false; write false",
            _ => "is not true or false",
        };
        return text is "true" or "false";
    }
}

/// <summary>A whole number without a unit.</summary>
internal sealed class CountType(int min, int max) : ScalarType<int>
{
    public override string Noun => "a whole number";

    public override string Allowed => $"{Format(min)} to {Format(max)}";

    public override string Format(int value) => value.ToString(CultureInfo.InvariantCulture);

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "integer");
        json.WriteNumber("minimum", min);
        json.WriteNumber("maximum", max);
    }

    protected override bool TryParse(string text, Decoding decoding, out int value, out string problem)
    {
        value = 0;
        if (text.Length == 0 || text.AsSpan().ContainsAnyExceptInRange('0', '9') || (text.Length > 1 && text[0] == '0'))
        {
            string digits = text.Replace("_", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);
            bool isGrouped = digits.Length is > 0 and < 10 && digits != text && digits.All(char.IsAsciiDigit) && char.IsAsciiDigit(text[0]);
            problem = "is not a whole number" + (isGrouped ? $"; write {digits}" : "; write digits only");
            return false;
        }

        bool fits = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        problem = !fits || value > max ? "is more than " + Format(max) : "is less than " + Format(min);
        return fits && value >= min && value <= max;
    }
}

/// <summary>A share of the whole.</summary>
internal sealed class RatioType : ScalarType<double>
{
    public override string Noun => "a share";

    public override string Allowed => "0 to 1";

    public override string Format(double value) => value.ToString(CultureInfo.InvariantCulture);

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "number");
        json.WriteNumber("minimum", 0);
        json.WriteNumber("maximum", 1);
    }

    protected override bool TryParse(string text, Decoding decoding, out double value, out string problem)
    {
        problem = "is not a share";
        if (text.EndsWith('%')
            && decimal.TryParse(text.AsSpan(..^1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal percent)
            && percent <= 100)
        {
            problem += string.Create(CultureInfo.InvariantCulture, $"; write {percent / 100}");
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value <= 1;
    }
}

/// <summary>US dollars for so much of something, kept as nano-USD.</summary>
internal sealed class PriceType(string forWhat) : ScalarType<long>
{
    private const decimal MaxUsd = 100_000;

    public override string Noun => "a price";

    public override string Allowed => $"0 to 100000 USD for {forWhat}, up to nine decimals";

    public override string Format(long value) => ((decimal)value / Rates.NanoPerUsd).ToString(CultureInfo.InvariantCulture);

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "number");
        json.WriteNumber("minimum", 0);
        json.WriteNumber("maximum", MaxUsd);
    }

    protected override bool TryParse(string text, Decoding decoding, out long value, out string problem)
    {
        if (UsdText.TryRead(text, least: 0, MaxUsd, out value, out string? outside))
        {
            problem = "";
            return true;
        }

        bool hasMark = text.StartsWith('$') || text.EndsWith("USD", StringComparison.OrdinalIgnoreCase);
        problem = outside ?? (hasMark ? "has a currency mark; prices are in USD, write the number alone" : "is not a price; write a decimal number");
        return false;
    }
}

/// <summary>An amount of money, in nano-USD; written in USD.</summary>
internal sealed class AmountType(decimal leastUsd, decimal maxUsd) : ScalarType<long>
{
    public override string Noun => "an amount";

    public override string Allowed => string.Create(CultureInfo.InvariantCulture, $"{leastUsd} to {maxUsd} USD, up to nine decimals");

    public override string Format(long value) => ((decimal)value / Rates.NanoPerUsd).ToString("0.00#######", CultureInfo.InvariantCulture);

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "number");
        json.WriteNumber("minimum", leastUsd);
        json.WriteNumber("maximum", maxUsd);
    }

    protected override bool TryParse(string text, Decoding decoding, out long value, out string problem)
    {
        bool isRead = UsdText.TryRead(text, leastUsd, maxUsd, out value, out string? outside);
        problem = isRead ? "" : outside ?? "is not an amount; write a decimal number, in USD";
        return isRead;
    }
}
