using System.Runtime.InteropServices;

namespace Causeway.Wire.Json;

/// <summary>Cuts a JSON array that is sent piecewise (Gemini streams without <c>alt=sse</c>) into its elements without copying.</summary>
[StructLayout(LayoutKind.Auto)]
public struct JsonArrayFramer
{
    /// <summary>The closing bracket was seen.</summary>
    public bool Closed { get; private set; }

    /// <summary>Finds the next prefix that ends with a complete element, or with the closing bracket.</summary>
    public bool TryFrame(ReadOnlySpan<byte> buffer, out int length, out ByteRange element) => throw new NotSupportedException();
}
