using System.ComponentModel;
using System.Globalization;
using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Admin.Keys;

/// <summary>What a capability key says of itself, without anything that could speak for it.</summary>
internal sealed record CapabilityView(
    [property: Description("Names the key that it is, or was narrowed from.")] string KeyId,
    [property: Description("Names it and all that is narrowed from it, without being able to speak for them: by this it is revoked.")] string RevocationId,
    [property: Description("The grant that it speaks for.")] string Grant,
    [property: Description("The number of the master key that it was made under.")] int Kid,
    DateTimeOffset IssuedAt,
    [property: Description("From when on it works, by its own word.")] DateTimeOffset? StartsAt,
    [property: Description("From when on it is refused, by its own word.")] DateTimeOffset? ExpiresAt,
    IReadOnlyList<CaveatView> Caveats)
{
    public static CapabilityView Of(CapabilityToken token)
    {
        var caveats = new List<CaveatView>();
        foreach (CaveatReader.Entry caveat in token.Caveats)
        {
            caveats.Add(CaveatView.Of(caveats.Count + 1, caveat));
        }

        var claimed = Restrictions.Claimed(token);
        return new CapabilityView(token.Key.ToString(), token.Id.ToString(), token.Grant.ToString(), token.Kid, token.IssuedAt, claimed.NotBefore, claimed.NotAfter, caveats);
    }
}

/// <summary>A key that was narrowed.</summary>
internal sealed record NarrowedKey(
    [property: Description("The secret.")] string Key,
    string KeyId,
    string Grant,
    [property: Description("From when on it is refused; null: never by its own word.")] DateTimeOffset? ExpiresAt,
    IReadOnlyList<CaveatView> Caveats)
{
    public static NarrowedKey Of(string key, CapabilityView view) => new(key, view.KeyId, view.Grant, view.ExpiresAt, view.Caveats);
}

/// <summary>One restriction, in the order of the key.</summary>
internal sealed record CaveatView(
    [property: Description("Its place, from 1.")] int Number,
    [property: Description("Its type, such as exp or max_total.")] string Type,
    [property: Description("Its value: times in RFC 3339, money in USD, lists with commas.")] string Value,
    [property: Description("The same in words.")] string Says)
{
    public static CaveatView Of(int number, CaveatReader.Entry caveat)
    {
        string value = Text(caveat);
        return new CaveatView(number, caveat.Type.Word(), value, Sentence(caveat.Type, value));
    }

    private static string Text(CaveatReader.Entry caveat) => caveat.Type switch
    {
        CaveatType.Expires or CaveatType.NotBefore => caveat.Moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        CaveatType.MaxCostPerCall or CaveatType.MaxTotal => Money.Rate(caveat.Amount),
        CaveatType.MaxOutput or CaveatType.MaxCalls => caveat.Amount.ToString(CultureInfo.InvariantCulture),
        CaveatType.Cidr => caveat.Networks.ToString(),
        CaveatType.NoFurther => "",
        CaveatType.Confirmation => Convert.ToHexStringLower(caveat.Value),
        _ => caveat.Names.ToString(),
    };

    private static string Sentence(CaveatType type, string value) => type switch
    {
        CaveatType.Expires => $"refused from {value} on",
        CaveatType.NotBefore => $"refused before {value}",
        CaveatType.Audience => $"only at {Counted("deployment", value)}",
        CaveatType.Route => $"only {Counted("route", value)}",
        CaveatType.Environment => $"only in {Counted("environment", value)}",
        CaveatType.Feature => $"only for {Counted("feature", value)}",
        CaveatType.ModelClass => $"only models of class {value}",
        CaveatType.Model => $"only {Counted("model", value)}",
        CaveatType.DataClassMax => $"no data more sensitive than {value}",
        CaveatType.MaxCostPerCall => $"at most {Usd(value)} a call",
        CaveatType.MaxOutput => $"at most {Counted("output token", value, isAmount: true)} a call",
        CaveatType.MaxCalls => $"at most {Counted("call", value, isAmount: true)} in all",
        CaveatType.MaxTotal => $"at most {Usd(value)} in all",
        CaveatType.Run => $"only in run {value}",
        CaveatType.Cidr => $"only from {value}",
        CaveatType.NoFurther => "may not be narrowed further",
        CaveatType.Confirmation => $"only with proof of key {value} (causeway key prove)",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    // As money is written: with cents, and with more digits only where there are any.
    private static string Usd(string value) => decimal.Parse(value, CultureInfo.InvariantCulture).ToString("$#,0.00#######", CultureInfo.InvariantCulture);

    private static string Counted(string noun, string value, bool isAmount = false) =>
        isAmount ? $"{value} {noun}{(value == "1" ? "" : "s")}" : $"{noun}{(value.Contains(',', StringComparison.Ordinal) ? "s" : "")} {value}";
}
