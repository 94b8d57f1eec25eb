using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;

namespace Causeway.Testing;

/// <summary>What was seen of rollouts, in memory; away while it is told to be.</summary>
internal sealed class MemoryGuardStore : IGuardStore
{
    private readonly List<(long Seq, RolloutId Rollout, DateTimeOffset At, byte[] Body)> _rows = [];
    private readonly Lock _turn = new();

    public bool Away { get; set; }

    /// <summary>What happens while something is added; null: nothing.</summary>
    public Action? Adding { get; set; }

    public int Rows => _rows.Count;

    public Task AppendAsync(IReadOnlyList<(RolloutId Rollout, GuardEvidence Evidence)> seen, DateTimeOffset at, CancellationToken cancellation)
    {
        Adding?.Invoke();
        lock (_turn)
        {
            Check();
            foreach ((RolloutId rollout, GuardEvidence evidence) in seen)
            {
                _rows.Add((_rows.Count + 1, rollout, at, evidence.Write()));
            }
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<(long Seq, GuardEvidence Evidence)>> ReadAsync(RolloutId rollout, long after, int limit, CancellationToken cancellation)
    {
        lock (_turn)
        {
            Check();
            return Task.FromResult<IReadOnlyList<(long, GuardEvidence)>>([.. _rows.Where(row => row.Rollout == rollout && row.Seq > after).Take(limit).Select(row => (row.Seq, GuardEvidence.Read(row.Body)))]);
        }
    }

    public Task<long> DropBeforeAsync(DateTimeOffset before, CancellationToken cancellation) => Task.FromResult(0L);

    private void Check()
    {
        if (Away)
        {
            throw new InvalidOperationException("The store is away.");
        }
    }
}
