namespace Causeway.Tests.Commands;

/// <summary>Tells the time of another clock, and waits for nothing.</summary>
internal sealed class ImpatientTime(TimeProvider clock) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, TimeSpan.Zero, period);
}
