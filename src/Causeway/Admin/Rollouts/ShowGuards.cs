using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Admin.Channels;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Rollouts;

/// <summary><c>GET /channels/{name}/guards</c>: what the guards of a rollout know.</summary>
internal static class ShowGuards
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/channels/{name}/guards", RunAsync)
        .WithName("show_guards").WithTags("rollouts").WithSummary("What the guards of a rollout know")
        .WithDescription("Of the rollout that is under way, or the last one that was. Counted of all instances, and across starts; tripwires are of each instance's own requests since its start.")
        .Refuses(AdminError.ChannelUnknown, AdminError.RolloutUnknown);

    private static async Task<Results<Ok<GuardsView>, Problem>> RunAsync(HttpContext http, string name, ReleaseDesk desk, PolicyPublisher policies, GuardSync guards) =>
        await desk.RoutingOfAsync(name, http.RequestAborted) is not { } routing ? ChannelView.Unknown(name, policies.Current.Channels.Keys)
        : routing.Rollout is not { } rollout ? new Problem(AdminError.RolloutUnknown, $"Channel \"{name}\" was never rolled out. Start with: causeway rollout start {name} --to RELEASE")
        : TypedResults.Ok(GuardsView.Of(name, rollout, await guards.ReportAsync(name, rollout, http.RequestAborted) ?? new RolloutTally(rollout.Plan.GuardsOff).Report()));
}

/// <summary>What the guards of a rollout know.</summary>
internal sealed record GuardsView(
    string Channel,
    string Rollout,
    [property: JsonConverter(typeof(SnakeCaseEnum<RolloutState>))] RolloutState State,
    [property: Description("Requests that the candidate answered.")] long CandidateRequests,
    [property: Description("Requests that base answered beside it.")] long BaseRequests,
    [property: Description("Units that met the candidate by percentage.")] int CandidateUnits,
    [property: Description("Units that were drawn.")] int Units,
    [property: Description("There are so few units that statistics say little: only tripwires and people act.")] bool Underpowered,
    [property: Description("A guard acts where its evidence is at least this.")] double Threshold,
    [property: Description("The evidence that the share of units is not the stated one; 1000 holds.")] double ShareE,
    IReadOnlyList<GuardView> Guards)
{
    public static GuardsView Of(string channel, Rollout rollout, GuardReport report) => new(
        channel,
        rollout.Id.ToString(),
        rollout.State,
        report.CandidateRequests,
        report.BaseRequests,
        report.CandidateUnits,
        report.Units,
        report.IsUnderpowered,
        report.Threshold,
        Rounded(report.ShareE),
        [.. report.Guards.Select(guard => GuardView.Of(guard, report))]);

    internal static double Rounded(double e) => Math.Round(Math.Min(e, AlwaysValidTest.Most), 3);
}

/// <summary>Where a guard stands.</summary>
internal sealed record GuardView(
    string Guard,
    [property: Description("false: the plan turned it off.")] bool On,
    [property: JsonConverter(typeof(SnakeCaseEnum<GuardAction>)), Description("What it does when it crosses.")] GuardAction Action,
    [property: Description("The evidence against the candidate: 1 at the beginning, it acts at the threshold.")] double E,
    [property: Description("The evidence for it: 20 is enough to go on.")] double MirrorE,
    [property: Description("Units of the candidate's with a bad request; each counts once.")] long CandidateUnits,
    [property: Description("Units of base's.")] long BaseUnits,
    [property: Description("What it comes to, in plain words.")] string Words,
    [property: Description("The candidate's last bad requests, the newest first.")] IReadOnlyList<string> Requests)
{
    public static GuardView Of(GuardStanding guard, GuardReport report) => new(
        guard.Kind.Word(),
        guard.IsOn,
        guard.Kind.Action(),
        GuardsView.Rounded(guard.E),
        GuardsView.Rounded(guard.MirrorE),
        guard.CandidateUnits,
        guard.BaseUnits,
        InWords(guard, report),
        [.. guard.Requests.Select(request => $"req_{request:N}")]);

    private static string InWords(GuardStanding guard, GuardReport report) =>
        !guard.IsOn ? "off"
        : guard.Remark is { } remark ? remark
        : guard.CandidateUnits + guard.BaseUnits == 0 ? $"no {guard.Kind.Meaning()} were seen on either side"
        : $"{guard.CandidateUnits} of the candidate's {report.CandidateUnits} units and {guard.BaseUnits} of base's {report.Units - report.CandidateUnits} had {guard.Kind.Meaning()}: nothing speaks against the candidate";
}
