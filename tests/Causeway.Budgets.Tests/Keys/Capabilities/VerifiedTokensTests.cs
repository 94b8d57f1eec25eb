using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Budgets.Tests.Keys.Capabilities;

public sealed class VerifiedTokensTests
{
    private readonly VerifiedTokens _tokens = new(capacity: 8);

    [Fact]
    public void A_token_is_found_by_its_whole_text()
    {
        string text = Tokens.Mint();
        Add(text);

        Assert.True(_tokens.TryGet(Hash(text), out VerifiedToken? found));
        Assert.Equal(Vectors.Key, found.Key);
        Assert.False(_tokens.TryGet(Hash(Tokens.Mint(Caveat.NoFurther)), out _));
    }

    [Fact]
    public void No_more_are_kept_than_there_is_room_for_and_those_in_use_stay()
    {
        string used = Tokens.Mint();
        Add(used);
        for (int i = 1; i <= 100; i++)
        {
            Add(Tokens.Mint(Caveat.Of(CaveatType.MaxOutput, i)));
            Assert.True(_tokens.TryGet(Hash(used), out _));
            Assert.InRange(_tokens.Count, 1, 8);
        }

        Assert.False(_tokens.TryGet(Hash(Tokens.Mint(Caveat.Of(CaveatType.MaxOutput, 1))), out _));
        Assert.True(_tokens.TryGet(Hash(Tokens.Mint(Caveat.Of(CaveatType.MaxOutput, 100))), out _));
    }

    [Fact]
    public void A_prefix_that_is_revoked_takes_along_what_was_narrowed_from_it()
    {
        string parent = Tokens.Mint(Caveat.Of(CaveatType.MaxOutput, 9));
        string child = Tokens.Mint(Caveat.Of(CaveatType.MaxOutput, 9), Caveat.NoFurther);
        string sibling = Tokens.Mint(Caveat.Of(CaveatType.MaxOutput, 8));
        Add(Tokens.Mint(), parent, child, sibling);

        _tokens.Prune(Tokens.Verified(parent).Id);

        Assert.Equal([true, false, false, true], new[] { Tokens.Mint(), parent, child, sibling }.Select(text => _tokens.TryGet(Hash(text), out _)));
    }

    [Fact]
    public void A_key_or_a_grant_takes_all_its_tokens_along()
    {
        DateTimeOffset now = Vectors.IssuedAt;
        (KeyId key, GrantId grant) = (KeyId.New(now), GrantId.New(now));
        string ofKey = CapabilityKey.Mint(Vectors.Master, Vectors.Grant, Vectors.KeyGen, key, now, Caveat.NoFurther);
        string ofGrant = CapabilityKey.Mint(Vectors.Master, grant, Vectors.KeyGen, Vectors.Key, now);
        Add(Tokens.Mint(), ofKey, ofGrant);

        _tokens.Prune(key);
        bool[] afterKey = [.. new[] { Tokens.Mint(), ofKey, ofGrant }.Select(text => _tokens.TryGet(Hash(text), out _))];
        _tokens.Prune(grant);
        bool[] afterGrant = [.. new[] { Tokens.Mint(), ofKey, ofGrant }.Select(text => _tokens.TryGet(Hash(text), out _))];

        Assert.Equal([true, false, true], afterKey);
        Assert.Equal([true, false, false], afterGrant);
    }

    [Fact]
    public void What_was_verified_before_a_pruning_is_not_kept_after_it()
    {
        string text = Tokens.Mint();
        long revision = _tokens.Revision;
        _tokens.Prune(Vectors.Grant);

        _tokens.Add(Hash(text), Tokens.Verified(text), revision);

        Assert.False(_tokens.TryGet(Hash(text), out _));
    }

    [Fact]
    public async Task Threads_that_add_find_and_prune_never_bring_a_pruned_token_back()
    {
        string revoked = Tokens.Mint(Caveat.NoFurther);
        VerifiedToken token = Tokens.Verified(revoked);
        string[] others = [.. Enumerable.Range(1, 32).Select(i => Tokens.Mint(Caveat.Of(CaveatType.MaxOutput, i)))];
        VerifiedToken[] verified = [.. others.Select(Tokens.Verified)];
        for (int round = 0; round < 200; round++)
        {
            _tokens.Add(Hash(revoked), token, _tokens.Revision);
            await Task.WhenAll(
                Task.Run(() => _tokens.Prune(token.Id)),
                Task.Run(() => _tokens.TryGet(Hash(revoked), out _)),
                Task.Run(() =>
                {
                    for (int i = 0; i < others.Length; i++)
                    {
                        _tokens.Add(Hash(others[i]), verified[i], _tokens.Revision);
                    }
                }));

            Assert.False(_tokens.TryGet(Hash(revoked), out _));
        }
    }

    private static KeyHash Hash(string text) => KeyHash.Of(Encoding.ASCII.GetBytes(text));

    private void Add(params string[] texts)
    {
        foreach (string text in texts)
        {
            _tokens.Add(Hash(text), Tokens.Verified(text), _tokens.Revision);
        }
    }
}
