using Causeway.Gateway.Books;

namespace Causeway.Admin.Spend;

/// <summary>Waits for the books before they are read.</summary>
internal static class Booking
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>Gives records that wait the time to be booked. When the store lags, the answer says how many are missing instead.</summary>
    public static async Task CatchUpAsync(this Journal journal, TimeProvider time, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(s_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await journal.FlushAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Two seconds were not enough. Recorder.Unbooked tells.
        }
    }
}
