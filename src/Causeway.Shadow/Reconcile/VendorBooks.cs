using System.Runtime.InteropServices;
using Causeway.Shadow.Import;

namespace Causeway.Shadow.Reconcile;

/// <summary>
/// What vendors say, gathered line by line. Where several kinds of exports bill the same account on the same day, one of them counts: the vendor's own before one that gathers many
/// (FOCUS), so that nothing is counted twice.
/// </summary>
public sealed class VendorBooks(IReadOnlyList<ShadowClaim> claims)
{
    /// <summary>Groups at most.</summary>
    public const int MaxGroups = 200_000;

    private const string Gathered = "focus";
    private readonly ShadowClaim[] _claims = [.. claims.OrderByDescending(claim => claim.Subject.Weight)];
    private readonly Dictionary<(string Format, UsageKey Key), UsageSum> _sums = [];
    private readonly Dictionary<(string Host, string Vendor), HostUse> _hosts = [];
    private readonly HashSet<(string Vendor, string Account, DateOnly Day)> _own = [];

    /// <summary>Adds a line.</summary>
    /// <returns>False: there are more groups than are told apart.</returns>
    public bool Add(in StandingLine standing)
    {
        (UsageKey key, UsageSum sum) = standing.Line;
        if (ExportFormats.Find(standing.Format) is not { IsLog: false } format)
        {
            ref HostUse? host = ref CollectionsMarshal.GetValueRefOrAddDefault(_hosts, (key.Item, key.Vendor), out _);
            host ??= new HostUse(key.Item, key.Vendor);
            host.Add(key, sum);
            return _hosts.Count <= MaxGroups;
        }

        if (format.Cost.Length > 0 && standing.Format != Gathered)
        {
            _own.Add((key.Vendor, key.Account, key.Day));
        }

        ref UsageSum total = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, (standing.Format, key with { User = "", Item = "", Model = "" }), out bool exists);
        total = exists ? total + sum : sum;
        return _sums.Count <= MaxGroups;
    }

    /// <summary>Hosts of vendors that logs name.</summary>
    public IReadOnlyList<HostUse> Hosts => [.. _hosts.Values.OrderByDescending(host => host.Requests).ThenBy(host => host.Host, StringComparer.Ordinal)];

    /// <summary>Each sum that counts, with whose it is.</summary>
    internal IEnumerable<VendorSum> Sums()
    {
        foreach (((string format, UsageKey key), UsageSum sum) in _sums)
        {
            if (format != Gathered || !_own.Contains((key.Vendor, key.Account, key.Day)))
            {
                yield return new VendorSum(key, sum, ClaimOf(key));
            }
        }
    }

    private ShadowClaim? ClaimOf(in UsageKey key)
    {
        foreach (ShadowClaim claim in _claims)
        {
            if (claim.Subject.Covers(key))
            {
                return claim;
            }
        }

        return null;
    }
}

/// <summary>A sum with whose it is; null: nobody's.</summary>
internal readonly record struct VendorSum(UsageKey Key, UsageSum Sum, ShadowClaim? Claim);

/// <summary>A vendor's host in the logs.</summary>
public sealed class HostUse(string host, string vendor)
{
    private const int MaxClients = 10_000;
    private readonly HashSet<string> _clients = new(StringComparer.Ordinal);

    /// <summary>The host.</summary>
    public string Host { get; } = host;

    /// <summary>Whose it is.</summary>
    public string Vendor { get; } = vendor;

    /// <summary>Calls, or look-ups of its name.</summary>
    public long Requests { get; private set; }

    /// <summary>Bytes in both directions, where the log tells.</summary>
    public long Bytes { get; private set; }

    /// <summary>Clients that called it, counted up to ten thousand.</summary>
    public int Clients => _clients.Count;

    /// <summary>The first day.</summary>
    public DateOnly First { get; private set; } = DateOnly.MaxValue;

    /// <summary>The last day.</summary>
    public DateOnly Last { get; private set; } = DateOnly.MinValue;

    internal void Add(in UsageKey key, in UsageSum sum)
    {
        Requests += sum.Requests;
        Bytes += sum.Bytes;
        First = key.Day < First ? key.Day : First;
        Last = key.Day > Last ? key.Day : Last;
        if (_clients.Count < MaxClients && key.User.Length > 0)
        {
            _clients.Add(key.User);
        }
    }
}
