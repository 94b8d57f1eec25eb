using System.Runtime.InteropServices;

namespace Causeway.Wire.Requests;

/// <summary>One splice of a body.</summary>
/// <param name="Range">What is replaced, in the original body; length 0 inserts before <see cref="ByteRange.Start"/>.</param>
/// <param name="Replacement">The new bytes; may be empty.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BodyEdit(ByteRange Range, ReadOnlyMemory<byte> Replacement);
