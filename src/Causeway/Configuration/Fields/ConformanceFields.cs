namespace Causeway.Configuration.Fields;

internal static class ConformanceFields
{
    private static readonly ConformanceConfiguration Standard = ConformanceConfiguration.Default;

    public static readonly Section Section = new("conformance", "When the dialects of providers are probed, and who is told of changes. Probes call models and cost money.");

    public static readonly Field<TimeSpan> Every = Section.Allow(
        "every", Types.Duration(3600, 30 * 86400), "24h",
        "How long a measurement may stand before it is made again.", "none: probes run only when they are asked for");

    public static readonly Field<long> MaxUsd = Section.Default(
        "max_usd", Types.Amount, Standard.MaxNanoUsd, "0.50",
        "What one scheduled run may cost, in USD. A model without a price is bounded by tokens only.");

    public static readonly Field<IReadOnlyList<string>> Models = Section.Allow(
        "models", Types.Pins, "[openai-eu/gpt-5.4-mini]",
        "The models that are probed.", "none");

    public static readonly Field<Uri> Webhook = Section.Allow(
        "webhook", Types.Webhook, "https://hooks.internal/causeway",
        "Where changes of a dialect are posted as JSON.", "none: changes are logged and counted");

    public static readonly Field<Secret> WebhookSecret = Section.Allow(
        "webhook_secret", Types.ChosenSecret, "${CAUSEWAY_WEBHOOK_SECRET}",
        "What posts are signed with: HMAC-SHA256, in the header `X-Causeway-Signature`.", "none: they are not signed");
}
