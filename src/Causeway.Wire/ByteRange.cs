using System.Runtime.InteropServices;

namespace Causeway.Wire;

/// <summary>A run of bytes inside a buffer.</summary>
/// <param name="Start">Offset of the first byte, from 0.</param>
/// <param name="Length">Number of bytes; 0 marks a position between two bytes, or nothing.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ByteRange(int Start, int Length)
{
    /// <summary>Offset of the first byte after the range.</summary>
    public int End => Start + Length;
}
