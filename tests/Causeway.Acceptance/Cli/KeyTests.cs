using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Cli;

/// <summary>Keys are handed out in a second and taken back on the very next request.</summary>
public sealed class KeyTests(House house) : IClassFixture<House>
{
    [Fact]
    public async Task A_new_key_says_what_it_is_for_and_works_at_once()
    {
        JsonElement made = (await NewAsync("search", "answers", "prod", "--expires", "30d")).Json;

        string key = made.GetProperty("key").GetString()!;
        Assert.Equal(("search", "answers", "prod"), (Text(made, "team"), Text(made, "feature"), Text(made, "env")));
        Assert.Matches("^cw0_[A-Za-z0-9_-]{43}_[0-9a-f]{8}$", key);
        Assert.Equal(30, (made.GetProperty("expires_at").GetDateTimeOffset() - made.GetProperty("created_at").GetDateTimeOffset()).TotalDays);
        Assert.Equal(200, (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status);
    }

    [Fact]
    public async Task A_list_shows_prefixes_and_never_a_key()
    {
        JsonElement made = (await NewAsync("lists", "shown", "dev")).Json;

        JsonElement listed = Assert.Single((await house.Gateway.RunAsync("key", "list", "--team", "lists", "--json")).Json.GetProperty("keys").EnumerateArray());
        CommandRun table = await house.Gateway.RunAsync("key", "list");

        Assert.Equal((Text(made, "id"), Text(made, "prefix"), "active"), (Text(listed, "id"), Text(listed, "prefix"), Text(listed, "state")));
        Assert.StartsWith(Text(made, "prefix"), Text(made, "key"));
        Assert.Contains(Text(made, "prefix"), table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Text(made, "key"), table.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_on_the_very_next_request()
    {
        JsonElement made = (await NewAsync("revokes", "one", "dev")).Json;
        string key = Text(made, "key");
        int before = (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status;

        CommandRun revoked = await house.Gateway.RunAsync("key", "revoke", Text(made, "id"), "--json");
        (int after, string body, _) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody());

        Assert.Equal((200, 401), (before, after));
        Assert.Equal("revoked", Text(revoked.Json, "state"));
        Assert.Equal("key_revoked", Text(JsonElement.Parse(body).GetProperty("error"), "code"));
        await house.RestartAsync();
        Assert.Equal(401, (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status);
    }

    [Fact]
    public async Task One_narrowed_key_is_taken_back_for_good_and_the_key_that_it_came_from_goes_on()
    {
        JsonElement made = (await NewAsync("narrows", "one", "dev", "--capability")).Json;
        string key = Text(made, "key");
        string narrowed = Text((await house.Gateway.RunAsync("key", "attenuate", key, "--expires", "10m", "--json")).Json, "key");
        string below = Text((await house.Gateway.RunAsync("key", "attenuate", narrowed, "--max-output", "100", "--json")).Json, "key");
        int before = (await Ask.SendAsync(house.Gateway, below, Ask.Chat, Ask.ChatBody())).Status;

        CommandRun revoked = await house.Gateway.RunAsync("key", "revoke", narrowed, "--reason", "leaked", "--json");
        int[] after = await StatusesAsync(key, narrowed, below);
        await house.RestartAsync();
        int[] restarted = await StatusesAsync(key, narrowed, below);

        Assert.Equal(200, before);
        Assert.Equal([200, 401, 401], after);
        Assert.Equal([200, 401, 401], restarted);
        Assert.Equal(Text((await house.Gateway.RunAsync("key", "verify", narrowed, "--json")).Json, "revocation_id"), Text(revoked.Json, "revocation_id"));
        Assert.Contains(Text(revoked.Json, "revocation_id"), (await house.Gateway.RunAsync("key", "revocations")).Output, StringComparison.Ordinal);
        Assert.Contains(Text(revoked.Json, "revocation_id"), (await house.Gateway.RunAsync("audit", "--json", "--kind", "key_revoked")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain(narrowed[^40..], revoked.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key", "new", "--team", "t", "--feature", "f", "--env", "production")]
    [InlineData("key", "new", "--team", "Not A Name", "--feature", "f", "--env", "dev")]
    [InlineData("key", "revoke", "key_nobody")]
    public async Task A_verb_that_is_refused_says_why_on_standard_error_and_ends_with_1(params string[] arguments)
    {
        CommandRun run = await house.Gateway.RunAsync(arguments);

        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.NotEmpty(run.Error);
    }

    [Theory]
    [InlineData("key", "new", "--team", "t")]
    [InlineData("kee", "list")]
    [InlineData("spend", "--json", "--csv")]
    public async Task A_command_line_that_cannot_be_understood_ends_with_2(params string[] arguments) =>
        Assert.Equal(2, (await house.Gateway.RunAsync(arguments)).ExitCode);

    [Fact]
    public async Task A_wrong_token_is_refused_and_not_printed()
    {
        const string Wrong = "wrong-token-0123456789-0123456789-0123456789";

        CommandRun run = await CommandRun.OfAsync(
            house.DataFolder, new Dictionary<string, string> { ["CAUSEWAY_URL"] = house.Gateway.Address.AbsoluteUri, ["CAUSEWAY_TOKEN"] = Wrong }, "key", "list", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.DoesNotContain(Wrong, run.Output + run.Error, StringComparison.Ordinal);
    }

    private Task<CommandRun> NewAsync(string team, string feature, string env, params string[] more) =>
        house.Gateway.RunAsync(["key", "new", "--team", team, "--feature", feature, "--env", env, "--json", .. more]);

    private async Task<int[]> StatusesAsync(params string[] keys)
    {
        List<int> statuses = [];
        foreach (string key in keys)
        {
            statuses.Add((await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status);
        }

        return [.. statuses];
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
}
