namespace Causeway.Budgets.Ledger;

/// <summary>The name of one run of one process among those that share a ledger: <c>instance_</c> and 32 hex digits. A restart has another.</summary>
public readonly record struct InstanceId(Guid Value)
{
    private const string Prefix = "instance_";

    /// <summary>A name that nobody had before.</summary>
    public static InstanceId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    /// <summary>Reads it.</summary>
    public static bool TryParse(string? text, out InstanceId id)
    {
        id = default;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal) || !Guid.TryParseExact(text.AsSpan(Prefix.Length), "N", out Guid value))
        {
            return false;
        }

        id = new InstanceId(value);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Prefix + Value.ToString("N");
}
