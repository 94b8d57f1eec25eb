using System.Buffers;

namespace Causeway.Benchmarks.Wire;

/// <summary>Takes what is written over and over again in the same memory, so that only the writer's own allocations are counted.</summary>
internal sealed class FixedBuffer(int bytes) : IBufferWriter<byte>
{
    private readonly byte[] _memory = new byte[bytes];
    private int _written;

    /// <summary>Bytes written since the last <see cref="Rewind"/>.</summary>
    public int Written => _written;

    public void Rewind() => _written = 0;

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _memory.AsMemory(_written);

    public Span<byte> GetSpan(int sizeHint = 0) => _memory.AsSpan(_written);
}
