using System.Diagnostics.CodeAnalysis;

namespace Causeway.Budgets.Grants;

/// <summary>Names a grant: <c>grant_</c> and the 32 hex digits of 128 bits, a version 7 UUID unless it is derived from a token.</summary>
public readonly record struct GrantId(Guid Value)
{
    private const string Prefix = "grant_";

    /// <summary>A new id that sorts after every id made before <paramref name="now"/>.</summary>
    public static GrantId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    /// <summary>Reads the text form; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out GrantId id)
    {
        id = default;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || !Guid.TryParseExact(text.AsSpan(Prefix.Length), "N", out Guid value))
        {
            return false;
        }

        id = new GrantId(value);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Concat(Prefix, Value.ToString("N"));
}
