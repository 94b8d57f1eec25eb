using Causeway.Budgets.Alerts;

namespace Causeway.Configuration;

/// <summary>At what use of a budget an alert is raised, and who is told.</summary>
internal sealed record AlertsConfiguration
{
    public static AlertsConfiguration Default { get; } = new();

    /// <summary>Hundredths of a limit's amount, rising.</summary>
    public IReadOnlyList<int> Thresholds { get; init; } = AlertRules.Default.Thresholds;

    /// <summary>Where alerts are posted; null: nowhere.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>What posts are signed with; null: they are not.</summary>
    public Secret? WebhookSecret { get; init; }

    /// <summary>Whether another says the same.</summary>
    public bool Equals(AlertsConfiguration? other) => other is not null && Thresholds.SequenceEqual(other.Thresholds) && Webhook == other.Webhook
        && WebhookSecret?.Reveal() == other.WebhookSecret?.Reveal();

    public override int GetHashCode() => HashCode.Combine(Webhook, Thresholds.Count);
}
