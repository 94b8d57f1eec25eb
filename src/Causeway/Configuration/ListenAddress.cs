using System.Globalization;
using System.Net;

namespace Causeway.Configuration;

/// <summary>Which interfaces a listener binds.</summary>
internal enum ListenHost
{
    /// <summary>Both loopback addresses, IPv4 and IPv6.</summary>
    Localhost,

    /// <summary>Every interface, IPv4 and IPv6.</summary>
    Any,

    /// <summary>One address, or every interface of one family (<c>0.0.0.0</c>, <c>[::]</c>).</summary>
    Address,
}

/// <summary>An address that the server listens on.</summary>
/// <param name="Host">Which interfaces.</param>
/// <param name="Address">The address when <paramref name="Host"/> is <see cref="ListenHost.Address"/>, otherwise null.</param>
/// <param name="Port">0 to 65535; 0 lets the system choose, and needs an address.</param>
internal sealed record ListenAddress(ListenHost Host, IPAddress? Address, int Port)
{
    public static ListenAddress Default { get; } = new(ListenHost.Address, IPAddress.Loopback, 8080);

    /// <summary>True when only this machine can connect.</summary>
    public bool IsLoopback => Host is ListenHost.Localhost || (Address is not null && IPAddress.IsLoopback(Address));

    private bool IsEveryInterface => Host is ListenHost.Any || IPAddress.Any.Equals(Address) || IPAddress.IPv6Any.Equals(Address);

    /// <summary>True when both cannot be bound at once.</summary>
    public bool Overlaps(ListenAddress other)
    {
        if (Port != other.Port || Port == 0)
        {
            return false;
        }

        return IsEveryInterface || other.IsEveryInterface || Equals(Address, other.Address)
            || (Host is ListenHost.Localhost && other.IsLoopback) || (other.Host is ListenHost.Localhost && IsLoopback);
    }

    /// <summary>Reads <c>HOST:PORT</c>, <c>:PORT</c> (every interface) or <c>PORT</c> (127.0.0.1).</summary>
    public static bool TryParse(string text, out ListenAddress? address, out string problem)
    {
        address = null;
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "127.0.0.1" : text[..colon];
        ReadOnlySpan<char> portText = text.AsSpan(colon + 1);

        if (host.Contains("//", StringComparison.Ordinal))
        {
            problem = "is a URL; write HOST:PORT";
            return false;
        }

        if (host.Contains(':') && !host.StartsWith('['))
        {
            problem = "has an IPv6 address without brackets; write \"[ADDRESS]:PORT\"";
            return false;
        }

        if (portText.IsEmpty || portText.ContainsAnyExceptInRange('0', '9'))
        {
            problem = "has no port";
            return false;
        }

        if (!int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > IPEndPoint.MaxPort)
        {
            problem = "has a port above 65535";
            return false;
        }

        problem = "has port 0, which lets the system choose a port and needs an IP address; write \"127.0.0.1:0\"";
        if (host is "" or "*")
        {
            address = new ListenAddress(ListenHost.Any, null, port);
            return port != 0;
        }

        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            address = new ListenAddress(ListenHost.Localhost, null, port);
            return port != 0;
        }

        // IPAddress also reads "1" and "0x7f.1": only the canonical spelling says what it binds.
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (!IPAddress.TryParse(bracketed ? host[1..^1] : host, out IPAddress? ip)
            || (bracketed != host.Contains(':'))
            || (!bracketed && !ip.ToString().Equals(host, StringComparison.Ordinal)))
        {
            problem = "names a host that is neither \"localhost\" nor an IP address";
            return false;
        }

        address = new ListenAddress(ListenHost.Address, ip, port);
        return true;
    }

    public override string ToString()
    {
        string port = Port.ToString(CultureInfo.InvariantCulture);
        return Host switch
        {
            ListenHost.Localhost => $"localhost:{port}",
            ListenHost.Any => $":{port}",
            _ => new IPEndPoint(Address!, Port).ToString(),
        };
    }
}
