using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Admin.Adjustments;
using Causeway.Admin.Agreements;
using Causeway.Admin.Audit;
using Causeway.Admin.Cache;
using Causeway.Admin.Capture;
using Causeway.Admin.Channels;
using Causeway.Admin.Contracts;
using Causeway.Admin.Conversations;
using Causeway.Admin.Dialects;
using Causeway.Admin.Drills;
using Causeway.Admin.Events;
using Causeway.Admin.Explain;
using Causeway.Admin.Grants;
using Causeway.Admin.Identity;
using Causeway.Admin.Incidents;
using Causeway.Admin.Instance;
using Causeway.Admin.Keys;
using Causeway.Admin.Policy;
using Causeway.Admin.Providers;
using Causeway.Admin.Raises;
using Causeway.Admin.Readiness;
using Causeway.Admin.Releases;
using Causeway.Admin.Residency;
using Causeway.Admin.Revocations;
using Causeway.Admin.Rollbacks;
using Causeway.Admin.Rollouts;
using Causeway.Admin.Runs;
using Causeway.Admin.Sentinel;
using Causeway.Admin.Sessions;
using Causeway.Admin.Shadow;
using Causeway.Admin.Spend;
using Causeway.Admin.Webhooks;
using Causeway.Commands;
using Causeway.Contracts.Schemas;
using Causeway.Storage.Moving;

namespace Causeway.Admin;

