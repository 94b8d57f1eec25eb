using System.Threading.Channels;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Payloads;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Capture;

/// <summary>
/// Keeps payloads, sealed, a little after their requests: no request waits for it, and when the store is away or too many wait they are let go and counted. What the rules
/// are is read at every request; a reload puts others in their place.
/// </summary>
public sealed class PayloadBook(IPayloadStore store, PayloadSeal seal, TimeProvider time, ILogger<PayloadBook> log) : BackgroundService
{
    // Of 128 KiB each as rules are by default: 32 MiB that wait at most in memory.
    private const int MaxWaiting = 256;
    private const int OfATurn = 32;
    private readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly Lock _ordering = new();
    private volatile IReadOnlyList<CaptureRule> _rules = [];
    private volatile (CaptureRule Rule, long UntilMs)[] _ordered = [];
    private volatile IReadOnlyCollection<CaptureOrder> _orders = [];
    private long _waitingBytes;
    private long _lost;

    /// <summary>Bytes that wait at most, whatever rules keep.</summary>
    public const int MaxWaitingBytes = 64 * 1024 * 1024;

    /// <summary>Payloads that were let go since the start.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>The rules of the configuration.</summary>
    public IReadOnlyList<CaptureRule> Rules
    {
        get => _rules;
        set => _rules = value;
    }

    /// <summary>The orders that were given, those that are over too.</summary>
    public IReadOnlyCollection<CaptureOrder> Orders => _orders;

    /// <summary>Takes orders over; of two states of one that which is ended stands, in whatever order they come.</summary>
    public void Take(IReadOnlyCollection<CaptureOrder> changed)
    {
        lock (_ordering)
        {
            Dictionary<CaptureOrderId, CaptureOrder> next = _orders.ToDictionary(order => order.Id);
            foreach (CaptureOrder order in changed)
            {
                if (!next.TryGetValue(order.Id, out CaptureOrder? known) || known.EndedAt is null)
                {
                    next[order.Id] = order;
                }
            }

            _ordered = [.. next.Values.Where(order => order.End > time.GetUtcNow()).OrderByDescending(order => order.Id.Value).Select(order => (RuleOf(order), order.End.ToUnixTimeMilliseconds()))];
            _orders = [.. next.Values];
        }
    }

    /// <summary>What an order keeps, as a rule.</summary>
    public static CaptureRule RuleOf(CaptureOrder order) => new(order.Team, order.Feature, order.Environments, order.UpTo, order.Redacted, order.Keep, order.MaxBytes);

    /// <summary>The rule by which a request is kept: the first of the configuration that fits, or else the newest order in force that does. Allocates nothing where none is.</summary>
    /// <returns>Null: nothing is kept of it.</returns>
    public CaptureRule? Find(Attribution of, string dataClass, bool isRedacted)
    {
        foreach (CaptureRule rule in _rules)
        {
            if (rule.Fits(of, dataClass, isRedacted))
            {
                return rule;
            }
        }

        (CaptureRule Rule, long UntilMs)[] ordered = _ordered;
        if (ordered.Length == 0)
        {
            return null;
        }

        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach ((CaptureRule rule, long untilMs) in ordered)
        {
            if (now < untilMs && rule.Fits(of, dataClass, isRedacted))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>Whether anything may be kept at all.</summary>
    public bool HasRules => _rules.Count > 0 || _ordered.Length > 0;

    /// <summary>Takes a payload, to be kept soon.</summary>
    /// <param name="request">The request.</param>
    /// <param name="keep">For how long.</param>
    /// <param name="payload">What it said and was answered; not to be changed any more.</param>
    public void Take(Guid request, TimeSpan keep, Payload payload)
    {
        int size = payload.Prompt.Length + payload.Answer.Length;
        if (Interlocked.Add(ref _waitingBytes, size) > MaxWaitingBytes || !_waiting.Writer.TryWrite(new Waiting(request, time.GetUtcNow() + keep, payload, null)))
        {
            Interlocked.Add(ref _waitingBytes, -size);
            Interlocked.Increment(ref _lost);
        }
    }

    /// <summary>Returns when everything is kept that was taken until now.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _waiting.Writer.WriteAsync(new Waiting(default, default, null, done), cancellation);
        await done.Task.WaitAsync(cancellation);
    }

    /// <summary>Opens what is kept of a request.</summary>
    /// <returns>Null: nothing is, or its time is over.</returns>
    /// <exception cref="PayloadLockedException">It is there and does not open.</exception>
    public async Task<(Payload Payload, DateTimeOffset Until)?> OpenAsync(Guid request, CancellationToken cancellation) =>
        await FindAsync(request, cancellation) is not { } kept ? null
        : seal.Open(kept) is { } payload ? (payload, kept.Until)
        : throw new PayloadLockedException();

    /// <summary>Until when something is kept of a request; null: nothing is.</summary>
    public async Task<DateTimeOffset?> KeptUntilAsync(Guid request, CancellationToken cancellation) => (await FindAsync(request, cancellation))?.Until;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete(); // What waits is kept; what comes later is let go.
        await base.StopAsync(cancellationToken);
        await (ExecuteTask ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<SealedPayload> turn = [];
        List<TaskCompletionSource> told = [];
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (turn.Count < OfATurn && _waiting.Reader.TryRead(out Waiting? one))
            {
                if (one.Payload is { } payload)
                {
                    Interlocked.Add(ref _waitingBytes, -(payload.Prompt.Length + payload.Answer.Length));
                    turn.Add(seal.Seal(one.Request, one.Until, payload));
                }
                else
                {
                    told.Add(one.Done!);
                }
            }

            await KeepAsync(turn);
            told.ForEach(static done => done.TrySetResult());
            turn.Clear();
            told.Clear();
        }
    }

    private async Task KeepAsync(List<SealedPayload> turn)
    {
        if (turn.Count == 0)
        {
            return;
        }

        try
        {
            await store.PutAsync(turn, CancellationToken.None);
        }
#pragma warning disable CA1031 // The owner's edge: what cannot be kept is let go, and the next turn tries anew with what came then.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Interlocked.Add(ref _lost, turn.Count);
            LogEvents.PayloadsLost(log, turn.Count, failure);
        }
    }

    private async Task<SealedPayload?> FindAsync(Guid request, CancellationToken cancellation) =>
        await store.FindAsync(request, cancellation) is { } kept && kept.Until > time.GetUtcNow() ? kept : null;

    private sealed record Waiting(Guid Request, DateTimeOffset Until, Payload? Payload, TaskCompletionSource? Done);
}

/// <summary>A payload is kept and does not open: the master key that it was sealed under is gone, or the row was altered.</summary>
public sealed class PayloadLockedException() : Exception("It is kept, and does not open: the master key that it was sealed under is no longer there, or it was altered.");
