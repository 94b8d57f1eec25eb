using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Flow;

/// <summary>Takes a request on, or says that there is no room: in the process, in its memory, for a stream, or in the books.</summary>
internal sealed class Admit(GatewayLimits limits, Journal journal, MemoryGauge memory)
{
    private int _requests;
    private int _streams;

    public int Requests => Volatile.Read(ref _requests);

    public int Streams => Volatile.Read(ref _streams);

    public Verdict<Admit.Admission> Run(bool stream)
    {
        if (!journal.HasRoom)
        {
            return Full("books_unavailable", "Usage cannot be booked at the moment, so nothing new is started. The operator sees why in the log and at /readyz.");
        }

        if (journal.NotKept is not null)
        {
            return Full(
                "store_unavailable",
                "The store is away, and this instance's own disk does not take what would be booked meanwhile (it is full, or cannot be written), so nothing new is started. The operator sees which file, and why, in the log and at /readyz.");
        }

        if (memory.IsShort)
        {
            return Full("memory_short", "This instance is short of memory and starts nothing new until there is room again. Try again shortly.");
        }

        if (Interlocked.Increment(ref _requests) > limits.ConcurrentRequests)
        {
            Interlocked.Decrement(ref _requests);
            return Full("requests_full", $"{limits.ConcurrentRequests:N0} requests are being worked on (limits.concurrent_requests). Try again shortly.");
        }

        if (stream && Interlocked.Increment(ref _streams) > limits.OpenStreams)
        {
            Interlocked.Decrement(ref _streams);
            Interlocked.Decrement(ref _requests);
            return Full("streams_full", $"{limits.OpenStreams:N0} streams are open (limits.open_streams). Try again shortly.");
        }

        return new Admission(this, stream);
    }

    private static GatewayError Full(string code, string message) => new(ErrorKind.Overloaded, code, message) { RetryAfter = TimeSpan.FromSeconds(1) };

    /// <summary>A place among the requests being worked on; given back once.</summary>
    internal sealed class Admission(Admit room, bool stream) : IDisposable
    {
        private int _streams = stream ? 1 : 0;

        /// <summary>Gives the stream's place back, and keeps that of the request.</summary>
        public void LeaveStream() => Interlocked.Add(ref room._streams, -Interlocked.Exchange(ref _streams, 0));

        public void Dispose()
        {
            LeaveStream();
            Interlocked.Decrement(ref room._requests);
        }
    }
}
