using System.Buffers;
using System.IO.Pipelines;
using Causeway.Budgets.Adaptive;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Upstream;
using Causeway.Wire.Endings;
using Causeway.Wire.Errors;
using Causeway.Wire.Sse;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Relay;

/// <summary>
/// Passes a stream on event by event, each flushed when it is complete, its bytes as they came. Allowance per chunk: no
/// allocation, no copy beyond socket to pipe; only an event that is split over reads passes through a pooled carry.
/// </summary>
internal sealed class StreamRelay(Call call, Stream upstream, ResponseMeter meter, StallWatch.Deadline deadline, ProviderTimeouts timeouts, StreamShape shape, bool hideUsage, StreamAllowance? allowance = null)
{
    private const int MinRead = 2048;
    private static readonly TimeSpan s_afterEnd = TimeSpan.FromSeconds(1);
    private readonly PipeWriter _output = call.Context.Response.BodyWriter;
    private readonly LengthEnd? _lengthEnd = allowance is null ? null : LengthEnd.Of(call.Operation);
    private EventFraming _framing;
    private byte[]? _carry;
    private int _carried;
    private bool _errorTold;
    private bool _over;
    private bool _progress;

    public async Task<RelayEnd> RunAsync()
    {
        _framing = new EventFraming(shape, _lengthEnd);
        try
        {
            await call.Context.Response.StartAsync(CancellationToken.None);
            await _output.FlushAsync(CancellationToken.None); // The head at once: the first event may take a model a minute.
            deadline.Within(timeouts.Idle);
            RelayEnd end = await PumpAsync();
            if (end == RelayEnd.ClientGone && deadline.Drains)
            {
                await Drain.EventsAsync(new Incoming(upstream, deadline, timeouts.Idle, call.ClientGone), meter, _framing.Rest(), _carry.AsMemory(0, _carried));
            }

            if (end == RelayEnd.Spent && _lengthEnd is not null)
            {
                _lengthEnd.Write(_output, shape == StreamShape.Array, allowance!.TokensOf(meter.OutputTextBytes));
                await _output.FlushAsync(CancellationToken.None);
            }
            else if (end is RelayEnd.Truncated or RelayEnd.Spent or RelayEnd.Stalled or RelayEnd.Cut or RelayEnd.Revoked or RelayEnd.TooLarge)
            {
                await TellAsync(end);
            }

            return end;
        }
        finally
        {
            _framing.Dispose();
            ReleaseCarry();
        }
    }

    private async Task<RelayEnd> PumpAsync()
    {
        while (true)
        {
            // The common case: a read ends where an event ends, and its bytes are already where they are sent from.
            bool direct = _carried == 0;
            Memory<byte> room = direct ? _output.GetMemory(MinRead) : RoomInCarry();
            int read;
            try
            {
                read = await upstream.ReadAsync(room, deadline.Token);
            }
            catch (OperationCanceledException)
            {
                return deadline.End is not RelayEnd.ClientGone and var end ? EndOfStream(end) : RelayEnd.ClientGone;
            }
            catch (Exception broken) when (broken is IOException or HttpRequestException)
            {
                return call.ClientGone.IsCancellationRequested ? RelayEnd.ClientGone : EndOfStream(RelayEnd.Truncated);
            }

            if (read == 0)
            {
                meter.Closed();
                return EndOfStream(RelayEnd.Truncated);
            }

            bool whole = direct ? PassFromPipe(room.Span[..read]) : PassFromCarry(read);
            if (_framing.IsBroken || _carried > SseFramer.MaxEventBytes)
            {
                return _framing.IsBroken ? RelayEnd.Truncated : RelayEnd.TooLarge;
            }

            if (whole)
            {
                ValueTask<FlushResult> flush = _output.FlushAsync(CancellationToken.None);
                bool waits = !flush.IsCompleted;
                if (waits)
                {
                    deadline.Pause(); // The caller is slow, not the provider.
                }

                FlushResult flushed = await flush;
                call.MarkFirstByte();
                if (flushed.IsCompleted || call.ClientGone.IsCancellationRequested)
                {
                    return RelayEnd.ClientGone;
                }

                if (allowance is not null && !_over && !meter.Ended && !await allowance.CoversAsync(meter.OutputTextBytes))
                {
                    return RelayEnd.Spent;
                }

                Restart(waits);
            }
        }
    }

