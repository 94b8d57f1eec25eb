using Causeway.Budgets.Batches;
using Causeway.Gateway.Telemetry;
using Causeway.Wire.Batches;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Batches;

/// <summary>
/// Keeps which batch a request began, before the caller hears of it. A store that is away costs the caller nothing: the batch then stays in doubt until somebody says what it used.
/// </summary>
public sealed class BatchBook(IBatchStore store, TimeProvider time, ILogger<BatchBook> log)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>A provider took a batch.</summary>
    /// <param name="request">The request that began it.</param>
    /// <param name="provider">Who took it.</param>
    /// <param name="batch">What it says of it.</param>
    /// <param name="dataClass">The class of its data.</param>
    internal async Task TakenAsync(Guid request, string provider, BatchObject batch, int dataClass)
    {
        DateTimeOffset now = time.GetUtcNow();
        try
        {
            await store.KeepAsync(
                new TakenBatch(request, provider, batch.Id, dataClass, now, now + BatchTimetable.Patience(batch.Window)) { NextAt = now + BatchTimetable.First }, CancellationToken.None).WaitAsync(s_patience, time);
        }
#pragma warning disable CA1031 // Whatever it is, the provider has the batch and the caller gets its answer; the store's own parts say what is wrong with it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.BatchNotKept(log, batch.Id, provider, request, failure);
        }
    }
}
