using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Inbound;

/// <summary>A key that is known and no good: what it is told is in the books, with its grant. What nobody knows leaves nothing there, and neither does a flood.</summary>
public sealed class DeniedKeyTests
{
    private static readonly DateTimeOffset s_then = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly HouseOptions _options = new();

    [Theory]
    [InlineData("revoked", 401, "key_revoked", null)]
    [InlineData("expired", 401, "key_expired", null)]
    [InlineData("root revoked", 401, "key_revoked", null)]
    [InlineData("token expired", 401, "token_expired", "caveat exp")]
    [InlineData("token not yet", 401, "token_not_yet", "caveat nbf")]
    [InlineData("token audience", 401, "token_wrong_audience", "caveat aud")]
    [InlineData("token unproven", 401, "token_unproven", "caveat cnf")]
    [InlineData("token revoked", 401, "token_revoked", null)]
    [InlineData("address", 403, "scope_address", "caveat cidr")]
    public async Task A_denial_of_a_key_that_is_known_is_an_entry_of_the_audit_and_a_usage_record(string state, int status, string code, string? detail)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(_options);
        (Key key, string secret) = Made(house, state);

        foreach (Saying saying in (Saying[])[Saying.Chat, Saying.Messages, Saying.Chat with { Path = "/passthrough/openai/v1/chat/completions" }])
        {
            Answer answer = await house.SendAsync(saying.ToMessage(secret));

            Assert.Equal((status, code), (answer.Status, answer.Error));
            UsageRecord record = await house.RecordOfAsync(answer);
            Assert.Equal((key.Id, key.Grant, Outcome.Denied, status, code), (record.Key, record.Grant, record.Outcome, record.Status, record.ErrorCode));
            Assert.Equal(key.Attribution, record.Attribution);
            LedgerEvent denied = Assert.Single(house.Store.Events, one => one.Request == record.Request);
            Assert.Equal((LedgerEventKind.Denied, key.Id, key.Grant, code, detail), (denied.Kind, denied.Key, denied.Grant, denied.Code, denied.Detail));
        }

        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task A_key_of_a_team_without_a_grant_is_booked_and_no_grant_is_made_for_it()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(_options);
        string secret = KeySecret.New();
        house.Policies.Publish(policy => policy.With(GatewayHouse.NewKey(secret, _options.Time) with { RevokedAt = s_then }));

        Answer answer = await house.SendAsync(Saying.Chat.ToMessage(secret));

        Assert.Equal("key_revoked", answer.Error);
        Assert.Null((await house.RecordOfAsync(answer)).Grant);
        Assert.Empty(house.Ledger.Grants);
    }

    // The control.
    [Fact]
    public async Task What_nobody_knows_leaves_nothing_in_the_books()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(_options);
        (Key _, string known) = Made(house, "token expired");
        string other = known[..^9] + "_00000000";
        string foreign = CapabilityKey.Mint(MasterKeys.New().Current, GrantId.New(s_then), 1, KeyId.New(s_then), s_then);

        foreach (string secret in (string[])[KeySecret.New(), other, foreign, "cw0_wrong", ""])
        {
            Assert.Equal(401, (await house.SendAsync(Saying.Chat.ToMessage(secret))).Status);
        }

        Assert.Empty(await house.RecordsAsync());
        Assert.DoesNotContain(house.Store.Events, one => one.Kind == LedgerEventKind.Denied);
    }

    [Theory]
    [InlineData("revoked")]
    [InlineData("address")]
    public async Task A_flood_of_them_is_booked_up_to_the_bound_and_told_that_it_is_one(string state)
    {
        HouseOptions options = _options with { Failed = new FailedKeys(perAddress: 5, overall: 1_000, new FakeTimeProvider()) };
        await using GatewayHouse house = await GatewayHouse.OpenAsync(options);
        (Key _, string secret) = Made(house, state);

        List<Answer> answers = [];
        for (int i = 0; i < 20; i++)
        {
            answers.Add(await house.SendAsync(Saying.Chat.ToMessage(secret)));
        }

        Assert.Equal(15, answers.Count(answer => answer.Error == "keys_failing"));
        Assert.Equal(5, (await house.RecordsAsync()).Count);
        Assert.Equal(5, house.Store.Events.Count(one => one.Kind == LedgerEventKind.Denied));
        Assert.Equal(200, (await house.AskAsync(Saying.Chat)).Status);
    }

    private (Key Key, string Secret) Made(GatewayHouse house, string state)
    {
        DateTimeOffset now = _options.Time.GetUtcNow();
        Granted granted = house.Grant("requests 100");
        KeyId id = KeyId.New(now);
        Caveat[]? caveats = state switch
        {
            "token expired" => [Caveat.Expires(now.AddHours(-1))],
            "token not yet" => [Caveat.NotBefore(now.AddHours(1))],
            "token audience" => [Caveat.Of(CaveatType.Audience, ["elsewhere"]).Caveat!],
            "token unproven" => [Caveat.Confirmation(new byte[32])],
            "address" => [Caveat.OfNetworks(["203.0.113.0/24"]).Caveat!],
            "token revoked" or "root revoked" => [],
            _ => null,
        };
        string secret = caveats is null ? KeySecret.New() : CapabilityKey.Mint(_options.Masters.Current, granted.Id, 1, id, s_then, caveats);
        Key key = GatewayHouse.NewKey(secret, _options.Time) with
        {
            Id = id,
            Grant = granted.Id,
            IsCapability = caveats is not null,
            RevokedAt = state is "revoked" or "root revoked" ? now : null,
            ExpiresAt = state == "expired" ? now.AddHours(-1) : null,
        };
        house.Policies.Publish(policy => policy.With(key));
        if (state == "token revoked")
        {
            Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
            Assert.Equal(CapabilityFault.None, CapabilityToken.TryParse(System.Text.Encoding.ASCII.GetBytes(secret), buffer, out CapabilityToken token));
            house.Policies.Current.Revoked.Put(new Revocation(token.Id, s_then, "mira"));
        }

        return (key, secret);
    }
}
