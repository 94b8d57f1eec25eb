using Microsoft.AspNetCore.Http;

namespace Causeway.Admin;

/// <summary>A reason why the admin API says no: a stable code with its status and its fixed title.</summary>
/// <param name="Code">Stable, lower snake case.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">What it means in a few words, the same every time.</param>
internal sealed record AdminError(string Code, int Status, string Title)
{
    public static readonly AdminError RequestMalformed = new("request_malformed", StatusCodes.Status400BadRequest, "The request cannot be read");
    public static readonly AdminError TokenMissing = new("admin_token_missing", StatusCodes.Status401Unauthorized, "No administrator token");
    public static readonly AdminError TokenWrong = new("admin_token_wrong", StatusCodes.Status401Unauthorized, "Not the administrator token");
    public static readonly AdminError SessionOver = new("session_over", StatusCodes.Status401Unauthorized, "The session is over");
    public static readonly AdminError PayloadUnknown = new("payload_unknown", StatusCodes.Status404NotFound, "Nothing is kept of this request");
    public static readonly AdminError PayloadLocked = new("payload_locked", StatusCodes.Status409Conflict, "What is kept does not open");
    public static readonly AdminError PayloadInvalid = new("payload_invalid", StatusCodes.Status422UnprocessableEntity, "It is not opened so");
    public static readonly AdminError DeadLetterUnknown = new("dead_letter_unknown", StatusCodes.Status404NotFound, "There is no such dead letter");
    public static readonly AdminError WebhookMissing = new("webhook_missing", StatusCodes.Status409Conflict, "The webhook is not configured");
    public static readonly AdminError RequestUnknown = new("request_unknown", StatusCodes.Status404NotFound, "There is no such request");
    public static readonly AdminError EventsFull = new("events_full", StatusCodes.Status429TooManyRequests, "Too many follow the events");
    public static readonly AdminError CrossSite = new("cross_site", StatusCodes.Status403Forbidden, "The request comes from another site's page");
    public static readonly AdminError RoleMissing = new("role_missing", StatusCodes.Status403Forbidden, "The operator's roles do not allow this");
    public static readonly AdminError IdentityOff = new("identity_off", StatusCodes.Status404NotFound, "Nobody signs in like this here");
    public static readonly AdminError SignInRefused = new("sign_in_refused", StatusCodes.Status403Forbidden, "The sign-in was refused");
    public static readonly AdminError SignInBusy = new("sign_in_busy", StatusCodes.Status429TooManyRequests, "Too many sign in at once");
    public static readonly AdminError IssuerUnavailable = new("issuer_unavailable", StatusCodes.Status502BadGateway, "The issuer cannot be used");
    public static readonly AdminError RouteUnknown = new("route_unknown", StatusCodes.Status404NotFound, "There is no such endpoint");
    public static readonly AdminError KeyUnknown = new("key_unknown", StatusCodes.Status404NotFound, "There is no such key");
    public static readonly AdminError ProviderUnknown = new("provider_unknown", StatusCodes.Status404NotFound, "There is no such provider");
    public static readonly AdminError ReleaseUnknown = new("release_unknown", StatusCodes.Status404NotFound, "There is no such release");
    public static readonly AdminError ChannelUnknown = new("channel_unknown", StatusCodes.Status404NotFound, "There is no such channel");
    public static readonly AdminError ContractUnknown = new("contract_unknown", StatusCodes.Status404NotFound, "There is no such contract");
    public static readonly AdminError ProbesUnknown = new("probes_unknown", StatusCodes.Status404NotFound, "There is no such run of probes");
    public static readonly AdminError ProbesRunning = new("probes_running", StatusCodes.Status409Conflict, "Probes are running already");
    public static readonly AdminError GrantUnknown = new("grant_unknown", StatusCodes.Status404NotFound, "There is no such grant");
    public static readonly AdminError GrantRevoked = new("grant_revoked", StatusCodes.Status409Conflict, "The grant was revoked");
    public static readonly AdminError GrantInvalid = new("grant_invalid", StatusCodes.Status422UnprocessableEntity, "No grant can be made from this");
    public static readonly AdminError DelegationExceeds = new("delegation_exceeds", StatusCodes.Status403Forbidden, "The grant above does not allow this");
    public static readonly AdminError RunUnknown = new("run_unknown", StatusCodes.Status404NotFound, "There is no such run");
    public static readonly AdminError RunLiftInvalid = new("run_lift_invalid", StatusCodes.Status422UnprocessableEntity, "No run can be lifted like this");
    public static readonly AdminError AdjustmentsInvalid = new("adjustments_invalid", StatusCodes.Status422UnprocessableEntity, "Usage cannot be adjusted like this");
    public static readonly AdminError ReleaseAmbiguous = new("release_ambiguous", StatusCodes.Status409Conflict, "Several releases begin like this");
    public static readonly AdminError ChannelExists = new("channel_exists", StatusCodes.Status409Conflict, "There is such a channel already");
    public static readonly AdminError VersionStale = new("version_stale", StatusCodes.Status412PreconditionFailed, "It has changed since it was read");
    public static readonly AdminError CaptureInvalid = new("capture_invalid", StatusCodes.Status422UnprocessableEntity, "Nothing is kept or ended like this");
    public static readonly AdminError CaptureUnknown = new("capture_unknown", StatusCodes.Status404NotFound, "There is no such order to keep prompts and answers");
    public static readonly AdminError BodyTooLarge = new("body_too_large", StatusCodes.Status413PayloadTooLarge, "The body is too large");
    public static readonly AdminError ContentTypeUnsupported = new("content_type_unsupported", StatusCodes.Status415UnsupportedMediaType, "The body is not declared as what it must be");
    public static readonly AdminError KeyInvalid = new("key_invalid", StatusCodes.Status422UnprocessableEntity, "No key can be made from this");
    public static readonly AdminError KeyNotYours = new("key_not_yours", StatusCodes.Status403Forbidden, "Somebody else gives and takes keys like this");
    public static readonly AdminError RevocationInvalid = new("revocation_invalid", StatusCodes.Status422UnprocessableEntity, "Nothing can be revoked like this");
    public static readonly AdminError ReleaseInvalid = new("release_invalid", StatusCodes.Status422UnprocessableEntity, "No release can be made from this");
    public static readonly AdminError ChannelInvalid = new("channel_invalid", StatusCodes.Status422UnprocessableEntity, "No channel can be made from this");
    public static readonly AdminError ContractInvalid = new("contract_invalid", StatusCodes.Status422UnprocessableEntity, "No contract can be made from this");
    public static readonly AdminError ContractTestInvalid = new("contract_test_invalid", StatusCodes.Status422UnprocessableEntity, "The contract cannot be tried like this");
    public static readonly AdminError PolicyInvalid = new("policy_invalid", StatusCodes.Status422UnprocessableEntity, "The policy was not applied");
    public static readonly AdminError ProbeInvalid = new("probe_invalid", StatusCodes.Status422UnprocessableEntity, "Nothing can be probed like this");
    public static readonly AdminError QueryInvalid = new("query_invalid", StatusCodes.Status422UnprocessableEntity, "The query asks for something that there is not");
    public static readonly AdminError SpendTooWide = new("spend_too_wide", StatusCodes.Status422UnprocessableEntity, "The answer has too many rows");
    public static readonly AdminError ConfigurationInvalid = new("configuration_invalid", StatusCodes.Status422UnprocessableEntity, "The configuration was not applied");
    public static readonly AdminError SelfApproval = new("self_approval", StatusCodes.Status403Forbidden, "Nobody approves what they asked for themselves");
    public static readonly AdminError RaiseUnknown = new("raise_unknown", StatusCodes.Status404NotFound, "There is no such request");
    public static readonly AdminError GlassUnknown = new("glass_unknown", StatusCodes.Status404NotFound, "There is no such broken glass");
    public static readonly AdminError RaiseDecided = new("raise_decided", StatusCodes.Status409Conflict, "The request is decided already");
    public static readonly AdminError RaiseExpired = new("raise_expired", StatusCodes.Status409Conflict, "The request has expired");
    public static readonly AdminError RaiseChanged = new("raise_changed", StatusCodes.Status409Conflict, "The request is not what was shown");
    public static readonly AdminError SealMissing = new("seal_missing", StatusCodes.Status409Conflict, "Nothing is sealed for this grant");
    public static readonly AdminError SealExceeded = new("seal_exceeded", StatusCodes.Status409Conflict, "The seal does not hold so much");
    public static readonly AdminError RaiseInvalid = new("raise_invalid", StatusCodes.Status422UnprocessableEntity, "No raise can be made from this");
    public static readonly AdminError SealInvalid = new("seal_invalid", StatusCodes.Status422UnprocessableEntity, "Nothing can be sealed like this");
    public static readonly AdminError GlassInvalid = new("glass_invalid", StatusCodes.Status422UnprocessableEntity, "The glass cannot be broken like this");
    public static readonly AdminError VersionMissing = new("version_missing", StatusCodes.Status428PreconditionRequired, "The version that is to be changed is not named");
    public static readonly AdminError RollbackRefused = new("rollback_refused", StatusCodes.Status409Conflict, "The channel is not rolled back like this");
    public static readonly AdminError RollbackInfeasible = new("rollback_infeasible", StatusCodes.Status409Conflict, "There is no such way back");
    public static readonly AdminError RollbackInvalid = new("rollback_invalid", StatusCodes.Status422UnprocessableEntity, "Nothing can be rolled back like this");
    public static readonly AdminError ConversationUnknown = new("conversation_unknown", StatusCodes.Status404NotFound, "There is no such conversation");
    public static readonly AdminError CacheInvalid = new("cache_invalid", StatusCodes.Status422UnprocessableEntity, "The cache cannot be changed like this");
    public static readonly AdminError QuarantineUnknown = new("quarantine_unknown", StatusCodes.Status404NotFound, "The release is not in quarantine");
    public static readonly AdminError ReleaseQuarantined = new("release_quarantined", StatusCodes.Status409Conflict, "The release is in quarantine");
    public static readonly AdminError RolloutActive = new("rollout_active", StatusCodes.Status409Conflict, "The channel is being rolled out");
    public static readonly AdminError RolloutUnknown = new("rollout_unknown", StatusCodes.Status404NotFound, "The channel was never rolled out");
    public static readonly AdminError RolloutRefused = new("rollout_refused", StatusCodes.Status409Conflict, "The rollout does not take this step");
    public static readonly AdminError RolloutInvalid = new("rollout_invalid", StatusCodes.Status422UnprocessableEntity, "No rollout can be made from this");
    public static readonly AdminError GroupUnknown = new("group_unknown", StatusCodes.Status404NotFound, "There is no such group of channels");
    public static readonly AdminError DrillUnknown = new("drill_unknown", StatusCodes.Status404NotFound, "There is no such drill");
    public static readonly AdminError DrillRefused = new("drill_refused", StatusCodes.Status409Conflict, "The way back is not rehearsed like this");
    public static readonly AdminError DrillInvalid = new("drill_invalid", StatusCodes.Status422UnprocessableEntity, "No drill can be made from this");
    public static readonly AdminError AgreementUnknown = new("agreement_unknown", StatusCodes.Status404NotFound, "There is no such agreement");
    public static readonly AdminError AgreementInvalid = new("agreement_invalid", StatusCodes.Status422UnprocessableEntity, "No agreement can be made or ended like this");
    public static readonly AdminError PinUnknown = new("pin_unknown", StatusCodes.Status404NotFound, "No release has this pin");
    public static readonly AdminError SentinelRefused = new("sentinel_refused", StatusCodes.Status409Conflict, "The pin is not asked like this");
    public static readonly AdminError SentinelInvalid = new("sentinel_invalid", StatusCodes.Status422UnprocessableEntity, "The pin cannot be asked like this");
    public static readonly AdminError ImportInvalid = new("import_invalid", StatusCodes.Status422UnprocessableEntity, "The file cannot be imported");
    public static readonly AdminError ClaimInvalid = new("claim_invalid", StatusCodes.Status422UnprocessableEntity, "Nothing can be claimed like this");
    public static readonly AdminError ClaimUnknown = new("claim_unknown", StatusCodes.Status404NotFound, "There is no such claim");
    public static readonly AdminError Internal = new("internal", StatusCodes.Status500InternalServerError, "Causeway failed");
    public static readonly AdminError StoreUnavailable = new("store_unavailable", StatusCodes.Status503ServiceUnavailable, "The store does not answer");

