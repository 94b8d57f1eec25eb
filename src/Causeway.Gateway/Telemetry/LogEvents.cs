using Causeway.Contracts.Conformance;
using Causeway.Gateway.Conformance;
using Causeway.Releases.Drills;
using Causeway.Releases.Guards;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Telemetry;

/// <summary>Everything that the data plane logs. Never prompt text, never a secret. Ids: Flow 100, Upstream 200, Books 300, Conformance 600, Alerts 700, Instances 800.</summary>
internal static partial class LogEvents
{
    [LoggerMessage(100, LogLevel.Error, "Request {Request} failed inside the gateway")]
    public static partial void Failed(ILogger logger, string request, Exception failure);

    [LoggerMessage(101, LogLevel.Warning, "Request {Request}: {Provider} broke off its answer: {Code}")]
    public static partial void Interrupted(ILogger logger, string request, string provider, string code);

    [LoggerMessage(102, LogLevel.Debug, "Request {Request}: {Provider} could not answer ({Reason}); the next pin is tried")]
    public static partial void FallingBack(ILogger logger, string request, string provider, string reason);

    [LoggerMessage(103, LogLevel.Warning, "Request {Request}: {Pin} broke contract {Contract}: {Code}")]
    public static partial void ContractBroken(ILogger logger, string request, string pin, string contract, string code);

    [LoggerMessage(104, LogLevel.Warning, "Channel {Channel}: {Pin} is not proven to hold contract {Contract} ({Why})")]
    public static partial void Unproven(ILogger logger, string channel, string pin, string contract, string why);

    [LoggerMessage(105, LogLevel.Warning, "Request {Request}: {Pin} {Why}. It is booked as reported (usage_mismatch). Said once an hour of each model; the ledger has every one")]
    public static partial void UsageMismatch(ILogger logger, string request, string pin, string why);

    [LoggerMessage(771, LogLevel.Critical, "{Text}")]
    public static partial void CriticalWithoutStore(ILogger logger, string text);

    [LoggerMessage(770, LogLevel.Warning, "{Text}")]
    public static partial void KeysGuessed(ILogger logger, string text);

    [LoggerMessage(760, LogLevel.Warning, "{Text}")]
    public static partial void AgreementEnds(ILogger logger, string text);

    [LoggerMessage(761, LogLevel.Error, "Agreements that end could not be looked at; it is tried again in 30 s")]
    public static partial void AgreementsFailed(ILogger logger, Exception failure);

    [LoggerMessage(200, LogLevel.Warning, "{Provider} does not list its models: {Reason}")]
    public static partial void ModelsNotListed(ILogger logger, string provider, string reason);

    [LoggerMessage(201, LogLevel.Warning, "{Provider} refused the configured key (status {Status}); callers get 502 until it is replaced")]
    public static partial void KeyRefused(ILogger logger, string provider, int status);

    [LoggerMessage(202, LogLevel.Debug, "Request {Request}: call {Attempt} to {Provider} failed ({Reason}); next in {DelayMs} ms")]
    public static partial void Retrying(ILogger logger, string request, int attempt, string provider, string reason, long delayMs);

    [LoggerMessage(800, LogLevel.Information, "{Call}: its release was rolled back; {Release} answers")]
    public static partial void Rerouted(ILogger logger, string call, string release);

    [LoggerMessage(801, LogLevel.Warning, "Channel {Channel} rolled back from {From} to {To} by {Actor}: {Reason}")]
    public static partial void RolledBack(ILogger logger, string channel, string from, string to, string actor, string reason);

    [LoggerMessage(802, LogLevel.Error, "That revision {Revision} was applied could not be written to the timeline")]
    public static partial void TimelineFailed(ILogger logger, long revision, Exception failure);

    [LoggerMessage(803, LogLevel.Warning, "The store does not say which routing is in force; base answers in place of candidates until it does")]
    public static partial void RoutingAway(ILogger logger, Exception failure);

    [LoggerMessage(804, LogLevel.Information, "Rollout of {Channel}: {Kind} by {Actor}: {Detail}")]
    public static partial void RolloutStepped(ILogger logger, string channel, TimelineKind kind, string actor, string detail);

    [LoggerMessage(805, LogLevel.Warning, "A guard of {Channel}, {Rollout}, has crossed and does {Action}: {Evidence}")]
    public static partial void GuardCrossed(ILogger logger, string channel, string rollout, GuardAction action, string evidence);

    [LoggerMessage(806, LogLevel.Error, "What a guard of {Channel} has crossed could not be acted on; it is tried again")]
    public static partial void GuardFailed(ILogger logger, string channel, Exception failure);

    [LoggerMessage(807, LogLevel.Critical, "A guard of {Channel} has crossed, and there is no way back to base: {Reason}")]
    public static partial void GuardStuck(ILogger logger, string channel, string reason);

