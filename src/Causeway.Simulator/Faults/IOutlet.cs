namespace Causeway.Simulator.Faults;

/// <summary>The way to the client: through Kestrel, or past it where Kestrel would refuse to misbehave.</summary>
internal interface IOutlet
{
    Task HeadAsync(ReplyHead head, CancellationToken gone);

    Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken gone);

    /// <summary>Ends the body as HTTP wants it.</summary>
    Task EndAsync(CancellationToken gone);

    /// <summary>TCP reset.</summary>
    void Reset();

    /// <summary>Orderly TCP close, without HTTP's own end.</summary>
    Task FinishAsync(CancellationToken gone);
}

/// <param name="Length">Null: chunked.</param>
/// <param name="Early">The head must not wait for the first body byte.</param>
internal sealed record ReplyHead(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, long? Length, bool Early);
