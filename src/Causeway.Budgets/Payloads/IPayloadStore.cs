namespace Causeway.Budgets.Payloads;

/// <summary>Prompts and answers of features that keep them, each sealed: a store sees no text of any.</summary>
public interface IPayloadStore
{
    /// <summary>Bytes of a sealed payload at most.</summary>
    const int MaxSealed = 4 * 1024 * 1024;

    /// <summary>Keeps payloads; one of a request that has one already takes its place.</summary>
    Task PutAsync(IReadOnlyList<SealedPayload> payloads, CancellationToken cancellation);

    /// <summary>The payload of a request, also one whose time is over and that is not dropped yet; null: none is kept.</summary>
    Task<SealedPayload?> FindAsync(Guid request, CancellationToken cancellation);

    /// <summary>Forgets those whose time was over by then.</summary>
    /// <returns>How many they were.</returns>
    Task<long> DropAsync(DateTimeOffset until, CancellationToken cancellation);
}

/// <summary>What one request said and was answered, sealed.</summary>
/// <param name="Request">The request.</param>
/// <param name="Until">When it is forgotten, to the millisecond.</param>
/// <param name="Content">The sealed text; at most <see cref="IPayloadStore.MaxSealed"/> bytes.</param>
public sealed record SealedPayload(Guid Request, DateTimeOffset Until, byte[] Content);
