using System.Text;
using Causeway.Budgets.Keys.Capabilities;
using CsCheck;

namespace Causeway.Budgets.Tests.Keys.Capabilities;

public sealed class CapabilityTokenTests
{
    private static readonly GoodVector s_vector = Vectors.Good.Single(good => good.Name == "one of each");

    [Fact]
    public void Every_flipped_bit_of_the_text_is_refused()
    {
        byte[] key = Encoding.ASCII.GetBytes(s_vector.Key);

        for (int at = 0; at < key.Length; at++)
        {
            for (int bit = 1; bit < 256; bit <<= 1)
            {
                key[at] ^= (byte)bit;
                Assert.NotEqual(CapabilityFault.None, Tokens.Fault(key));
                key[at] ^= (byte)bit;
            }
        }
    }

    [Fact]
    public void Every_flipped_bit_under_a_sound_checksum_is_refused()
    {
        byte[] bytes = TokenWriter.Bytes(s_vector.Key);

        for (int at = 0; at < bytes.Length; at++)
        {
            for (int bit = 1; bit < 256; bit <<= 1)
            {
                bytes[at] ^= (byte)bit;
                Assert.NotEqual(CapabilityFault.None, Tokens.Fault(TokenWriter.Sealed(bytes)));
                bytes[at] ^= (byte)bit;
            }
        }

        Assert.Equal(CapabilityFault.None, Tokens.Fault(TokenWriter.Sealed(bytes)));
    }

    [Fact]
    public void Every_truncation_and_every_added_byte_is_refused()
    {
        byte[] bytes = TokenWriter.Bytes(s_vector.Key);

        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.NotEqual(CapabilityFault.None, Tokens.Fault(TokenWriter.Sealed(bytes[..length])));
            Assert.NotEqual(CapabilityFault.None, Tokens.Fault(TokenWriter.Sealed([.. bytes[..length], .. bytes[(length + 1)..]])));
            Assert.NotEqual(CapabilityFault.None, Tokens.Fault(TokenWriter.Sealed([.. bytes[..length], 0, .. bytes[length..]])));
        }

        for (int length = 0; length < s_vector.Key.Length; length++)
        {
            Assert.Equal(CapabilityFault.Malformed, Tokens.Fault(s_vector.Key[..length]));
        }

