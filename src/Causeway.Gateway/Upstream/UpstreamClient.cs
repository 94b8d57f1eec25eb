using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Upstream.Credentials;
using Causeway.Wire;

namespace Causeway.Gateway.Upstream;

/// <summary>
/// The connections to one provider, and what it wants to see with every call. The credential only ever goes to the origin that it was
/// configured with, and is never part of a message of ours.
/// </summary>
public sealed partial class UpstreamClient : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly KeyValuePair<string, string>[] _headers;
    private readonly (string Name, string Value)[] _requiredDefaults;
    private readonly UpstreamCredential? _credential;
    private readonly string? _modelsPath;

    // Calls of inference go to one of a few paths, whose addresses are read once. A model may be part of a path, so there is a bound.
    private const int MaxAddresses = 256;
    private readonly ConcurrentDictionary<(string? Host, string Path), Uri> _addresses = new();

    /// <summary>Prepares connections; none is made yet.</summary>
    public UpstreamClient(Provider provider)
        : this(provider, TimeProvider.System)
    {
    }

    /// <summary>As above, with the clock that signatures and tokens go by.</summary>
    public UpstreamClient(Provider provider, TimeProvider time)
    {
        Endpoint = provider.Endpoint.AbsoluteUri.TrimEnd('/');
        _modelsPath = UpstreamPath.Models(provider.Address);
        _credential = UpstreamCredential.Of(provider, time);
        Secret = new ProviderSecret(provider.Key);
        _headers =
        [
            .. StaticKey(provider),
            .. provider.Headers,
            KeyValuePair.Create("User-Agent", "causeway"),
            KeyValuePair.Create("Accept-Encoding", "identity"),
        ];
        _requiredDefaults = Platforms.RequiredDefaults(provider.Platform);
        _invoker = UpstreamSockets.OpenForInference(provider.Proxy, provider.Timeouts.Connect, time);
    }

    /// <summary>What is never to come back from there.</summary>
    internal ProviderSecret Secret { get; }

    /// <summary>Where paths are appended; no slash at the end.</summary>
    public string Endpoint { get; }

    /// <summary>The provider lists models where it serves inference, so <see cref="GetModelsAsync"/> can be asked.</summary>
    public bool ListsModels => _modelsPath is not null;

    /// <summary>A request to a path below the endpoint, with the provider's own headers and no others yet.</summary>
    /// <param name="method">How.</param>
    /// <param name="pathAndQuery">The path.</param>
    /// <param name="host">Another host of the same vendor's, where an agreement wants one; null: the endpoint's.</param>
    public HttpRequestMessage Create(HttpMethod method, string pathAndQuery, string? host = null) => Create(method, Address(pathAndQuery, host));

    /// <summary>The same for a call of inference, whose path is one of a few.</summary>
    internal HttpRequestMessage CreateCall(string pathAndQuery, string? host) => Create(HttpMethod.Post, KnownAddress(pathAndQuery, host));

    private HttpRequestMessage Create(HttpMethod method, Uri address)
    {
        // HTTP/1.1: one request per connection at a time keeps a stalled stream from stalling its neighbours.
        var message = new HttpRequestMessage(method, address) { Version = HttpVersion.Version11 };
        foreach (KeyValuePair<string, string> header in _headers)
        {
            message.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return message;
    }

    /// <summary>What the provider says of its limits.</summary>
    public PinLimits Limits { get; } = new();

    /// <summary>Adds what the platform demands and the caller did not send.</summary>
    public void AddMissing(HttpRequestMessage message)
    {
        foreach ((string name, string value) in _requiredDefaults)
        {
            if (!message.Headers.NonValidated.Contains(name))
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    /// <summary>Authorises, asks whether the call may still be made, sends, and returns when the response's head is there. The message must be whole: it may be signed.</summary>
    /// <exception cref="CredentialException">There is no authorisation to send it with.</exception>
    /// <exception cref="ReleaseRevokedException">The release that it is made for was rolled back; nothing was sent.</exception>
    /// <exception cref="Residency.NotCoveredException">Nothing lets its data go there; nothing was sent.</exception>
    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, Clearance clearance, CancellationToken cancellation)
    {
        if (_credential is { } credential)
        {
            return SendAsync(message, credential, clearance, cancellation);
        }

        clearance.Demand();
        return _invoker.SendAsync(message, cancellation);
    }

    /// <summary>Asks the provider which models it serves. Bounded to 8 MiB.</summary>
    /// <returns>Status and body; the body is empty unless the status is 200.</returns>
    /// <exception cref="InvalidOperationException">It lists none: <see cref="ListsModels"/>.</exception>
    /// <exception cref="HttpRequestException">It could not be reached or broke off.</exception>
    /// <exception cref="CredentialException">There is no authorisation to ask with.</exception>
    public async Task<(HttpStatusCode Status, byte[] Body)> GetModelsAsync(CancellationToken cancellation)
    {
        const int MaxBytes = 8 * 1024 * 1024;
        using HttpRequestMessage message = Create(HttpMethod.Get, _modelsPath ?? throw new InvalidOperationException("This platform lists no models."));
        AddMissing(message);
        using HttpResponseMessage response = await SendAsync(message, Clearance.WithoutData, cancellation);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return (response.StatusCode, []);
        }

        await response.Content.LoadIntoBufferAsync(MaxBytes, cancellation);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation));
    }

    /// <summary>Asks for nothing, with the credential, to see whether anybody answers.</summary>
    /// <returns>The status, whatever it is.</returns>
    /// <exception cref="HttpRequestException">It could not be reached or broke off.</exception>
    /// <exception cref="CredentialException">There is no authorisation to ask with.</exception>
    public async Task<HttpStatusCode> KnockAsync(CancellationToken cancellation)
    {
        using HttpRequestMessage message = Create(HttpMethod.Get, "/");
        using HttpResponseMessage response = await SendAsync(message, Clearance.WithoutData, cancellation);
        return response.StatusCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _invoker.Dispose();
        _credential?.Dispose();
    }

    private Uri KnownAddress(string pathAndQuery, string? host)
    {
        if (_addresses.TryGetValue((host, pathAndQuery), out Uri? known))
        {
            return known;
        }

        Uri address = Address(pathAndQuery, host);
        return _addresses.Count < MaxAddresses && !pathAndQuery.Contains('?', StringComparison.Ordinal) ? _addresses.GetOrAdd((host, pathAndQuery), address) : address;
    }

    private Uri Address(string pathAndQuery, string? host) => new((host is null ? Endpoint : HostPattern().Replace(Endpoint, "${scheme}" + host)) + pathAndQuery);

    [GeneratedRegex(@"\A(?<scheme>https?://)[^/:]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HostPattern();

    private static KeyValuePair<string, string>[] StaticKey(Provider provider)
    {
        if (provider is not { Identity: null, Key: { Length: > 0 } key })
        {
            return [];
        }

        (string name, string value) = Platforms.KeyHeader(provider.Platform, key);
        return [KeyValuePair.Create(name, value)];
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, UpstreamCredential credential, Clearance clearance, CancellationToken cancellation)
    {
        await credential.AuthorizeAsync(message, cancellation);
        clearance.Demand(); // Now: an authorisation may take seconds.
        HttpResponseMessage response = await _invoker.SendAsync(message, cancellation);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            credential.Refused();
        }

        return response;
    }
}
