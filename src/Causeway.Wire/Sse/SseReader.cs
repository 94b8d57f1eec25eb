namespace Causeway.Wire.Sse;

/// <summary>One server-sent event, copied out of the stream.</summary>
/// <param name="Name">The <c>event</c> field; empty when there is none.</param>
/// <param name="Data">The joined <c>data</c> fields.</param>
public sealed record SseMessage(string Name, byte[] Data);

/// <summary>Reads events out of bytes that come in any pieces. It copies; a relay uses <see cref="SseFramer"/> on its own buffer.</summary>
public sealed class SseReader
{
    /// <summary>Takes the next bytes of the stream.</summary>
    public void Feed(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

    /// <summary>Takes the next complete event; false when more bytes are needed.</summary>
    public bool TryRead(out SseMessage? message) => throw new NotSupportedException();

    /// <summary>What was fed and not yet read is a cut event: if the stream has ended, it was truncated.</summary>
    public bool IsTruncated => throw new NotSupportedException();

    /// <summary>An event grew beyond <see cref="SseFramer.MaxEventBytes"/>; nothing more is read.</summary>
    public bool IsTooLong { get; private set; }
}
