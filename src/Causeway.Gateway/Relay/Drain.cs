using System.Buffers;
using Causeway.Wire.Sse;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Relay;

/// <summary>
/// Reads an answer on whose caller has left, so that what the provider itself reports is booked (<c>client_gone: drain</c>). Nothing of the answer is
/// kept. Beyond the bounds the call is ended, and what it used is estimated.
/// </summary>
internal static class Drain
{
    /// <summary>Tokens of output that a stream may generate after its caller left, as we count them; a plain answer is generated when its first byte comes.</summary>
    public const int MaxTokens = 2_000;

    private const int BytesPerToken = 4; // As Settle counts what was relayed.
    private const int Buffer = 8192;
    private static readonly TimeSpan s_afterEnd = TimeSpan.FromSeconds(1); // For the connection's use, so that it can be used again.

    /// <summary>How long a call may go on after its caller left.</summary>
    public static TimeSpan MaxTime { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a stream generated as much since its caller left as it may.</summary>
    /// <param name="meter">What reads it.</param>
    /// <param name="from">Its bytes of text when the caller left.</param>
    public static bool IsOver(ResponseMeter meter, long from) => meter.OutputTextBytes - from >= MaxTokens * BytesPerToken;

    /// <summary>Reads a stream of which some was read already.</summary>
    /// <param name="incoming">The answer.</param>
    /// <param name="meter">What reads it.</param>
    /// <param name="events">Where its events begin.</param>
    /// <param name="carried">The beginning of an event that has not come whole yet.</param>
    public static async Task EventsAsync(Incoming incoming, ResponseMeter meter, UpstreamEvents events, ReadOnlyMemory<byte> carried)
    {
        incoming.Deadline.Leave();
        var held = new ArrayBufferWriter<byte>(Math.Max(Buffer, carried.Length));
        held.Write(carried.Span);
        long from = meter.OutputTextBytes;
        try
        {
            while (incoming.Deadline.IsDraining && !IsOver(meter, from) && held.WrittenCount <= SseFramer.MaxEventBytes && !events.IsBroken)
            {
                incoming.Deadline.Within(meter.Ended ? s_afterEnd : incoming.Idle);
                int read = await ReadAsync(incoming, held.GetMemory(Buffer));
                if (read == 0)
                {
                    return;
                }

                held.Advance(read);
                Take(ref events, held, meter);
            }
        }
        finally
        {
            events.Dispose();
        }
    }

    /// <summary>Reads a plain answer of which some was read already.</summary>
    /// <param name="incoming">The answer.</param>
    /// <param name="meter">What reads it.</param>
    /// <param name="maxBytes">The most that is read.</param>
    public static async Task BodyAsync(Incoming incoming, ResponseMeter meter, long maxBytes)
    {
        incoming.Deadline.Leave();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Buffer);
        try
        {
            for (long total = 0; total <= maxBytes && incoming.Deadline.IsDraining;)
            {
                incoming.Deadline.Within(incoming.Idle);
                int read = await ReadAsync(incoming, buffer);
                if (read == 0)
                {
                    return;
                }

                total += read;
                meter.Body(buffer.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Take(ref UpstreamEvents events, ArrayBufferWriter<byte> held, ResponseMeter meter)
    {
        int taken = 0;
        while (events.TryNext(held.WrittenMemory[taken..], out int length, out ReadOnlySpan<byte> name, out ReadOnlyMemory<byte> data, out bool isEvent))
        {
            taken += length;
            if (isEvent)
            {
                meter.Event(name, data.Span);
            }
        }

        if (taken > 0)
        {
            byte[] rest = held.WrittenSpan[taken..].ToArray();
            held.ResetWrittenCount();
            held.Write(rest);
        }
    }

    // 0: there is no more, or it will not come.
    private static async ValueTask<int> ReadAsync(Incoming incoming, Memory<byte> room)
    {
        try
        {
            return await incoming.Stream.ReadAsync(room, incoming.Deadline.Token);
        }
        catch (Exception over) when (over is OperationCanceledException or IOException or HttpRequestException)
        {
            return 0;
        }
    }
}
