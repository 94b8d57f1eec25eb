using System.Net;
using Causeway.Budgets.Keys.Capabilities;
using CsCheck;

namespace Causeway.Budgets.Tests.Keys.Capabilities;

/// <summary>A narrowed key is below its parent in every dimension: for whatever is appended, asked for or not.</summary>
public sealed class LatticeTests
{
    private const int Start = 1_790_000_000;
    private static readonly DateTimeOffset s_start = DateTimeOffset.FromUnixTimeSeconds(Start);
    private static readonly string[] s_dataClasses = ["public", "internal", "customer", "restricted"];
    private static readonly CaveatType[] s_lists = [CaveatType.Audience, CaveatType.Route, CaveatType.Environment, CaveatType.Feature, CaveatType.Model, CaveatType.ModelClass];
    private static readonly string[] s_names = ["a", "ab", "abc", "b", "ba"];
    private static readonly string[] s_patterns = [.. s_names, "a*", "ab*", "b*"];
    private static readonly DateTimeOffset[] s_moments = [.. Enumerable.Range(-3, 40).Select(hour => s_start.AddHours(hour))];
    private static readonly IPAddress[] s_addresses = [.. Enumerable.Range(0, 16).Select(last => new IPAddress([10, 0, 0, (byte)last]))];

    private static readonly Gen<Caveat> s_caveat = Gen.OneOf(
        Gen.Int[1, 30].Select(hour => Caveat.Expires(s_start.AddHours(hour))),
        Gen.Int[-2, 20].Select(hour => Caveat.NotBefore(s_start.AddHours(hour))),
        OneOf(CaveatType.Audience, CaveatType.Environment, CaveatType.Feature, CaveatType.ModelClass).SelectMany(type =>
            OneOf(s_names).Array[1, 3].Select(names => Tokens.Names(type, names))),
        OneOf(CaveatType.Route, CaveatType.Model).SelectMany(type => OneOf(s_patterns).Array[1, 3].Select(names => Tokens.Names(type, names))),
        OneOf(s_dataClasses).Select(name => Tokens.Name(CaveatType.DataClassMax, name)),
        OneOf(CaveatType.MaxCostPerCall, CaveatType.MaxOutput).SelectMany(type => Gen.Long[1, 20].Select(amount => Caveat.Of(type, amount))),
        Gen.Int[28, 32].SelectMany(bits => Gen.Int[0, 15].Select(last => Tokens.Networks($"10.0.0.{last & (0xFF << (32 - bits)) & 0xFF}/{bits}"))));

    // The first end makes room for quantities behind it.
    private static readonly Gen<Caveat[]> s_parent = Gen.Select(
        Gen.Int[1, 30].Select(hour => Caveat.Expires(s_start.AddHours(hour))), s_caveat.Array[0, 5], OneOf(CaveatType.MaxCalls, CaveatType.MaxTotal), Gen.Long[1, 20],
        (end, caveats, type, amount) => (Caveat[])[end, .. caveats, Caveat.Of(type, amount)]);

    [Fact]
    public void Whatever_is_appended_the_child_may_do_what_the_parent_and_the_addition_allow() => Gen.Select(s_parent, s_caveat.Array[1, 5]).Sample((parent, added) =>
    {
        string text = Tokens.Mint(parent);
        Restrictions wide = Tokens.Verified(text).Restrictions;
        Restrictions narrow = Tokens.Verified(Narrow.Key(text, [.. added.Select(caveat => ((byte)caveat.Type, caveat.Value.ToArray()))])).Restrictions;
        Restrictions addition = Tokens.Of(added);

        return Dimensions(wide).Zip(Dimensions(addition), Dimensions(narrow)).All(each => each.Third.SequenceEqual(each.First.Zip(each.Second, (a, b) => a && b)))
            && narrow.MaxOutput == Least(wide.MaxOutput, addition.MaxOutput) && narrow.MaxCostPerCall == Least(wide.MaxCostPerCall, addition.MaxCostPerCall)
            && narrow.MaxCalls.Take(wide.MaxCalls.Count).SequenceEqual(wide.MaxCalls) && narrow.MaxTotals.Take(wide.MaxTotals.Count).SequenceEqual(wide.MaxTotals);
    });

    [Fact]
    public void A_caveat_is_taken_exactly_when_it_is_below_the_parent_and_leaves_something() => Gen.Select(s_parent, s_caveat).Sample((parent, added) =>
    {
        Restrictions wide = Tokens.Of(parent);
        Restrictions addition = Tokens.Of(added);
        bool taken = Attenuation.Of(Tokens.Mint(parent), [added], s_start).Key is not null;
        bool below = added.Type switch
        {
            CaveatType.Expires => addition.NotAfter <= wide.NotAfter && !(addition.NotAfter <= wide.NotBefore),
            CaveatType.NotBefore => !(addition.NotBefore < wide.NotBefore) && addition.NotBefore < wide.NotAfter,
            CaveatType.MaxOutput => !(addition.MaxOutput > wide.MaxOutput),
            CaveatType.MaxCostPerCall => !(addition.MaxCostPerCall > wide.MaxCostPerCall),
            CaveatType.DataClassMax => !(addition.DataClassMax > wide.DataClassMax),
            CaveatType.Cidr => s_addresses.All(address => addition.OfAddress(address) != Breach.None || wide.OfAddress(address) == Breach.None),
            _ => Probes(addition, added.Type).Zip(Probes(wide, added.Type)).All(each => !each.First || each.Second),
        };
        return taken == below;
    }, print: drawn => $"{Print(drawn.Item1)} and {Print(drawn.Item2)}");

    // What may be done, dimension by dimension, over worlds that are small enough to be walked through.
    private static IEnumerable<bool[]> Dimensions(Restrictions restrictions) =>
    [
        [.. s_moments.Select(moment => restrictions.OfTime(moment) == Breach.None)],
        [.. s_lists.SelectMany(type => Probes(restrictions, type))],
        [.. s_dataClasses.Select(dataClass => restrictions.OfDataClass(dataClass) == Breach.None)],
        [.. s_addresses.Select(address => restrictions.OfAddress(address) == Breach.None)],
    ];

    // "…~" stands for all that only a pattern reaches.
    private static IEnumerable<bool> Probes(Restrictions restrictions, CaveatType type) => s_names.SelectMany(name => new[] { name, name + "~" }).Select(name => Breach.None == type switch
    {
        CaveatType.Audience => restrictions.OfAudience(name),
        CaveatType.Route => restrictions.OfRoute(name),
        CaveatType.Environment => restrictions.OfEnvironment(name),
        CaveatType.Feature => restrictions.OfFeature(name),
        CaveatType.Model => restrictions.OfModel(name),
        _ => restrictions.OfModelClass(name),
    });

    private static string Print(params Caveat[] caveats) => string.Join(", ", caveats.Select(caveat => $"{caveat.Type.Word()} {Convert.ToHexString(caveat.Value)}"));

    private static Gen<T> OneOf<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    private static long? Least(long? one, long? other) => one is null || other < one ? other : one;
}
