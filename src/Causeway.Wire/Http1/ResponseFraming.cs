using System.Buffers.Text;
using System.Text;

namespace Causeway.Wire.Http1;

/// <summary>What the fields of a response say of where its body ends and whether another response may follow.</summary>
/// <remarks>
/// RFC 9112, 6.3 and 9.3. Strict where two readings of one response would differ: lengths that contradict each other and codings that nobody asked for are
/// refused; a length beside chunks is not believed and ends the connection.
/// </remarks>
public struct ResponseFraming
{
    private long _length;
    private bool _counted;
    private bool _chunked;
    private bool _close;
    private bool _keepAlive;

    /// <summary>Bytes of a counted body.</summary>
    public readonly long Length => _length;

    /// <summary>How long the server keeps an idle connection, in seconds; null: it does not say.</summary>
    public int? IdleSeconds { get; private set; }

    /// <summary>Takes note of one field.</summary>
    /// <returns>False: nobody can know where this response ends.</returns>
    public bool TryTake(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => name.Length switch
    {
        10 when Is(name, "connection"u8) => TakeConnection(value),
        10 when Is(name, "keep-alive"u8) => TakeKeepAlive(value),
        14 when Is(name, "content-length"u8) => TryTakeLength(value),
        17 when Is(name, "transfer-encoding"u8) => TryTakeCoding(value),
        _ => true,
    };

    /// <summary>How the body's end is told.</summary>
    /// <param name="status">The response's status.</param>
    /// <param name="isHead">It answers HEAD.</param>
    public readonly BodyLength BodyOf(int status, bool isHead) =>
        isHead || status is 204 or 304 || (_counted && !_chunked && _length == 0) ? BodyLength.None
        : _chunked ? BodyLength.Chunked
        : _counted ? BodyLength.Counted
        : BodyLength.UntilClose;

    /// <summary>Another response may follow on this connection.</summary>
    /// <param name="minor">The minor version of HTTP/1 that the response speaks.</param>
    public readonly bool KeepsAlive(int minor) => !_close && !(_chunked && _counted) && (minor >= 1 || _keepAlive);

    private bool TryTakeLength(ReadOnlySpan<byte> value)
    {
        foreach (Range part in value.Split((byte)','))
        {
            ReadOnlySpan<byte> digits = value[part].Trim(" \t"u8);
            if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') || !Utf8Parser.TryParse(digits, out long length, out int read) || read != digits.Length || (_counted && length != _length))
            {
                return false;
            }

            (_counted, _length) = (true, length);
        }

        return true;
    }

    private bool TryTakeCoding(ReadOnlySpan<byte> value)
    {
        if (Is(value, "identity"u8))
        {
            return true;
        }

        if (_chunked || !Is(value, "chunked"u8))
        {
            return false;
        }

        return _chunked = true;
    }

    private bool TakeConnection(ReadOnlySpan<byte> value)
    {
        foreach (Range part in value.Split((byte)','))
        {
            ReadOnlySpan<byte> option = value[part].Trim(" \t"u8);
            _close |= Is(option, "close"u8);
            _keepAlive |= Is(option, "keep-alive"u8);
        }

        return true;
    }

    private bool TakeKeepAlive(ReadOnlySpan<byte> value)
    {
        foreach (Range part in value.Split((byte)','))
        {
            ReadOnlySpan<byte> option = value[part].Trim(" \t"u8);
            if (option.Length > 8 && Is(option[..8], "timeout="u8) && Utf8Parser.TryParse(option[8..], out int seconds, out int read) && read == option.Length - 8 && seconds >= 0)
            {
                IdleSeconds = seconds;
            }
        }

        return true;
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(text, word);
}
