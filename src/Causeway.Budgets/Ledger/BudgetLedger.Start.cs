using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <content>Start and checkpoint: the state is a fold of the events, and proves it.</content>
public sealed partial class BudgetLedger
{
    /// <summary>How the fold of the last start differed from what was kept; null: it did not. Grants that are enforced hard are refused meanwhile.</summary>
    public string? Mismatch { get; private set; }

    /// <summary>What tells that the ledger which is loaded is an older one than there was; null: nothing does. It is a mismatch from then on.</summary>
    public string? SetBack { get; set; }

    /// <summary>Takes over what is kept, as the only one who writes. Called once, before the first request.</summary>
    public Replay Start(LedgerImage image)
    {
        lock (_gate)
        {
            int replayed = Load(image);
            long now = _nowMs;
            Reservation[] open = [.. _open.Values];
            foreach (Reservation reservation in open)
            {
                DoubtLocked(reservation);
                Write(reservation, LedgerEventKind.InDoubt, null, UsageSource.None, null, null, "restart");
            }

            _ = _journal.Append(new JournalEntry(new LedgerEvent(LedgerEventKind.Started, now) { Actor = "causeway", Code = Mismatch is null ? null : "ledger_mismatch", Detail = Mismatch }), isAwaited: false);
            return new Replay(replayed, open.Length, Mismatch);
        }
    }

    private int Load(LedgerImage image)
    {
        // The events begin before the last changes of limits, with the limits that held then.
        var kept = image.Grants.ToDictionary(grant => grant.Id);
        foreach ((GrantId id, GrantSetting first) in FirstSettings(image.Events))
        {
            if (kept.TryGetValue(id, out Grant? last))
            {
                kept[id] = last with { Limits = first.Before.Limits };
            }
        }

        foreach (Grant grant in image.Grants)
        {
            Plant(kept[grant.Id], kept);
        }

        foreach (GrantUse use in image.Uses)
        {
            Recall(use);
        }

        Mismatch = image.Problem ?? SetBack;
        int replayed = Fold(image);
        foreach (Grant grant in image.Grants)
        {
            if (_nodes[grant.Id] is { } node && !node.Grant.Limits.SequenceEqual(grant.Limits))
            {
                Mismatch ??= $"The limits of {grant.Id} are not what its events say.";
                node.Become(grant);
            }
        }

        long now = Advance();
        foreach (Overlay overlay in image.Overlays)
        {
            _nodes.GetValueOrDefault(overlay.Grant)?.States.ElementAtOrDefault(overlay.Limit)?.Add(overlay, now);
        }

        DeriveEscrow();
        return replayed;
    }

    /// <summary>Writes a checkpoint after everything decided so far.</summary>
    public Task Checkpoint()
    {
        if (!_journal.DecidesNow)
        {
            return DecideAsync(Checkpoint).AsTask();
        }

        lock (_gate)
        {
            byte[] state = LedgerState.Write(_nowMs, ById(), _open.Values, _doubtedLeases.Values);
            return _journal.Append(new JournalEntry((LedgerEvent?)null) { Checkpoint = state, Forgotten = Forget(_nowMs) }, isAwaited: true);
        }
    }

    // Sorting a hundred thousand takes longer than all else of a checkpoint; they change in number only.
    internal GrantNode[] ById()
    {
        if (_byId.Length != _nodes.Count)
        {
            _byId = [.. _nodes.Values];
            Array.Sort(_byId, static (one, other) => one.Grant.Id.Value.CompareTo(other.Grant.Id.Value));
        }

        return _byId;
    }

    // A grant's place needs the grants above it, in whatever order they are kept.
    private GrantNode Plant(Grant grant, Dictionary<GrantId, Grant> kept)
    {
        if (_nodes.TryGetValue(grant.Id, out GrantNode? planted))
        {
            return planted;
        }

        GrantNode? parent = grant.Parent is not { } above ? null
            : kept.TryGetValue(above, out Grant? held) ? Plant(held, kept)
            : throw new InvalidDataException($"{grant.Id} stands below {above}, which is not kept.");
        GrantNode node = new(grant, parent);
        Add(node);
        return node;
    }

    private int Fold(LedgerImage image)
    {
        int replayed = 0;
        try
        {
            LedgerCheckpoint? first = image.Older ?? image.Newer;
            LedgerCheckpoint? proof = image.Older is null ? null : image.Newer;
            if (first is not null)
            {
                (_nowMs, IReadOnlyList<OpenReservation> open) = LedgerState.Read(first.State, Find, _doubtedLeases);
                foreach (OpenReservation one in open)
                {
                    Reopen(one);
                }
            }

            foreach (LedgerEvent happened in image.Events)
            {
                if (proof is not null && happened.Seq > proof.Seq)
                {
                    Prove(proof);
                    proof = null;
                }

                Fold(happened);
                replayed++;
            }

            if (proof is not null)
            {
                Prove(proof);
            }
        }
        catch (Exception failure) when (failure is FormatException or InvalidOperationException or OverflowException or ArgumentException)
        {
            Mismatch ??= failure.Message;
        }

        return replayed;
    }

