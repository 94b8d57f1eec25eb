using Causeway.Wire.Requests;

namespace Causeway.Gateway.Inbound;

/// <summary>Bounds on what the data plane takes on.</summary>
public sealed record GatewayLimits
{
    /// <summary>What the lists of one request may have where nobody says otherwise.</summary>
    public static RequestBounds StandardLists { get; } = new() { Messages = 2_000, Tools = 256, Images = 64, Choices = 8 };

    /// <summary>What the lists of one request may have. Default 2,000 messages, 256 tools, 64 images and 8 answers.</summary>
    public RequestBounds Lists { get; init; } = StandardLists;

    /// <summary>Bytes of a request's body. Default 32 MiB.</summary>
    public long BodyBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Bytes of an answer that is not a stream. Default 32 MiB.</summary>
    public long ReplyBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Requests being worked on at once, streams included. Default 10,000.</summary>
    public int ConcurrentRequests { get; init; } = 10_000;

    /// <summary>Streams open at once. Default 5,000.</summary>
    public int OpenStreams { get; init; } = 5_000;

    /// <summary>Events and usage records that wait to be booked. At the bound no new request is admitted. Default 65,536.</summary>
    public int UnbookedRecords { get; init; } = 65_536;
}
