using Microsoft.Extensions.Time.Testing;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>A clock that may be set wrong and right again while time goes on.</summary>
internal sealed class SteppedClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _offset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _offset;

    public override long GetTimestamp() => base.GetUtcNow().Ticks; // The base class reads it off the clock.

    /// <summary>Sets the clock, of which no timestamp hears.</summary>
    public void Step(TimeSpan by) => _offset += by;
}