    [LoggerMessage(808, LogLevel.Information, "{Drill} of {Channel}: {State} {Failures}")]
    public static partial void Drilled(ILogger logger, string drill, string channel, DrillState state, string failures);

    [LoggerMessage(809, LogLevel.Error, "{Drill} failed inside the gateway; base answers in the candidate's place until it is ended")]
    public static partial void DrillFailed(ILogger logger, string drill, Exception failure);

    [LoggerMessage(812, LogLevel.Error, "Rollouts that advance by themselves could not be looked at; next try in 2 s")]
    public static partial void StagesFailed(ILogger logger, Exception failure);

    [LoggerMessage(813, LogLevel.Error, "Rollouts could not be held though the lease for candidates runs out again and again; next try in 1 s")]
    public static partial void HoldFailed(ILogger logger, Exception failure);

    [LoggerMessage(810, LogLevel.Warning, "{Readiness}")]
    public static partial void Readiness(ILogger logger, string readiness);

    [LoggerMessage(811, LogLevel.Error, "Whether channels can be taken back could not be looked at; next try in a minute")]
    public static partial void ReadinessFailed(ILogger logger, Exception failure);

    [LoggerMessage(870, LogLevel.Warning, "Sentinel: {What}")]
    public static partial void Sentinel(ILogger logger, string what);

    [LoggerMessage(871, LogLevel.Error, "Who answers behind pins could not be looked at; next try in 2 s")]
    public static partial void SentinelFailed(ILogger logger, Exception failure);

    [LoggerMessage(872, LogLevel.Information, "{Pin} named a backend that it had not named before, {Fingerprint}: it is looked at oftener for a day")]
    public static partial void NewBackend(ILogger logger, string pin, string fingerprint);

    [LoggerMessage(873, LogLevel.Error, "Budgets could not be raised for the rollback of {Channel}; they stop where they stood")]
    public static partial void AllowanceFailed(ILogger logger, string channel, Exception failure);

    [LoggerMessage(874, LogLevel.Error, "The copy of {Request} that the candidate of a shadow stage was sent failed inside the gateway")]
    public static partial void ShadowFailed(ILogger logger, string request, Exception failure);

    [LoggerMessage(880, LogLevel.Warning, "Channel {Channel} rolled back on this instance alone, from {From} to {To}, by {Actor}: {Reason}")]
    public static partial void RolledBackLocally(ILogger logger, string channel, string from, string to, string actor, string reason);

    [LoggerMessage(881, LogLevel.Information, "What this instance rolled back of {Channel} by itself is over: {From} answers nobody any more")]
    public static partial void LocalOver(ILogger logger, string channel, string from);

    [LoggerMessage(882, LogLevel.Warning, "What channels can go back to could not be read, or what was done without the store not be told to it; it is tried every second")]
    public static partial void LocalUntold(ILogger logger, Exception failure);

    [LoggerMessage(883, LogLevel.Warning, "What was seen of rollouts could not be written or read; it is kept and tried again")]
    public static partial void EvidenceAway(ILogger logger, Exception failure);

    [LoggerMessage(300, LogLevel.Error, "{Count} usage records could not be booked and are kept; next try in {DelayMs} ms")]
    public static partial void NotBooked(ILogger logger, int count, long delayMs, Exception failure);

    [LoggerMessage(301, LogLevel.Critical, "{Count} usage records were not booked when the process ended")]
    public static partial void Unbooked(ILogger logger, int count);

    [LoggerMessage(311, LogLevel.Critical, "The local book {Path} does not take what happens while the store is away: nothing new is started until it does, or the store is back. What happened waits in memory")]
    public static partial void OutageNotKept(ILogger logger, string path, Exception failure);

    [LoggerMessage(312, LogLevel.Warning, "{Count} entries that the store did not take are kept in {Path}; the next start in that directory books them")]
    public static partial void OutageLeft(ILogger logger, long count, string path);

    [LoggerMessage(313, LogLevel.Warning, "{Entries} entries of {Path} were booked, which a process that is gone kept while the store was away; {InDoubt} requests of it are in doubt")]
    public static partial void OutageBooked(ILogger logger, long entries, string path, int inDoubt);

    [LoggerMessage(314, LogLevel.Error, "The local book {Path}, which a process left that is gone, could not be booked; it is tried again, and kept for the next start")]
    public static partial void OutageNotBooked(ILogger logger, string path, Exception failure);

    [LoggerMessage(315, LogLevel.Critical, "The local book {Path} cannot be read to its end, and what follows is not booked. It is now {Aside}: keep it. What its requests held is in doubt in the ledger; book what the provider says with: causeway adjust")]
    public static partial void OutageUnreadable(ILogger logger, string path, string aside, Exception failure);

