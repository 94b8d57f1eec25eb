namespace Causeway.Gateway.Cache;

/// <summary>Bounds of the response cache.</summary>
public sealed record CacheLimits
{
    /// <summary>Bytes of the longest answer that is kept. Default 256 KiB.</summary>
    public int AnswerBytes { get; init; } = 256 << 10;

    /// <summary>Bytes of all answers in the store together. Beyond it the oldest go. Default 256 MiB.</summary>
    public long StoreBytes { get; init; } = 256L << 20;

    /// <summary>Bytes of all answers in this process's memory together. Default 32 MiB.</summary>
    public long MemoryBytes { get; init; } = 32L << 20;
}
