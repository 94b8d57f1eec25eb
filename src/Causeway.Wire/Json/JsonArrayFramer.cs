using System.Runtime.InteropServices;

namespace Causeway.Wire.Json;

/// <summary>Cuts a JSON array that is sent piecewise (Gemini streams without <c>alt=sse</c>) into its elements without copying.</summary>
/// <remarks>
/// Same contract as the framer of server-sent events: the buffer starts behind the last frame, only grows until one is found, and is searched
/// once. Every byte belongs to some frame, so a relay that sends frames sends the stream. A document that is no array (an error object) is
/// one element.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public struct JsonArrayFramer
{
    private JsonValueEnd _end;
    private int _next;
    private int _elementStart;
    private bool _inElement;
    private bool _opened;

    /// <summary>The closing bracket was seen: the array is complete. A stream that ends without it was cut.</summary>
    public bool Closed { get; private set; }

    /// <summary>Finds the next prefix that ends with a complete element, or with the closing bracket.</summary>
    /// <param name="buffer">Starts behind the last frame.</param>
    /// <param name="length">Bytes of the frame, separators and white space before the element included.</param>
    /// <param name="element">Where in the buffer the element is; empty for the frame of the closing bracket and for what follows it.</param>
    /// <returns>False when more bytes are needed.</returns>
    public bool TryFrame(ReadOnlySpan<byte> buffer, out int length, out ByteRange element)
    {
        element = default;
        while (_next < buffer.Length)
        {
            if (Closed)
            {
                return Found(buffer.Length, out length);
            }

            if (_inElement)
            {
                if (!_end.TryEnd(buffer, ref _next))
                {
                    break;
                }

                _inElement = false;
                element = new ByteRange(_elementStart, _next - _elementStart);
                Closed = !_opened;
                return Found(_next, out length);
            }

            byte next = buffer[_next++];
            switch (next)
            {
                case (byte)'[' when !_opened:
                    _opened = true;
                    break;
                case (byte)']' when _opened:
                    Closed = true;
                    return Found(_next, out length);
                case (byte)',' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    break;
                default:
                    _inElement = true;
                    _elementStart = _next - 1;
                    _end.Begin(next);
                    break;
            }
        }

        length = 0;
        return false;
    }

    private bool Found(int frameLength, out int length)
    {
        length = frameLength;
        _next = 0;
        return true;
    }
}
