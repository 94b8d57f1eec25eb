using System.Text;
using Causeway.Budgets.Keys;
using CsCheck;

namespace Causeway.Budgets.Tests.Keys;

public sealed class KeySecretTests
{
    [Fact]
    public void A_new_key_has_its_length_its_prefix_and_a_sound_checksum()
    {
        string key = KeySecret.New();

        Assert.Equal(KeySecret.Length, key.Length);
        Assert.StartsWith(KeySecret.Prefix, key, StringComparison.Ordinal);
        Assert.True(KeySecret.IsWellFormed(Encoding.ASCII.GetBytes(key)));
    }

    [Fact]
    public void New_keys_are_distinct()
    {
        HashSet<string> keys = [.. Enumerable.Range(0, 1000).Select(_ => KeySecret.New())];

        Assert.Equal(1000, keys.Count);
    }

    [Fact]
    public void The_checksum_is_the_CRC_32_of_zlib() =>
        Assert.True(KeySecret.IsWellFormed(Encoding.ASCII.GetBytes("cw0_" + new string('A', 43) + "_db5f20e5")));

    [Fact]
    public void Every_change_of_one_character_is_noticed()
    {
        byte[] key = Encoding.ASCII.GetBytes(KeySecret.New());

        Gen.Select(Gen.Int[0, KeySecret.Length - 1], Gen.Byte).Sample((at, with) =>
        {
            byte[] changed = [.. key];
            changed[at] = with;
            return KeySecret.IsWellFormed(changed) == (with == key[at]);
        });
    }

    [Fact]
    public void The_checksum_in_upper_case_is_no_key()
    {
        byte[] key = Encoding.ASCII.GetBytes(
            Enumerable.Range(0, 100).Select(_ => KeySecret.New()).First(key => key[48..].Any(char.IsAsciiLetterLower)));
        byte[] shouted = [.. key[..48], .. Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(key[48..]).ToUpperInvariant())];

        Assert.True(KeySecret.IsWellFormed(key));
        Assert.False(KeySecret.IsWellFormed(shouted));
    }

    [Fact]
    public void Every_other_length_is_no_key()
    {
        byte[] key = Encoding.ASCII.GetBytes(KeySecret.New());

        for (int length = 0; length < key.Length; length++)
        {
            Assert.False(KeySecret.IsWellFormed(key.AsSpan(0, length)));
        }

        Assert.False(KeySecret.IsWellFormed([.. key, (byte)'0']));
    }

    [Fact]
    public void What_is_shown_is_a_short_beginning()
    {
        string key = KeySecret.New();

        Assert.Equal(key[..KeySecret.ShownLength], KeySecret.Shown(key));
        Assert.Equal("cw0_", KeySecret.Shown("cw0_"));
    }
}
