using System.Threading.Channels;

namespace Causeway.Gateway.Books;

/// <summary>Writes what requests leave, in groups and a little after them: nobody waits for it, and what is too much is let go.</summary>
/// <typeparam name="T">What is written.</typeparam>
internal sealed class GroupedWrites<T> : IAsyncDisposable
{
    private readonly Channel<(T? One, TaskCompletionSource? Done)> _waiting;
    private readonly Func<List<T>, Task> _write;
    private readonly int _group;
    private readonly Task _writing;

    /// <param name="most">What waits at most.</param>
    /// <param name="group">What is written at once at most.</param>
    /// <param name="write">Writes; it does not throw.</param>
    public GroupedWrites(int most, int group, Func<List<T>, Task> write)
    {
        (_group, _write) = (group, write);
        _waiting = Channel.CreateBounded<(T?, TaskCompletionSource?)>(new BoundedChannelOptions(most) { SingleReader = true });
        _writing = WriteAllAsync();
    }

    /// <summary>Takes one to be written soon.</summary>
    /// <returns>False: too many wait, or all is over.</returns>
    public bool TryPut(T one) => _waiting.Writer.TryWrite((one, null));

    /// <summary>Returns when all is written that was to be written until now.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _waiting.Writer.WriteAsync((default, done), cancellation);
        await done.Task.WaitAsync(cancellation);
    }

    /// <summary>Writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _writing;
    }

    private async Task WriteAllAsync()
    {
        List<T> group = [];
        List<TaskCompletionSource> told = [];
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (group.Count < _group && _waiting.Reader.TryRead(out (T? One, TaskCompletionSource? Done) next))
            {
                if (next.Done is { } done)
                {
                    told.Add(done);
                }
                else
                {
                    group.Add(next.One!);
                }
            }

            if (group.Count > 0)
            {
                await _write(group);
            }

            told.ForEach(static done => done.TrySetResult());
            told.Clear();
            group.Clear();
        }
    }
}
