using System.Net;
using Causeway.Gateway.Inbound;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Tests.Inbound;

public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData("203.0.113.9", "198.51.100.1", "203.0.113.9")] // Nobody who is trusted says so.
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1")] // What the caller wrote itself is behind what the proxy saw.
    [InlineData("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.7", "198.51.100.1")]
    [InlineData("10.0.0.1", "10.0.0.9, 10.0.0.7", "10.0.0.9")]
    [InlineData("10.0.0.1", "198.51.100.1:4711", "198.51.100.1")]
    [InlineData("10.0.0.1", "[2001:db8::5]:4711", "2001:db8::5")]
    [InlineData("10.0.0.1", "2001:db8::5", "2001:db8::5")]
    [InlineData("10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.1, ,", "10.0.0.1")]
    [InlineData("10.0.0.1", "1", "10.0.0.1")]
    [InlineData("10.0.0.1", "010.1.1.1", "10.0.0.1")]
    [InlineData("10.0.0.1", "0x7f.0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.1", "fe80::1%eth0", "10.0.0.1")]
    [InlineData("10.0.0.1", "[2001:db8::5", "10.0.0.1")]
    [InlineData("2001:db8:1::7", "198.51.100.1", "198.51.100.1")]
    [InlineData("2001:db8:2::7", "198.51.100.1", "2001:db8:2::7")]
    public void A_header_is_believed_as_far_as_who_is_trusted_wrote_it(string peer, string header, string caller) =>
        Assert.Equal(IPAddress.Parse(caller), Of(TrustedProxies.ForwardedFor).CallerOf(IPAddress.Parse(peer), header.Length == 0 ? StringValues.Empty : header));

    [Theory]
    [InlineData("for=198.51.100.1;proto=https;by=10.0.0.1", "198.51.100.1")]
    [InlineData("For=\"[2001:db8::5]:4711\"", "2001:db8::5")]
    [InlineData("for=1.1.1.1, for=198.51.100.1;by=10.0.0.1, proto=http;for=10.0.0.7", "198.51.100.1")]
    [InlineData("for=_hidden", "10.0.0.1")]
    [InlineData("proto=https", "10.0.0.1")]
    [InlineData("198.51.100.1", "10.0.0.1")]
    public void The_header_of_RFC_7239_is_read_where_it_is_named(string header, string caller) =>
        Assert.Equal(IPAddress.Parse(caller), Of(TrustedProxies.Forwarded).CallerOf(IPAddress.Parse("10.0.0.1"), header));

    [Fact]
    public void Several_lines_are_one_list_and_a_chain_has_a_bound()
    {
        TrustedProxies proxies = Of(TrustedProxies.ForwardedFor);

        Assert.Equal(IPAddress.Parse("198.51.100.1"), proxies.CallerOf(IPAddress.Parse("10.0.0.1"), new StringValues(["1.1.1.1", "198.51.100.1"])));
        Assert.Equal(IPAddress.Parse("10.0.0.2"), proxies.CallerOf(IPAddress.Parse("10.0.0.1"), "198.51.100.1, " + string.Join(", ", Enumerable.Repeat("10.0.0.2", TrustedProxies.MaxEntries))));
    }

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("2001:db8::/32", true)]
    [InlineData("10.0.0.1/8", false)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("010.0.0.0/8", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("10", false)]
    [InlineData("localhost", false)]
    [InlineData("", false)]
    public void A_network_has_no_bits_behind_its_prefix(string text, bool isOne) => Assert.Equal(isOne, TrustedProxies.IsNetwork(text));

    private static TrustedProxies Of(string header) => TrustedProxies.Of(["10.0.0.0/8", "2001:db8:1::/48"], header);
}
