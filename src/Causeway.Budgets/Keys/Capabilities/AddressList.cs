using System.Net;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>
/// Networks of which one has to hold the caller's address. In a caveat each is its family (4 or 6), the bits of its prefix, and its
/// 4 or 16 bytes; they stand in ascending order of those bytes, each once. Immutable.
/// </summary>
public sealed class AddressList
{
    private readonly IPNetwork[] _networks;

    private AddressList(IPNetwork[] networks) => _networks = networks;

    /// <summary>The networks. None: no address is in one.</summary>
    public IReadOnlyList<IPNetwork> Networks => _networks;

    /// <summary>Makes a list of networks as people write them: <c>10.0.0.0/8</c>, <c>2001:db8::/32</c>, or one address.</summary>
    /// <returns>The list, or what is wrong with the networks: exactly one of the two.</returns>
    public static (AddressList? List, string? Problem) Of(IEnumerable<string> networks)
    {
        var read = new List<IPNetwork>();
        foreach (string text in networks)
        {
            if (Parse(text) is not { } network)
            {
                return (null, $"\"{text}\" is not a network; write it like 10.0.0.0/8 or 2001:db8::/32, without bits after the prefix");
            }

            read.Add(network);
        }

        return read.Count == 0 ? (null, "names nothing") : (new AddressList(Ordered(read)), null);
    }

    /// <summary>True when calls may come from an address. An IPv4 address inside IPv6 is the IPv4 address.</summary>
    public bool Allows(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (IPNetwork network in _networks)
        {
            if (network.Contains(plain)) // Never one of the other family.
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when whatever is in <paramref name="other"/> is in this list too.</summary>
    public bool Covers(AddressList other) => other._networks.All(Covers);

    /// <summary>What is in both: two networks that overlap are a network and a part of it.</summary>
    public AddressList Meet(AddressList other) => new(Ordered(_networks.Where(other.Covers).Concat(other._networks.Where(Covers))));

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _networks);

    internal byte[] ToValue() => [.. _networks.SelectMany(Bytes)];

    internal static AddressList Read(ReadOnlySpan<byte> value)
    {
        var networks = new List<IPNetwork>();
        while (TryTake(ref value, out ReadOnlySpan<byte> entry))
        {
            networks.Add(new IPNetwork(new IPAddress(entry[2..]), entry[1]));
        }

        return new AddressList([.. networks]);
    }

    internal static bool IsSound(ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> before = default;
        while (TryTake(ref value, out ReadOnlySpan<byte> entry))
        {
            if (before.SequenceCompareTo(entry) >= 0)
            {
                return false;
            }

            before = entry;
        }

        return value.IsEmpty && !before.IsEmpty;
    }

    private static bool TryTake(scoped ref ReadOnlySpan<byte> value, out ReadOnlySpan<byte> entry)
    {
        entry = default;
        int address = value.IsEmpty ? 0 : value[0] switch { 4 => 4, 6 => 16, _ => 0 };
        if (address == 0 || value.Length < 2 + address || value[1] > address * 8 || HasBitsAfter(value.Slice(2, address), value[1]))
        {
            return false;
        }

        entry = value[..(2 + address)];
        value = value[(2 + address)..];
        return true;
    }

    private static bool HasBitsAfter(ReadOnlySpan<byte> address, int prefix)
    {
        int whole = prefix / 8;
        bool inByte = prefix % 8 > 0 && (address[whole] & (0xFF >> (prefix % 8))) != 0;
        return inByte || address[(whole + (prefix % 8 > 0 ? 1 : 0))..].ContainsAnyExcept((byte)0);
    }

    // The parsers are lenient: they clear the bits after a prefix, "10.1" is an address, and one with a zone is another on every machine.
    private static IPNetwork? Parse(string text)
    {
        string[] parts = text.Split('/');
        if (!IPAddress.TryParse(parts[0], out IPAddress? address) || parts[0].Contains('%', StringComparison.Ordinal)
            || (address.GetAddressBytes().Length == 4 && address.ToString() != parts[0]))
        {
            return null;
        }

        return parts.Length == 1 ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : IPNetwork.TryParse(text, out IPNetwork network) && network.BaseAddress.Equals(address) ? network
            : null;
    }

    private static byte[] Bytes(IPNetwork network)
    {
        byte[] address = network.BaseAddress.GetAddressBytes();
        return [address.Length == 4 ? (byte)4 : (byte)6, (byte)network.PrefixLength, .. address];
    }

    private static IPNetwork[] Ordered(IEnumerable<IPNetwork> networks) =>
        [.. networks.Distinct().OrderBy(Bytes, Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b)))];

    private bool Covers(IPNetwork network) => _networks.Any(wide =>
        wide.PrefixLength <= network.PrefixLength && wide.Contains(network.BaseAddress));
}
