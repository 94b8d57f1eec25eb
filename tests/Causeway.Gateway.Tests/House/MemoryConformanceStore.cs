using System.Collections.Immutable;
using Causeway.Contracts.Conformance;

namespace Causeway.Gateway.Tests.House;

/// <summary>Measurements in memory.</summary>
internal sealed class MemoryConformanceStore : IConformanceStore
{
    private readonly Lock _turn = new();

    public ImmutableList<Measurement> Kept { get; private set; } = [];

    public Task AddAsync(IReadOnlyList<Measurement> measurements, CancellationToken cancellation)
    {
        lock (_turn)
        {
            Kept = Kept.AddRange(measurements);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Measurement>> LatestAsync(CancellationToken cancellation) => Task.FromResult(LatestConformance.Of(Kept).All);

    public Task<IReadOnlyList<Measurement>> SinceAsync(DateTimeOffset since, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Measurement>>([.. Kept.Where(one => one.At >= since)]);
}
