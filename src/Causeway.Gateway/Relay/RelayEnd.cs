namespace Causeway.Gateway.Relay;

/// <summary>How the relay of an answer ended.</summary>
internal enum RelayEnd
{
    /// <summary>The whole answer reached the caller.</summary>
    Complete,

    /// <summary>The caller left.</summary>
    ClientGone,

    /// <summary>The provider said in its stream that it failed; the caller has its words.</summary>
    ErrorTold,

    /// <summary>The provider's connection broke, or its stream ended before its own end.</summary>
    Truncated,

    /// <summary>The provider stood still for too long.</summary>
    Stalled,

    /// <summary>The grant that paid for it, or its key, was taken back with what runs under it.</summary>
    Cut,

    /// <summary>The release that answered was rolled back, and its answers were cut.</summary>
    Revoked,

    /// <summary>What is held for it is generated, and no more is given: the stream was ended for its length.</summary>
    Spent,

    /// <summary>One event, or a reply, is larger than the bound.</summary>
    TooLarge,
}