    [LoggerMessage(316, LogLevel.Error, "{Problem}")]
    public static partial void LocalBookProblem(ILogger logger, string problem);

    [LoggerMessage(302, LogLevel.Warning, "{Count} reservations were not settled by their deadline and count as used (in doubt)")]
    public static partial void ReservationsLate(ILogger logger, int count);

    [LoggerMessage(309, LogLevel.Information, "The ledger's head is entry {Seq}, signed {Head}: keep it where the store cannot be written from (docs/audit.md)")]
    public static partial void LedgerHead(ILogger logger, long seq, string head);

    [LoggerMessage(310, LogLevel.Error, "The ledger's head could not be handed out; it is tried again in an hour")]
    public static partial void HeadNotExported(ILogger logger, Exception failure);

    [LoggerMessage(303, LogLevel.Debug, "Ledger replayed: {Events} events, {InDoubt} requests were open and are in doubt")]
    public static partial void LedgerReplayed(ILogger logger, int events, int inDoubt);

    [LoggerMessage(306, LogLevel.Error, "What a request used could not be told to the ledger")]
    public static partial void NotDecided(ILogger logger, Exception failure);

    [LoggerMessage(308, LogLevel.Error, "The store has not answered for {Ms} ms; whoever waits for it is refused until it does")]
    public static partial void StoreHangs(ILogger logger, long ms);

    [LoggerMessage(307, LogLevel.Warning, "The ledger could not be looked over for what is late; next try in 10 s")]
    public static partial void UpkeepFailed(ILogger logger, Exception failure);

    [LoggerMessage(305, LogLevel.Error, "What was booked could not be shown to the alerts; the books are whole")]
    public static partial void FollowerFailed(ILogger logger, Exception failure);

    [LoggerMessage(304, LogLevel.Critical, "The ledger's balances do not follow from its events: {Mismatch} Grants that are enforced hard are refused")]
    public static partial void LedgerMismatch(ILogger logger, string mismatch);

    [LoggerMessage(306, LogLevel.Information, "{Dropped} usage records of requests before {Before:u} were dropped, as retention.usage says; totals stay")]
    public static partial void UsageDropped(ILogger logger, long dropped, DateTimeOffset before);

    [LoggerMessage(307, LogLevel.Warning, "Usage could not be rolled up or dropped; next try in {Minutes} minutes. Nothing is lost by it")]
    public static partial void UpkeepFailed(ILogger logger, double minutes, Exception failure);

    [LoggerMessage(900, LogLevel.Warning, "The store's answers cannot be looked at, and requests are answered anew for two seconds: {Reason}")]
    public static partial void CacheAway(ILogger logger, string reason);

    [LoggerMessage(901, LogLevel.Warning, "An answer of channel {Channel} was not kept to be given again: {Reason}")]
    public static partial void NotCached(ILogger logger, string channel, string reason);

    [LoggerMessage(902, LogLevel.Warning, "Answers whose time is over could not be forgotten; next try in a minute. They are not given again")]
    public static partial void CacheUpkeepFailed(ILogger logger, Exception failure);

    [LoggerMessage(910, LogLevel.Warning, "The store's conversations cannot be looked at, and requests are answered without for two seconds: {Reason}")]
    public static partial void ConversationsAway(ILogger logger, string reason);

    [LoggerMessage(911, LogLevel.Warning, "The last answers of {Count} conversations were not written down: {Reason}")]
    public static partial void ConversationsNotWritten(ILogger logger, int count, string reason);

    [LoggerMessage(912, LogLevel.Warning, "Old conversations could not be forgotten; next try in an hour")]
    public static partial void ConversationsNotForgotten(ILogger logger, Exception failure);

    [LoggerMessage(913, LogLevel.Warning, "The store's transcripts cannot be looked at, and requests are answered without for two seconds: {Reason}")]
    public static partial void TranscriptsAway(ILogger logger, string reason);

    [LoggerMessage(914, LogLevel.Warning, "What was said in {Count} answers is not kept: {Reason}")]
    public static partial void TranscriptsLost(ILogger logger, int count, string reason);

    [LoggerMessage(915, LogLevel.Warning, "The transcript of answer {Response} is kept and does not open: the master key that it was sealed under is no longer there, or it was altered")]
    public static partial void TranscriptLocked(ILogger logger, string response);

    [LoggerMessage(916, LogLevel.Warning, "Old transcripts could not be forgotten; next try in an hour")]
    public static partial void TranscriptsNotForgotten(ILogger logger, Exception failure);

    [LoggerMessage(980, LogLevel.Warning, "Whose {Count} things are that providers keep could not be written down; next try in two seconds: {Reason}")]
    public static partial void ObjectsNotWritten(ILogger logger, int count, string reason);

    [LoggerMessage(981, LogLevel.Error, "Too much waits to be written down: whose {Id} at {Provider} is, nobody knows")]
    public static partial void ObjectLetGo(ILogger logger, string provider, string id);

