using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Json;
using Causeway.Wire.Sse;

namespace Causeway.Wire.Neutral;

/// <summary>Where a writer of a stream writes its events. One buffer and one JSON writer serve all of them, so that an event allocates nothing.</summary>
internal sealed class EventOutput
{
    private readonly IBufferWriter<byte> _output;
    private readonly ArrayBufferWriter<byte> _data = new(1024);
    private readonly Utf8JsonWriter _json;
    private byte[] _scratch = new byte[256];

    public EventOutput(IBufferWriter<byte> output)
    {
        _output = output;
        _json = JsonOutput.To(_data);
    }

    /// <summary>The writer for the next event's data.</summary>
    public Utf8JsonWriter Begin()
    {
        _data.ResetWrittenCount();
        _json.Reset(_data);
        return _json;
    }

    /// <summary>Sends what was written since <see cref="Begin"/>.</summary>
    /// <param name="name">The event's name; empty for none.</param>
    public void Send(ReadOnlySpan<byte> name)
    {
        _json.Flush();
        SseWriter.Write(_output, name, _data.WrittenSpan);
    }

    /// <summary>What was written since <see cref="Begin"/>, for a protocol with frames of its own.</summary>
    public ReadOnlySpan<byte> Written()
    {
        _json.Flush();
        return _data.WrittenSpan;
    }

    /// <summary>Sends what was written since <see cref="Begin"/> as an element of a JSON array that is sent piecewise.</summary>
    public void SendElement(bool first)
    {
        _json.Flush();
        _output.Write(first ? "["u8 : ",\r\n"u8);
        _output.Write(_data.WrittenSpan);
    }

    /// <summary>Sends bytes that are no JSON: <c>[DONE]</c>, a closing bracket, a comment.</summary>
    public void SendRaw(ReadOnlySpan<byte> bytes) => _output.Write(bytes);

    /// <summary>Writes a member whose text is escaped already.</summary>
    public void String(ReadOnlySpan<byte> name, ReadOnlySpan<byte> escaped)
    {
        _json.WritePropertyName(name);
        if (_scratch.Length < escaped.Length + 2)
        {
            _scratch = new byte[Math.Max(escaped.Length + 2, _scratch.Length * 2)];
        }

        _scratch[0] = (byte)'"';
        escaped.CopyTo(_scratch.AsSpan(1));
        _scratch[escaped.Length + 1] = (byte)'"';
        _json.WriteRawValue(_scratch.AsSpan(0, escaped.Length + 2), skipInputValidation: true);
    }
}
