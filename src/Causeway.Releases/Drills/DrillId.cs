using System.Diagnostics.CodeAnalysis;

namespace Causeway.Releases.Drills;

/// <summary>Names a drill: <c>drill_</c> and 32 hex digits. Ids sort by time.</summary>
public readonly record struct DrillId(Guid Value)
{
    private const string Prefix = "drill_";

    /// <summary>A new one.</summary>
    public static DrillId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DrillId id)
    {
        id = default;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal) || !Guid.TryParseExact(text.AsSpan(Prefix.Length), "N", out Guid value))
        {
            return false;
        }

        id = new DrillId(value);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Prefix + Value.ToString("N");
}
