namespace Causeway.Wire.Sse;

/// <summary>The name and data of one frame. The spans point into the frame, or into the scratch buffer when the data has several lines.</summary>
public readonly ref struct SseEvent
{
    /// <summary>The value of the last <c>event</c> field; empty when there is none.</summary>
    public ReadOnlySpan<byte> Name { get; private init; }

    /// <summary>The values of all <c>data</c> fields, joined by LF.</summary>
    public ReadOnlySpan<byte> Data { get; private init; }

    /// <summary>The frame has a <c>data</c> field, so it is an event; false for comments and blank lines.</summary>
    public bool HasData { get; private init; }

    /// <summary>Reads a frame that <see cref="SseFramer"/> found.</summary>
    public static SseEvent Parse(ReadOnlySpan<byte> frame, ref byte[]? scratch) => throw new NotSupportedException();
}
