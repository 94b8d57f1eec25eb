using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Budgets.Tests.Keys.Capabilities;

public sealed class RevokedPrefixesTests
{
    private static readonly DateTimeOffset s_now = Vectors.IssuedAt;
    private readonly RevokedPrefixes _revoked = new();

    [Fact]
    public void Every_place_of_a_chain_ends_what_follows_it_and_nothing_before_it()
    {
        Caveat[] caveats = [.. Enumerable.Range(1, 8).Select(amount => Caveat.Of(CaveatType.MaxOutput, amount))];
        VerifiedToken[] chain = [.. Enumerable.Range(0, 9).Select(length => Tokens.Verified(Tokens.Mint(caveats[..length])))];

        for (int at = 0; at < chain.Length; at++)
        {
            RevokedPrefixes revoked = new();
            revoked.Put(Of(chain[at].Id));

            Assert.Equal(chain.Select((_, place) => place >= at), chain.Select(token => revoked.Of(token) is not null));
            Assert.All(chain[at..], token => Assert.Equal(chain[at].Id, revoked.Of(token)!.Id));
        }
    }

    [Fact]
    public void A_sibling_with_the_same_restrictions_in_another_order_goes_on()
    {
        Caveat one = Caveat.Of(CaveatType.MaxOutput, 9);
        Caveat other = Tokens.Name(CaveatType.DataClassMax, "internal");
        _revoked.Put(Of(Tokens.Verified(Tokens.Mint(one, other)).Id));

        Assert.NotNull(_revoked.Of(Tokens.Verified(Tokens.Mint(one, other))));
        Assert.Null(_revoked.Of(Tokens.Verified(Tokens.Mint(other, one))));
        Assert.Null(_revoked.Of(Tokens.Verified(Tokens.Mint(one))));
    }

    [Fact]
    public void The_id_of_a_text_is_the_one_that_its_verification_finds()
    {
        string key = Tokens.Mint(Caveat.Of(CaveatType.MaxOutput, 9), Caveat.NoFurther);
        Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];

        Assert.Equal(CapabilityFault.None, CapabilityToken.TryParse(System.Text.Encoding.ASCII.GetBytes(key), buffer, out CapabilityToken token));

        Assert.Equal(Tokens.Verified(key).Id, token.Id);
    }

    [Fact]
    public void What_is_over_is_dropped_after_the_last_clock_has_seen_its_end_and_the_rest_is_kept()
    {
        VerifiedToken[] tokens = [.. Enumerable.Range(1, 3).Select(amount => Tokens.Verified(Tokens.Mint(Caveat.Of(CaveatType.MaxOutput, amount))))];
        _revoked.Put(Of(tokens[0].Id) with { ExpiresAt = s_now });
        _revoked.Put(Of(tokens[1].Id) with { ExpiresAt = s_now.AddSeconds(1) });
        _revoked.Put(Of(tokens[2].Id));

        _revoked.Prune(s_now + CapabilityToken.Skew - TimeSpan.FromMilliseconds(1));
        Assert.Equal(3, _revoked.All.Count());
        _revoked.Prune(s_now + CapabilityToken.Skew);

        Assert.Equal([false, true, true], tokens.Select(token => _revoked.Of(token) is not null));
    }

    private static Revocation Of(RevocationId id) => new(id, s_now, "mira");
}
