using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Relay;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Rollback;

namespace Causeway.Gateway.Upstream;

/// <summary>
/// Cancels calls that stand still. One timer looks over all of them four times a second: a timer per read would cost more than
/// the read. A time-out therefore fires up to a quarter of a second late.
/// </summary>
internal sealed class StallWatch : IDisposable
{
    private static readonly TimeSpan s_round = TimeSpan.FromMilliseconds(250);
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _turn = new();
    private Deadline? _first;
    private volatile bool _stopping;

    public StallWatch(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static watch => ((StallWatch)watch!).Look(), this, s_round, s_round);
    }

    /// <summary>Watches a call until the returned deadline is disposed.</summary>
    /// <param name="total">The most that the whole call may take.</param>
    /// <param name="clientGone">Cancels as well.</param>
    /// <param name="payer">Who pays; null: Causeway's own calls.</param>
    /// <param name="left">Null: a client that is gone ends the call. Otherwise the call goes on for <see cref="Drain.MaxTime"/> at most, and this is told.</param>
    /// <param name="serving">The release that it is made for; null: none.</param>
    public Deadline Start(TimeSpan total, CancellationToken clientGone, Payer? payer = null, Action? left = null, Serving? serving = null)
    {
        var deadline = new Deadline(this, _time.GetTimestamp() + Ticks(total), payer, left, left is null ? clientGone : CancellationToken.None) { Serving = serving };
        lock (_turn)
        {
            deadline.Next = _first;
            _first?.Previous = deadline;
            _first = deadline;
        }

        if (left is not null)
        {
            deadline.Follow(clientGone);
        }

        return deadline;
    }

    /// <summary>The process is asked to end: answers that are read on for callers that left are left alone, those of now and those to come.</summary>
    public void EndDrains()
    {
        _stopping = true;
        List<Deadline> drained = [];
        lock (_turn)
        {
            for (Deadline? deadline = _first; deadline is not null; deadline = deadline.Next)
            {
                if (deadline.IsDraining)
                {
                    drained.Add(deadline);
                }
            }
        }

        drained.ForEach(static deadline => deadline.Expire());
    }

    /// <summary>Ends every call that a grant, or one below it, pays for: at once, not with the next round.</summary>
    /// <returns>How many.</returns>
    public int Cut(GrantId grant) => Cut(payer => payer.Grant.Path.Any(node => node.Grant.Id == grant));

    /// <summary>Ends the calls with keys that a prefix has ended.</summary>
    /// <param name="prefix">The prefix that was revoked.</param>
    /// <param name="all">Also where the key's grant says that what runs may be finished.</param>
    /// <returns>How many.</returns>
    public int Cut(RevocationId prefix, bool all) => Cut(payer => payer.Token?.Prefixes.Contains(prefix) == true && (all || payer.CutsOnRevoke));

    private int Cut(Predicate<Payer> ends)
    {
        List<Deadline> cut = [];
        lock (_turn)
        {
            for (Deadline? deadline = _first; deadline is not null; deadline = deadline.Next)
            {
                if (deadline.Payer is { } payer && ends(payer))
                {
                    cut.Add(deadline);
                }
            }
        }

        cut.ForEach(static deadline => deadline.Cut());
        return cut.Count;
    }

    /// <summary>Does with the calls of a release that was rolled back as the policy says.</summary>
    /// <param name="isRevoked">Whether a call's release was.</param>
    /// <param name="policy">What becomes of them.</param>
    public RevokedCalls Revoke(Predicate<ServedRelease> isRevoked, StreamPolicy policy)
    {
        List<Deadline> met = [];
        lock (_turn)
        {
            for (Deadline? deadline = _first; deadline is not null; deadline = deadline.Next)
            {
                if (deadline.Serving is { } serving && isRevoked(serving.Release))
                {
                    met.Add(deadline);
                }
            }
        }

        RevokedCalls calls = new();
        foreach (Deadline deadline in met)
        {
            bool isStream = deadline.Serving!.Value.IsStream;
            calls = deadline.Revoke(policy) switch
            {
                RevokedCall.Draining when isStream => calls with { DrainingStreams = calls.DrainingStreams + 1 },
                RevokedCall.Draining => calls with { DrainingRequests = calls.DrainingRequests + 1 },
                RevokedCall.Reissued => calls with { Reissued = calls.Reissued + 1 },
                RevokedCall.Cut => calls with { Cut = calls.Cut + 1 },
                _ => calls,
            };
        }

        return calls;
    }

    /// <summary>Counts the calls that are made for releases now.</summary>
    public (int Requests, int Streams) Count(Predicate<ServedRelease> isOne)
    {
        (int requests, int streams) = (0, 0);
        lock (_turn)
        {
            for (Deadline? deadline = _first; deadline is not null; deadline = deadline.Next)
            {
                if (deadline.Serving is { } serving && isOne(serving.Release))
                {
                    _ = serving.IsStream ? streams++ : requests++;
                }
            }
        }

        return (requests, streams);
    }

    public void Dispose() => _timer.Dispose();

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    private void Look()
    {
        long now = _time.GetTimestamp();
        List<Deadline>? expired = null; // Its own in each round: rounds overlap when what is cancelled runs on for long.
        lock (_turn)
        {
            for (Deadline? deadline = _first; deadline is not null; deadline = deadline.Next)
            {
                if (now >= deadline.Due)
                {
                    (expired ??= []).Add(deadline);
                }
            }
        }

        foreach (Deadline deadline in expired ?? [])
        {
            deadline.Expire(); // Outside of the lock: what is cancelled runs on right here.
        }
    }

    private void Remove(Deadline deadline)
    {
        lock (_turn)
        {
            deadline.Previous?.Next = deadline.Next;
            deadline.Next?.Previous = deadline.Previous;
            if (_first == deadline)
            {
                _first = deadline.Next;
            }
        }
    }

    /// <summary>What a call may still take. Only the call itself moves it.</summary>
    internal sealed class Deadline : IDisposable
    {
        private readonly StallWatch _watch;
        private readonly CancellationTokenSource _source;
        private readonly Action? _left;
        private CancellationTokenRegistration _leaving;
        private long _last;
        private long _due;
        private bool _ended;
        private bool _forwards;
        private bool _lastIsOfRevocation;
        private volatile bool _draining;

        public Deadline(StallWatch watch, long last, Payer? payer, Action? left, CancellationToken clientGone)
        {
            _watch = watch;
            Payer = payer;
            _last = last;
            _due = last;
            _left = left;
            _source = CancellationTokenSource.CreateLinkedTokenSource(clientGone);
            Token = _source.Token;
        }

        /// <summary>Cancelled when the client is gone, unless the call outlives it, or the time is over.</summary>
        public CancellationToken Token { get; }

        /// <summary>The call outlives its client.</summary>
        public bool Drains => _left is not null;

        /// <summary>The client is gone, and the provider's answer may be read on.</summary>
        public bool IsDraining => _draining && !Token.IsCancellationRequested;

        /// <summary>Who pays for the call; null: nobody's grant.</summary>
        public Payer? Payer { get; }

        /// <summary>The time was over: it was not the client.</summary>
        public bool TimedOut { get; private set; }

        /// <summary>The grant or the key was taken back, with what runs under it.</summary>
        public bool WasCut { get; private set; }

        /// <summary>The release that the call was made for was rolled back, and the call is not to be finished.</summary>
        public bool WasRevoked { get; private set; }

        /// <summary>The release that the call is made for; null: none.</summary>
        public Serving? Serving { get; init; }

        /// <summary>Why the token was cancelled.</summary>
        public RelayEnd End => WasCut ? RelayEnd.Cut : WasRevoked && !_draining ? RelayEnd.Revoked : TimedOut && !_draining ? RelayEnd.Stalled : RelayEnd.ClientGone;

        public Deadline? Next { get; set; }

        public Deadline? Previous { get; set; }

        public long Due => Math.Min(Volatile.Read(ref _due), Volatile.Read(ref _last));

        /// <summary>Something has to happen within this time, and never later than the whole call may take.</summary>
        public void Within(TimeSpan span) => Volatile.Write(ref _due, Math.Min(Volatile.Read(ref _last), _watch._time.GetTimestamp() + _watch.Ticks(span)));

        /// <summary>Time does not count while the caller, not the provider, is what is waited for.</summary>
        public void Pause() => Volatile.Write(ref _due, Volatile.Read(ref _last));

        /// <summary>Takes note when the client leaves.</summary>
        public void Follow(CancellationToken clientGone) => _leaving = clientGone.UnsafeRegister(static deadline => ((Deadline)deadline!).Leave(), this);

        /// <summary>The client is gone. Told again it changes nothing.</summary>
        public void Leave()
        {
            if (_left is null)
            {
                return; // The token that is linked says so.
            }

            lock (_source)
            {
                if (_ended || _draining)
                {
                    return;
                }

                Volatile.Write(ref _last, Math.Min(_last, _watch._time.GetTimestamp() + _watch.Ticks(Drain.MaxTime)));
                _draining = true;
            }

            _left();
            if (_watch._stopping)
            {
                Expire();
            }
        }

        public void Expire()
        {
            lock (_source)
            {
                if (!_ended)
                {
                    bool isOfRevocation = _lastIsOfRevocation && _watch._time.GetTimestamp() >= _last;
                    (TimedOut, WasRevoked) = (!isOfRevocation, isOfRevocation);
                    _source.Cancel();
                }
            }
        }

        /// <summary>Something of the answer is about to reach the caller. False: the call was revoked before, and nothing may.</summary>
        public bool TryForward()
        {
            if (Serving is null)
            {
                return true;
            }

            lock (_source)
            {
                return _forwards = !WasRevoked;
            }
        }

        /// <summary>The release that the call is made for was rolled back.</summary>
        public RevokedCall Revoke(StreamPolicy policy)
        {
            lock (_source)
            {
                if (_ended || Token.IsCancellationRequested)
                {
                    return RevokedCall.Over;
                }

                bool reissues = policy != StreamPolicy.Drain && !_forwards && Serving!.Value.MayReissue;
                if (reissues || (policy == StreamPolicy.Cut && _forwards))
                {
                    WasRevoked = true;
                    _source.Cancel();
                    return reissues ? RevokedCall.Reissued : RevokedCall.Cut;
                }

                long last = _watch._time.GetTimestamp() + _watch.Ticks(StreamPolicies.DrainLimit);
                if (last < _last)
                {
                    Volatile.Write(ref _last, last);
                    _lastIsOfRevocation = true;
                }

                return RevokedCall.Draining;
            }
        }

        public void Cut()
        {
            lock (_source)
            {
                if (!_ended)
                {
                    WasCut = true;
                    _source.Cancel();
                }
            }
        }

        public void Dispose()
        {
            _watch.Remove(this);
            _leaving.Unregister(); // Without waiting: whoever calls it back may be the one that disposes.
            lock (_source)
            {
                _ended = true; // A round that still holds it must not cancel a disposed source.
                _source.Dispose();
            }
        }
    }
}

/// <summary>Whom a call is made for.</summary>
/// <param name="Grant">The grant that pays; of a key with a total of its own, its account.</param>
/// <param name="Token">The capability key; null: an opaque one.</param>
internal readonly record struct Payer(GrantNode Grant, VerifiedToken? Token = null)
{
    /// <summary>What runs when the key is revoked is cut: as its grant says, or one above it.</summary>
    public bool CutsOnRevoke => Grant.CutsOnRevoke;
}
