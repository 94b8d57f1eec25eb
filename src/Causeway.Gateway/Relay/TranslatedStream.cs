using System.Buffers;
using System.IO.Pipelines;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Inbound;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Causeway.Wire.Sse;
using Causeway.Wire.Usage;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Relay;

/// <summary>
/// Passes a stream on in the caller's protocol, event by event: whatever an event comes to is flushed before the next is waited for.
/// While the provider is silent, the caller's connection is kept open in the caller's own way.
/// </summary>
internal sealed class TranslatedStream : IDisposable
{
    private const int MinRead = 4096;
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_afterEnd = TimeSpan.FromSeconds(1); // For the end of the connection's use, so that it can be used again.

    private readonly Call _call;
    private readonly Hop _hop;
    private readonly Course _course;
    private readonly Stream _upstream;
    private readonly TimeProvider _time;
    private readonly PipeWriter _output;
    private readonly ReplyTranslation _translation;
    private readonly CancellationTokenSource _over = new();
    private UpstreamEvents _events;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(MinRead);
    private int _held;
    private Task? _tick;
    private long _lastFlush;
    private bool _progress;
    private bool _errorTold;

    public TranslatedStream(Call call, Received received, Hop hop, Course course, Stream upstream, StreamShape shape, long maxAnswer, TimeProvider time)
    {
        (_call, _hop, _course, _upstream, _time) = (call, hop, course, upstream, time);
        _output = call.Context.Response.BodyWriter;
        _events = new UpstreamEvents(shape);
        bool array = StreamShapes.WantsArray(call);
        _translation = new ReplyTranslation(
            hop.Outgoing.Translation!, hop.Outgoing.Target!, call.Id, time.GetUtcNow(), array, TokenEstimate.Of(received.Scan.BodyLength), _output, course.Plan.Contract?.ChannelOf(hop.Outgoing.Contract!, maxAnswer, course.SpentUsage));
        received.Dispose(); // Sent, answered, and read by the writer: the prompt need not stay in memory.
        Answers.Head(call, course, StatusCodes.Status200OK, array ? "application/json" : "text/event-stream");
        call.Context.Response.Headers.CacheControl = "no-cache";
    }

    /// <summary>The code of what broke the contract when the answer had begun to flow; null: nothing did.</summary>
    public string? BrokenContract => _translation.FlowProblem;

    public async Task<RelayEnd> RunAsync()
    {
        await _call.Context.Response.StartAsync(CancellationToken.None);
        await _output.FlushAsync(CancellationToken.None); // The head at once: the first event may take a model a minute.
        RelayEnd end = await PumpAsync();
        if (end == RelayEnd.ClientGone && _hop.Deadline.Drains)
        {
            UpstreamEvents rest = _events;
            _events = default; // What it holds is the drain's to give back.
            await Drain.EventsAsync(Incoming.Of(_call, _hop, _upstream), _course.Meter!, rest, _buffer.AsMemory(0, _held));
        }

        if (end == RelayEnd.Spent)
        {
            _translation.EndForLength(_course.Hold!.Allowance!.TokensOf(_course.Meter!.OutputTextBytes));
            await _output.FlushAsync(CancellationToken.None);
        }
        else if (end is RelayEnd.Truncated or RelayEnd.Stalled or RelayEnd.Cut or RelayEnd.Revoked or RelayEnd.TooLarge)
        {
            Tell(end);
            await _output.FlushAsync(CancellationToken.None);
        }

        return end;
    }

