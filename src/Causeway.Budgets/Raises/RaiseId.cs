using System.Diagnostics.CodeAnalysis;

namespace Causeway.Budgets.Raises;

/// <summary>Names a request for a raise: <c>raise_</c> and the 32 hex digits of a version 7 UUID.</summary>
public readonly record struct RaiseId(Guid Value)
{
    private const string Prefix = "raise_";

    /// <summary>A new id that sorts after every id made before <paramref name="now"/>.</summary>
    public static RaiseId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    /// <summary>Reads the text form; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RaiseId id)
    {
        id = default;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || !Guid.TryParseExact(text.AsSpan(Prefix.Length), "N", out Guid value))
        {
            return false;
        }

        id = new RaiseId(value);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Concat(Prefix, Value.ToString("N"));
}
