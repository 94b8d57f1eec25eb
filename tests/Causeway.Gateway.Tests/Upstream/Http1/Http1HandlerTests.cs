using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Upstream;
using Causeway.Gateway.Upstream.Http1;
using Causeway.Wire.Requests;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Upstream.Http1;

public sealed class Http1HandlerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly HttpMessageInvoker _http;
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(30));

    public Http1HandlerTests() => _http = new HttpMessageInvoker(new Http1Handler(TimeSpan.FromSeconds(10), _time));

    public void Dispose()
    {
        _http.Dispose();
        _patience.Dispose();
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200\nContent-Length: 5\n\nhello")]
    [InlineData("HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 5\r\n\r\nhello")]
    public async Task A_connection_whose_response_is_over_is_used_again(string reply)
    {
        await using RawUpstream server = Serving(reply, reply);
        Assert.Equal((200, "hello"), await AskAsync(server));
        Assert.Equal((200, "hello"), await AskAsync(server));
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;ext\r\nhe\r\n3\r\nllo\r\n0\r\ntrailer: x\r\n\r\n")]
    [InlineData("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 5\r\n\r\nhello")]
    public async Task Wherever_the_network_cuts_a_response_it_is_read(string reply)
    {
        for (int cut = 1; cut < reply.Length; cut++)
        {
            int at = cut;
            await using RawUpstream server = RawUpstream.Start(async connection =>
            {
                await connection.WriteAsync(reply[..at]);
                await Task.Yield();
                await connection.WriteAsync(reply[at..]);
            });
            Assert.Equal((200, "hello"), await AskAsync(server));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello and more than it said")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nkeep-alive: timeout=1\r\ncontent-length: 5\r\n\r\nhello")]
    public async Task A_connection_that_cannot_be_trusted_is_not_used_again(string reply)
    {
        await using RawUpstream server = Serving(reply, reply);
        Assert.Equal((200, "hello"), await AskAsync(server));
        Assert.Equal((200, "hello"), await AskAsync(server));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_body_that_ends_with_the_connection_is_whole()
    {
        await using RawUpstream server = RawUpstream.Start("HTTP/1.1 200 OK\r\n\r\nhello");
        Assert.Equal((200, "hello"), await AskAsync(server));
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204)]
    [InlineData("HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n", 304)]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", 200)]
    public async Task A_response_without_a_body_is_over_with_its_head(string reply, int status)
    {
        await using RawUpstream server = Serving(reply, reply);
        Assert.Equal((status, ""), await AskAsync(server));
        Assert.Equal((status, ""), await AskAsync(server));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task An_idle_connection_that_the_server_closed_is_not_sent_on()
    {
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawUpstream server = RawUpstream.Start(async connection =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
            connection.Dispose();
            closed.TrySetResult();
        });
        Assert.Equal((200, "hello"), await AskAsync(server));
        await closed.Task;
        Assert.Equal((200, "hello"), await AskAsync(server));
        Assert.Equal(2, server.Connections);
    }

    [Theory]
    [InlineData(121, 2)]
    [InlineData(61, 2)]
    [InlineData(59, 1)]
    public async Task Connections_grow_old(int seconds, int connections)
    {
        const string Reply = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
        await using RawUpstream server = Serving(Reply, Reply);
        await AskAsync(server);
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await AskAsync(server);
        Assert.Equal(connections, server.Connections);
    }

    [Theory]
    [InlineData("", HttpRequestError.ResponseEnded)]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-", HttpRequestError.ResponseEnded)]
    [InlineData("SSH-2.0-OpenSSH\r\n", HttpRequestError.InvalidResponse)]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n", HttpRequestError.InvalidResponse)]
    [InlineData("HTTP/1.1 200 OK\r\nno field\r\n\r\n", HttpRequestError.InvalidResponse)]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello", HttpRequestError.InvalidResponse)]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n", HttpRequestError.InvalidResponse)]
    public async Task What_is_no_response_is_an_error(string reply, HttpRequestError error)
    {
        await using RawUpstream server = RawUpstream.Start(reply);
        HttpRequestException failure = await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(server));
        Assert.Equal(error, failure.HttpRequestError);
    }

    [Fact]
    public async Task A_head_has_a_bound()
    {
        await using RawUpstream server = RawUpstream.Start("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("x: " + new string('y', 1000) + "\r\n", 70)) + "\r\n");
        HttpRequestException failure = await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(server));
        Assert.Equal(HttpRequestError.ConfigurationLimitExceeded, failure.HttpRequestError);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nhello", HttpRequestError.ResponseEnded)]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n", HttpRequestError.ResponseEnded)]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", HttpRequestError.ResponseEnded)]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhelloo\r\n", HttpRequestError.InvalidResponse)]
    public async Task Half_a_body_does_not_look_whole(string reply, HttpRequestError error)
    {
        await using RawUpstream server = RawUpstream.Start(reply);
        HttpIOException failure = await Assert.ThrowsAsync<HttpIOException>(() => AskAsync(server));
        Assert.Equal(error, failure.HttpRequestError);
    }

    [Fact]
    public async Task A_request_is_spelled_as_it_was_said()
    {
        TaskCompletionSource<(string Head, string Body)> got = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawUpstream server = RawUpstream.Start(async connection =>
        {
            got.TrySetResult((connection.Head, connection.Body));
            await connection.WriteAsync("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
        });
        using HttpRequestMessage message = Post(server.Address, "{\"a\":\"ü\"}");
        message.RequestUri = new Uri(server.Address, "/v1/chat?x=%20y#fragment");
        message.Headers.TryAddWithoutValidation("X-Two", ["one", "two"]);
        using HttpResponseMessage response = await _http.SendAsync(message, _patience.Token);
        (string head, string body) = await got.Task;
        Assert.Equal(
            $"POST /v1/chat?x=%20y HTTP/1.1\r\nHost: {server.Address.Authority}\r\nX-Two: one\r\nX-Two: two\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n", head);
        Assert.Equal("{\"a\":\"ü\"}", body);
    }

    [Fact]
    public async Task A_request_without_a_body_says_so()
    {
        List<string> heads = [];
        await using RawUpstream server = RawUpstream.Start(async connection =>
        {
            heads.Add(connection.Head);
            await connection.WriteAsync("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
        });
        using (HttpRequestMessage message = new(HttpMethod.Post, server.Address))
        {
            using HttpResponseMessage response = await _http.SendAsync(message, _patience.Token);
        }

        using HttpRequestMessage plain = new(HttpMethod.Get, server.Address);
        using HttpResponseMessage second = await _http.SendAsync(plain, _patience.Token);
        Assert.EndsWith("Content-Length: 0\r\n\r\n", heads[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Content-Length", heads[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\r\nb: c")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("ä")]
    public async Task What_could_be_read_as_another_field_is_not_sent(string value)
    {
        await using RawUpstream server = RawUpstream.Start("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
        using HttpRequestMessage message = Post(server.Address, "{}");
        if (message.Headers.TryAddWithoutValidation("x-value", value))
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => _http.SendAsync(message, _patience.Token));
        }
    }

    [Fact]
    public async Task A_large_body_arrives_whole()
    {
        string large = new('x', 3_000_000);
        TaskCompletionSource<string> got = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawUpstream server = RawUpstream.Start(async connection =>
        {
            got.TrySetResult(connection.Body);
            await connection.WriteAsync("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
        });
        using HttpRequestMessage message = Post(server.Address, large);
        using HttpResponseMessage response = await _http.SendAsync(message, _patience.Token);
        Assert.Equal(large, await got.Task);
    }

    [Fact]
    public async Task A_refusal_that_comes_before_the_body_was_read_is_heard()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task server = Task.Run(async () =>
        {
            using Socket socket = await listener.AcceptSocketAsync(_patience.Token);
            byte[] some = new byte[1024];
            await socket.ReceiveAsync(some, _patience.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno"), _patience.Token);
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(some, _patience.Token) > 0)
            {
                // The rest of the body, until the other side has the answer and closes.
            }
        });
        using HttpRequestMessage message = Post(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), new string('x', 200_000));
        using HttpResponseMessage response = await _http.SendAsync(message, _patience.Token);
        Assert.Equal((413, "no"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(_patience.Token)));
        _http.Dispose(); // Closes what is idle.
        await server;
    }

    [Fact]
    public async Task Whoever_leaves_before_the_head_closes_the_connection()
    {
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawUpstream server = RawUpstream.Start(async connection =>
        {
            asked.TrySetResult();
            await connection.UntilClosedAsync();
            closed.TrySetResult();
        });
        using var leaving = new CancellationTokenSource();
        using HttpRequestMessage message = Post(server.Address, "{}");
        Task<HttpResponseMessage> asking = _http.SendAsync(message, leaving.Token);
        await asked.Task;
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await closed.Task.WaitAsync(_patience.Token);
    }

    [Fact]
    public async Task Whoever_leaves_within_the_body_closes_the_connection()
    {
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawUpstream server = RawUpstream.Start(async connection =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n");
            await connection.UntilClosedAsync();
            closed.TrySetResult();
        });
        using var leaving = new CancellationTokenSource();
        using HttpRequestMessage message = Post(server.Address, "{}");
        using HttpResponseMessage response = await _http.SendAsync(message, leaving.Token);
        Stream body = await response.Content.ReadAsStreamAsync(_patience.Token);
        byte[] room = new byte[100];
        Assert.Equal(5, await body.ReadAsync(room, leaving.Token));
        ValueTask<int> rest = body.ReadAsync(room, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rest.AsTask());
        await closed.Task.WaitAsync(_patience.Token);
    }

    [Fact]
    public async Task A_response_that_nobody_reads_closes_the_connection()
    {
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawUpstream server = RawUpstream.Start(async connection =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhello");
            await connection.UntilClosedAsync();
            closed.TrySetResult();
        });
        using HttpRequestMessage message = Post(server.Address, "{}");
        (await _http.SendAsync(message, _patience.Token)).Dispose();
        await closed.Task.WaitAsync(_patience.Token);
    }

    [Fact]
    public async Task Nobody_there_and_no_such_name_are_told_apart()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using HttpRequestMessage nobody = Post(new Uri($"http://127.0.0.1:{port}"), "{}");
        Assert.Equal(HttpRequestError.ConnectionError, (await Assert.ThrowsAsync<HttpRequestException>(() => _http.SendAsync(nobody, _patience.Token))).HttpRequestError);
        using HttpRequestMessage nameless = Post(new Uri("http://no-such-host.invalid"), "{}");
        Assert.Equal(HttpRequestError.NameResolutionError, (await Assert.ThrowsAsync<HttpRequestException>(() => _http.SendAsync(nameless, _patience.Token))).HttpRequestError);
    }

    [Fact]
    public async Task What_is_no_tls_is_no_connection()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task server = Task.Run(async () =>
        {
            using Socket socket = await listener.AcceptSocketAsync(_patience.Token);
            await socket.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), _patience.Token);
        });
        using HttpRequestMessage message = Post(new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), "{}");
        HttpRequestException failure = await Assert.ThrowsAsync<HttpRequestException>(() => _http.SendAsync(message, _patience.Token));
        Assert.Equal(HttpRequestError.SecureConnectionError, failure.HttpRequestError);
        await server;
    }

    [Fact]
    public async Task A_connection_that_takes_too_long_is_given_up()
    {
        // A listener that never speaks: what is waited for is its half of the TLS handshake.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var http = new HttpMessageInvoker(new Http1Handler(TimeSpan.FromMilliseconds(50), TimeProvider.System));
        using HttpRequestMessage message = Post(new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), "{}");
        TaskCanceledException late = await Assert.ThrowsAsync<TaskCanceledException>(() => http.SendAsync(message, _patience.Token));
        Assert.IsType<TimeoutException>(late.InnerException);
    }

    private static RawUpstream Serving(params string[] replies) => RawUpstream.Start(async connection =>
    {
        for (int i = 0; ; i++)
        {
            await connection.WriteAsync(replies[i % replies.Length]);
            await connection.ReadRequestAsync();
        }
    });

    private static HttpRequestMessage Post(Uri address, string body) =>
        new(HttpMethod.Post, address) { Content = new SplicedContent(new SplicedBody(Encoding.UTF8.GetBytes(body), new BodyEdits())) };

    private async Task<(int Status, string Body)> AskAsync(RawUpstream server)
    {
        using HttpRequestMessage message = Post(server.Address, "{}");
        using HttpResponseMessage response = await _http.SendAsync(message, _patience.Token);
        using var body = new MemoryStream();
        await (await response.Content.ReadAsStreamAsync(_patience.Token)).CopyToAsync(body, _patience.Token);
        return ((int)response.StatusCode, Encoding.UTF8.GetString(body.ToArray()));
    }
}
