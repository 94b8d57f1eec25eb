using System.ComponentModel;
using Causeway.Admin.Providers;
using Causeway.Admin.Residency;
using Causeway.Budgets.Agreements;
using Causeway.Budgets.Grants;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Releases.Pins;

namespace Causeway.Admin.Agreements;

/// <summary>What a change of agreements would stop, and let go.</summary>
internal sealed record AgreementImpact(
    string Provider,
    [property: Description("What lets what go there now.")] IReadOnlyList<CoveredClass> Before,
    [property: Description("And with the change, from the moment of it.")] IReadOnlyList<CoveredClass> After,
    [property: Description("Classes that could go there and could no longer, to all of its models or to some.")] IReadOnlyList<string> Stops,
    [property: Description("Classes that could not and could then, where the change begins later from then on.")] IReadOnlyList<string> Lets,
    [property: Description("When it begins to let them go; null: at once, or it lets nothing more go.")] DateTimeOffset? LetsFrom,
    [property: Description("Channels with a pin there, where a class stops.")] IReadOnlyList<StrandedChannel> Channels,
    [property: Description("Since when calls were counted.")] DateTimeOffset Since,
    [property: Description("Calls since then that would not have been made.")] long Calls,
    [property: Description("Whose they were, the most first, 100 at most.")] IReadOnlyList<StoppedCalls> UsedBy)
{
    private const int MaxUsers = 100;
    private static readonly TimeSpan s_lookedAt = TimeSpan.FromDays(7);

    /// <summary>Compares what holds with what would.</summary>
    /// <param name="route">The provider.</param>
    /// <param name="policy">What holds now.</param>
    /// <param name="after">The agreements with the change.</param>
    /// <param name="begins">When it begins, where that is not now.</param>
    /// <param name="calls">The calls of the last days.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<AgreementImpact> OfAsync(
        ProviderRoute route, PolicyRevision policy, AgreementRegister after, DateTimeOffset begins, IResidencyStore calls, DateTimeOffset now, CancellationToken cancellation)
    {
        Provider provider = route.Provider;
        string[] models = [.. ServedModel.NamesAt(route)];
        CoveredClass[] held = Classes(policy.Agreements, now);
        CoveredClass[] holds = Classes(after, now);
        CoveredClass[] later = begins > now ? Classes(after, begins) : holds;
        string[] stops = [.. held.Zip(holds).Where(one => IsLess(one.Second, one.First)).Select(one => one.First.DataClass)];
        string[] lets = [.. held.Zip(later).Where(one => IsLess(one.First, one.Second)).Select(one => one.First.DataClass)];

        DateTimeOffset since = now - s_lookedAt;
        List<ResidencyRow> rows = stops.Length > 0 ? await ResidencyDays.CountAsync(calls, since, now, cancellation) : [];

        StoppedCalls[] users =
        [
            .. rows.Where(row => row.Kind == ResidencyKind.Went && row.Provider == provider.Name && row.DataClass is not null && Lets(policy.Agreements, row) && !Lets(after, row))
                .GroupBy(row => (row.Team, row.DataClass))
                .Select(group => new StoppedCalls(group.Key.Team, group.Key.DataClass!, group.Sum(row => row.Calls), group.Sum(row => row.InputTokens), group.Sum(row => row.OutputTokens)))
                .OrderByDescending(one => one.Calls).ThenBy(one => one.Team, StringComparer.Ordinal),
        ];
        return new AgreementImpact(
            provider.Name, held, holds, stops, lets, lets.Length > 0 && begins > now ? begins : null, [.. Stranded(provider, policy, after, stops, now)], since, users.Sum(one => one.Calls), [.. users.Take(MaxUsers)]);

        CoveredClass[] Classes(AgreementRegister agreements, DateTimeOffset at) => [.. ClassCoverage.Of(provider, models, agreements, at).Select(CoveredClass.Of)];

        bool Lets(AgreementRegister agreements, ResidencyRow row) =>
            DataClasses.Rank(row.DataClass!) is { } rank && agreements.Find(provider.Name, row.Region, provider.HighestData, rank, now.ToUnixTimeMilliseconds()) is not null;
    }

    private static bool IsLess(CoveredClass one, CoveredClass other) => (one.By == "none" && other.By != "none") || one.Models < other.Models;

    private static IEnumerable<StrandedChannel> Stranded(Provider provider, PolicyRevision policy, AgreementRegister after, string[] stops, DateTimeOffset now)
    {
        foreach (ServedChannel served in policy.Channels.Values.Where(_ => stops.Length > 0).OrderBy(one => one.Channel.Name, StringComparer.Ordinal))
        {
            Pin[] pins = [.. CoveredProvider.PinsOf(served)];
            if (pins.Any(pin => pin.Provider == provider.Name))
            {
                Pin[] others = [.. pins.Where(pin => pin.Provider != provider.Name)];
                yield return new StrandedChannel(
                    served.Channel.Name,
                    [.. pins.Where(pin => pin.Provider == provider.Name).Select(pin => pin.ToString())],
                    [.. stops.Where(word => !others.Any(pin => MayHave(pin, word)))]);
            }
        }

        bool MayHave(Pin pin, string word) =>
            policy.FindProvider(pin.Provider) is { } route && Gateway.Residency.ClassCoverage.Of(route.Provider, [pin.Model], after, now).Any(one => one.DataClass == word && one.By is not null);
    }
}

/// <summary>A channel that a change of agreements touches.</summary>
internal sealed record StrandedChannel(
    string Channel,
    [property: Description("Its pins at the provider.")] IReadOnlyList<string> Pins,
    [property: Description("Classes of which nothing would be left to answer: they would be refused (data_class_not_covered). Of the others another pin answers.")] IReadOnlyList<string> Refused);

/// <summary>Calls that would not have been made.</summary>
internal sealed record StoppedCalls(string Team, string DataClass, long Calls, long InputTokens, long OutputTokens);
