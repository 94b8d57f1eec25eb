using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Causeway.Gateway.Upstream;

namespace Causeway.Gateway.Identity;

/// <summary>Questions to one issuer: as every call to the outside no redirects, no cookies, and a bound on time and size.</summary>
internal sealed class IssuerHttp(Issuer issuer, TimeProvider time) : IDisposable
{
    private const int MaxReplyBytes = 512 * 1024;
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_whole = TimeSpan.FromSeconds(10);
    private readonly HttpMessageInvoker _sockets = UpstreamSockets.Open(issuer.Proxy, s_connect);

    /// <summary>Fetches a document.</summary>
    /// <param name="address">Where.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <param name="bearer">In whose name; null: anybody's.</param>
    /// <exception cref="IssuerUnavailableException">There was none.</exception>
    public async Task<byte[]> GetAsync(Uri address, CancellationToken cancellation, string? bearer = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version11 };
        message.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        (HttpStatusCode status, byte[] body) = await SendAsync(message, cancellation);
        return status == HttpStatusCode.OK ? body : throw new IssuerUnavailableException(issuer.Name, $"{address.Host} answers {(int)status} for {address.AbsolutePath}");
    }

    /// <summary>Posts a form as the registered client.</summary>
    /// <returns>Whatever it answered.</returns>
    /// <exception cref="IssuerUnavailableException">It did not.</exception>
    public async Task<(HttpStatusCode Status, byte[] Body)> PostAsync(Uri address, bool takesBasic, IEnumerable<KeyValuePair<string, string>> form, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, address) { Version = HttpVersion.Version11 };
        KeyValuePair<string, string>[] fields = [.. form, KeyValuePair.Create("client_id", issuer.ClientId!)];
        if (issuer.ClientSecret is { } secret)
        {
            if (takesBasic)
            {
                // RFC 6749, section 2.3.1: both are form-encoded before they are joined.
                message.Headers.Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{WebUtility.UrlEncode(issuer.ClientId)}:{WebUtility.UrlEncode(secret)}")));
            }
            else
            {
                fields = [.. fields, KeyValuePair.Create("client_secret", secret)];
            }
        }

        message.Content = new FormUrlEncodedContent(fields);
        return await SendAsync(message, cancellation);
    }

    public void Dispose() => _sockets.Dispose();

    private async Task<(HttpStatusCode Status, byte[] Body)> SendAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        message.Headers.Accept.ParseAdd("application/json");
        using var whole = new CancellationTokenSource(s_whole, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, whole.Token);
        string host = message.RequestUri!.Host;
        try
        {
            using HttpResponseMessage response = await _sockets.SendAsync(message, limit.Token);
            await response.Content.LoadIntoBufferAsync(MaxReplyBytes, limit.Token);
            return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(limit.Token));
        }
        catch (HttpRequestException failure)
        {
            throw new IssuerUnavailableException(issuer.Name, failure.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => $"the name {host} is not known",
                HttpRequestError.ConnectionError => $"nothing listens at {host}",
                HttpRequestError.SecureConnectionError => $"TLS with {host} failed",
                HttpRequestError.ConfigurationLimitExceeded => $"the answer of {host} is too large",
                _ => $"{host} broke off its answer",
            }, failure);
        }
        catch (OperationCanceledException failure) when (!cancellation.IsCancellationRequested)
        {
            throw new IssuerUnavailableException(issuer.Name, $"{host} did not answer in {s_whole.TotalSeconds:0} s", failure);
        }
    }
}
