using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Inbound;

/// <summary>One narrowed key is taken back, with what came of it and nothing else.</summary>
public sealed class RevocationTests
{
    [Fact]
    public async Task A_revoked_key_and_all_that_was_narrowed_from_it_are_refused_on_the_very_next_request_and_nobody_else_is()
    {
        HouseOptions options = new();
        await using GatewayHouse house = await GatewayHouse.OpenAsync(options);
        Family keys = new(house, options, cut: false);
        string root = keys.Key();
        string narrowed = keys.Key(9_999);
        string below = keys.Key(9_999, 9_998);
        string sibling = keys.Key(9_998);
        foreach (string key in (string[])[root, narrowed, below, sibling])
        {
            Assert.Equal(200, (await AskAsync(house, Saying.Chat, key)).Status); // Verified and remembered from here on.
        }

        house.Policies.Current.Revoked.Put(keys.Revocation(narrowed));

        foreach (Saying saying in Saying.Plain.Values)
        {
            Answer answer = await AskAsync(house, saying, narrowed);
            Assert.Equal((401, "token_revoked", "false"), (answer.Status, answer.Error, answer.Header("x-should-retry")));
        }

        Answer descendant = await AskAsync(house, Saying.Chat, below);
        Assert.Equal("token_revoked", descendant.Error);
        Assert.Contains($"This key, or one that it was narrowed from, was revoked at 2026-01-01 00:00:00Z ({keys.IdOf(narrowed)}).", descendant.Text, StringComparison.Ordinal);
        Assert.Equal((200, 200), ((await AskAsync(house, Saying.Chat, root)).Status, (await AskAsync(house, Saying.Chat, sibling)).Status));
        Assert.Equal("token_revoked", (await AskAsync(house, Saying.Chat, keys.Key(9_999, 17))).Error); // Narrowed after the revocation.
    }

    [Fact]
    public async Task A_native_call_is_refused_as_well()
    {
        HouseOptions options = new();
        await using GatewayHouse house = await GatewayHouse.OpenAsync(options);
        Family keys = new(house, options, cut: false);
        string narrowed = keys.Key(9_999);
        house.Policies.Current.Revoked.Put(keys.Revocation(narrowed));

        Answer answer = await AskAsync(house, new Saying("/passthrough/openai/chat/completions", Saying.Chat.Body), narrowed);

        Assert.Equal((401, "token_revoked"), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public async Task A_stream_under_way_is_cut_where_the_grant_says_so_or_whoever_revokes_it(bool grantCuts, bool asked, bool isCut)
    {
        HouseOptions options = new();
        await using GatewayHouse house = await GatewayHouse.OpenAsync(options);
        Family keys = new(house, options, grantCuts);
        string narrowed = keys.Key(9_999);
        await house.Simulator.ScriptAsync("""{"first_byte_delay_ms":400}""");
        Task<Answer> revoked = AskAsync(house, Saying.ChatStream, keys.Key(9_999, 9_998));
        Task<Answer> sibling = AskAsync(house, Saying.ChatStream, keys.Key(9_998));
        await house.Simulator.OpenStreamsAsync(until: 2);

        house.Policies.Current.Revoked.Put(keys.Revocation(narrowed));
        int cut = house.Gateway.Cut(keys.IdOf(narrowed), asked);

        Assert.Equal(isCut ? 1 : 0, cut);
        Assert.Equal(isCut, (await revoked).Text.Contains("grant_revoked", StringComparison.Ordinal));
        Assert.Equal("[DONE]", (await sibling).Events[^1]);
    }

    [Fact]
    public async Task The_next_generation_of_a_grants_keys_ends_all_that_were_made_before_and_no_opaque_one()
    {
        HouseOptions options = new();
        await using GatewayHouse house = await GatewayHouse.OpenAsync(options);
        Family keys = new(house, options, cut: false);
        Family others = new(house, options, cut: false);
        Assert.Equal((200, 200), ((await AskAsync(house, Saying.Chat, keys.Key())).Status, (await AskAsync(house, Saying.Chat, keys.Key(9_999))).Status)); // Verified and remembered from here on.

        Assert.Empty(house.Ledger.Set(keys.Grant, grant => grant with { KeyGeneration = grant.KeyGeneration + 1 }, null, "test", "keys were in a build log", out _));

        foreach (string key in (string[])[keys.Key(), keys.Key(9_999), keys.Key(17)])
        {
            Assert.Equal((401, "token_bad_tag"), await AskAsync(house, Saying.Chat, key) is var answer ? (answer.Status, answer.Error) : default);
        }

        Assert.Equal((200, 200), ((await AskAsync(house, Saying.Chat, others.Key())).Status, (await house.AskAsync(Saying.Chat)).Status));
    }

    private static Task<Answer> AskAsync(GatewayHouse house, Saying saying, string key) => house.SendAsync(saying.ToMessage(key));

    /// <summary>A capability key of a grant of its own, and those that are narrowed from it.</summary>
    private sealed class Family
    {
        private static readonly DateTimeOffset s_then = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private readonly MasterKey _master;
        private readonly GrantId _grant;
        private readonly KeyId _id = KeyId.New(s_then);

        public Family(GatewayHouse house, HouseOptions options, bool cut)
        {
            _master = options.Masters.Current;
            _grant = house.Grant(grant => grant with { CutOnRevoke = cut }).Id;
            house.Policies.Publish(policy => policy.With(GatewayHouse.NewKey(Key(), options.Time) with { Id = _id, Grant = _grant, IsCapability = true }));
        }

        public GrantId Grant => _grant;

        /// <summary>The key, narrowed to these caps one after another.</summary>
        public string Key(params long[] caps) =>
            CapabilityKey.Mint(_master, _grant, 1, _id, s_then, [.. caps.Select(cap => Caveat.Of(CaveatType.MaxOutput, cap))]);

        public RevocationId IdOf(string key)
        {
            Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
            Assert.Equal(CapabilityFault.None, CapabilityToken.TryParse(Encoding.ASCII.GetBytes(key), buffer, out CapabilityToken token));
            return token.Id;
        }

        public Revocation Revocation(string key) => new(IdOf(key), s_then, "mira");
    }
}
