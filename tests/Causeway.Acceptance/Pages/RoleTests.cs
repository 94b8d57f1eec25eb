using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Pages;

/// <summary>The console as it is offered to operators with roles, and to whoever holds a key and nothing else.</summary>
public sealed class RoleTests : IAsyncLifetime
{
    private static readonly string[] s_roles = ["release-manager", "budget-owner", "on-call", "developer", "auditor"];
    private readonly Roles _house = new();

    public ValueTask InitializeAsync() => _house.InitializeAsync();

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task What_a_role_may_not_do_is_not_offered_and_is_refused_anyway()
    {
        JsonElement seen = await Browser.RunAsync(_house.Gateway, "operators", "roles", more: s_roles.ToDictionary(role => role, TokenOf));

        (string Page, string Button, string[] Roles)[] offers =
        [
            ("grants", "New grant", ["budget-owner"]),
            ("grant", "Delegate", ["budget-owner"]),
            ("grant", "Revoke", ["budget-owner"]),
            ("grant", "Ask for more…", ["release-manager", "budget-owner", "on-call", "developer"]),
            ("channels", "New channel", ["release-manager"]),
            ("channel", "Roll out…", ["release-manager"]),
            ("releases", "New release", ["release-manager", "developer"]),
            ("settings", "Check all", ["release-manager", "on-call"]),
            ("settings", "Read the configuration again", []),
        ];
        foreach ((string page, string button, string[] roles) in offers)
        {
            Assert.Equal(roles.Order(), s_roles.Where(role => Texts(seen.GetProperty("offers").GetProperty(role).GetProperty(page)).Contains(button)).Order());
        }

        Assert.Equal(["on-call", "release-manager"], s_roles.Where(role => Texts(seen.GetProperty("offers").GetProperty(role).GetProperty("channel")).Any(name => name.StartsWith("Roll back", StringComparison.Ordinal))).Order());
        Assert.Equal(["budget-owner"], s_roles.Where(role => Texts(seen.GetProperty("offers").GetProperty(role).GetProperty("places")).Contains("Get started")));
        foreach (string role in s_roles)
        {
            Assert.Contains(role, seen.GetProperty("offers").GetProperty(role).GetProperty("who").GetString(), StringComparison.Ordinal);
            JsonElement refused = seen.GetProperty("refused").GetProperty(role);
            Assert.Equal(role is not "budget-owner", Is403(refused.GetProperty("grant")));
            Assert.Equal(role is not "release-manager", Is403(refused.GetProperty("rollout")));
            Assert.Equal(role is not ("release-manager" or "on-call"), Is403(refused.GetProperty("rollback")));
            Assert.Equal(role == "budget-owner" ? "Get started" : "Not for you", seen.GetProperty("offers").GetProperty(role).GetProperty("start").GetString());
        }
    }

    [Fact]
    public async Task Who_holds_a_key_sees_what_is_the_keys_and_asks_for_more()
    {
        JsonElement seen = await Browser.RunAsync(_house.Gateway, "keyHolder", "roles");

        Assert.Equal(["Causeway", "Overview", "Requests", "Spend", "Grants", "Approvals"], Texts(seen.GetProperty("places")));
        Assert.Contains("team/search", seen.GetProperty("overview").GetString(), StringComparison.Ordinal);
        Assert.Equal((2, 3, 200), (seen.GetProperty("requests").GetInt32(), seen.GetProperty("live").GetInt32(), seen.GetProperty("sent").GetInt32()));
        Assert.Equal(seen.GetProperty("truth").GetInt64(), seen.GetProperty("total").GetInt64());
        Assert.True(seen.GetProperty("closed").GetBoolean());
        Assert.False(seen.GetProperty("wide").GetBoolean());
        Assert.Empty(Texts(seen.GetProperty("found")));
        Assert.True(Is403(seen.GetProperty("refused").GetProperty("channels")));
        Assert.True(Is403(seen.GetProperty("refused").GetProperty("key")));
        Assert.Equal(422, seen.GetProperty("refused").GetProperty("others").GetProperty("status").GetInt32());
    }

    private static string TokenOf(string role) => $"acceptance-token-of-{role}-3f6c81d2a0b95e47";

    private static bool Is403(JsonElement answer) => answer.GetProperty("status").GetInt32() == 403 && answer.GetProperty("code").GetString() == "role_missing";

    private static string[] Texts(JsonElement array) => [.. array.EnumerateArray().Select(one => one.GetString()!.Trim())];

    /// <summary>A house with an operator of each role.</summary>
    private sealed class Roles : House
    {
        internal override IReadOnlyDictionary<string, string> Environment =>
            new Dictionary<string, string>(base.Environment.Concat(s_roles.Select(role => KeyValuePair.Create(Variable(role), TokenOf(role)))));

        private protected override string Configured() => base.Configured().Replace(
            "  token: ${CAUSEWAY_ADMIN_TOKEN}\n",
            "  token: ${CAUSEWAY_ADMIN_TOKEN}\n  operators:\n" + string.Concat(s_roles.Select(role => $"    - name: {role}\n      token: ${{{Variable(role)}}}\n      roles: [{role}]\n")),
            StringComparison.Ordinal);

        private static string Variable(string role) => role.Replace('-', '_').ToUpperInvariant() + "_TOKEN";
    }
}
