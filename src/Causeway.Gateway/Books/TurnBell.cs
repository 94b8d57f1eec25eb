namespace Causeway.Gateway.Books;

/// <summary>What the owner of the turns waits at: until it is rung and there is something to do, or for so long.</summary>
internal sealed class TurnBell(TimeProvider time)
{
    private TaskCompletionSource _rung = NewSignal();

    /// <summary>Has whoever waits look again.</summary>
    public void Ring() => Volatile.Read(ref _rung).TrySetResult();

    /// <summary>Waits until something is so, which is looked at whenever the bell rings.</summary>
    public async Task WaitAsync(TimeSpan atMost, Func<bool> isSo)
    {
        bool isDue = false;
        await using ITimer timer = time.CreateTimer(
            _ =>
            {
                isDue = true;
                Ring();
            },
            null,
            atMost,
            Timeout.InfiniteTimeSpan);
        while (true)
        {
            TaskCompletionSource rung = NewSignal();
            Volatile.Write(ref _rung, rung);
            if (isDue || isSo())
            {
                return;
            }

            await rung.Task;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
