using System.Buffers.Binary;

namespace Causeway.Wire.Bedrock.EventStream;

/// <summary>What a frame says. Spans into the frame; valid as long as it is.</summary>
public readonly ref struct EventStreamEvent
{
    private const byte TypeBytes = 6;
    private const byte TypeString = 7;

    private EventStreamEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> errorMessage, bool isError)
    {
        Name = name;
        Payload = payload;
        ErrorMessage = errorMessage;
        IsError = isError;
    }

    /// <summary>The event's type, the exception's type, or the code of an error that is no modelled exception; empty when it has none.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The payload: a JSON object, for every event of Converse.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The text of an error that is no modelled exception; those have theirs in the payload.</summary>
    public ReadOnlySpan<byte> ErrorMessage { get; }

    /// <summary>An exception or error: the stream ends with it.</summary>
    public bool IsError { get; }

    /// <summary>Reads a frame that <see cref="EventStreamFramer"/> has found. Headers that cannot be read are left out, and what follows them.</summary>
    public static EventStreamEvent Parse(ReadOnlySpan<byte> frame)
    {
        int headersEnd = EventStreamFramer.PreludeBytes + (int)BinaryPrimitives.ReadUInt32BigEndian(frame[4..]);
        ReadOnlySpan<byte> headers = frame[EventStreamFramer.PreludeBytes..headersEnd];
        ReadOnlySpan<byte> kind = default, eventType = default, exceptionType = default, errorCode = default, errorMessage = default;
        while (TryHeader(ref headers, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            if (name.SequenceEqual(":message-type"u8))
            {
                kind = value;
            }
            else if (name.SequenceEqual(":event-type"u8))
            {
                eventType = value;
            }
            else if (name.SequenceEqual(":exception-type"u8))
            {
                exceptionType = value;
            }
            else if (name.SequenceEqual(":error-code"u8))
            {
                errorCode = value;
            }
            else if (name.SequenceEqual(":error-message"u8))
            {
                errorMessage = value;
            }
        }

        bool isException = kind.SequenceEqual("exception"u8);
        bool isError = kind.SequenceEqual("error"u8);
        return new EventStreamEvent(
            isException ? exceptionType : isError ? errorCode : eventType,
            frame[headersEnd..^EventStreamFramer.SumBytes],
            errorMessage,
            isException || isError);
    }

    /// <summary>Takes the next header off the front. Values that are no text come out empty.</summary>
    private static bool TryHeader(scoped ref ReadOnlySpan<byte> headers, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = default;
        value = default;
        if (headers.IsEmpty || headers.Length < headers[0] + 2)
        {
            return false;
        }

        name = headers.Slice(1, headers[0]);
        byte type = headers[headers[0] + 1];
        ReadOnlySpan<byte> rest = headers[(headers[0] + 2)..];
        if (!TryLength(type, rest, out int prefix, out int length) || rest.Length < prefix + length)
        {
            return false;
        }

        value = type == TypeString ? rest.Slice(prefix, length) : default;
        headers = rest[(prefix + length)..];
        return true;
    }

    private static bool TryLength(byte type, ReadOnlySpan<byte> rest, out int prefix, out int length)
    {
        prefix = type is TypeBytes or TypeString ? 2 : 0;
        length = type switch
        {
            0 or 1 => 0, // true, false
            2 => 1,
            3 => 2,
            4 => 4,
            5 or 8 => 8, // a long, a time
            TypeBytes or TypeString when rest.Length >= 2 => BinaryPrimitives.ReadUInt16BigEndian(rest),
            9 => 16, // a UUID
            _ => -1,
        };
        return length >= 0;
    }
}
