namespace Causeway.Gateway.Conversations;

/// <summary>Asks a store for what a request can be answered without: for a moment, and after it did not answer not again for some seconds.</summary>
/// <param name="patience">The moment.</param>
/// <param name="time">The clock.</param>
/// <param name="away">Is told, once in those seconds, why it did not answer.</param>
internal sealed class PatientReads(TimeSpan patience, TimeProvider time, Action<string> away)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    private long _awayUntil = long.MinValue;

    /// <summary>Asks.</summary>
    /// <returns>Null: there is none, or the store did not say.</returns>
    public async ValueTask<T?> AskAsync<T>(Func<CancellationToken, Task<T?>> ask, CancellationToken cancellation)
        where T : class
    {
        if (time.GetTimestamp() < Volatile.Read(ref _awayUntil))
        {
            return null;
        }

        using CancellationTokenSource enough = new(patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, enough.Token);
        try
        {
            return await ask(limit.Token).WaitAsync(limit.Token);
        }
#pragma warning disable CA1031 // Whatever it is, the request is answered without; the store's own parts say what is wrong with it.
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _awayUntil, time.GetTimestamp() + (long)(s_pause.TotalSeconds * time.TimestampFrequency));
            away(failure.Message);
            return null;
        }
    }
}
