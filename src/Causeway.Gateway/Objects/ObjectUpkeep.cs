using Causeway.Budgets.Objects;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Objects;

/// <summary>Forgets, every hour, whose the things were that their providers have let go of. Of the instance that leads.</summary>
public sealed class ObjectUpkeep(IObjectStore store, Leadership leadership, TimeProvider time, ILogger<ObjectUpkeep> log) : Chore(s_between, leadership, time)
{
    private static readonly TimeSpan s_between = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public override Task TurnAsync(CancellationToken cancellation) => store.DropAsync(Time.GetUtcNow(), cancellation);

    /// <inheritdoc/>
    private protected override void Failed(Exception failure) => LogEvents.ObjectsNotForgotten(log, failure);
}