    public void Dispose()
    {
        _over.Cancel();
        _over.Dispose();
        _events.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private async Task<RelayEnd> PumpAsync()
    {
        _hop.Deadline.Within(_hop.Pin.Provider.Timeouts.Idle);
        while (true)
        {
            int read;
            try
            {
                read = await ReadAsync();
            }
            catch (OperationCanceledException)
            {
                return _hop.Deadline.End is not RelayEnd.ClientGone and var end ? EndOr(end) : RelayEnd.ClientGone;
            }
            catch (Exception broken) when (broken is IOException or HttpRequestException)
            {
                return _call.ClientGone.IsCancellationRequested ? RelayEnd.ClientGone : EndOr(RelayEnd.Truncated);
            }

            if (read == 0)
            {
                _course.Meter!.Closed();
                RelayEnd end = EndOr(RelayEnd.Truncated);
                await _output.FlushAsync(CancellationToken.None);
                return end;
            }

            _held += read;
            if (!TakeEvents())
            {
                return _events.IsBroken ? RelayEnd.Truncated : RelayEnd.TooLarge;
            }

            if (!await FlushAsync())
            {
                return RelayEnd.ClientGone;
            }

            if (_course.Hold?.Allowance is { } allowance && !_translation.Ended && !await allowance.CoversAsync(_course.Meter!.OutputTextBytes))
            {
                return RelayEnd.Spent;
            }
        }
    }

    // Waits for the provider; after every quarter of a minute without a word, the caller hears that it is not forgotten.
    private async ValueTask<int> ReadAsync()
    {
        if (_held == _buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _held).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        ValueTask<int> reading = _upstream.ReadAsync(_buffer.AsMemory(_held), _hop.Deadline.Token);
        if (reading.IsCompleted)
        {
            return await reading;
        }

        Task<int> pending = reading.AsTask();
        while (await Task.WhenAny(pending, _tick ??= Task.Delay(UntilKeepAlive(), _time, _over.Token)) != pending)
        {
            _tick = null;
            if (UntilKeepAlive() == TimeSpan.Zero)
            {
                _translation.KeepAlive();
                await _output.FlushAsync(CancellationToken.None);
                _lastFlush = _time.GetTimestamp();
            }
        }

        return await pending;
    }

    // A tick that was begun before the last word comes too early: what is left of its quarter is waited for then.
    private TimeSpan UntilKeepAlive()
    {
        TimeSpan left = s_keepAlive - _time.GetElapsedTime(_lastFlush);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <returns>False: an event is larger than the bound, or a frame is damaged.</returns>
    private bool TakeEvents()
    {
        int taken = 0;
        while (_events.TryNext(_buffer.AsMemory(taken, _held - taken), out int length, out ReadOnlySpan<byte> name, out ReadOnlyMemory<byte> data, out bool isEvent))
        {
            taken += length;
            if (isEvent)
            {
                _progress = true;
                _errorTold |= _course.Meter!.Event(name, data.Span) == StreamVerdict.Error;
                _translation.Event(name, data);
            }
        }

        _buffer.AsSpan(taken, _held - taken).CopyTo(_buffer);
        _held -= taken;
        return _held <= SseFramer.MaxEventBytes && !_events.IsBroken;
    }

    private async ValueTask<bool> FlushAsync()
    {
        ValueTask<FlushResult> flush = _output.FlushAsync(CancellationToken.None);
        bool waits = !flush.IsCompleted;
        if (waits)
        {
            _hop.Deadline.Pause(); // The caller is slow, not the provider.
        }

        FlushResult flushed = await flush;
        _call.MarkFirstByte();
        _lastFlush = _time.GetTimestamp();
        if (_progress || waits)
        {
            // Comments restart nothing: a provider that only keeps the connection open makes no progress.
            _hop.Deadline.Within(_translation.Ended ? s_afterEnd : _hop.Pin.Provider.Timeouts.Idle);
            _progress = false;
        }

        return !flushed.IsCompleted && !_call.ClientGone.IsCancellationRequested;
    }

    // However the connection ended, what was read decides whether it is the whole stream.
    private RelayEnd EndOr(RelayEnd otherwise) =>
        _errorTold || _translation.Failed ? RelayEnd.ErrorTold : _translation.Close() ? RelayEnd.Complete : otherwise;

    private void Tell(RelayEnd end)
    {
        (ErrorKind kind, string code, string message) = StreamInterruption.Of(end);
        _translation.Fail(kind, code, message);
    }
}
