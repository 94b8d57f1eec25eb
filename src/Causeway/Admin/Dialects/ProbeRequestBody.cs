using System.ComponentModel;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Policy;

namespace Causeway.Admin.Dialects;

/// <summary>What is to be probed, as it is asked for.</summary>
internal sealed record ProbeRequestBody
{
    public const int MaxModels = 32;
    private const decimal LeastUsd = 0.000001m;
    private const decimal MostUsd = 1000;

    [Description("Only this provider's models.")]
    public string? Provider { get; init; }

    [Description("As provider/model, at most 32. When left out: those that a channel's release names and those that are probed by schedule.")]
    public IReadOnlyList<string>? Models { get; init; }

    [Description("Ids of probes. When left out: all but those that have to be named.")]
    public IReadOnlyList<string>? Probes { get; init; }

    [Description("What the priced models may cost together, 0.000001 to 1000 USD. 0.50 when left out.")]
    public decimal? MaxUsd { get; init; }

    /// <summary>The plan, or what is wrong: exactly one of the two.</summary>
    public (ProbePlan? Plan, Problem? Problem) PlanFor(PolicyRevision policy, ProbeTimetable timetable)
    {
        List<FieldProblem> wrong = [];
        List<ProbePin> pins = Pins(policy, timetable, wrong);
        List<Probe> probes = Chosen(wrong);
        if (MaxUsd is < LeastUsd or > MostUsd)
        {
            wrong.Add(new FieldProblem("max_usd", "is an amount from 0.000001 to 1000"));
        }

        return wrong.Count > 0
            ? (null, new Problem(AdminError.ProbeInvalid, "Mend what \"errors\" names; nothing was sent.", wrong))
            : (new ProbePlan(pins, probes, MaxUsd is { } usd ? Money.Nano(usd) : ProbePlan.DefaultMaxNanoUsd), null);
    }

    private List<ProbePin> Pins(PolicyRevision policy, ProbeTimetable timetable, List<FieldProblem> wrong)
    {
        string[] names = [.. (Models ?? InUse(policy, timetable)).Distinct(StringComparer.Ordinal)];
        if (Provider is not null && policy.FindProvider(Provider) is null)
        {
            wrong.Add(new FieldProblem("provider", $"\"{Printable.Cut(Provider)}\" is no provider{Nearest.To(Provider, policy.Providers.Select(route => route.Provider.Name))}"));
            return [];
        }

        List<ProbePin> pins = [];
        foreach (string name in names)
        {
            int slash = name.IndexOf('/', StringComparison.Ordinal);
            if (slash < 1 || slash == name.Length - 1 || policy.FindProvider(name.AsSpan(0, slash)) is not { } route)
            {
                wrong.Add(new FieldProblem("models", $"\"{Printable.Cut(name)}\" is not provider/model of a provider that there is"));
            }
            else if (Provider is null || route.Provider.Name == Provider)
            {
                pins.Add(new ProbePin(route, name[(slash + 1)..]));
            }
        }

        if (wrong.Count == 0 && pins.Count is 0 or > MaxModels)
        {
            wrong.Add(new FieldProblem("models", pins.Count == 0
                ? "is needed: no channel's release names a model here, and none is probed by schedule"
                : $"are {pins.Count}, and {MaxModels} is the most of one run"));
        }

        return pins;
    }

    // What an answer may come from today matters first.
    private static IEnumerable<string> InUse(PolicyRevision policy, ProbeTimetable timetable) => policy.Channels.Values
        .OrderBy(served => served.Channel.Name, StringComparer.Ordinal)
        .SelectMany(served => served.Release.Content.Pins)
        .Select(pin => pin.ToString())
        .Concat(timetable.Models)
        .Where(name => policy.FindProvider(name.AsSpan(0, Math.Max(0, name.IndexOf('/', StringComparison.Ordinal)))) is not null);

    private List<Probe> Chosen(List<FieldProblem> wrong)
    {
        if (Probes is null)
        {
            return [.. ProbePlan.DefaultProbes];
        }

        List<Probe> probes = [];
        foreach (string id in Probes.Distinct(StringComparer.Ordinal))
        {
            if (ProbeSet.Find(id) is { } probe)
            {
                probes.Add(probe);
            }
            else
            {
                wrong.Add(new FieldProblem("probes", $"\"{Printable.Cut(id)}\" is no probe{Nearest.To(id, ProbeSet.All.Select(one => one.Id))}"));
            }
        }

        if (Probes.Count == 0)
        {
            wrong.Add(new FieldProblem("probes", "is empty; name one or more, or leave it out"));
        }

        return probes;
    }
}
