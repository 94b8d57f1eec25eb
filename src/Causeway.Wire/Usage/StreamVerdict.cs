namespace Causeway.Wire.Usage;

/// <summary>What an event of a stream is to the relay.</summary>
public enum StreamVerdict : byte
{
    /// <summary>Goes to the caller as it is.</summary>
    Pass,

    /// <summary>Chat: the extra chunk without choices that only reports usage; kept from a caller who did not ask for it.</summary>
    UsageOnly,

    /// <summary>The protocol's own terminator.</summary>
    End,

    /// <summary>An error inside a stream that began with 200, <c>response.failed</c> included.</summary>
    Error,
}
