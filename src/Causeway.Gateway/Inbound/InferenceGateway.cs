using System.Diagnostics.Metrics;
using Causeway.Budgets.Adaptive;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Runaway;
using Causeway.Contracts.Compilation;
using Causeway.Gateway.Batches;
using Causeway.Gateway.Books;
using Causeway.Gateway.Cache;
using Causeway.Gateway.Capture;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Conversations;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Labels;
using Causeway.Gateway.Objects;
using Causeway.Gateway.Passthrough;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Runaway;
using Causeway.Gateway.Sentinel;
using Causeway.Gateway.Shape;
using Causeway.Gateway.Telemetry;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Inbound;

/// <summary>The data plane: made once by the composition, mapped with <see cref="InferenceRoutes.MapInference"/>.</summary>
public sealed class InferenceGateway : IDisposable
{
    private readonly StallWatch _watch;
    private readonly Admit _admit;
    private readonly MemoryGauge _memory;
    private readonly InferencePipeline _pipeline;
    private readonly PassthroughPipeline _passthrough;
    private readonly TimeProvider _time;
    private readonly RunWatch _runs;
    private readonly CircuitBreakers _circuits;
    private readonly PolicyPublisher _policies;
    private readonly Identify _identify;
    private readonly Reserve _reserve;
    private volatile OutgoingGuard _guard = OutgoingGuard.None;
    private volatile PayloadBook? _payloads;
    private volatile EndUsers _endUsers = EndUsers.Kept;

    /// <summary>Puts the steps together.</summary>
    public InferenceGateway(
        PolicyPublisher policies, BudgetLedger ledger, ModelDiscovery discovery, Journal journal, GatewayLimits limits, MeasuredDialects measured, MasterKeys masters, TimeProvider time, IMeterFactory meters, ILogger<InferenceGateway> log, CandidateLease? lease = null, AnswerCache? answers = null, ConversationBook? conversations = null, FailedKeys? failed = null, BatchBook? batches = null, ObjectBook? objects = null, TranscriptBook? transcripts = null)
    {
        _time = time;
        _policies = policies;
        Lease = lease ?? new CandidateLease(time);
        Rollouts = new RolloutBook(policies);
        Runs = new RunGuard(time);
        _watch = new StallWatch(time);
        _memory = new MemoryGauge(time, () => answers?.LetGo());
        _admit = new Admit(limits, journal, _memory);
        Identify identify = _identify = new Identify(ledger, new Capabilities(ledger, masters), failed ?? new FailedKeys(FailedKeys.StandardPerAddress, FailedKeys.StandardInAll, time), time);
        var metrics = new InferenceMetrics(meters);
        metrics.Meter.CreateObservableGauge(GenAiNames.OpenRequests, () => _admit.Requests, "{request}", "Requests being worked on");
        metrics.Meter.CreateObservableGauge(GenAiNames.OpenStreams, () => _admit.Streams, "{stream}", "Streams being relayed");
        metrics.Meter.CreateObservableGauge(GenAiNames.UnbookedRecords, () => journal.Unbooked, "{record}", "Usage records waiting to be booked");
        metrics.Meter.CreateObservableGauge(GenAiNames.KeptLocally, () => journal.KeptLocally, "{record}", "Those of them that are on this instance's disk, since the store is away");
        metrics.Meter.CreateObservableGauge(GenAiNames.BudgetLeases, () => ledger.OwnLeases, "{lease}", "Leases on shared budgets that this instance holds");
        metrics.Meter.CreateObservableCounter(GenAiNames.BudgetDrawn, () => ledger.Drawn, "{request}", "Requests that were decided by a lease, with no turn at the head of the ledger");
        metrics.Meter.CreateObservableGauge(GenAiNames.PolicyRevision, () => policies.Current.Number, "{revision}", "Number of the policy revision in force");
        Rollbacks = new RollbackMetrics(metrics.Meter, policies, time);
        var receive = new Receive(limits);
        var schemas = new ContractCache();
        var resolve = new Resolve(discovery, new FindRelease(Lease, time), conversations, schemas);
        var rejoin = new RejoinHistory(transcripts, limits);
        var prompts = new PromptTokens();
        var lengths = new AnswerLengths();
        var record = new Record(ledger, journal, prompts, lengths, metrics, new MismatchLog(time, log));
        var once = new Once();
        var reserve = _reserve = new Reserve(ledger, journal, prompts, lengths, Lease);
        _runs = new RunWatch(Runs, FingerprintKey.Random(), time);
        var watch = new WatchRun(_runs, ledger, () => RunLimits);
        var owners = new Owners(objects, time);
        _passthrough = new PassthroughPipeline(
            policies, identify, receive, () => _endUsers, () => _guard, new FindProvider(resolve), watch, _admit, once, owners, new ReadBatchFile(_watch, policies, reserve, owners, limits, time), reserve, new Forward(_watch, policies, Lease, new BatchAnswers(batches), owners, new OwnPages(owners, policies, time), limits, time), record, time, log);
        _circuits = new CircuitBreakers(time);
        var shedding = new Shedding(time);
        var dispatch = new Dispatch(_circuits, new RetryBudget(time), policies, Lease, shedding, time, log);
        var bind = new Bind(schemas, measured);
        var mismatches = new UsageMismatch(time);
        Shadows = new ShadowCopies(policies, Lease, journal, Rollouts, bind, time, log);
        _pipeline = new InferencePipeline(
            policies,
            identify,
            receive,
            () => _endUsers,
            () => _guard,
            resolve,
            rejoin,
            bind,
            watch,
            _admit,
            once,
            new Recall(answers, policies, time),
            reserve,
            new Attempt(_watch, policies, dispatch, new ContractTrial(_watch, dispatch, owners, limits, time, log), new Deliver(limits, time, log), owners, mismatches, limits, time, log),
            new Reroute(policies, resolve, rejoin, bind),
            mismatches,
            record,
            Rollouts,
            Eye,
            Shadows,
            shedding,
            Rollbacks,
            () => _payloads,
            time,
            log);
        Models = new ServedModels(policies, discovery, identify, time);
    }