/// <summary>The admin API's JSON, in both directions and for the command line too: snake case, and nothing that is not declared here.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)] // The other way of writing works with no options but those of the source: it would be a third of the program, and never run.
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(IdentityView))]
[JsonSerializable(typeof(StartDeviceRequest))]
[JsonSerializable(typeof(DeviceStart))]
[JsonSerializable(typeof(PollDeviceRequest))]
[JsonSerializable(typeof(DeviceProgress))]
[JsonSerializable(typeof(SessionBook))]
[JsonSerializable(typeof(InitializedProject))]
[JsonSerializable(typeof(ExchangeReply))]
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(CreatedKey))]
[JsonSerializable(typeof(KeyView))]
[JsonSerializable(typeof(KeyPage))]
[JsonSerializable(typeof(RevokePrefixRequest))]
[JsonSerializable(typeof(RevocationView))]
[JsonSerializable(typeof(RevocationPage))]
[JsonSerializable(typeof(RevokedKey))]
[JsonSerializable(typeof(CreateGrantRequest))]
[JsonSerializable(typeof(ChangeGrantRequest))]
[JsonSerializable(typeof(SetGrantRequest))]
[JsonSerializable(typeof(RekeyGrantRequest))]
[JsonSerializable(typeof(GrantSettingView))]
[JsonSerializable(typeof(GrantView))]
[JsonSerializable(typeof(GrantList))]
[JsonSerializable(typeof(GrantBranches))]
[JsonSerializable(typeof(BatchList))]
[JsonSerializable(typeof(WatchedRun))]
[JsonSerializable(typeof(WatchedRunList))]
[JsonSerializable(typeof(LiftRunRequest))]
[JsonSerializable(typeof(CapabilityView))]
[JsonSerializable(typeof(NarrowedKey))]
[JsonSerializable(typeof(CreateReleaseRequest))]
[JsonSerializable(typeof(ReleaseView))]
[JsonSerializable(typeof(ReleasePage))]
[JsonSerializable(typeof(ReleaseDifferences))]
[JsonSerializable(typeof(CreateChannelRequest))]
[JsonSerializable(typeof(PointChannelRequest))]
[JsonSerializable(typeof(ChannelView))]
[JsonSerializable(typeof(ChannelList))]
[JsonSerializable(typeof(ChannelHistory))]
[JsonSerializable(typeof(RollbackHistory))]
[JsonSerializable(typeof(RoutingSettingsRequest))]
[JsonSerializable(typeof(RoutingView))]
[JsonSerializable(typeof(RollbackRequest))]
[JsonSerializable(typeof(RollbackView))]
[JsonSerializable(typeof(ConversationsView))]
[JsonSerializable(typeof(ConversationView))]
[JsonSerializable(typeof(SetConversationsRequest))]
[JsonSerializable(typeof(CacheView))]
[JsonSerializable(typeof(SetCacheRequest))]
[JsonSerializable(typeof(PurgeCacheRequest))]
[JsonSerializable(typeof(PurgedCache))]
[JsonSerializable(typeof(QuarantineList))]
[JsonSerializable(typeof(LiftQuarantineRequest))]
[JsonSerializable(typeof(LiftedQuarantine))]
[JsonSerializable(typeof(StartRolloutRequest))]
[JsonSerializable(typeof(RolloutStepRequest))]
[JsonSerializable(typeof(StartGroupRolloutRequest))]
[JsonSerializable(typeof(GroupRolloutView))]
[JsonSerializable(typeof(PlanRolloutRequest))]
[JsonSerializable(typeof(PlannedRollout))]
[JsonSerializable(typeof(RolloutView))]
[JsonSerializable(typeof(GuardsView))]
[JsonSerializable(typeof(BeginDrillRequest))]
[JsonSerializable(typeof(DrillView))]
[JsonSerializable(typeof(DrillList))]
[JsonSerializable(typeof(ReadinessView))]
[JsonSerializable(typeof(SentinelView))]
[JsonSerializable(typeof(SentinelPlanView))]
[JsonSerializable(typeof(WatchedPinView))]
[JsonSerializable(typeof(AcceptedPinView))]
[JsonSerializable(typeof(ProbePinRequest))]
[JsonSerializable(typeof(AcceptPinRequest))]
[JsonSerializable(typeof(TimelinePage))]
[JsonSerializable(typeof(BlastPage))]
[JsonSerializable(typeof(HeldPage))]
[JsonSerializable(typeof(BlastManifest))]
[JsonSerializable(typeof(RegisterContractRequest))]
[JsonSerializable(typeof(ContractView))]
[JsonSerializable(typeof(CheckContractRequest))]
[JsonSerializable(typeof(ContractCheck))]
[JsonSerializable(typeof(ContractList))]
[JsonSerializable(typeof(ContractDetail))]
[JsonSerializable(typeof(ContractOutcomes))]
[JsonSerializable(typeof(TestContractRequest))]
[JsonSerializable(typeof(ContractTestView))]
[JsonSerializable(typeof(AppliedPolicy))]
[JsonSerializable(typeof(PolicyView))]
[JsonSerializable(typeof(SpendReport))]
[JsonSerializable(typeof(ChangeReport))]
[JsonSerializable(typeof(DeadLetterPage))]
[JsonSerializable(typeof(DeadLetterView))]
[JsonSerializable(typeof(Redelivery))]
[JsonSerializable(typeof(UsagePage))]
[JsonSerializable(typeof(RequestView))]
[JsonSerializable(typeof(UsageSummary))]
[JsonSerializable(typeof(CaptureView))]
[JsonSerializable(typeof(CaptureOrderView))]
[JsonSerializable(typeof(OrderCaptureRequest))]
[JsonSerializable(typeof(EndCaptureRequest))]
[JsonSerializable(typeof(OpenPayloadRequest))]
[JsonSerializable(typeof(PayloadView))]
[JsonSerializable(typeof(GrantImpact))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(EventState))]
[JsonSerializable(typeof(SkippedEvents))]
[JsonSerializable(typeof(AdjustmentsRequest))]
[JsonSerializable(typeof(AdjustmentResult))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(AuditHead))]
[JsonSerializable(typeof(AuditVerification))]
[JsonSerializable(typeof(ServedModelList))]
[JsonSerializable(typeof(ProviderList))]
[JsonSerializable(typeof(ProviderCheck))]
[JsonSerializable(typeof(ProbeRequestBody))]
[JsonSerializable(typeof(ProbeEstimates))]
[JsonSerializable(typeof(ProbeRunView))]
[JsonSerializable(typeof(DialectMatrix))]
[JsonSerializable(typeof(DialectDrift))]
[JsonSerializable(typeof(InstanceStatus))]
[JsonSerializable(typeof(InstanceList))]
[JsonSerializable(typeof(OperatorList))]
[JsonSerializable(typeof(AppliedReload))]
[JsonSerializable(typeof(RaiseRequest))]
[JsonSerializable(typeof(RaiseApproval))]
[JsonSerializable(typeof(RaiseDenial))]
[JsonSerializable(typeof(RaiseView))]
[JsonSerializable(typeof(RaiseInbox))]
[JsonSerializable(typeof(SealRequest))]
[JsonSerializable(typeof(SealView))]
[JsonSerializable(typeof(GlassRequest))]
[JsonSerializable(typeof(GlassReview))]
[JsonSerializable(typeof(GlassView))]
[JsonSerializable(typeof(GrantReviewReport))]
[JsonSerializable(typeof(AppliedReview))]
[JsonSerializable(typeof(MoveReport))]
[JsonSerializable(typeof(BackupReport))]
[JsonSerializable(typeof(StoreReport))]
[JsonSerializable(typeof(ScanReport))]
[JsonSerializable(typeof(AdoptReport))]
[JsonSerializable(typeof(DetectReport))]
[JsonSerializable(typeof(ImportView))]
[JsonSerializable(typeof(ImportPage))]
[JsonSerializable(typeof(ResidencyReport))]
[JsonSerializable(typeof(AgreementView))]
[JsonSerializable(typeof(AgreementPage))]
[JsonSerializable(typeof(CreateAgreementRequest))]
[JsonSerializable(typeof(EndAgreementRequest))]
[JsonSerializable(typeof(AgreementCoverage))]
[JsonSerializable(typeof(AgreementImpact))]
[JsonSerializable(typeof(ClaimRequest))]
[JsonSerializable(typeof(ClaimView))]
[JsonSerializable(typeof(ClaimPage))]
[JsonSerializable(typeof(ShadowReportView))]
internal sealed partial class AdminJson : JsonSerializerContext
{
    // A schema as deep as one can be, inside a body.
    private const int MaxDepth = SchemaLimits.MaxDepth + 16;

