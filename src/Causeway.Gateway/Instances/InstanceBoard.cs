using Causeway.Releases.Instances;

namespace Causeway.Gateway.Instances;

/// <summary>Which instances there are, and how far each is.</summary>
public sealed class InstanceBoard(IInstanceStore? store, TimeProvider time)
{
    /// <summary>An instance that is silent for longer is not waited for: it is cut off, or gone.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(10);

    /// <summary>Every instance that was heard of within a day, the oldest first; null: one process has the store for itself.</summary>
    public async Task<IReadOnlyList<InstanceState>?> ListAsync(CancellationToken cancellation) => store is null ? null : await store.ListAsync(cancellation);

    /// <summary>Waits until what was changed holds on every instance that is there, for at most <see cref="Patience"/>.</summary>
    /// <param name="withLedger">It changed grants, so that the ledger has to be known there too.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <param name="changedAt">When it was changed, a timestamp of the clock; null: now.</param>
    /// <returns>Every instance that is there, and whether it has applied everything that was changed before this call. Empty where one process has the store for itself.</returns>
    public async Task<IReadOnlyList<InstanceAck>> SpreadAsync(bool withLedger, CancellationToken cancellation, long? changedAt = null)
    {
        if (store is null)
        {
            return [];
        }

        long began = time.GetTimestamp();
        Dictionary<Guid, InstanceAck> acks = [];
        long policy = -1;
        long ledger = 0;
        while (true)
        {
            IReadOnlyList<InstanceState> there = await store.ListAsync(cancellation);
            if (policy < 0 && there.Count > 0)
            {
                (policy, ledger) = (there[0].Newest, there[0].LedgerHead);
            }

            TimeSpan passed = time.GetElapsedTime(began);
            bool isOver = passed >= Patience;
            bool areAll = true;
            foreach (InstanceState one in there.Where(one => one.Silent < InstanceWatch.GoneAfter))
            {
                bool has = one.Beat.Revision >= policy && (!withLedger || one.LedgerSeq >= ledger);
                areAll &= has || one.Silent > Patience;
                if (!acks.TryGetValue(one.Id, out InstanceAck? before) || !before.HasApplied)
                {
                    acks[one.Id] = new InstanceAck(one, has, time.GetElapsedTime(changedAt ?? began));
                }
            }

            if (areAll || isOver)
            {
                return [.. acks.Values];
            }

            await Task.Delay(s_between, time, cancellation);
        }
    }
}

/// <summary>Whether an instance has applied a change.</summary>
/// <param name="Instance">Which.</param>
/// <param name="HasApplied">It has.</param>
/// <param name="After">When that was seen, counted from the change.</param>
public sealed record InstanceAck(InstanceState Instance, bool HasApplied, TimeSpan After);
