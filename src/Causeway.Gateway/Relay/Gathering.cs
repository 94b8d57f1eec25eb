using System.Buffers;
using Causeway.Wire.Neutral;
using Causeway.Wire.Sse;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Relay;

/// <summary>Reads an answer to its end before anything of it reaches the caller.</summary>
internal static class Gathering
{
    private const int MinRead = 8192;

    /// <summary>Reads a plain body.</summary>
    /// <returns><see cref="RelayEnd.Complete"/>, or why it is not whole or nobody waits for it.</returns>
    public static async Task<RelayEnd> BodyAsync(Incoming incoming, ResponseMeter meter, ArrayBufferWriter<byte> body, long maxBytes)
    {
        while (true)
        {
            (int read, RelayEnd? broken) = await ReadAsync(incoming, body);
            if (broken is { } end)
            {
                return end;
            }

            if (read == 0)
            {
                return incoming.ClientGone.IsCancellationRequested ? RelayEnd.ClientGone : meter.Ended ? RelayEnd.Complete : RelayEnd.Truncated;
            }

            meter.Body(body.GetSpan(read)[..read]);
            body.Advance(read);
            if (body.WrittenCount > maxBytes)
            {
                return RelayEnd.TooLarge;
            }
        }
    }

    /// <summary>Reads a stream, event by event.</summary>
    public static async Task<RelayEnd> EventsAsync(Incoming incoming, ResponseMeter meter, StreamShape shape, GatheredReply reply, long maxBytes)
    {
        var events = new UpstreamEvents(shape);
        var held = new ArrayBufferWriter<byte>(MinRead);
        long total = 0;
        long? left = null; // The bytes of text when the caller was first seen to be gone.
        try
        {
            while (true)
            {
                (int read, RelayEnd? broken) = await ReadAsync(incoming, held);
                if (read == 0)
                {
                    if (broken is null)
                    {
                        meter.Closed();
                    }

                    // However the connection ended, what was read decides whether it is the whole stream.
                    return incoming.ClientGone.IsCancellationRequested ? RelayEnd.ClientGone : reply.Close() ? RelayEnd.Complete : broken ?? RelayEnd.Truncated;
                }

                held.Advance(read);
                left ??= incoming.ClientGone.IsCancellationRequested ? meter.OutputTextBytes : null;
                Take(ref events, held, meter, reply);
                if (left is { } from && Drain.IsOver(meter, from))
                {
                    return RelayEnd.ClientGone;
                }

                if (held.WrittenCount > SseFramer.MaxEventBytes || (total += read) > maxBytes)
                {
                    return RelayEnd.TooLarge;
                }

                if (events.IsBroken)
                {
                    return RelayEnd.Truncated;
                }
            }
        }
        finally
        {
            events.Dispose();
        }
    }

    private static void Take(ref UpstreamEvents events, ArrayBufferWriter<byte> held, ResponseMeter meter, GatheredReply reply)
    {
        int taken = 0;
        while (events.TryNext(held.WrittenMemory[taken..], out int length, out ReadOnlySpan<byte> name, out ReadOnlyMemory<byte> data, out bool isEvent))
        {
            taken += length;
            if (isEvent)
            {
                meter.Event(name, data.Span);
                reply.Event(name, data);
            }
        }

        if (taken > 0)
        {
            byte[] rest = held.WrittenSpan[taken..].ToArray();
            held.ResetWrittenCount();
            held.Write(rest);
        }
    }

    // Into the buffer's free room; nothing is advanced.
    private static async ValueTask<(int Read, RelayEnd? Broken)> ReadAsync(Incoming incoming, ArrayBufferWriter<byte> buffer)
    {
        try
        {
            incoming.Deadline.Within(incoming.Idle);
            return (await incoming.Stream.ReadAsync(buffer.GetMemory(MinRead), incoming.Deadline.Token), null);
        }
        catch (OperationCanceledException)
        {
            return (0, incoming.Deadline.End);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            return (0, incoming.ClientGone.IsCancellationRequested ? RelayEnd.ClientGone : RelayEnd.Truncated);
        }
    }
}