    /// <summary>The right to serve candidates. Whoever keeps the routing renews it.</summary>
    public CandidateLease Lease { get; }

    /// <summary>What requests have shown of candidates.</summary>
    public RolloutBook Rollouts { get; }

    /// <summary>What answers say of who gave them.</summary>
    public PassiveEye Eye { get; } = new();

    /// <summary>What became of the copies of a rollout's shadow stage on this instance since its start: answered, failed, not sent, and what they cost in nano-USD.</summary>
    public (long Answered, long Failed, long Dropped, long NanoUsd) ShadowsOf(Rollout rollout)
    {
        ShadowCounts counts = Shadows.CountsOf(rollout);
        return (counts.Answered, counts.Failed, counts.Dropped, counts.NanoUsd);
    }

    /// <summary>Copies that candidates of shadow stages are sent.</summary>
    internal ShadowCopies Shadows { get; }

    /// <summary>Measures rollbacks.</summary>
    internal RollbackMetrics Rollbacks { get; }

    internal FeedbackDesk? Feedback { get; private set; }

    /// <summary>Takes later words on answers from now on.</summary>
    /// <param name="usage">Where requests are booked.</param>
    /// <param name="routing">Where routing is kept.</param>
    public void TakeFeedback(IUsageStore usage, IRoutingStore routing) => Feedback = new FeedbackDesk(usage, routing, _policies, _identify, Rollouts);

    /// <summary>Does with the calls of releases that were rolled back as the policy says: to be called when the policy that revokes them is in force.</summary>
    public RevokedCalls Revoke(Predicate<ServedRelease> isRevoked, StreamPolicy policy) => _watch.Revoke(isRevoked, policy);

    /// <summary>Counts the calls that are made for releases now, streams apart.</summary>
    public (int Requests, int Streams) CountCalls(Predicate<ServedRelease> isOne) => _watch.Count(isOne);

    /// <summary>Runs of agents that are watched.</summary>
    public RunGuard Runs { get; }

    /// <summary>What a run may come to where nothing narrower is said.</summary>
    public RunLimits RunLimits { get; set; } = RunLimits.Default;

    /// <summary>Says what must not go out, from the next request on.</summary>
    public void GuardOutgoing(IReadOnlyList<OutgoingRule> rules) => _guard = rules.Count == 0 ? OutgoingGuard.None : new OutgoingGuard(rules);

    /// <summary>Says who is told of each critical grant of which something is started while the store is away.</summary>
    public void TellOf(Action<Grant> criticalWithoutStore) => _reserve.Offline.Critical = criticalWithoutStore;

    /// <summary>Says what is booked of end users, from the next request on.</summary>
    public void Book(EndUsers users) => _endUsers = users;

    /// <summary>Keeps prompts and answers from now on, as the book's rules say.</summary>
    public void KeepPayloads(PayloadBook book) => _payloads = book;

    /// <summary>Sets which tools may be called again and again with equal results, by feature.</summary>
    public void ExemptTools(IReadOnlyDictionary<string, IReadOnlyCollection<string>> toolsByFeature) => _runs.Exempt(toolsByFeature);

    /// <summary>Ends every call that a grant, or one below it, pays for.</summary>
    /// <returns>How many.</returns>
    public int Cut(GrantId grant) => _watch.Cut(grant);

    /// <summary>Ends the calls with keys that a revoked prefix has ended, where their grant cuts what runs, or everywhere.</summary>
    /// <returns>How many.</returns>
    public int Cut(RevocationId prefix, bool all) => _watch.Cut(prefix, all);

    /// <summary>The process is asked to end: nothing is read on for callers that left, and what it used is estimated.</summary>
    public void EndDrains() => _watch.EndDrains();

    /// <summary>Requests being worked on.</summary>
    public int OpenRequests => _admit.Requests;

    /// <summary>Streams among them.</summary>
    public int OpenStreams => _admit.Streams;

    /// <summary>The pins that were called since the start, and whether each is left alone for a moment.</summary>
    public IEnumerable<PinCircuit> Circuits => _circuits.All;

    internal ServedModels Models { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Shadows.Dispose();
        _watch.Dispose();
        _memory.Dispose();
    }

    internal Task RunAsync(HttpContext context, Operation operation, string? pathModel) =>
        _pipeline.RunAsync(new Call(context, operation, pathModel, _time));

    /// <summary>A call of a provider's own API.</summary>
    /// <param name="context">The request.</param>
    /// <param name="route">The name under which it is recorded.</param>
    /// <param name="provider">The provider's name; null: the request's model says it.</param>
    internal Task PassAsync(HttpContext context, string route, string? provider) =>
        _passthrough.RunAsync(new Call(context, Operation.Native, null, _time, route), provider);
}
