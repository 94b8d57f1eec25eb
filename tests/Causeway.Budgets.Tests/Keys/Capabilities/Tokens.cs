using System.Text;
using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Budgets.Tests.Keys.Capabilities;

/// <summary>What becomes of a text, in one word or as a whole.</summary>
internal static class Tokens
{
    /// <summary>Why a text is refused by whoever holds the vectors' master key.</summary>
    public static CapabilityFault Fault(string key) => Fault(Encoding.Latin1.GetBytes(key));

    public static CapabilityFault Fault(ReadOnlySpan<byte> key)
    {
        Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
        CapabilityFault fault = CapabilityToken.TryParse(key, buffer, out CapabilityToken token);
        return fault == CapabilityFault.None ? token.Verify(Vectors.Master, Vectors.KeyGen) : fault;
    }

    public static VerifiedToken Verified(string key)
    {
        Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
        Assert.Equal(CapabilityFault.None, CapabilityToken.TryParse(Encoding.ASCII.GetBytes(key), buffer, out CapabilityToken token));
        Assert.Equal(CapabilityFault.None, token.Verify(Vectors.Master, Vectors.KeyGen, out VerifiedToken? verified));
        return verified!;
    }

    public static Restrictions Of(params IReadOnlyList<Caveat> caveats) => Verified(Mint(caveats)).Restrictions;

    public static string Mint(params IReadOnlyList<Caveat> caveats) =>
        CapabilityKey.Mint(Vectors.Master, Vectors.Grant, Vectors.KeyGen, Vectors.Key, Vectors.IssuedAt, caveats);

    public static Caveat Names(CaveatType type, params string[] names) => Sound(Caveat.Of(type, names));

    public static Caveat Name(CaveatType type, string name) => Sound(Caveat.Of(type, name));

    public static Caveat Networks(params string[] networks) => Sound(Caveat.OfNetworks(networks));

    private static Caveat Sound((Caveat? Caveat, string? Problem) made)
    {
        Assert.Null(made.Problem);
        return made.Caveat!;
    }
}
