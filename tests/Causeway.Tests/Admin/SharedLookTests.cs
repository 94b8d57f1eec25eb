using Causeway.Admin.Events;
using Causeway.Gateway.Instances;
using Causeway.Releases.Instances;
using Causeway.Storage;

namespace Causeway.Tests.Admin;

public sealed class SharedLookTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Followers_that_look_within_a_turn_share_one_question()
    {
        SettableTime time = new();
        CountedStore store = new();
        SharedLook look = new(new InstanceBoard(store, time), time);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => look.ListAsync(CancellationToken.None, Cancel)));
        int first = store.Asked;
        time.Now += EventStream.Turn;
        await look.ListAsync(CancellationToken.None, Cancel);

        Assert.Equal((1, 2), (first, store.Asked));
    }

    [Fact]
    public async Task A_follower_that_leaves_takes_nobodys_answer_along_and_a_failure_is_asked_anew()
    {
        SettableTime time = new();
        CountedStore store = new() { Answer = new() };
        SharedLook look = new(new InstanceBoard(store, time), time);
        using CancellationTokenSource leaves = new();

        Task left = look.ListAsync(CancellationToken.None, leaves.Token);
        Task stays = look.ListAsync(CancellationToken.None, Cancel);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        store.Answer.SetException(new StoreUnavailableException("The store is away."));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stays);
        time.Now += EventStream.Turn;
        store.Answer = null;

        Assert.Empty((await look.ListAsync(CancellationToken.None, Cancel))!);
    }

    private sealed class CountedStore : IInstanceStore
    {
        public int Asked { get; private set; }

        public TaskCompletionSource<IReadOnlyList<InstanceState>>? Answer { get; set; }

        public Guid Me => Guid.Empty;

        public Task<IReadOnlyList<InstanceState>> ListAsync(CancellationToken cancellation)
        {
            Asked++;
            return Answer?.Task ?? Task.FromResult<IReadOnlyList<InstanceState>>([]);
        }

        public Task<PolicyNews> BeatAsync(InstanceBeat beat, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<PolicyHead> NewestAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<PolicyChange>> ChangesAsync(long after, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<bool> LeadsAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<Guid>> GoneAsync(TimeSpan silent, CancellationToken cancellation) => throw new NotSupportedException();

        public Task LeaveAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task ListenAsync(Action<StoreWord> tell, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
