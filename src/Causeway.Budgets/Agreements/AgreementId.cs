using System.Diagnostics.CodeAnalysis;

namespace Causeway.Budgets.Agreements;

/// <summary>Names an agreement: <c>agr_</c> and the 32 hex digits of a version 7 UUID.</summary>
public readonly record struct AgreementId(Guid Value)
{
    private const string Prefix = "agr_";

    /// <summary>A new id that sorts after every id made before <paramref name="now"/>.</summary>
    public static AgreementId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    /// <summary>Reads the text form; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AgreementId id)
    {
        id = default;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || !Guid.TryParseExact(text.AsSpan(Prefix.Length), "N", out Guid value))
        {
            return false;
        }

        id = new AgreementId(value);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Concat(Prefix, Value.ToString("N"));
}
