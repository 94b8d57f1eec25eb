using System.Security.Cryptography;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Keys.Proofs;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Inbound;

/// <summary>A key that is bound to another key works with a proof of that, for one request each.</summary>
public sealed class ProofTests
{
    [Fact]
    public async Task Each_request_needs_a_proof_of_its_own()
    {
        HouseOptions options = new();
        await using GatewayHouse house = await GatewayHouse.OpenAsync(options);
        using var bound = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string key = KeyFor(house, options, Caveat.Confirmation(ProofKey.ThumbprintOfPem(bound.ExportSubjectPublicKeyInfoPem())));
        string Proof(ECDsa of, string name, string path = Saying.ChatPath) => KeyProof.Make(of, "POST", "https://causeway.example" + path, key, name, options.Time.GetUtcNow());
        string first = Proof(bound, "1");

        Answer none = await AskAsync(house, key);
        Answer stolen = await AskAsync(house, key, Proof(other, "2"));
        Answer elsewhere = await AskAsync(house, key, Proof(bound, "3", Saying.MessagesPath));
        Answer proved = await AskAsync(house, key, first);
        Answer again = await AskAsync(house, key, first);
        Answer next = await AskAsync(house, key, Proof(bound, "4"));
        Answer unreadable = await AskAsync(house, key, "eyJ0eXAiOiJcdWQ4MDAifQ.e30.AAAA"); // {"typ":"\ud800"}

        Assert.Equal([401, 401, 401, 200, 401, 200, 401], new[] { none, stolen, elsewhere, proved, again, next, unreadable }.Select(answer => answer.Status));
        Assert.All(new[] { none, stolen, elsewhere, again, unreadable }, answer => Assert.Equal("token_unproven", answer.Error));
        Assert.Contains("of another key than this one is bound to", stolen.Text, StringComparison.Ordinal);
        Assert.Contains("used before", again.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("dpop", (await house.Simulator.LastAsync()).Headers.Select(header => header.Key.ToLowerInvariant()));
    }

    private static Task<Answer> AskAsync(GatewayHouse house, string key, string? proof = null)
    {
        HttpRequestMessage message = Saying.Chat.ToMessage(key);
        if (proof is not null)
        {
            message.Headers.Add("DPoP", proof);
        }

        return house.SendAsync(message);
    }

    private static string KeyFor(GatewayHouse house, HouseOptions options, params Caveat[] caveats)
    {
        DateTimeOffset now = options.Time.GetUtcNow();
        (KeyId id, GrantId grant) = (KeyId.New(now), house.Grant().Id);
        string key = CapabilityKey.Mint(options.Masters.Current, grant, 1, id, now, caveats);
        house.Policies.Publish(policy => policy.With(GatewayHouse.NewKey(key, options.Time) with { Id = id, Grant = grant, IsCapability = true }));
        return key;
    }
}
