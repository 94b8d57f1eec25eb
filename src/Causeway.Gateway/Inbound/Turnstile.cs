using System.Net;
using System.Net.Sockets;

namespace Causeway.Gateway.Inbound;

/// <summary>Lets through so many a minute from one address, and so many in all: for what anybody may do. Safe to call from any thread.</summary>
/// <param name="perAddress">From one address. A proxy is one address.</param>
/// <param name="overall">In all; also how many addresses are remembered.</param>
/// <param name="time">The clock.</param>
public sealed class Turnstile(int perAddress, int overall, TimeProvider time)
{
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);
    private readonly Lock _turn = new();
    private readonly Dictionary<IPAddress, int> _passed = [];
    private DateTimeOffset _since;
    private int _all;

    /// <summary>Addresses of which something is known.</summary>
    public int Remembered
    {
        get
        {
            lock (_turn)
            {
                return _passed.Count;
            }
        }
    }

    /// <summary>Asks to pass.</summary>
    /// <returns>Null: go on. Otherwise after how long to come again.</returns>
    public TimeSpan? Pass(IPAddress? from)
    {
        DateTimeOffset now = time.GetUtcNow();
        IPAddress place = PlaceOf(from);
        lock (_turn)
        {
            if (now - _since >= s_window || now < _since)
            {
                _since = now;
                _all = 0;
                _passed.Clear();
            }

            int passed = _passed.GetValueOrDefault(place);
            if (passed >= perAddress || _all >= overall)
            {
                return _since + s_window - now;
            }

            _passed[place] = passed + 1;
            _all++;
            return null;
        }
    }

    /// <summary>What counts as one address: of IPv6 a network of 64 bits, since whoever has an address there has 2^64 of them.</summary>
    public static IPAddress PlaceOf(IPAddress? from)
    {
        if (from is null)
        {
            return IPAddress.None;
        }

        if (from.IsIPv4MappedToIPv6)
        {
            return from.MapToIPv4();
        }

        if (from.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return from;
        }

        byte[] bytes = from.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
