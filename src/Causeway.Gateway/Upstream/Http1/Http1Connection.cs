using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Causeway.Wire.Http1;

namespace Causeway.Gateway.Upstream.Http1;

/// <summary>
/// One connection, of one request at a time. It listens before it sends: what a server says or closes before it was asked shows at once, and the wait for the
/// answer has already begun.
/// </summary>
internal sealed class Http1Connection(ConnectionPool pool, (Socket Socket, Stream Transport) opened, long made) : IDisposable
{
    private const int FirstHeadBuffer = 4096;
    private const int MaxHead = UpstreamSockets.MaxHeadKiB * 1024;
    private const string NoStatusLine = "the response does not begin with a status line";
    private readonly Socket _socket = opened.Socket;
    private readonly Stream _transport = opened.Transport;
    private byte[] _head = [];
    private int _received;
    private ValueTask<int> _listening;
    private bool _isListening;

    /// <summary>When it was made, in the clock's timestamps.</summary>
    public long Made { get; } = made;

    /// <summary>When its last request was over.</summary>
    public long IdleSince { get; set; } = made;

    /// <summary>How long its server keeps it idle, with a second to spare; null: it does not say.</summary>
    public TimeSpan? IdleLimit { get; private set; }

    /// <summary>Of an idle connection: its server closed it, or says what nobody asked for.</summary>
    public bool HasNews
    {
        get
        {
            try
            {
                return _socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <summary>Begins to wait for an answer.</summary>
    /// <param name="cancellation">Ends the request that follows.</param>
    public void Listen(CancellationToken cancellation)
    {
        if (_head.Length == 0)
        {
            _head = ArrayPool<byte>.Shared.Rent(FirstHeadBuffer);
        }

        _received = 0;
#pragma warning disable CA2012 // It is consumed once: by whoever waits for the answer, or by the end of the connection.
        _listening = _transport.ReadAsync(_head, cancellation);
#pragma warning restore CA2012
        _isListening = true;
    }

    /// <summary>Begins to wait for an answer on a connection that was idle.</summary>
    /// <returns>False: it is of no use any more, and is to be disposed of.</returns>
    public bool TryListen(CancellationToken cancellation)
    {
        Listen(cancellation);
        return !_listening.IsCompleted;
    }

    /// <summary>Sends a request and waits for the head of its response. <see cref="Listen"/> was called.</summary>
    public async Task<HttpResponseMessage> ExchangeAsync(HttpRequestMessage request, string path, CancellationToken cancellation)
    {
        HttpResponseMessage? response = null;
        try
        {
            Exception? unsent = await SendAsync(request, path, cancellation);
            while (response is null)
            {
                int end;
                for (int seen = 0; (end = ResponseHead.EndOf(_head.AsSpan(0, _received), seen)) == 0;)
                {
                    seen = _received;
                    int read;
                    try
                    {
                        read = await ListenedAsync(cancellation);
                    }
                    catch (IOException failure)
                    {
                        throw new HttpRequestException(HttpRequestError.Unknown, "The connection broke before the response's head was there.", unsent ?? failure);
                    }

                    Take(read, unsent);
                }

                response = Parse(end, request, wasSent: unsent is null);
            }

            return response;
        }
        finally
        {
            if (response is null)
            {
                Dispose();
            }
        }
    }

    /// <summary>Reads what the connection gives next.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => _transport.ReadAsync(buffer, cancellation);

    /// <summary>What was received with the head, from its start.</summary>
    public Span<byte> Early => _head;

    /// <summary>What was received with the head is read, and more will come: of many streams that wait none keeps memory for it.</summary>
    public void ReturnHead()
    {
        if (_head.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_head);
            _head = [];
        }
    }

    /// <summary>The response is over, and another may follow. The memory of its head is kept for the next, unless it grew.</summary>
    public void Release()
    {
        if (_head.Length > FirstHeadBuffer)
        {
            ReturnHead();
        }

        pool.Return(this);
    }

    public void Dispose()
    {
        _transport.Dispose();
        if (_isListening)
        {
            _isListening = false;
            _ = EndListeningAsync(_listening.AsTask(), _head);
        }
        else
        {
            ReturnHead();
        }

        _head = [];
    }

    // The memory that is read into is not let go before the read has ended.
    private static async Task EndListeningAsync(Task listening, byte[] head)
    {
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ArrayPool<byte>.Shared.Return(head);
    }

    // What cannot be sent may have been answered all the same, with a refusal of what is too large: the answer counts.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Exception?> SendAsync(HttpRequestMessage request, string path, CancellationToken cancellation)
    {
        using var buffer = new SendBuffer();
        RequestHead.Write(buffer, request, path, pool.Origin);
        try
        {
            await buffer.SendAsync(_transport, (request.Content as SplicedContent)?.Body, cancellation);
            return null;
        }
        catch (IOException failure)
        {
            return failure;
        }
    }

    // Null: an interim response, RFC 9110, 15.2. Nobody asked to switch protocols, so that one is an error.
    private HttpResponseMessage? Parse(int end, HttpRequestMessage request, bool wasSent)
    {
        ResponseHead.Unfold(_head.AsSpan(0, end));
        ReadOnlySpan<byte> head = _head.AsSpan(0, end);
        if (!ResponseHead.TryTakeStatus(ref head, out int minor, out int status) || status == 101)
        {
            throw Invalid(NoStatusLine);
        }

        if (status < 200)
        {
            _head.AsSpan(end, _received - end).CopyTo(_head); // The last one follows.
            _received -= end;
            return null;
        }

        var body = new Http1Body();
        var response = new HttpResponseMessage((HttpStatusCode)status) { RequestMessage = request, Content = new Http1Content(body) };
        ResponseFraming framing = default;
        int place = 0;
        for (ReadOnlySpan<byte> line = ResponseHead.TakeLine(ref head); !line.IsEmpty; line = ResponseHead.TakeLine(ref head))
        {
            if (!ResponseHead.TrySplit(line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) || !framing.TryTake(name, value))
            {
                throw Invalid("the response has a field that is none, or says two things of its length");
            }

            (string key, string text) = pool.Strings.Of(place++, line, name, value);
            if (!response.Headers.TryAddWithoutValidation(key, text))
            {
                response.Content.Headers.TryAddWithoutValidation(key, text);
            }
        }

        if (framing.IdleSeconds is { } seconds)
        {
            IdleLimit = TimeSpan.FromSeconds(Math.Max(0, seconds - 1));
        }

        body.Begin(this, framing.BodyOf(status, request.Method == HttpMethod.Head), framing.Length, wasSent && framing.KeepsAlive(minor), end, _received);
        return response;
    }

    private static HttpRequestException Invalid(string what) => new(HttpRequestError.InvalidResponse, $"Not HTTP/1.1: {what}.");

    private void Take(int read, Exception? unsent)
    {
        if (read == 0)
        {
            throw unsent is null
                ? new HttpRequestException(HttpRequestError.ResponseEnded, "The server closed the connection without a response.")
                : new HttpRequestException(HttpRequestError.Unknown, "The connection broke before the request was sent.", unsent);
        }

        _received += read;
        if (!ResponseHead.MayBegin(_head.AsSpan(0, _received)))
        {
            throw Invalid(NoStatusLine); // At once: what speaks something else may wait for an answer itself.
        }
    }

    private ValueTask<int> ListenedAsync(CancellationToken cancellation)
    {
        if (_isListening)
        {
            _isListening = false;
            return _listening;
        }

        if (_received == _head.Length)
        {
            Grow();
        }

        return _transport.ReadAsync(_head.AsMemory(_received), cancellation);
    }

    private void Grow()
    {
        if (_head.Length >= MaxHead)
        {
            throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded, $"The response's head has more than {MaxHead} bytes.");
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(_head.Length * 2);
        _head.AsSpan(0, _received).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_head);
        _head = larger;
    }
}
