namespace Causeway.Releases.Rollouts;

/// <summary>
/// The right to serve candidates, which ends by itself: an instance that hears nothing from its store serves base. Goes by the monotonic clock, never by
/// wall time. Safe from any thread.
/// </summary>
public sealed class CandidateLease(TimeProvider time)
{
    /// <summary>How long a renewal holds.</summary>
    public static readonly TimeSpan Term = TimeSpan.FromSeconds(1);

    private const long Forever = long.MaxValue;
    private readonly Lock _turn = new();
    private long _until;
    private long _lapses;
    private int _isLapsed;
    private volatile bool _isWithheld;
    private bool _wasForever;

    /// <summary>It is live.</summary>
    public bool IsLive
    {
        get
        {
            long until = Volatile.Read(ref _until);
            if (until == Forever || time.GetTimestamp() < until)
            {
                return true;
            }

            if (until != 0 && !_isWithheld && Interlocked.Exchange(ref _isLapsed, 1) == 0)
            {
                Interlocked.Increment(ref _lapses);
            }

            return false;
        }
    }

    /// <summary>How often it ran out while somebody asked for it, drills apart.</summary>
    public long Lapses => Volatile.Read(ref _lapses);

    /// <summary>When it runs out unless it is renewed, from now; null: it never does.</summary>
    public TimeSpan? Left => Volatile.Read(ref _until) is var until && until == Forever
        ? null
        : TimeSpan.FromSeconds(Math.Max(0, (double)(until - time.GetTimestamp()) / time.TimestampFrequency));

    /// <summary>The store is this process's own: what it knows is what is in force, and the lease never ends.</summary>
    public void HoldForever()
    {
        lock (_turn)
        {
            _wasForever = _isWithheld;
            if (!_isWithheld)
            {
                Volatile.Write(ref _until, Forever);
            }
        }
    }

    /// <summary>The store was heard from.</summary>
    /// <param name="asked">When it was asked, as <see cref="TimeProvider.GetTimestamp"/> said: an answer that took long renews for less.</param>
    public void Renew(long asked)
    {
        long until = asked + Ticks(Term);
        lock (_turn)
        {
            if (!_isWithheld && _until != Forever && until > _until)
            {
                Volatile.Write(ref _until, until);
                Volatile.Write(ref _isLapsed, 0);
            }
        }
    }

    /// <summary>Renewals do nothing from now on, as if the store were not heard from: within <see cref="Term"/> it runs out. For a drill.</summary>
    /// <returns>False: it is withheld already.</returns>
    public bool TryWithhold()
    {
        lock (_turn)
        {
            if (_isWithheld)
            {
                return false;
            }

            (_isWithheld, _wasForever) = (true, _until == Forever);
            if (_wasForever)
            {
                Volatile.Write(ref _until, time.GetTimestamp() + Ticks(Term));
            }

            return true;
        }
    }

    /// <summary>Renewals count again; one that never ended does not end again.</summary>
    public void Restore()
    {
        lock (_turn)
        {
            Volatile.Write(ref _isLapsed, _wasForever ? 0 : 1); // What ran out in the drill is no lapse: the next that counts is after a renewal.
            _isWithheld = false;
            if (_wasForever)
            {
                Volatile.Write(ref _until, Forever);
            }
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
