using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Books.Shared;

/// <summary>Runs tasks one after another on the thread that calls it, in an order that follows from a seed; when none can run, time goes on.</summary>
internal sealed class SeededScheduler(Random random, FakeTimeProvider time) : TaskScheduler
{
    private readonly List<Task> _ready = [];
    private readonly Lock _gate = new();

    public long Steps { get; private set; }

    public Task Start(Func<Task> act) => Task.Factory.StartNew(act, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();

    /// <summary>Runs until that is so, or so much time has passed.</summary>
    public bool RunUntil(Func<bool> isSo, TimeSpan atMost)
    {
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null); // It would take what is awaited away from here.
        try
        {
            return Run(isSo, atMost);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private bool Run(Func<bool> isSo, TimeSpan atMost)
    {
        DateTimeOffset end = time.GetUtcNow() + atMost;
        while (!isSo())
        {
            if (TryNext(out Task? task))
            {
                Steps++;
                TryExecuteTask(task);
            }
            else if (time.GetUtcNow() >= end)
            {
                return false;
            }
            else
            {
                time.Advance(TimeSpan.FromMilliseconds(1));
            }
        }

        return true;
    }

    protected override void QueueTask(Task task)
    {
        lock (_gate)
        {
            _ready.Add(task);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _ready];

    private bool TryNext([NotNullWhen(true)] out Task? next)
    {
        lock (_gate)
        {
            next = _ready.Count == 0 ? null : _ready[random.Next(_ready.Count)];
            return next is not null && _ready.Remove(next);
        }
    }
}