    /// <summary>All of them; docs/admin-api.md lists the same.</summary>
    public static IReadOnlyList<AdminError> All { get; } =
    [
        RequestMalformed, TokenMissing, TokenWrong, CrossSite, RoleMissing, RouteUnknown, KeyUnknown, ProviderUnknown, ReleaseUnknown, ChannelUnknown, ContractUnknown,
        ReleaseAmbiguous, ChannelExists, VersionStale, BodyTooLarge, ContentTypeUnsupported, KeyInvalid, ReleaseInvalid, ChannelInvalid,
        ContractInvalid, PolicyInvalid, QueryInvalid, SpendTooWide, ConfigurationInvalid, VersionMissing, Internal, StoreUnavailable,
        ProbesUnknown, ProbesRunning, ProbeInvalid, ContractTestInvalid, GrantUnknown, GrantRevoked, GrantInvalid, DelegationExceeds,
        SelfApproval, RaiseUnknown, GlassUnknown, RaiseDecided, RaiseExpired, RaiseChanged, SealMissing, SealExceeded, RaiseInvalid, SealInvalid, GlassInvalid,
        RollbackRefused, RollbackInfeasible, RollbackInvalid, QuarantineUnknown, ReleaseQuarantined, RolloutActive, RolloutUnknown, RolloutRefused, RolloutInvalid, GroupUnknown, DrillUnknown, DrillRefused, DrillInvalid, RunUnknown, RunLiftInvalid, RevocationInvalid, AdjustmentsInvalid, CacheInvalid, ConversationUnknown,
        AgreementUnknown, AgreementInvalid,
        PinUnknown, SentinelRefused, SentinelInvalid, ImportInvalid, ClaimInvalid, ClaimUnknown,
        SessionOver, RequestUnknown, DeadLetterUnknown, WebhookMissing, PayloadUnknown, PayloadLocked, PayloadInvalid, CaptureInvalid, CaptureUnknown, EventsFull,
    ];
}
