namespace Causeway.Simulator;

/// <summary>A request as it came in, byte for byte of the body.</summary>
/// <param name="Target">Path and query as sent.</param>
internal sealed record Received(long Number, string Method, string Target, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body);

/// <summary>The last requests, bounded in number and in bytes.</summary>
internal sealed class ReceivedRequests(int keptRequests, long keptBodyBytes)
{
    private readonly Lock _gate = new();
    private readonly Queue<Received> _kept = new();
    private long _bytes;
    private long _count;

    /// <returns>The request's number, from 1; also the source of request ids.</returns>
    public long Add(string method, string target, IReadOnlyList<KeyValuePair<string, string>> headers, byte[] body)
    {
        lock (_gate)
        {
            _kept.Enqueue(new Received(++_count, method, target, headers, body));
            _bytes += body.Length;
            while (_kept.Count > keptRequests || (_bytes > keptBodyBytes && _kept.Count > 0))
            {
                _bytes -= _kept.Dequeue().Body.Length;
            }

            return _count;
        }
    }

    public IReadOnlyList<Received> Last(int count)
    {
        lock (_gate)
        {
            return [.. _kept.Skip(Math.Max(0, _kept.Count - count))];
        }
    }

    /// <summary>Numbers go on, so that request ids stay unique.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _kept.Clear();
            _bytes = 0;
        }
    }
}
