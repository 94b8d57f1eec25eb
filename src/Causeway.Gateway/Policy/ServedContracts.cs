using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Causeway.Gateway.Policy;

/// <summary>Registered contracts as one revision knows them. Versions never change and never go, so each is prepared once.</summary>
public sealed class ServedContracts
{
    // Every version under its full name, and the newest under the bare name: a request finds either with one look-up.
    private readonly FrozenDictionary<string, ServedContract> _byName;

    private ServedContracts(IEnumerable<ServedContract> all)
    {
        All = [.. all.OrderBy(served => served.Contract.Name, StringComparer.Ordinal).ThenBy(served => served.Contract.Version)];
        var byName = new Dictionary<string, ServedContract>(StringComparer.Ordinal);
        foreach (ServedContract served in All)
        {
            byName[served.FullName] = served;
            byName[served.Contract.Name] = served; // The last one stands: they come by version.
        }

        _byName = byName.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>No contract.</summary>
    public static ServedContracts None { get; } = new([]);

    /// <summary>Every version of every contract, by name and version.</summary>
    public ImmutableArray<ServedContract> All { get; }

    /// <summary>The names, in order.</summary>
    public IEnumerable<string> Names => All.Select(served => served.Contract.Name).Distinct(StringComparer.Ordinal);

    /// <summary>The newest version of a name, or with <c>NAME@VERSION</c> exactly that one; null: there is none.</summary>
    public ServedContract? Find(ReadOnlySpan<char> nameOrNameAtVersion) =>
        _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(nameOrNameAtVersion, out ServedContract? served) ? served : null;

    /// <summary>Every version of a name, oldest first; empty: there is none.</summary>
    public IReadOnlyList<ServedContract> VersionsOf(string name) => [.. All.Where(served => served.Contract.Name == name)];

    /// <summary>These and others. A version that is here already stays: two of one name and number are the same.</summary>
    internal ServedContracts With(IEnumerable<ServedContract> more) =>
        new(All.Concat(more).DistinctBy(served => served.FullName, StringComparer.Ordinal));
}
