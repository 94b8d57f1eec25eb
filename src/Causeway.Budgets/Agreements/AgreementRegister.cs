using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Causeway.Budgets.Agreements;

/// <summary>
/// All agreements, and the one question that is asked of them: may data of this class go to this provider now? A provider for which an agreement was ever made is covered by
/// agreements alone, so that its last one's end stops it; one for which none was is covered by what the configuration says, unless agreements are required. Immutable, and asked
/// without an allocation.
/// </summary>
public sealed class AgreementRegister
{
    private readonly FrozenDictionary<string, Coverage[]> _byProvider;

    private AgreementRegister(ImmutableArray<Agreement> all, bool isRequired)
    {
        (All, IsRequired) = (all, isRequired);

        // What lasts longest decides and is cited; of two that end together the newer one.
        _byProvider = all.GroupBy(one => one.Provider, StringComparer.Ordinal).ToFrozenDictionary(
            group => group.Key,
            group => group.OrderByDescending(one => one.End).ThenByDescending(one => one.Id.Value).Select(one => new Coverage(one)).ToArray(),
            StringComparer.Ordinal);
    }

    /// <summary>Holds none, and requires none.</summary>
    public static AgreementRegister Empty { get; } = new([], isRequired: false);

    /// <summary>Every agreement, the newest first.</summary>
    public ImmutableArray<Agreement> All { get; }

    /// <summary>A provider without an agreement is covered by nothing.</summary>
    public bool IsRequired { get; }

    /// <summary>These agreements too. Of two states of one the higher version stands, in whatever order they come.</summary>
    public AgreementRegister With(params IEnumerable<Agreement> changed)
    {
        Dictionary<AgreementId, Agreement> next = All.ToDictionary(one => one.Id);
        foreach (Agreement one in changed)
        {
            if (!next.TryGetValue(one.Id, out Agreement? known) || known.Version < one.Version)
            {
                next[one.Id] = one;
            }
        }

        return new AgreementRegister([.. next.Values.OrderByDescending(one => one.Id.Value)], IsRequired);
    }

    /// <summary>The same with another rule for providers without one.</summary>
    public AgreementRegister Requiring(bool isRequired) => isRequired == IsRequired ? this : new AgreementRegister(All, isRequired);

    /// <summary>One agreement, or null.</summary>
    public Agreement? Find(AgreementId id) => All.FirstOrDefault(one => one.Id == id);

    /// <summary>The agreements of a provider, what lasts longest first; empty: none was ever made.</summary>
    public IEnumerable<Agreement> Of(string provider) => _byProvider.TryGetValue(provider, out Coverage[]? own) ? own.Select(one => one.Agreement!) : [];

    /// <summary>What lets data go to a provider.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="region">Where it would be processed; null: bound to no region.</param>
    /// <param name="configured">The rank of the highest class that the configuration covers; -1: none.</param>
    /// <param name="rank">The class, as its place in <see cref="Grants.DataClasses"/>.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <returns>What covers it; null: nothing does.</returns>
    public Coverage? Find(string provider, string? region, int configured, int rank, long nowMs)
    {
        if (!_byProvider.TryGetValue(provider, out Coverage[]? own))
        {
            return !IsRequired && rank <= configured ? Coverage.Configured : null;
        }

        foreach (Coverage one in own)
        {
            if (one.Holds(region, rank, nowMs))
            {
                return one;
            }
        }

        return null;
    }
}

/// <summary>What lets data go somewhere: an agreement, or the configuration.</summary>
public sealed class Coverage
{
    private readonly long _fromMs;
    private readonly long _endMs;
    private readonly int _highest = -1;
    private const int MaxAsked = 8;
    private readonly ImmutableArray<string> _regions;
    private volatile (string? Region, bool Covers)[] _asked = [];

    internal Coverage(Agreement agreement)
    {
        Agreement = agreement;
        Cited = agreement.Id.ToString();
        (_fromMs, _endMs, _regions) = (agreement.From.ToUnixTimeMilliseconds(), agreement.End.ToUnixTimeMilliseconds(), agreement.Regions);
        foreach (string word in agreement.Data)
        {
            _highest = Math.Max(_highest, Grants.DataClasses.Rank(word) ?? -1);
        }
    }

    private Coverage() => _regions = [];

    /// <summary>The configuration, of a provider without agreements.</summary>
    public static Coverage Configured { get; } = new();

    /// <summary>The agreement; null: the configuration.</summary>
    public Agreement? Agreement { get; }

    /// <summary>As usage records cite it: the agreement's id; null: the configuration.</summary>
    public string? Cited { get; }

    /// <summary>Whether it lets data go.</summary>
    internal bool Holds(string? region, int rank, long nowMs)
    {
        if (nowMs < _fromMs || nowMs >= _endMs || rank > _highest)
        {
            return false;
        }

        foreach ((string? known, bool covers) in _asked)
        {
            if (string.Equals(known, region))
            {
                return covers;
            }
        }

        return Remember(region);
    }

    // A provider is in one region, a model of Bedrock in a few: what was asked once is not looked up again. Two who ask at once may each forget what the other learnt.
    private bool Remember(string? region)
    {
        bool covers = _regions.Any(agreed => Geography.Covers(agreed, region));
        if (_asked.Length < MaxAsked)
        {
            _asked = [.. _asked, (region, covers)];
        }

        return covers;
    }
}
