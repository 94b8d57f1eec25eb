using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Pages;

/// <summary>A raise that an operator asked for, approved by the administrator in a browser.</summary>
public sealed class ApprovalTests(ApprovalTests.Operated house) : IClassFixture<ApprovalTests.Operated>
{
    private const string MiraToken = "acceptance-token-of-mira-3f6c81d2a0b95e47";

    [Fact]
    public async Task A_raise_that_is_approved_raises_the_limit()
    {
        JsonElement seen = await Browser.RunAsync(house.Gateway, "approvals", operatorToken: MiraToken);

        Assert.True(seen.GetProperty("empty").GetBoolean());
        Assert.True(seen.GetProperty("counted").GetBoolean());
        Assert.Equal(6_000_000_000, seen.GetProperty("amount").GetInt64());
        Assert.Equal("Approvals · Causeway", seen.GetProperty("title").GetString());
    }

    /// <summary>A house with an operator beside the administrator.</summary>
    public sealed class Operated : House
    {
        internal override IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(base.Environment) { ["MIRA_TOKEN"] = MiraToken };

        private protected override string Configured() => base.Configured().Replace(
            "  token: ${CAUSEWAY_ADMIN_TOKEN}\n", "  token: ${CAUSEWAY_ADMIN_TOKEN}\n  operators:\n    - name: mira\n      token: ${MIRA_TOKEN}\n", StringComparison.Ordinal);
    }
}
