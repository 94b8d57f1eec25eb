using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Causeway.Gateway.Telemetry;
using Causeway.Gateway.Upstream;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Alerts;

/// <summary>
/// Posts events to an address that the operator configured, private ones included. Whoever tells never waits: one owner posts what is
/// queued, one after another, and gives an event up after <see cref="MaxTries"/> tries. No redirect is followed, no proxy used.
/// </summary>
public sealed class SignedWebhook : IAsyncDisposable
{
    /// <summary>The header that signs a body: <c>t=UNIX_SECONDS,v1=HEX</c>, HMAC-SHA256 of the time, a dot and the body.</summary>
    public const string SignatureHeader = "X-Causeway-Signature";

    /// <summary>Tries per event.</summary>
    public const int MaxTries = 3;

    private const int MaxQueued = 256;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_firstBackoff = TimeSpan.FromSeconds(1);
    private readonly Channel<Posting> _queue = Channel.CreateBounded<Posting>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly HttpMessageInvoker _invoker;
    private readonly Uri _address;
    private readonly byte[]? _secret;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Task _owner;

    /// <param name="address">Where to.</param>
    /// <param name="secret">What bodies are signed with; null: they are not.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it says what could not be told.</param>
    public SignedWebhook(Uri address, string? secret, TimeProvider time, ILogger log)
    {
        (_address, _time, _log) = (address, time, log);
        _secret = secret is null ? null : Encoding.UTF8.GetBytes(secret);
        _invoker = UpstreamSockets.Open(proxy: null, s_patience);
        _owner = Task.Run(PostAllAsync);
    }

    /// <summary>Hands an event over. Never blocks; of more than 256 that wait, the newest is only logged.</summary>
    /// <param name="what">What it tells, in a few words, for the log.</param>
    /// <param name="body">The event, JSON.</param>
    public void Tell(string what, byte[] body)
    {
        if (!_queue.Writer.TryWrite(new Posting(what, body)))
        {
            LogEvents.NotTold(_log, what, "too many events wait");
        }
    }

    /// <summary>Posts what is queued for at most ten seconds, then gives up.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _stopping.CancelAfter(s_patience);
        await _owner;
        _invoker.Dispose();
        _stopping.Dispose();
    }

    /// <summary>The signature of a body at a time.</summary>
    internal static string Sign(byte[] secret, byte[] body, DateTimeOffset at)
    {
        string seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(seconds), (byte)'.', .. body];
        byte[] hash = HMACSHA256.HashData(secret, signed);
        return $"t={seconds},v1={Convert.ToHexStringLower(hash)}";
    }

    private async Task PostAllAsync()
    {
        await foreach (Posting posting in _queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await PostAsync(posting);
            }
#pragma warning disable CA1031 // The owner's edge: one event that cannot be told must not silence those after it.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogEvents.NotTold(_log, posting.What, failure.Message);
            }
        }
    }

    private async Task PostAsync(Posting posting)
    {
        string problem = "";
        for (int attempt = 1; attempt <= MaxTries && !_stopping.IsCancellationRequested; attempt++)
        {
            (bool isTold, problem) = await TryPostAsync(posting.Body);
            if (isTold)
            {
                return;
            }

            if (attempt < MaxTries)
            {
                await Task.Delay(s_firstBackoff * Math.Pow(4, attempt - 1), _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        LogEvents.NotTold(_log, posting.What, problem);
    }

    private async Task<(bool IsTold, string Problem)> TryPostAsync(byte[] body)
    {
        using var patience = new CancellationTokenSource(s_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
        using var message = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.TryAddWithoutValidation("User-Agent", "causeway");
        if (_secret is { } secret)
        {
            message.Headers.TryAddWithoutValidation(SignatureHeader, Sign(secret, body, _time.GetUtcNow()));
        }

        try
        {
            using HttpResponseMessage response = await _invoker.SendAsync(message, either.Token);
            return (response.IsSuccessStatusCode, $"status {(int)response.StatusCode}");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return (false, failure.Message);
        }
        catch (OperationCanceledException)
        {
            return (false, $"no answer in {s_patience.TotalSeconds:0} s");
        }
    }

    private readonly record struct Posting(string What, byte[] Body);
}
