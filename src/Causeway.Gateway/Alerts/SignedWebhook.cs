using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Causeway.Budgets.Alerts;
using Causeway.Gateway.Telemetry;
using Causeway.Gateway.Upstream;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Alerts;

/// <summary>
/// Posts events to an address that the operator configured, private ones included. Whoever tells never waits: one owner posts what is
/// queued, one after another. An event that is not taken in <see cref="MaxTries"/> tries, or before the process ends, is kept as a dead letter. No redirect is followed, no proxy used.
/// </summary>
public sealed class SignedWebhook : IAsyncDisposable
{
    /// <summary>The header that signs a body: <c>t=UNIX_SECONDS,v1=HEX</c>, HMAC-SHA256 of the time, a dot and the body.</summary>
    public const string SignatureHeader = "X-Causeway-Signature";

    /// <summary>The header that names a delivery, the same for every try: who hears an event twice can tell.</summary>
    public const string DeliveryHeader = "X-Causeway-Delivery";

    /// <summary>The webhook of alerts, as dead letters name it.</summary>
    public const string Alerts = "alerts";

    /// <summary>The webhook of conformance, as dead letters name it.</summary>
    public const string Conformance = "conformance";

    /// <summary>Tries per event.</summary>
    public const int MaxTries = 3;

    private const int MaxQueued = 256;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_firstBackoff = TimeSpan.FromSeconds(1);
    private readonly Channel<Posting> _queue = Channel.CreateBounded<Posting>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly CancellationTokenSource _stopping;
    private readonly HttpMessageInvoker _invoker;
    private readonly Uri _address;
    private readonly byte[]? _secret;
    private readonly string _name;
    private readonly IDeadLetterStore? _dead;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Task _owner;

    /// <param name="address">Where to.</param>
    /// <param name="secret">What bodies are signed with; null: they are not.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it says what could not be told.</param>
    /// <param name="name">What dead letters call it.</param>
    /// <param name="dead">Where what could not be told is kept; null: it is only logged.</param>
    public SignedWebhook(Uri address, string? secret, TimeProvider time, ILogger log, string name = Alerts, IDeadLetterStore? dead = null)
    {
        (_address, _time, _log, _name, _dead) = (address, time, log, name, dead);
        _stopping = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _secret = secret is null ? null : Encoding.UTF8.GetBytes(secret);
        _invoker = UpstreamSockets.Open(proxy: null, s_patience);
        _owner = Task.Run(PostAllAsync);
    }

    /// <summary>Hands an event over. Never blocks; of more than 256 that wait, the newest is only logged.</summary>
    /// <param name="what">What it tells, in a few words, for the log.</param>
    /// <param name="body">The event, JSON.</param>
    public void Tell(string what, byte[] body)
    {
        if (!_queue.Writer.TryWrite(new Posting(Guid.CreateVersion7(_time.GetUtcNow()), what, body)))
        {
            LogEvents.NotTold(_log, what, "too many events wait");
        }
    }

    /// <summary>Tries a dead letter once more, at once.</summary>
    /// <returns>Why it was not taken; null: it was.</returns>
    public async Task<string?> TryAgainAsync(DeadLetter letter)
    {
        (bool isTold, string problem) = await TryPostAsync(letter.Id, letter.Body);
        return isTold ? null : problem;
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

    private async Task BuryAsync(Posting posting, string problem, int tries)
    {
        LogEvents.NotTold(_log, posting.What, problem);
        if (_dead is null || posting.Body.Length > IDeadLetterStore.MaxBody)
        {
            return;
        }

        try
        {
            using var patience = new CancellationTokenSource(s_patience, _time);
            await _dead.KeepAsync(new DeadLetter(posting.Id, _name, posting.What, posting.Body, problem, tries, DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds())), patience.Token);
        }
#pragma warning disable CA1031 // The store's room is above this one, and whatever it says: the event is in the log, and the next one waits.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.NotKept(_log, posting.What, failure.Message);
        }
    }

    private async Task PostAsync(Posting posting)
    {
        string problem = "the process ended before it could be told";
        int tries = 0;
        for (int attempt = 1; attempt <= MaxTries && !_stopping.IsCancellationRequested; attempt++)
        {
            (bool isTold, problem) = await TryPostAsync(posting.Id, posting.Body);
            if (isTold)
            {
                return;
            }

            tries = attempt;

            if (attempt < MaxTries)
            {
                await Task.Delay(s_firstBackoff * Math.Pow(4, attempt - 1), _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await BuryAsync(posting, problem, tries);
    }

    private async Task<(bool IsTold, string Problem)> TryPostAsync(Guid id, byte[] body)
    {
        using var patience = new CancellationTokenSource(s_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
        using var message = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.TryAddWithoutValidation("User-Agent", "causeway");
        message.Headers.TryAddWithoutValidation(DeliveryHeader, id.ToString());
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

    private readonly record struct Posting(Guid Id, string What, byte[] Body);
}