    [LoggerMessage(982, LogLevel.Warning, "Whose the things were that providers have let go of could not be forgotten; next try in an hour")]
    public static partial void ObjectsNotForgotten(ILogger logger, Exception failure);

    [LoggerMessage(600, LogLevel.Warning, "{Provider}/{Model}: the probe {Probe} showed {From} and now shows {To} {Detail}")]
    public static partial void DialectChanged(ILogger logger, string provider, string model, string probe, ProbeVerdict from, ProbeVerdict to, string detail);

    [LoggerMessage(601, LogLevel.Warning, "Could not be told to the webhook: {What}: {Reason}")]
    public static partial void NotTold(ILogger logger, string what, string reason);

    [LoggerMessage(620, LogLevel.Error, "Could not be kept to be sent again: {What}: {Reason}")]
    public static partial void NotKept(ILogger logger, string what, string reason);

    [LoggerMessage(621, LogLevel.Warning, "The upkeep of dead letters failed; it is tried again in {Minutes} minutes")]
    public static partial void DeadLettersFailed(ILogger logger, double minutes, Exception failure);

    [LoggerMessage(602, LogLevel.Information, "Probes {Run}: {Sent} of {Total} sent, {State}")]
    public static partial void Probed(ILogger logger, string run, int sent, int total, ProbeRunState state);

    [LoggerMessage(603, LogLevel.Error, "Probes {Run} failed inside the gateway")]
    public static partial void ProbesFailed(ILogger logger, string run, Exception failure);

    [LoggerMessage(604, LogLevel.Warning, "{Model} is not probed: {Reason}")]
    public static partial void NotProbed(ILogger logger, string model, string reason);

    [LoggerMessage(700, LogLevel.Warning, "Budget: {Alert}")]
    public static partial void BudgetAlert(ILogger logger, string alert);

    [LoggerMessage(701, LogLevel.Error, "What was booked could not be looked at for alerts; next try in 2 s")]
    public static partial void AlertsFailed(ILogger logger, Exception failure);

    [LoggerMessage(800, LogLevel.Error, "This instance is out of touch with the others: it {What}, and the store does not answer. It is tried until it does")]
    public static partial void OutOfTouch(ILogger logger, string what, Exception failure);

    [LoggerMessage(801, LogLevel.Warning, "This instance is in touch again: it {What}")]
    public static partial void InTouchAgain(ILogger logger, string what);

    [LoggerMessage(802, LogLevel.Warning, "{Count} requests of instances that are gone are taken as in doubt: they count in full until what they used is known")]
    public static partial void InstancesGone(ILogger logger, int count);

    [LoggerMessage(960, LogLevel.Warning, "{Count} captured payloads could not be kept and are let go; their requests are booked all the same")]
    public static partial void PayloadsLost(ILogger logger, int count, Exception failure);

    [LoggerMessage(961, LogLevel.Warning, "Captured payloads whose time is over could not be forgotten; next try in {Minutes} minutes. They are shown to nobody")]
    public static partial void PayloadUpkeepFailed(ILogger logger, double minutes, Exception failure);

    [LoggerMessage(975, LogLevel.Error, "The policy that this instance has followed to change {Applied} is not the store's, whose newest change is {Newest}: an older store was put in its place, a standby that had not everything or a backup. All of it is read anew. What was changed last may have to be said again; keys that were revoked stay so here until this process ends")]
    public static partial void PolicyDiverged(ILogger logger, long applied, long newest);

    [LoggerMessage(970, LogLevel.Debug, "Batch {Batch} of {Provider} (request {Request}): {Word}")]
    public static partial void BatchOpen(ILogger logger, string batch, string provider, Guid request, string? word);

    [LoggerMessage(971, LogLevel.Information, "Batch {Batch} of {Provider} (request {Request}) is over, {How}: {Word}")]
    public static partial void BatchOver(ILogger logger, string batch, string provider, Guid request, string how, string? word);

    [LoggerMessage(972, LogLevel.Warning, "Batch {Batch} of {Provider} (request {Request}) was to be settled by {Due:u} and stays charged at its bound: {Word}. Say what it used with causeway adjust")]
    public static partial void BatchLapsed(ILogger logger, string batch, string provider, Guid request, DateTimeOffset due, string? word);

    [LoggerMessage(973, LogLevel.Error, "Batch {Batch} of {Provider} was taken and could not be kept: request {Request} stays in doubt until causeway adjust says what it used")]
    public static partial void BatchNotKept(ILogger logger, string batch, string provider, Guid request, Exception failure);

    [LoggerMessage(974, LogLevel.Error, "Open batches could not be looked at; next try in {Seconds} s")]
    public static partial void BatchesFailed(ILogger logger, double seconds, Exception failure);
}
