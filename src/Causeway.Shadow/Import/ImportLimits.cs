namespace Causeway.Shadow.Import;

/// <summary>Bounds of an import.</summary>
public static class ImportLimits
{
    /// <summary>Lines that one file makes at most: days, keys, models and what else tells them apart.</summary>
    public const int MaxLines = 500_000;

    /// <summary>Records that are wrong, told one by one.</summary>
    public const int MaxRejected = 100;

    /// <summary>Bytes of a file once it is unpacked.</summary>
    public const long MaxBytes = 16L * 1024 * 1024 * 1024;

    /// <summary>Bytes of a Parquet file, which is kept whole while it is read.</summary>
    public const long MaxSpooled = 4L * 1024 * 1024 * 1024;

    /// <summary>Parts of an export.</summary>
    public const int MaxParts = 10_000;

    /// <summary>Characters of a name in an export; what is longer is cut.</summary>
    public const int MaxText = 300;

    internal const int MaxPooled = 200_000;
}
