using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Admin.Channels;
using Causeway.Admin.Releases;
using Causeway.Admin.Rollbacks;
using Causeway.Configuration;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Policy;

/// <summary><c>PUT /policy</c>: the whole document or nothing of it.</summary>
internal static class ApplyPolicy
{
    private static readonly QueryParameter s_dryRun = new("dry_run", "true: say what it would change, and change nothing.") { Allowed = ["true", "false"] };

    public static void Map(RouteGroupBuilder api) => api.MapPut("/policy", RunAsync)
        .WithName("apply_policy").WithTags("policy").WithSummary("Apply a policy document")
        .WithDescription("Makes what is missing and moves channels to where the document has them, in one transaction. With a mistake anywhere in it nothing changes, and the answer names every mistake with its line. What the document does not name stays. Keys are secrets and no part of it.")
        .ReadsYaml("Releases and channels (docs/releases.md).")
        .Asks(s_dryRun)
        .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ReleaseQuarantined, AdminError.RolloutActive, AdminError.PolicyInvalid);

    private static async Task<Results<Ok<AppliedPolicy>, Problem>> RunAsync(
        HttpContext http, IReleaseStore releases, PolicyPublisher policies, ModelCatalogue models, TimeProvider time, ILogger<AdminGate> log)
    {
        (string? text, Problem? problem) = await RequestBody.ReadYamlAsync(http.Request);
        if (text is null)
        {
            return problem!;
        }

        DateTimeOffset now = time.GetUtcNow();
        var findings = new Findings("policy");
        WrittenPolicy written = PolicyReader.Read(text, findings);
        PolicyRevision policy = policies.Current;
        ResolvedPolicy resolved = await ResolvedPolicy.OfAsync(
            written, ReleaseDraft.ResolverOf(policy, models), policy, releases, now, findings, http.RequestAborted);
        if (findings.Conclude(null).Errors is { Count: > 0 } errors)
        {
            return new Problem(AdminError.PolicyInvalid, "Mend what \"errors\" names; nothing was applied.", [.. errors.Select(Place)]);
        }

        foreach (WantedChannel wanted in resolved.Document.Channels)
        {
            if (Quarantine.Refuse(policy, wanted.Name, policy.FindChannel(wanted.Name)?.Channel.Release ?? wanted.Release, wanted.Release) is { } refused)
            {
                return refused;
            }
        }

        if (s_dryRun.IsOn(http.Request.Query))
        {
            return TypedResults.Ok(AppliedPolicy.Of(await PlanAsync(resolved.Document, releases, now, http.RequestAborted), resolved, dryRun: true, policies.Current));
        }

        PolicyPlan plan = await releases.ApplyAsync(resolved.Document, now, CancellationToken.None);
        Publish(plan, resolved, policies, log);
        return TypedResults.Ok(AppliedPolicy.Of(plan, resolved, dryRun: false, policies.Current));
    }

    private static FieldProblem Place(ConfigurationError error) => new(
        error.Path.Length == 0 ? null : error.Path, error.Message, error.Line == 0 ? null : error.Line, error.Line == 0 ? null : error.Column);

    private static async Task<PolicyPlan> PlanAsync(PolicyDocument document, IReleaseStore releases, DateTimeOffset now, CancellationToken cancellation)
    {
        Dictionary<string, ReleaseChannel> channels = (await releases.ListChannelsAsync(cancellation)).ToDictionary(pointed => pointed.Channel.Name, pointed => pointed.Channel, StringComparer.Ordinal);
        var kept = new HashSet<ReleaseId>();
        foreach (ReleaseId id in document.Releases.Select(release => release.Id).Distinct())
        {
            if (await releases.FindAsync(new ReleaseIdRange(id, id), cancellation) is [_])
            {
                kept.Add(id);
            }
        }

        return PolicyPlan.Of(document, kept.Contains, channels.GetValueOrDefault, now);
    }

    private static void Publish(PolicyPlan plan, ResolvedPolicy resolved, PolicyPublisher policies, ILogger log)
    {
        foreach (Release release in plan.NewReleases)
        {
            AdminEvents.ReleaseMade(log, release.Id.ToString(), string.Join(", ", release.Pins));
        }

        // One revision for the whole document: no request sees a part of it.
        if (plan.Channels.Count > 0)
        {
            policies.Publish(policy => policy.WithChannels(plan.Channels.Select(change => new ServedChannel(change.After, resolved.Known[change.After.Release]))));
        }

        foreach (ReleaseChannel channel in plan.Channels.Select(change => change.After))
        {
            channel.Log(log);
        }
    }
}

