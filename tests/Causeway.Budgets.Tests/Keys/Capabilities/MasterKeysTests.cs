using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Budgets.Tests.Keys.Capabilities;

public sealed class MasterKeysTests
{
    private static readonly string s_secret = new('A', 43);
    private static readonly string s_other = "B" + new string('A', 42);

    [Fact]
    public void What_is_written_is_read_back_and_makes_the_same_keys()
    {
        var keys = MasterKeys.New();

        (MasterKeys? read, string? problem) = MasterKeys.Parse(keys.Write());

        Assert.Null(problem);
        Assert.Equal(1, read!.Current.Kid);
        Assert.Equal(Mint(keys.Current), Mint(read.Current));
        Assert.NotEqual(Mint(keys.Current), Mint(MasterKeys.New().Current));
    }

    [Fact]
    public void The_last_of_two_makes_keys_and_both_are_found()
    {
        (MasterKeys? keys, _) = MasterKeys.Parse($"# a remark\n\n7 {s_secret}\r\n 3 {s_other}\n");

        Assert.Equal(3, keys!.Current.Kid);
        Assert.Equal((7, 3), (keys.Find(7)!.Kid, keys.Find(3)!.Kid));
        Assert.Null(keys.Find(1));
        Assert.Equal("master key 7, master key 3", keys.ToString());
    }

    [Theory]
    [InlineData("", "there is no key in it")]
    [InlineData("# nothing\n", "there is no key in it")]
    [InlineData("1", "line 1 is not a number")]
    [InlineData("\n0 SECRET", "line 2 is not a number")]
    [InlineData("65536 SECRET", "line 1 is not a number")]
    [InlineData("-1 SECRET", "line 1 is not a number")]
    [InlineData("1 SECRE", "line 1 is not a number")]
    [InlineData("1 SECRET=", "line 1 is not a number")]
    [InlineData("1 SECRET SECRET", "line 1 is not a number")]
    [InlineData("1 SECRET\n1 OTHER", "line 2 has the number 1 of a line before")]
    [InlineData("1 SECRET\n2 OTHER\n3 OTHER", "there are 3 keys in it, 2 are the most; take out the oldest")]
    public void A_mistake_is_told_with_its_line_and_without_a_secret(string text, string expected)
    {
        (MasterKeys? keys, string? problem) = MasterKeys.Parse(text.Replace("SECRET", s_secret, StringComparison.Ordinal).Replace("SECRE", s_secret[..42], StringComparison.Ordinal).Replace("OTHER", s_other, StringComparison.Ordinal));

        Assert.Null(keys);
        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("AAAA", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_master_key_has_32_bytes() => Assert.Throws<ArgumentException>(() => new MasterKey(1, new byte[31]));

    private static string Mint(MasterKey master) => CapabilityKey.Mint(master, Vectors.Grant, 0, Vectors.Key, Vectors.IssuedAt);
}
