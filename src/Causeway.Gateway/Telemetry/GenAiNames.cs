namespace Causeway.Gateway.Telemetry;

/// <summary>
/// Every telemetry name in one place, pinned by a test. The <c>gen_ai</c> names are OpenTelemetry's GenAI conventions, which are
/// still in development; ours begin with <c>causeway</c>.
/// </summary>
internal static class GenAiNames
{
    public const string Source = "Causeway.Gateway";

    public const string OperationName = "gen_ai.operation.name";
    public const string ProviderName = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string ResponseModel = "gen_ai.response.model";
    public const string InputTokens = "gen_ai.usage.input_tokens";
    public const string OutputTokens = "gen_ai.usage.output_tokens";
    public const string CacheReadTokens = "gen_ai.usage.cache_read.input_tokens";
    public const string CacheCreationTokens = "gen_ai.usage.cache_creation.input_tokens";
    public const string ReasoningTokens = "gen_ai.usage.reasoning.output_tokens";
    public const string FinishReasons = "gen_ai.response.finish_reasons";
    public const string TokenType = "gen_ai.token.type";
    public const string ErrorType = "error.type";

    public const string TokenUsage = "gen_ai.client.token.usage";
    public const string OperationDuration = "gen_ai.client.operation.duration";
    public const string TimeToFirstToken = "gen_ai.server.time_to_first_token";

    public const string Team = "causeway.team";
    public const string Feature = "causeway.feature";
    public const string Environment = "causeway.environment";
    public const string ProviderAccount = "causeway.provider";
    public const string Request = "causeway.request";
    public const string Release = "causeway.release";
    public const string Attempts = "causeway.attempts";
    public const string Cost = "causeway.cost.nano_usd";
    public const string Unidentified = "causeway.requests.unidentified";
    public const string UsageMismatches = "causeway.usage.mismatches";
    public const string OpenRequests = "causeway.requests.open";
    public const string OpenStreams = "causeway.streams.open";
    public const string BudgetLeases = "causeway.budgets.leases";
    public const string BudgetDrawn = "causeway.budgets.drawn";
    public const string UnbookedRecords = "causeway.records.unbooked";
    public const string KeptLocally = "causeway.records.kept_locally";
    public const string PolicyRevision = "causeway.policy.revision";
    public const string Code = "causeway.error.code";
    public const string DialectDrift = "causeway.dialect.drift";
    public const string Dialect = "causeway.dialect";
    public const string Probe = "causeway.probe";
    public const string BudgetAlerts = "causeway.budget.alerts";
    public const string LimitsAtThreshold = "causeway.budget.limits.at_threshold";
    public const string BatchesOver = "causeway.batches.over";
    public const string BatchState = "causeway.batch.state";
    public const string ReleaseEvents = "causeway.release.events";
    public const string ReleaseEvent = "causeway.release.event";
    public const string AlertKind = "causeway.alert.kind";
    public const string AlertThreshold = "causeway.alert.threshold";
    public const string RollbackApplied = "causeway.rollback.applied";
    public const string RollbackDetect = "causeway.rollback.detect";
    public const string RollbackDecide = "causeway.rollback.decide";
    public const string RollbackTail = "causeway.rollback.tail";
    public const string ConversationsMoved = "causeway.conversations.moved";
    public const string Channel = "causeway.channel";
    public const string Lost = "causeway.conversation.lost";
}