        Assert.Equal(CapabilityFault.Malformed, Tokens.Fault(s_vector.Key + "0"));
    }

    [Fact]
    public void Caveats_that_change_places_are_refused()
    {
        byte[][] parts = Parts(out byte[] head, out byte[] tag);

        for (int one = 0; one < parts.Length; one++)
        {
            for (int other = one + 1; other < parts.Length; other++)
            {
                byte[][] moved = [.. parts];
                (moved[one], moved[other]) = (moved[other], moved[one]);
                Assert.NotEqual(CapabilityFault.None, Tokens.Fault(TokenWriter.Sealed([.. head, .. moved.SelectMany(part => part), .. tag])));
            }
        }
    }

    [Fact]
    public void Caveats_that_are_taken_away_or_stand_twice_are_refused()
    {
        byte[][] parts = Parts(out byte[] head, out byte[] tag);

        for (int at = 0; at < parts.Length; at++)
        {
            Assert.NotEqual(CapabilityFault.None, Tokens.Fault(TokenWriter.Sealed([.. head, .. parts.Where((_, i) => i != at).SelectMany(part => part), .. tag])));
            Assert.NotEqual(CapabilityFault.None, Tokens.Fault(TokenWriter.Sealed([.. head, .. parts[..at].Append(parts[at]).Concat(parts[at..]).SelectMany(part => part), .. tag])));
        }

        Assert.NotEqual(CapabilityFault.None, Tokens.Fault(TokenWriter.Sealed([.. head, .. tag])));
    }

    [Fact]
    public void A_caveat_of_every_unknown_type_allows_nothing()
    {
        foreach (byte type in Enumerable.Range(0, 256).Select(type => (byte)type).Where(type => !((CaveatType)type).IsKnown()))
        {
            Assert.Equal(CapabilityFault.UnknownCaveat, Tokens.Fault(TokenWriter.Key((type, [1, 2, 3]))));
            Assert.Equal(CapabilityFault.UnknownCaveat, Tokens.Fault(TokenWriter.Key((11, [0, 0, 0, 0, 0, 0, 0, 9]), (type, []))));
        }
    }

    // Bounded here; with more steps it is the long run: CAUSEWAY_FUZZ=100000000.
    [Fact]
    public void Random_bytes_are_never_taken_and_never_throw()
    {
        int inputs = int.TryParse(Environment.GetEnvironmentVariable("CAUSEWAY_FUZZ"), out int wanted) ? wanted : 200_000;
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[] whole = TokenWriter.Bytes(s_vector.Key);
        byte[] input = new byte[1400];
        for (int i = 0; i < inputs; i++)
        {
            byte[] bytes = input[..random.Next(input.Length)];
            random.NextBytes(bytes);
            ReadOnlySpan<byte> text = random.Next(4) switch
            {
                0 => bytes,
                1 => [.. "cw1_"u8, .. bytes],
                // What a checksum lets through, so that the parser behind it is reached: noise, and a key with noise in it.
                2 => Encoding.ASCII.GetBytes(TokenWriter.Sealed([1, .. bytes.AsSpan(0, bytes.Length / 4)])),
                _ => Encoding.ASCII.GetBytes(TokenWriter.Sealed(Spoiled(whole, random))),
            };
            Assert.True(Tokens.Fault(text) != CapabilityFault.None, $"Taken, with seed {seed}: {Convert.ToHexString(text)}");
        }
    }

    [Fact]
    public void Verifying_allocates_nothing()
    {
        byte[] key = Encoding.ASCII.GetBytes(s_vector.Key);
        byte[] forged = Encoding.ASCII.GetBytes(Vectors.Bad.First(bad => bad.Fault == "token_bad_tag").Key);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal((CapabilityFault.None, CapabilityFault.BadTag), (Tokens.Fault(key), Tokens.Fault(forged)));
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        int held = 0;
        for (int i = 0; i < 1000; i++)
        {
            held += Tokens.Fault(key) == CapabilityFault.None && Tokens.Fault(forged) == CapabilityFault.BadTag ? 1 : 0;
        }

        Assert.Equal((1000, 0), (held, GC.GetAllocatedBytesForCurrentThread() - before));
    }

    [Fact]
    public void A_key_of_another_generation_or_master_is_refused()
    {
        Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
        CapabilityToken.TryParse(Encoding.ASCII.GetBytes(s_vector.Key), buffer, out CapabilityToken token);

        Assert.Equal(CapabilityFault.BadTag, token.Verify(Vectors.Master, Vectors.KeyGen + 1));
        Assert.Equal(CapabilityFault.BadTag, token.Verify(null, Vectors.KeyGen));
        Assert.Equal(CapabilityFault.BadTag, token.Verify(MasterKey.New(Vectors.Master.Kid), Vectors.KeyGen));
        Assert.Equal(CapabilityFault.BadTag, token.Verify(MasterKey.New(9), Vectors.KeyGen, out VerifiedToken? verified));
        Assert.Null(verified);
    }

    [Fact]
    public void What_no_key_can_have_is_not_minted()
    {
        Assert.Throws<ArgumentException>(() => Tokens.Mint(Caveat.NoFurther, Caveat.Of(CaveatType.MaxOutput, 5)));
        Assert.Throws<ArgumentException>(() => Tokens.Mint(Caveat.Of(CaveatType.MaxCalls, 5)));
        Assert.Throws<ArgumentException>(() => Tokens.Mint([.. Enumerable.Range(1, 17).Select(i => Caveat.Of(CaveatType.MaxOutput, i))]));
    }

    [Fact]
    public void Prefixes_are_shared_with_what_a_key_was_narrowed_from_and_with_nothing_else() =>
        Gen.Int[1, 1_000_000].Array[0, 8].SelectMany(amounts => Gen.Int[0, amounts.Length].Select(cut => (amounts, cut))).Sample(drawn =>
        {
            Caveat[] caveats = [.. drawn.amounts.Select(amount => Caveat.Of(CaveatType.MaxOutput, amount))];
            VerifiedToken parent = Tokens.Verified(Tokens.Mint(caveats[..drawn.cut]));
            VerifiedToken child = Tokens.Verified(Tokens.Mint(caveats));
            VerifiedToken other = Tokens.Verified(Tokens.Mint([.. caveats[..drawn.cut], Caveat.Of(CaveatType.MaxOutput, 2_000_000)]));
            return child.Prefixes.Take(drawn.cut + 1).SequenceEqual(parent.Prefixes) && child.Prefixes.Distinct().Count() == child.Prefixes.Count && !child.Prefixes.Contains(other.Id);
        });

    private static byte[] Spoiled(byte[] whole, Random random)
    {
        byte[] spoiled = [.. whole];
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            spoiled[random.Next(spoiled.Length)] ^= (byte)random.Next(1, 256);
        }

        return spoiled.AsSpan().SequenceEqual(whole) ? [.. spoiled, 0] : spoiled; // Two changes may undo each other.
    }

    private static byte[][] Parts(out byte[] head, out byte[] tag)
    {
        byte[] bytes = TokenWriter.Bytes(s_vector.Key);
        (head, tag) = (bytes[..39], bytes[^32..]);
        return [.. s_vector.Caveats.Select(caveat => (byte[])[caveat.Type, (byte)(caveat.Value.Length >> 8), (byte)caveat.Value.Length, .. caveat.Value])];
    }
}
