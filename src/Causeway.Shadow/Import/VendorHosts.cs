using System.IO.Enumeration;
using System.Text.Json;

namespace Causeway.Shadow.Import;

/// <summary>Hosts by which vendors are known in logs: those that are named whole, then those of a pattern.</summary>
public sealed class VendorHosts
{
    private const int MaxRemembered = 50_000;
    private static readonly Lazy<VendorHosts> s_shipped = new(Read);
    private readonly Dictionary<string, string> _exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Pattern, string Vendor)> _patterns = [];

    /// <summary>The hosts that come with Causeway.</summary>
    public static VendorHosts Shipped => s_shipped.Value;

    /// <summary>Whose a host is; null: none that is known.</summary>
    /// <param name="host">Without port and without a dot at its end.</param>
    /// <param name="remembered">What was found out before, in this file.</param>
    internal string? VendorOf(string host, Dictionary<string, string?> remembered)
    {
        if (remembered.TryGetValue(host, out string? vendor))
        {
            return vendor;
        }

        vendor = Find(host);
        if (remembered.Count < MaxRemembered)
        {
            remembered.Add(host, vendor);
        }

        return vendor;
    }

    private string? Find(string host)
    {
        if (_exact.TryGetValue(host, out string? vendor))
        {
            return vendor;
        }

        foreach ((string pattern, string owner) in _patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, host, ignoreCase: true))
            {
                return owner;
            }
        }

        return null;
    }

    private static VendorHosts Read()
    {
        using Stream stream = typeof(VendorHosts).Assembly.GetManifestResourceStream("vendor-hosts.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        var hosts = new VendorHosts();
        foreach (JsonProperty vendor in document.RootElement.GetProperty("hosts").EnumerateObject())
        {
            foreach (string host in vendor.Value.EnumerateArray().Select(one => one.GetString()!))
            {
                if (host.Contains('*', StringComparison.Ordinal))
                {
                    hosts._patterns.Add((host, vendor.Name));
                }
                else
                {
                    hosts._exact.Add(host, vendor.Name);
                }
            }
        }

        return hosts;
    }
}
