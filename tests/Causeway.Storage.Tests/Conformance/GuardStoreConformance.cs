using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IGuardStore"/> promises, whatever the engine.</summary>
public abstract class GuardStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 26, 9, 0, 0, 123, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_added_is_read_in_its_order_by_rollout_and_after_a_restart()
    {
        await using TestStore store = await NewAsync();
        RolloutId one = RolloutId.New(s_now);
        RolloutId other = RolloutId.New(s_now);
        GuardNote note = new(999_999, 50_000, IsCandidate: true, Bad: 0b1000000001, Guid.Parse("0123456789abcdef0123456789abcdef"));
        await store.Store.Guards.AppendAsync([(one, new GuardEvidence(1, 2, [note])), (other, new GuardEvidence(9, 9, []))], s_now, Cancel);
        await store.Store.Guards.AppendAsync([(one, new GuardEvidence(3, 4, []))], s_now, Cancel);
        await store.RestartAsync();

        IReadOnlyList<(long Seq, GuardEvidence Evidence)> all = await store.Store.Guards.ReadAsync(one, 0, 10, Cancel);

        Assert.Equal([(1L, 2L), (3L, 4L)], all.Select(row => (row.Evidence.CandidateRequests, row.Evidence.BaseRequests)));
        Assert.Equal(note, Assert.Single(all[0].Evidence.Notes));
        Assert.Equal(all[0].Seq, (await store.Store.Guards.ReadAsync(one, 0, 1, Cancel)).Single().Seq);
        Assert.Equal(all[1].Seq, (await store.Store.Guards.ReadAsync(one, all[0].Seq, 10, Cancel)).Single().Seq);
        Assert.Empty(await store.Store.Guards.ReadAsync(one, all[1].Seq, 10, Cancel));
    }

    [Fact]
    public async Task Many_who_add_at_once_are_each_read_once_by_whoever_follows()
    {
        await using TestStore store = await NewAsync();
        RolloutId rollout = RolloutId.New(s_now);
        Task adding = Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; i < 10; i++)
            {
                await store.Store.Guards.AppendAsync([(rollout, new GuardEvidence(1, 0, []))], s_now, Cancel);
            }
        }, Cancel)));

        long seen = 0;
        long after = 0;
        while (seen < 80)
        {
            bool isOver = adding.IsCompleted;
            IReadOnlyList<(long Seq, GuardEvidence Evidence)> page = await store.Store.Guards.ReadAsync(rollout, after, 7, Cancel);
            (seen, after) = (seen + page.Count, page.Count > 0 ? page[^1].Seq : after);
            Assert.True(page.Count > 0 || !isOver, $"{seen} of 80 were read, and nobody adds any more.");
        }

        await adding;
        Assert.Empty(await store.Store.Guards.ReadAsync(rollout, after, 7, Cancel));
    }

    [Fact]
    public async Task What_is_old_is_forgotten_and_numbers_go_on()
    {
        await using TestStore store = await NewAsync();
        RolloutId rollout = RolloutId.New(s_now);
        await store.Store.Guards.AppendAsync([(rollout, new GuardEvidence(1, 0, []))], s_now.AddDays(-2), Cancel);
        await store.Store.Guards.AppendAsync([(rollout, new GuardEvidence(2, 0, []))], s_now, Cancel);
        long last = (await store.Store.Guards.ReadAsync(rollout, 0, 10, Cancel))[^1].Seq;

        Assert.Equal(1, await store.Store.Guards.DropBeforeAsync(s_now.AddDays(-1), Cancel));
        await store.Store.Guards.DropBeforeAsync(s_now.AddDays(1), Cancel);
        await store.Store.Guards.AppendAsync([(rollout, new GuardEvidence(3, 0, []))], s_now.AddDays(2), Cancel);

        Assert.Equal(3, (await store.Store.Guards.ReadAsync(rollout, last, 10, Cancel)).Single().Evidence.CandidateRequests);
    }

    /// <summary>A store with nothing in it.</summary>
    private protected abstract Task<TestStore> NewAsync();
}
