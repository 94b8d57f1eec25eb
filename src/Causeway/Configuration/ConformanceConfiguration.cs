using Causeway.Budgets.Pricing;

namespace Causeway.Configuration;

/// <summary>When dialects are probed, and who is told of changes.</summary>
internal sealed record ConformanceConfiguration
{
    public static ConformanceConfiguration Default { get; } = new();

    /// <summary>How long a measurement may stand before it is made again; null: probes run only when they are asked for.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>What one scheduled run may cost, nano-USD. Models without a price are bounded by tokens only.</summary>
    public long MaxNanoUsd { get; init; } = Rates.NanoPerUsd / 2;

    /// <summary>As <c>provider/model</c>; not empty where <see cref="Every"/> is set.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Where changes are posted; null: nowhere.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>What posts are signed with; null: they are not.</summary>
    public Secret? WebhookSecret { get; init; }
}
