namespace Causeway.Simulator.Bill;

/// <summary>How many streams are open now, and a way to await a number instead of asking again and again.</summary>
internal sealed class OpenStreams
{
    private readonly Lock _gate = new();
    private int _count;
    private TaskCompletionSource _changed = New();

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    public void Opened() => Change(+1);

    public void Closed() => Change(-1);

    /// <returns>The number of open streams when it was <paramref name="wanted"/>, or when the token was cancelled.</returns>
    public async Task<int> UntilAsync(int wanted, CancellationToken enough)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_count == wanted || enough.IsCancellationRequested)
                {
                    return _count;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(enough).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Change(int by)
    {
        lock (_gate)
        {
            _count += by;
            _changed.SetResult();
            _changed = New();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
