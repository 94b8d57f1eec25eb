using BenchmarkDotNet.Attributes;
using Causeway.Budgets.Pricing;

namespace Causeway.Benchmarks.Budgets;

/// <summary>Watches CPU per request: what a call cost, windows, tiers and multipliers included.</summary>
[MemoryDiagnoser]
public class Cost
{
    private static readonly DateTimeOffset s_at = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private readonly TokenCounts _tokens = new(1200, 800, 100, 0, 0, 0, 400, 120);
    private readonly ModelPrice _price = new()
    {
        List = new Rates { Input = 5_000_000_000, Output = 30_000_000_000, CacheRead = 500_000_000 },
        Windows = [new PriceWindow(new DateOnly(2026, 8, 21), new DateOnly(2026, 11, 21), new Rates { Input = 4_000_000_000, Output = 20_000_000_000 })],
        LongContextTiers = [new LongContextTier(272_000, new Rates { Input = 10_000_000_000, Output = 45_000_000_000 })],
        ServiceTierPpm = new Dictionary<string, long> { ["priority"] = 2_000_000 },
        RegionalPpm = 1_100_000,
    };

    [Benchmark]
    public long? Standard_tier() => _price.CostNanoUsd(_tokens, s_at, "default");

    [Benchmark]
    public long? Priority_in_a_region() => _price.CostNanoUsd(_tokens, s_at, "priority", regional: true);
}
