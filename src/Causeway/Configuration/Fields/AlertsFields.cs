namespace Causeway.Configuration.Fields;

internal static class AlertsFields
{
    public static readonly Section Section = new("alerts", "At what use of a budget an alert is raised, and who is told besides the log, the metrics and the ledger. See docs/alerts.md.");

    public static readonly Field<IReadOnlyList<int>> Thresholds = Section.Default(
        "thresholds", Types.Thresholds, AlertsConfiguration.Default.Thresholds, "[50, 80, 100]",
        "Hundredths of a limit's amount. Each is told once a window.");

    public static readonly Field<Uri> Webhook = Section.Allow(
        "webhook", Types.Webhook, "https://hooks.internal/causeway",
        "Where alerts are posted as JSON.", "none: they are logged, counted and written to the ledger");

    public static readonly Field<Secret> WebhookSecret = Section.Allow(
        "webhook_secret", Types.ChosenSecret, "${CAUSEWAY_WEBHOOK_SECRET}",
        "What posts are signed with: HMAC-SHA256, in the header `X-Causeway-Signature`.", "none: they are not signed");
}
