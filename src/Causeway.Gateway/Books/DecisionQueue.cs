namespace Causeway.Gateway.Books;

/// <summary>What waits for a turn, in the order in which it was asked, and what is decided in the turn that runs. Anybody adds; only the owner of the turns takes.</summary>
/// <param name="book">Where what has happened is kept as well while the store is away; null: nowhere.</param>
internal sealed class DecisionQueue(OutageBook? book)
{
    private readonly Lock _gate = new();
    private readonly Queue<TurnDecision> _waiting = [];
    private readonly List<TurnDecision> _deciding = [];
    private bool _isAwaited;
    private bool _isAway;

    /// <summary>How many wait for a turn; those of the turn that runs are none of them.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Somebody waits for one of them, so the turn does not wait for company.</summary>
    public bool IsAwaited => Volatile.Read(ref _isAwaited);

    /// <summary>Waits for a turn.</summary>
    /// <returns>Completes when it would outlive the process: at once, unless the store is away.</returns>
    public Task Add(TurnDecision decision, bool isAwaited)
    {
        lock (_gate)
        {
            _waiting.Enqueue(decision);
            _isAwaited |= isAwaited;
            return _isAway && book is not null && decision is PostedDecision posted ? posted.KeepIn(book) : Task.CompletedTask;
        }
    }

    /// <summary>The store is away: from now on, and before that, what has happened and waits is kept in the local book.</summary>
    public void Keep()
    {
        lock (_gate)
        {
            _isAway = true;
            if (book is null)
            {
                return;
            }

            foreach (PostedDecision posted in _deciding.Concat(_waiting).OfType<PostedDecision>())
            {
                _ = posted.KeepIn(book);
            }
        }
    }

    /// <summary>Takes up to so many into the turn.</summary>
    /// <returns>All that are decided in it.</returns>
    public IReadOnlyList<TurnDecision> Take(int most)
    {
        lock (_gate)
        {
            while (_deciding.Count < most && _waiting.TryDequeue(out TurnDecision? next))
            {
                _deciding.Add(next);
            }

            _isAwaited &= _waiting.Count > 0;
        }

        return _deciding;
    }

    /// <summary>The turn is over and was kept: the store is there.</summary>
    /// <returns>What was decided in it.</returns>
    public TurnDecision[] Complete()
    {
        lock (_gate)
        {
            TurnDecision[] decided = [.. _deciding];
            _deciding.Clear();
            _isAway = false;
            return decided;
        }
    }

    /// <summary>The turn was lost: what is still wanted of it is decided again, before what came after it.</summary>
    public void Lose()
    {
        lock (_gate)
        {
            WaitAgain([.. _deciding, .. _waiting]);
            _deciding.Clear();
        }
    }

    /// <summary>The store is away: whoever asked is told at once. What has happened already is decided when the store is back.</summary>
    public void Refuse()
    {
        lock (_gate)
        {
            foreach (TurnDecision decision in _deciding.Concat(_waiting))
            {
                decision.Refuse();
            }

            WaitAgain([.. _waiting]);
        }
    }

    private void WaitAgain(TurnDecision[] decisions)
    {
        _waiting.Clear();
        foreach (TurnDecision decision in decisions)
        {
            if (decision.IsWanted)
            {
                _waiting.Enqueue(decision);
            }
        }
    }
}
