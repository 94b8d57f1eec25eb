using System.Text;
using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Commands;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

public sealed class GrantRaiseCommandTests : IAsyncLifetime
{
    private const long Usd = 1_000_000_000;

    private readonly Dictionary<string, string?> _variables = [];
    private AdminHost _host = null!;
    private GrantNode _grant = null!;
    private string? _typed;

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _grant = _host.MakeGrant(null, GrantKind.Share, "usd 10/month");
        _variables["CAUSEWAY_URL"] = _host.Address.AbsoluteUri;
        As("mira");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_request_is_asked_shown_and_approved_as_it_was_shown()
    {
        (int asked, string output, _) = await RunAsync("grant", "request", _grant.Grant.Id.ToString(), "--usd", "5", "--until", "7d", "--reason", "launch week", "--ticket", "OPS-17");
        string id = output.Split('\n')[0];
        As("noor");
        (_, string inbox, _) = await RunAsync("grant", "inbox");
        _typed = "y\n";
        (int approved, string said, string error) = await RunAsync("grant", "approve", id, "--usd", "4", "--reason", "enough");

        Assert.Equal((0, 0, ""), (asked, approved, error));
        Assert.Contains($"Grant    {_grant.Grant.Id} of team/search\n", inbox, StringComparison.Ordinal);
        Assert.Contains("Raise    +5 USD until 2026-11-30 14:25 UTC\n", inbox, StringComparison.Ordinal);
        Assert.Contains("Reason   launch week (OPS-17)\n", inbox, StringComparison.Ordinal);
        Assert.Contains($"Decide until 2026-11-24 14:25 UTC: causeway grant approve {id}\n", inbox, StringComparison.Ordinal);
        Assert.Contains("Approve it? [y/N]\n", said, StringComparison.Ordinal);
        Assert.EndsWith($"{_grant.Grant.Id} has 4 USD more on usd 10/month until 2026-11-30 14:25 UTC.\n", said, StringComparison.Ordinal);
        Assert.Equal(14 * Usd, _host.Ledger.LeftUsd(_grant));
        Assert.Equal("Nothing waits for you.\n", (await RunAsync("grant", "inbox")).Output);
        Assert.Contains("approved with 4 USD by noor at 2026-11-23 14:25 UTC: enough", (await RunAsync("grant", "inbox", "--all")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n\n", 1, "Nothing was approved.")]
    [InlineData(null, 2, "Add --yes to approve what is shown.")]
    public async Task Nothing_is_approved_without_a_yes(string? typed, int exit, string said)
    {
        string id = await RequestAsync();
        As("noor");
        _typed = typed;

        (int code, string output, _) = await RunAsync("grant", "approve", id);

        Assert.Equal(exit, code);
        Assert.Contains(said, output, StringComparison.Ordinal);
        Assert.Equal(10 * Usd, _host.Ledger.LeftUsd(_grant));
    }

    [Fact]
    public async Task A_digest_that_was_seen_elsewhere_approves_without_a_question_and_another_does_not()
    {
        (_, string json, _) = await RunAsync("grant", "request", _grant.Grant.Id.ToString(), "--usd", "5", "--until", "7d", "--reason", "launch", "--json");
        JsonElement raise = JsonElement.Parse(json);
        As("noor");

        (int wrong, _, string error) = await RunAsync("grant", "approve", raise.GetProperty("id").GetString()!, "--digest", new string('0', 64));
        (int right, string output, _) = await RunAsync("grant", "approve", raise.GetProperty("id").GetString()!, "--digest", raise.GetProperty("digest").GetString()!, "--json");

        Assert.Equal((1, 0), (wrong, right));
        Assert.Contains("(raise_changed)", error, StringComparison.Ordinal);
        Assert.Equal("approved", JsonElement.Parse(output).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Self_approval_and_a_denial_are_said()
    {
        string id = await RequestAsync();

        (int self, _, string error) = await RunAsync("grant", "approve", id, "--yes");
        As("noor");
        (int denied, string output, _) = await RunAsync("grant", "deny", id, "--reason", "not now");

        Assert.Equal((1, 0), (self, denied));
        Assert.Contains("(self_approval)", error, StringComparison.Ordinal);
        Assert.Equal($"{id} is denied since 2026-11-23 14:25 UTC. Nothing is raised.\n", output);
    }

    [Fact]
    public async Task A_key_is_enough_to_ask_and_a_token_goes_before_it()
    {
        JsonElement made = await _host.MakeKeyAsync();
        Assert.True(KeyId.TryParse(made.GetProperty("id").GetString(), out KeyId id));
        Key key = _host.Policies.Current.Keys.Find(id)!;
        _host.Policies.Publish(policy => policy.With(key with { Grant = _grant.Grant.Id }));
        _variables["CAUSEWAY_KEY"] = made.GetProperty("key").GetString();
        (int withToken, _, string missing) = await RunAsync("grant", "request", "--usd", "5", "--until", "7d", "--reason", "launch");
        _variables["CAUSEWAY_TOKEN"] = null;

        (int code, string output, string error) = await RunAsync("grant", "request", "--usd", "5", "--until", "7d", "--reason", "launch");
        (int inbox, _, _) = await RunAsync("grant", "inbox");

        Assert.Equal((1, 0, "", 2), (withToken, code, error, inbox));
        Assert.Contains("grant: is missing", missing, StringComparison.Ordinal);
        Assert.Contains($"Asked    {id}, ", output, StringComparison.Ordinal);
        Assert.DoesNotContain(_variables["CAUSEWAY_KEY"]!, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grant", "request", "--until", "7d", "--reason", "x")]
    [InlineData("grant", "request", "--usd", "1", "--tokens", "5", "--until", "7d", "--reason", "x")]
    [InlineData("grant", "request", "--usd", "1", "--reason", "x")]
    [InlineData("grant", "break-glass", "g", "--usd", "1", "--for", "1m")]
    [InlineData("grant", "deny", "raise_1")]
    public async Task What_is_missing_is_said_before_anything_is_asked(params string[] arguments)
    {
        (int code, _, string error) = await RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.NotEmpty(error);
    }

    [Fact]
    public async Task The_glass_is_sealed_broken_reviewed_and_gone_from_the_inbox()
    {
        GrantNode leaf = _host.MakeGrant(_grant, GrantKind.Share, "usd 1/month");
        (int seal, string sealedText, _) = await RunAsync("grant", "seal", _grant.Grant.Id.ToString(), "--usd", "4/month");
        (int broken, string output, _) = await RunAsync("grant", "break-glass", leaf.Grant.Id.ToString(), "--usd", "3", "--for", "60m", "--reason", "INC-7");
        string id = output.Split('\n')[0];
        (_, string inbox, _) = await RunAsync("grant", "inbox");
        (int ack, string said, _) = await RunAsync("grant", "ack", id, "--reason", "justified");

        Assert.Equal((0, 0, 0), (seal, broken, ack));
        Assert.Contains("usd 4/month of " + _grant.Grant.Id, sealedText, StringComparison.Ordinal);
        Assert.Contains($"{leaf.Grant.Id} has $3 more until 2026-11-23 15:25 UTC, out of {sealedText.Split('\n')[0]}.\n", output, StringComparison.Ordinal);
        Assert.StartsWith($"review: glass broken by mira at 2026-11-23 14:25 UTC for {leaf.Grant.Id}\n", inbox, StringComparison.Ordinal);
        Assert.Equal($"{id} was reviewed by mira at 2026-11-23 14:25 UTC: justified\n", said);
        Assert.Equal("Nothing waits for you.\n", (await RunAsync("grant", "inbox")).Output);
    }

    [Fact]
    public async Task A_review_lists_what_is_unused_and_what_is_too_large_with_the_commands()
    {
        GrantNode large = _host.MakeGrant(null, GrantKind.Share, "usd 100/day");
        for (int day = 0; day < 50; day++)
        {
            _host.Time.Now = _host.Time.Now.AddDays(1);
            Reservation held = _host.Ledger.Reserve(large, Guid.NewGuid(), new Amounts(2 * Usd, 0, 0), TimeSpan.FromMinutes(5), default, out _)!;
            _host.Ledger.Settle(held, new Amounts(2 * Usd, 0, 0), UsageSource.Provider, null);
        }

        (int code, string output, _) = await RunAsync("grant", "review");
        (_, string json, _) = await RunAsync("grant", "review", "--json");
        (int applied, string done, _) = await RunAsync("grant", "review", "--apply");
        (_, string rest, _) = await RunAsync("grant", "review", "--days", "60", "--json");

        Assert.Equal((0, 0), (code, applied));
        Assert.Matches($"{_grant.Grant.Id} +team/search +active +never +never +50d +suspend\n", output);
        Assert.Matches($"{large.Grant.Id} +team/search +active +2027-01-12 14:25 UTC +never +0d +usd 100/day +usd 3/day\n", output);
        Assert.Contains($"  causeway grant suspend {_grant.Grant.Id} --reason \"unused for 50 days\"\n", output, StringComparison.Ordinal);
        Assert.Equal(2, JsonElement.Parse(json).GetProperty("grants").GetArrayLength());
        Assert.StartsWith($"{_grant.Grant.Id} of team/search is suspended: unused for 50 days\n", done, StringComparison.Ordinal);
        Assert.Equal(large.Grant.Id.ToString(), Assert.Single(JsonElement.Parse(rest).GetProperty("grants").EnumerateArray().ToArray()).GetProperty("grant").GetString());
    }

    private void As(string name) => _variables["CAUSEWAY_TOKEN"] = AdminHost.TokenOf(name);

    private async Task<string> RequestAsync()
    {
        (int code, string output, _) = await RunAsync("grant", "request", _grant.Grant.Id.ToString(), "--usd", "5", "--until", "7d", "--reason", "launch");
        Assert.Equal(0, code);
        return output.Split('\n')[0];
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings { Variable = _variables.GetValueOrDefault, IsTerminal = _ => false, CanAsk = () => _typed is not null, Input = () => new MemoryStream(Encoding.UTF8.GetBytes(_typed ?? "")) },
        arguments);
}
