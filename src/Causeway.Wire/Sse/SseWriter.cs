using System.Buffers;

namespace Causeway.Wire.Sse;

/// <summary>Writes server-sent events that no content can break out of.</summary>
public static class SseWriter
{
    /// <summary>Writes one event.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data) => throw new NotSupportedException();

    /// <summary>Writes a comment, as keep-alives are.</summary>
    public static void Comment(IBufferWriter<byte> output, ReadOnlySpan<byte> text) => throw new NotSupportedException();
}
