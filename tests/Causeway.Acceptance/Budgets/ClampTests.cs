using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Budgets;

/// <summary>A grant that clamps, from the command line to the answer and the audit.</summary>
public sealed class ClampTests(House house) : IClassFixture<House>
{
    [Fact]
    public async Task A_request_is_cut_to_what_its_grant_has_and_everybody_is_told()
    {
        string clamping = await house.Gateway.NewGrantAsync("--tokens-out", "600/day", "--reserve", "clamp");
        string strict = await house.Gateway.NewGrantAsync("--tokens-out", "600/day");
        string key = await house.Gateway.NewKeyOfAsync(clamping);

        (int status, _, System.Net.Http.Headers.HttpResponseHeaders headers) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody());
        (int denied, _, _) = await Ask.SendAsync(house.Gateway, await house.Gateway.NewKeyOfAsync(strict), Ask.Chat, Ask.ChatBody());

        Assert.Equal((200, 402), (status, denied));
        Assert.Equal("600", Assert.Single(headers.GetValues("x-causeway-budget-clamped")));
        Assert.Equal("clamp", (await house.Gateway.RunAsync("grant", "show", clamping, "--json")).Json.GetProperty("reserve").GetString());
        JsonElement entry = Assert.Single((await house.Gateway.RunAsync("audit", "--grant", clamping, "--kind", "clamped", "--json")).Json.GetProperty("entries").EnumerateArray());
        Assert.Equal(("budget_clamped", clamping, "output cap 600 in place of 4096"), (entry.GetProperty("code").GetString(), entry.GetProperty("decided_by").GetString(), entry.GetProperty("detail").GetString()));
    }
}