    /// <summary>How bodies are read as documents.</summary>
    public static JsonDocumentOptions Document { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>The context with the API's options.</summary>
    public static AdminJson Api { get; } = new(Configure(new JsonSerializerOptions()));

    /// <summary>
    /// The same for what the command line asks: what is not said is left out, and not sent as null. A server of the version before refuses members that it does not know, and need not know what nobody says.
    /// </summary>
    public static AdminJson Asked { get; } = new(Configure(new JsonSerializerOptions { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull }));

    /// <summary>The same for people to read.</summary>
    public static AdminJson Indented { get; } = new(Configure(new JsonSerializerOptions { WriteIndented = true }));

    /// <summary>
    /// How one of the types that are declared here is read and written. It is made when it is asked for: what all verbs answer would take half of the start of each.
    /// </summary>
    public JsonTypeInfo<T> Of<T>() =>
        (JsonTypeInfo<T>?)GetTypeInfo(typeof(T)) ?? throw new InvalidOperationException($"{typeof(T)} is not declared in {nameof(AdminJson)}.");

    /// <summary>Gives options the API's hand; the framework's own for responses and for the OpenAPI document as well.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.MaxDepth = MaxDepth;
        options.PropertyNameCaseInsensitive = false;
        options.RespectNullableAnnotations = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // Sent as application/json with nosniff, never inside a page.
        options.TypeInfoResolver = Default; // Also where reflection is on: a type that is missing here is to be noticed by the tests.
        return options;
    }
}

/// <summary>An enum in snake case. Numbers are not taken for names.</summary>
internal sealed class SnakeCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
