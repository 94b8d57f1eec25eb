using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>
/// Names a capability key and all that was narrowed from it, without being able to speak for them: <c>rid_</c> and 32 hex digits. Safe
/// to log. It also names what a caveat counts: that of the prefix that ends with the caveat.
/// </summary>
/// <param name="Value">The 16 bytes, read big-endian.</param>
public readonly record struct RevocationId(UInt128 Value)
{
    /// <summary>Bytes of an id.</summary>
    public const int Length = 16;

    private const string Prefix = "rid_";

    /// <summary>Takes the id's bytes.</summary>
    /// <param name="bytes">16 bytes or more; the first 16 count.</param>
    public static RevocationId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <summary>Reads the text form; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RevocationId id)
    {
        id = default;
        if (text is null || text.Length != Prefix.Length + (2 * Length) || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || !UInt128.TryParse(text.AsSpan(Prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 value))
        {
            return false;
        }

        id = new RevocationId(value);
        return true;
    }

    /// <summary>The 16 bytes as a UUID's, for an id that is derived from it.</summary>
    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return new Guid(bytes, bigEndian: true);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Concat(Prefix, Value.ToString("x32", CultureInfo.InvariantCulture));
}
