using System.Net;
using Causeway.Budgets.Keys.Capabilities;
using CsCheck;

namespace Causeway.Budgets.Tests.Keys.Capabilities;

public sealed class AddressListTests
{
    // Networks among the 256 addresses of 192.0.2.0/24, which can all be tried.
    private static readonly Gen<AddressList> s_list = Gen.Select(Gen.Int[24, 32], Gen.Byte, (bits, last) => $"192.0.2.{last & (0xFF << (32 - bits)) & 0xFF}/{bits}").Array[1, 4]
        .Select(networks => AddressList.Of(networks).List!);

    private static readonly IPAddress[] s_all = [.. Enumerable.Range(0, 256).Select(last => new IPAddress([192, 0, 2, (byte)last]))];

    [Fact]
    public void The_meet_of_two_lists_allows_what_both_allow() => Gen.Select(s_list, s_list).Sample((one, other) =>
    {
        AddressList meet = one.Meet(other);
        return s_all.All(address => meet.Allows(address) == (one.Allows(address) && other.Allows(address)));
    });

    [Fact]
    public void A_list_that_covers_another_allows_all_that_the_other_allows() => Gen.Select(s_list, s_list).Sample((one, other) =>
        !one.Covers(other) || s_all.All(address => !other.Allows(address) || one.Allows(address)));

    [Fact]
    public void Every_list_covers_itself_and_its_meets() => Gen.Select(s_list, s_list).Sample((one, other) => one.Covers(one) && one.Covers(one.Meet(other)));

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("2001:db8::/32", "2001:db8:1::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("::/0", "10.1.2.3", false)]
    [InlineData("0.0.0.0/0", "10.1.2.3", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("2001:db8::7", "2001:db8::7", true)]
    [InlineData("2001:db8::7", "2001:db8::8", false)]
    public void An_address_is_in_a_network_or_is_not(string network, string address, bool expected)
    {
        Restrictions restrictions = Tokens.Of(Tokens.Networks(network));

        Assert.Equal(expected ? Breach.None : Breach.Address, restrictions.OfAddress(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.1")]
    [InlineData("fe80::1%eth0")]
    [InlineData("home")]
    [InlineData("")]
    public void What_is_no_network_is_told(string network)
    {
        (AddressList? list, string? problem) = AddressList.Of(["10.0.0.0/8", network]);

        Assert.Null(list);
        Assert.StartsWith($"\"{network}\" is not a network; write it like", problem, StringComparison.Ordinal);
    }
}
