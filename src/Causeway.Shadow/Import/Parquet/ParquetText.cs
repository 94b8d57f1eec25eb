using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Causeway.Shadow.Import.Parquet;

/// <summary>Says a value in the words in which an export of text has it.</summary>
internal static class ParquetText
{
    private const int JulianEpoch = 2_440_588; // 1970-01-01.
    private const int MaxDigits = 32;

    /// <summary>A whole number of 32 or 64 bits.</summary>
    public static string Of(ParquetLeaf leaf, long value) => leaf.Meaning switch
    {
        Meaning.Decimal => Scaled(value, leaf.Scale),
        Meaning.Date => Moment(value, TimeSpan.TicksPerDay, "yyyy-MM-dd"),
        Meaning.Milliseconds => Moment(value, TimeSpan.TicksPerMillisecond),
        Meaning.Microseconds => Moment(value, TimeSpan.TicksPerMicrosecond),
        Meaning.Nanoseconds => Moment(value / 100, 1),
        Meaning.Unsigned when leaf.Type == Physical.Int32 => ((uint)value).ToString(CultureInfo.InvariantCulture),
        Meaning.Unsigned => ((ulong)value).ToString(CultureInfo.InvariantCulture),
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A number with a floating point, to the digits that it is sure of: what is beyond is not of the amount, but of how it is stored.</summary>
    public static string Of(double value) =>
        Math.Abs(value) < 1e27 ? new decimal(value).ToString(CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Of(double)"/>
    public static string Of(float value) =>
        Math.Abs(value) < 1e27 ? new decimal(value).ToString(CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Bytes.</summary>
    public static string Of(ParquetLeaf leaf, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ExportRecords.MaxRecordBytes)
        {
            throw new InvalidDataException($"column {leaf.Name} holds a value of more than {ExportRecords.MaxRecordBytes / 1024} KiB");
        }

        return leaf switch
        {
            { Type: Physical.Int96 } => Moment(bytes),
            { Meaning: Meaning.Decimal } => bytes.Length <= MaxDigits ? Scaled(new BigInteger(bytes, isBigEndian: true), leaf.Scale) : throw new InvalidDataException($"column {leaf.Name} holds a number of more digits than there are"),
            { Meaning: Meaning.Opaque } => Convert.ToHexStringLower(bytes),
            _ => Encoding.UTF8.GetString(bytes),
        };
    }

    private static string Moment(long value, long ticks, string form = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'")
    {
        Int128 at = ((Int128)value * ticks) + DateTime.UnixEpoch.Ticks;
        return at >= 0 && at <= DateTime.MaxValue.Ticks ? new DateTime((long)at, DateTimeKind.Utc).ToString(form, CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);
    }

    // Nanoseconds of a day, and the day: what Spark, Hive and Impala wrote for long.
    private static string Moment(ReadOnlySpan<byte> bytes)
    {
        long nanoseconds = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        long days = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) - JulianEpoch;
        return nanoseconds is >= 0 and < 86_400_000_000_000 ? Moment((days * TimeSpan.TicksPerDay) + (nanoseconds / 100), 1) : Convert.ToHexStringLower(bytes);
    }

    private static string Scaled(BigInteger digits, int scale)
    {
        if (scale == 0)
        {
            return digits.ToString(CultureInfo.InvariantCulture);
        }

        string text = BigInteger.Abs(digits).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return $"{(digits.Sign < 0 ? "-" : "")}{text[..^scale]}.{text[^scale..]}";
    }
}
