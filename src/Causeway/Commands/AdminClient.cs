using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using Causeway.Admin;

namespace Causeway.Commands;

/// <summary>The command line's way to a server: the admin API and nothing else.</summary>
internal sealed class AdminClient : IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024 * 1024;
    private const int FileChunkBytes = 128 * 1024;
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_whole = TimeSpan.FromSeconds(30);
    private readonly HttpClient _http;

    /// <param name="server">Where it is.</param>
    /// <param name="token">What speaks for the caller; null: nothing does yet.</param>
    public AdminClient(Uri server, string? token)
    {
        // The token goes to the address that was named and nowhere else: no redirects, and no proxy that a variable slips in.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = s_connect };
#pragma warning disable RS0030 // The rule keeps calls to providers in Gateway/Upstream. This one is a client of our own server.
        _http = new HttpClient(handler) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };
#pragma warning restore RS0030
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>Asks, and reads the whole answer, whatever its status is.</summary>
    /// <exception cref="ServerUnreachableException">There was no answer.</exception>
    public async Task<AdminReply> SendAsync(AdminRequest request, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(request.Method, request.Root + request.PathAndQuery);
        if (request.File is { } file)
        {
            message.Content = new StreamContent(file, FileChunkBytes);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        }
        else if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        }

        TimeSpan patience = request.Patience ?? s_whole;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(message, limit.Token);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(limit.Token);
            return new AdminReply(response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", answer)
            {
                Applied = response.Headers.TryGetValues(SpreadFilter.Header, out IEnumerable<string>? applied) ? applied.First() : null,
            };
        }
        catch (HttpRequestException failure)
        {
            throw new ServerUnreachableException(Explain(failure), failure);
        }
        catch (OperationCanceledException failure) when (!cancellation.IsCancellationRequested)
        {
            throw new ServerUnreachableException($"no answer in {patience.TotalSeconds:0} s", failure);
        }
    }

    /// <summary>Asks for an answer that is read while it arrives, for as long as it takes.</summary>
    /// <param name="request">What to ask. Its patience is for the answer's beginning.</param>
    /// <param name="read">Reads the answer's body when the server says yes.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>Null: it was read. Otherwise the server's no.</returns>
    /// <exception cref="ServerUnreachableException">There was no answer, or it broke off.</exception>
    public async Task<AdminReply?> StreamAsync(AdminRequest request, Func<Stream, Task> read, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(request.Method, request.Root + request.PathAndQuery);
        TimeSpan patience = request.Patience ?? s_whole;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                return new AdminReply(response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", await response.Content.ReadAsByteArrayAsync(limit.Token));
            }

            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            await using Stream body = await response.Content.ReadAsStreamAsync(cancellation);
            await read(body);
            return null;
        }
        catch (HttpRequestException failure)
        {
            throw new ServerUnreachableException(Explain(failure), failure);
        }
        catch (HttpIOException failure)
        {
            throw new ServerUnreachableException("it broke off its answer", failure);
        }
        catch (OperationCanceledException failure) when (!cancellation.IsCancellationRequested)
        {
            throw new ServerUnreachableException($"no answer in {patience.TotalSeconds:0} s", failure);
        }
    }

    public void Dispose() => _http.Dispose();

    private static string Explain(HttpRequestException failure) => failure.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "the name is not known",
        HttpRequestError.ConnectionError => "nothing listens there",
        HttpRequestError.SecureConnectionError when failure.InnerException is AuthenticationException { Message: { } reason } => reason,
        HttpRequestError.SecureConnectionError => "TLS failed",
        HttpRequestError.InvalidResponse => "what answers is no HTTP server",
        HttpRequestError.ConfigurationLimitExceeded => "the answer is too large",
        _ => "it broke off its answer",
    };
}

/// <summary>A question to the admin API.</summary>
/// <param name="Method">The method.</param>
/// <param name="PathAndQuery">Below <c>/api/v1</c>, with a slash in front, escaped.</param>
/// <param name="Body">What is sent; null: nothing.</param>
/// <param name="ContentType">What that is.</param>
internal sealed record AdminRequest(HttpMethod Method, string PathAndQuery, byte[]? Body = null, string ContentType = "application/json")
{
    /// <summary>What is sent while it is read, in place of a body; null: nothing.</summary>
    public Stream? File { get; init; }

    /// <summary>What is before the path.</summary>
    public string Root { get; init; } = "api/v1";

    /// <summary>How long to wait for the whole answer; null: 30 seconds.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>A question without a body. Parameters that are null are left out.</summary>
    public static AdminRequest Get(string path, params IEnumerable<(string Name, string? Value)> query)
    {
        var text = new StringBuilder(path);
        foreach ((string name, string? value) in query)
        {
            if (value is not null)
            {
                text.Append(text.Length == path.Length ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return new AdminRequest(HttpMethod.Get, text.ToString());
    }
}

/// <summary>An answer of the admin API.</summary>
/// <param name="Status">The status.</param>
/// <param name="MediaType">What the body is; empty when that was not said.</param>
/// <param name="Body">The body, as it came.</param>
internal sealed record AdminReply(HttpStatusCode Status, string MediaType, byte[] Body)
{
    /// <summary>On how many instances a change holds, of how many, such as <c>2/3</c>; null: that was not said.</summary>
    public string? Applied { get; init; }

    public bool Succeeded => (int)Status is >= 200 and < 300;
}

/// <summary>There was no answer; the message says why in a few words.</summary>
internal sealed class ServerUnreachableException(string message, Exception inner) : Exception(message, inner);