    private void Prove(LedgerCheckpoint kept)
    {
        // The time is the checkpoint's own: events that moved nothing do not say when they were.
        byte[] folded = LedgerState.Write(LedgerMark.TimeOf(kept.State), ById(), _open.Values, _doubtedLeases.Values, LedgerState.VersionOf(kept.State));
        if (!folded.AsSpan().SequenceEqual(kept.State))
        {
            Mismatch ??= $"The balances kept with event {kept.Seq} are not the sum of the events before it.";
        }
    }

    private void Reopen(OpenReservation kept)
    {
        GrantNode grant = Find(kept.Grant) ?? throw new FormatException($"The ledger's checkpoint holds a reservation of {kept.Grant}, which does not exist.");
        var balances = new Balance?[grant.Slots.Length];
        for (int i = 0; i < balances.Length; i++)
        {
            LimitState state = grant.Slots[i].State;
            if (state.Counts(kept.AtMs))
            {
                Balance balance = state.Restore(state.Limit.Window.StartOf(kept.AtMs)); // Forgets no window: who holds it is not known before the last of these.
                balance.Holders++;
                balances[i] = balance;
            }
        }

        Reservation open = Bound(kept.Id, grant, kept.Held, kept.AtMs, kept.DeadlineMs, balances, kept.Owner);
        if (kept.LeasedRequests is { } requests)
        {
            KeepLease(open, requests);
        }
        else
        {
            _open.Add(kept.Id, open);
        }
    }

    private void Fold(LedgerEvent happened)
    {
        _nowMs = Math.Max(_nowMs, happened.AtMs);
        switch (happened.Kind)
        {
            case LedgerEventKind.Reserved:
                GrantNode leaf = Known(happened);
                if (happened.Lease is { } lease)
                {
                    DrawLocked(lease, happened.Held);
                }

                Open(leaf, happened.Request!.Value, happened.Held, happened.ReservedAtMs, happened.DeadlineMs, InstanceId.TryParse(happened.Actor, out InstanceId owner) ? owner : null);
                leaf.LastAllowedMs = Math.Max(leaf.LastAllowedMs, happened.AtMs);
                break;
            case LedgerEventKind.GrantChanged when happened.Code == GrantSetting.Code:
                GrantNode changed = Known(happened);
                Reshape(changed, changed.Grant with { Limits = GrantSetting.Of(happened).After.Limits });
                break;
            case LedgerEventKind.Denied:
                Remember(happened);
                break;
            case LedgerEventKind.Extended when Opened(happened) is { } grown:
                PathMovement.Move(grown, happened.Held, 0, default, 0, default, 0);
                grown.Held += happened.Held;
                break;
            case LedgerEventKind.Settled when Opened(happened) is { } settled:
                SettleLocked(settled, happened.Booked);
                break;
            case LedgerEventKind.Voided when Opened(happened) is { } voided:
                VoidLocked(voided);
                break;
            case LedgerEventKind.InDoubt when Opened(happened) is { } doubted:
                DoubtLocked(doubted);
                break;
            case LedgerEventKind.Adjusted:
                PathMovement.Apply(Known(happened), happened.ReservedAtMs, happened.Held, Doubted(happened.Request, happened.Held, happened.AtMs), happened.Booked, _nowMs);
                Adjusted(happened.Request, happened.Held, happened.AtMs);
                break;
            case LedgerEventKind.LeaseTaken or LedgerEventKind.LeaseReturned or LedgerEventKind.LeaseRecalled:
                FoldLease(happened);
                break;
        }
    }

    private GrantNode Known(LedgerEvent happened) =>
        (happened.Grant is { } id ? Find(id) : null) ?? throw new FormatException($"Event {happened.Seq} of the ledger speaks of {happened.Grant}, which does not exist.");

    private Reservation Opened(LedgerEvent happened) =>
        _open.GetValueOrDefault(happened.Request.GetValueOrDefault()) ?? throw new FormatException($"Event {happened.Seq} of the ledger ends a reservation that was not open.");

    // What is in escrow follows from what the carves below have used: it is not kept. What the fold left there is worth nothing.
    private void DeriveEscrow()
    {
        LimitState[] limits = [.. _nodes.Values.SelectMany(node => node.States)];
        foreach (LimitState limit in limits)
        {
            limit.Carved = 0;
        }

        foreach (LimitState carve in limits.Where(limit => limit.CarvedFrom is not null))
        {
            carve.CarvedFrom!.Carved += carve.Limit.Amount;
            if (carve.Grant.Grant.Kind == GrantKind.BreakGlass)
            {
                carve.CarvedFrom.Seal(carve, isThere: true);
            }
        }

        foreach (LimitState above in limits)
        {
            foreach (Balance balance in above.Balances)
            {
                balance.Escrowed = above.CarvedIn(balance.Start);
            }
        }

        foreach (LimitState carve in limits.Where(limit => limit.CarvedFrom is not null))
        {
            foreach (Balance balance in carve.Balances)
            {
                if (carve.CarvedFrom!.Balances.FirstOrDefault(one => one.Start == balance.Start) is { } above)
                {
                    above.Escrowed -= carve.Limit.Amount - carve.OpenedIn(balance.Start) - carve.EscrowOf(balance);
                }
            }
        }
    }
}