/// <summary>What a policy document changed, or would change.</summary>
internal sealed record AppliedPolicy(
    [property: Description("Nothing was changed: this is what it would change.")] bool DryRun,
    [property: Description("How often the policy changed in this process since it started, as revision of GET /status.")] long Revision,
    [property: Description("The number of the newest change of routing, as rollouts, rollbacks and GET /status name it.")] long RoutingRevision,
    [property: Description("The releases of the document.")] IReadOnlyList<AppliedRelease> Releases,
    [property: Description("The channels of the document.")] IReadOnlyList<AppliedChannel> Channels)
{
    public static AppliedPolicy Of(PolicyPlan plan, ResolvedPolicy resolved, bool dryRun, PolicyRevision policy) => new(
        dryRun,
        policy.Number,
        policy.Routing.Revision,
        [.. resolved.Labels.Select(label => AppliedRelease.Of(label.Label, label.Release, plan))],
        [.. resolved.Document.Channels.Select(wanted => AppliedChannel.Of(wanted, plan))]);
}

/// <summary>A release of a policy document.</summary>
internal sealed record AppliedRelease(
    [property: Description("Its label in the document.")] string Label,
    string Id,
    [property: JsonConverter(typeof(SnakeCaseEnum<PolicyChange>))] PolicyChange Change,
    [property: Description("What to know of its pins.")] IReadOnlyList<string> Warnings)
{
    public static AppliedRelease Of(string label, Release release, PolicyPlan plan) => new(
        label,
        release.Id.ToString(),
        plan.NewReleases.Any(made => made.Id == release.Id) ? PolicyChange.Made : PolicyChange.Unchanged,
        [.. release.Pins.Select(pin => PinView.Of(pin).Warning).OfType<string>()]);
}

/// <summary>A channel of a policy document.</summary>
internal sealed record AppliedChannel(
    string Name,
    [property: JsonConverter(typeof(SnakeCaseEnum<PolicyChange>))] PolicyChange Change,
    [property: Description("Where it pointed before; null: it is new.")] string? From,
    [property: Description("What it points at now.")] string Release,
    [property: JsonConverter(typeof(SnakeCaseEnum<UnsupportedFields>))] UnsupportedFields Unsupported,
    [property: JsonConverter(typeof(SnakeCaseEnum<ConformanceRule>))] ConformanceRule Conformance)
{
    public static AppliedChannel Of(WantedChannel wanted, PolicyPlan plan)
    {
        ChannelChange? change = plan.Channels.FirstOrDefault(change => change.After.Name == wanted.Name);
        string release = wanted.Release.ToString();
        return change is null
            ? new AppliedChannel(wanted.Name, PolicyChange.Unchanged, release, release, wanted.Unsupported, wanted.Conformance)
            : new AppliedChannel(wanted.Name, change.Before is null ? PolicyChange.Made : PolicyChange.Moved, change.Before?.Release.ToString(), release, wanted.Unsupported, wanted.Conformance);
    }
}

/// <summary>What became of a part of a policy document.</summary>
internal enum PolicyChange
{
    /// <summary>It is as it was.</summary>
    Unchanged,

    /// <summary>It was not there.</summary>
    Made,

    /// <summary>It was otherwise.</summary>
    Moved,
}