    // Comments are relayed and restart nothing: a provider that only keeps the connection open makes no progress.
    private void Restart(bool waited)
    {
        if (_progress || waited)
        {
            deadline.Within(_over ? s_afterEnd : timeouts.Idle);
            _progress = false;
        }
    }

    /// <returns>True when there is something whole to send.</returns>
    private bool PassFromPipe(Span<byte> bytes)
    {
        int kept = Frame(bytes, out int framed);
        if (framed < bytes.Length)
        {
            Carry(bytes[framed..]);
        }

        _output.Advance(kept);
        return framed > 0;
    }

    private bool PassFromCarry(int read)
    {
        _carried += read;
        int kept = Frame(_carry.AsSpan(0, _carried), out int framed);
        _output.Write(_carry.AsSpan(0, kept));
        _carry.AsSpan(framed, _carried - framed).CopyTo(_carry);
        _carried -= framed;
        if (_carried == 0)
        {
            ReleaseCarry();
        }

        return framed > 0;
    }

    // Walks the complete events at the buffer's start, drops the one that is hidden, and returns how many bytes remain to be sent.
    private int Frame(Span<byte> buffer, out int framed)
    {
        framed = 0;
        int kept = 0;
        while (framed < buffer.Length && _framing.TryNext(buffer[framed..], meter, out int length, out StreamVerdict verdict, out bool progress))
        {
            _progress |= progress;
            _errorTold |= verdict == StreamVerdict.Error;
            _over |= verdict == StreamVerdict.End;
            if (verdict == StreamVerdict.UsageOnly && hideUsage)
            {
                framed += length;
                continue;
            }

            if (kept != framed)
            {
                buffer.Slice(framed, length).CopyTo(buffer[kept..]);
            }

            kept += length;
            framed += length;
        }

        return kept;
    }

    // However the connection ended, what was relayed decides whether it is the whole stream.
    private RelayEnd EndOfStream(RelayEnd otherwise) =>
        _errorTold ? RelayEnd.ErrorTold
        : !meter.Ended || _framing.IsTruncated(_carry.AsSpan(0, _carried)) ? otherwise
        : RelayEnd.Complete;

    private async Task TellAsync(RelayEnd end)
    {
        if (_errorTold)
        {
            return;
        }

        if (shape == StreamShape.Frames)
        {
            call.Context.Abort(); // To AWS's SDKs a stream that breaks off is an error; there is no frame of ours in their words.
            return;
        }

        (ErrorKind kind, string code, string message) = StreamInterruption.Of(end);
        _framing.WriteError(_output, call.Operation, kind, code, message, call.Id);
        await _output.FlushAsync(CancellationToken.None);
    }

    private Memory<byte> RoomInCarry()
    {
        GrowCarry(_carried + MinRead);
        return _carry.AsMemory(_carried);
    }

    private void Carry(ReadOnlySpan<byte> tail)
    {
        GrowCarry(tail.Length);
        tail.CopyTo(_carry);
        _carried = tail.Length;
    }

    private void GrowCarry(int needed)
    {
        if (_carry is null)
        {
            _carry = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * MinRead));
        }
        else if (needed > _carry.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _carry.Length * 2));
            _carry.AsSpan(0, _carried).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_carry);
            _carry = larger;
        }
    }

    private void ReleaseCarry()
    {
        if (_carry is { } carry)
        {
            _carry = null;
            _carried = 0;
            ArrayPool<byte>.Shared.Return(carry);
        }
    }
}
