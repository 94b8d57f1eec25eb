using System.Buffers;
using System.IO.Pipelines;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Inbound;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Causeway.Wire.Sse;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Relay;

/// <summary>
/// Passes a stream on in the caller's protocol, event by event: whatever an event comes to is flushed before the next is waited for.
/// While the provider is silent, the caller's connection is kept open in the caller's own way.
/// </summary>
internal sealed class TranslatedStream
{
    private const int MinRead = 4096;
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(15);

    private readonly Call _call;
    private readonly Hop _hop;
    private readonly Course _course;
    private readonly Stream _upstream;
    private readonly TimeProvider _time;
    private readonly PipeWriter _output;
    private readonly ReplyTranslation _translation;
    private UpstreamEvents _events;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(MinRead);
    private int _held;

    public TranslatedStream(Call call, Received received, Hop hop, Course course, Stream upstream, StreamShape shape, TimeProvider time)
    {
        (_call, _hop, _course, _upstream, _time) = (call, hop, course, upstream, time);
        _output = call.Context.Response.BodyWriter;
        _events = new UpstreamEvents(shape);
        bool array = StreamShapes.WantsArray(call);
        _translation = new ReplyTranslation(
            hop.Outgoing.Translation!, hop.Outgoing.Target!, call.Id, time.GetUtcNow(), array, TokenEstimate.Of(received.Scan.BodyLength), _output);
        received.Dispose(); // Sent, answered, and read by the writer: the prompt need not stay in memory.
        Answers.Head(call, course, StatusCodes.Status200OK, array ? "application/json" : "text/event-stream");
        call.Context.Response.Headers.CacheControl = "no-cache";
    }

    public async Task<RelayEnd> RunAsync()
    {
        try
        {
            await _call.Context.Response.StartAsync(CancellationToken.None);
            await _output.FlushAsync(CancellationToken.None); // The head at once: the first event may take a model a minute.
            RelayEnd end = await PumpAsync();
            if (end is RelayEnd.Truncated or RelayEnd.Stalled or RelayEnd.TooLarge)
            {
                Tell(end);
                await _output.FlushAsync(CancellationToken.None);
            }

            return end;
        }
        finally
        {
            _events.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
        }
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
                return _hop.Deadline.TimedOut ? EndOr(RelayEnd.Stalled) : RelayEnd.ClientGone;
            }
            catch (Exception broken) when (broken is IOException or HttpRequestException)
            {
                return _call.ClientGone.IsCancellationRequested ? RelayEnd.ClientGone : EndOr(RelayEnd.Truncated);
            }

            if (read == 0)
            {
                RelayEnd end = EndOr(RelayEnd.Truncated);
                await _output.FlushAsync(CancellationToken.None);
                return end;
            }

            _held += read;
            if (!TakeEvents())
            {
                return RelayEnd.TooLarge;
            }

            _hop.Deadline.Pause(); // From here on the caller is slow, not the provider.
            if (!await FlushAsync())
            {
                return RelayEnd.ClientGone;
            }

            _hop.Deadline.Within(_hop.Pin.Provider.Timeouts.Idle);
            if (_translation.Ended)
            {
                return _translation.Failed ? RelayEnd.ErrorTold : RelayEnd.Complete;
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
        while (!pending.IsCompleted)
        {
            using CancellationTokenSource enough = new();
            Task silence = Task.Delay(s_keepAlive, _time, enough.Token);
            if (await Task.WhenAny(pending, silence) == pending)
            {
                await enough.CancelAsync();
                break;
            }

            _translation.KeepAlive();
            await _output.FlushAsync(CancellationToken.None);
        }

        return await pending;
    }

    /// <returns>False: an event is larger than the bound.</returns>
    private bool TakeEvents()
    {
        int taken = 0;
        while (_events.TryNext(_buffer.AsMemory(taken, _held - taken), out int length, out ReadOnlySpan<byte> name, out ReadOnlyMemory<byte> data, out bool isEvent))
        {
            taken += length;
            if (isEvent)
            {
                _course.Meter!.Event(name, data.Span);
                _translation.Event(name, data);
            }
        }

        _buffer.AsSpan(taken, _held - taken).CopyTo(_buffer);
        _held -= taken;
        return _held <= SseFramer.MaxEventBytes;
    }

    private async ValueTask<bool> FlushAsync()
    {
        FlushResult flushed = await _output.FlushAsync(CancellationToken.None);
        _call.MarkFirstByte();
        return !flushed.IsCompleted && !_call.ClientGone.IsCancellationRequested;
    }

    // However the connection ended, what was read decides whether it is the whole stream.
    private RelayEnd EndOr(RelayEnd otherwise) =>
        _translation.Failed ? RelayEnd.ErrorTold : _translation.Close() ? RelayEnd.Complete : otherwise;

    private void Tell(RelayEnd end)
    {
        (ErrorKind kind, string code, string message) = end switch
        {
            RelayEnd.Stalled => (ErrorKind.Timeout, "upstream_timeout", "The provider stood still in the middle of its answer. What came before is all there is."),
            RelayEnd.TooLarge => (ErrorKind.UpstreamFailed, "upstream_event_too_large", $"The provider sent an event larger than {SseFramer.MaxEventBytes:N0} bytes."),
            _ => (ErrorKind.UpstreamFailed, "upstream_truncated", "The provider broke off in the middle of its answer. What came before is all there is."),
        };
        _translation.Fail(kind, code, message);
    }
}
