using System.Text;
using System.Text.Json;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Commands;
using Causeway.Tests.Commands;

namespace Causeway.Tests.Admin;

/// <summary>One narrowed key is revoked by what names it, over the API and from the command line.</summary>
public sealed class RevocationTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private string _secret = "";
    private string _id = "";

    private DateTimeOffset Now => _host.Time.Now;

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        JsonElement made = await _host.MakeKeyAsync(more: ", \"capability\": true, \"expires_in\": \"30d\"");
        (_secret, _id) = (Text(made, "key")!, Text(made, "id")!);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_revocation_is_kept_is_in_force_and_is_in_the_audit()
    {
        string rid = IdOf(Narrowed(Now.AddHours(1)));

        (int status, JsonElement json) = await PostAsync($$"""{"revocation_id": "{{rid}}", "key_id": "{{_id}}", "expires_at": "2026-11-23T15:25:00Z", "reason": "the job's log"}""");

        Assert.Equal(200, status);
        Assert.Equal((rid, _id, "admin", "the job's log"), (Text(json, "revocation_id"), Text(json, "key_id"), Text(json, "revoked_by"), Text(json, "reason")));
        Assert.Equal((Now, Now.AddHours(1)), (json.GetProperty("revoked_at").GetDateTimeOffset(), json.GetProperty("expires_at").GetDateTimeOffset()));
        Assert.Equal(rid, Assert.Single(_host.Policies.Current.Revoked.All).Id.ToString());
        Assert.Equal(rid, Assert.Single(await _host.Revocations.ListAsync(Now, default)).Id.ToString());
        LedgerEvent written = Assert.Single(await _host.EventsAsync(LedgerEventKind.KeyRevoked));
        Assert.Equal(("token_revoked", rid, _id, "admin", "the job's log"), (written.Code, written.Detail, written.Key.ToString(), written.Actor, written.Reason));
        Assert.NotNull(written.Grant);
    }

    [Fact]
    public async Task Revoking_again_changes_nothing_and_is_written_once()
    {
        string rid = IdOf(Narrowed(Now.AddHours(1)));
        await PostAsync($$"""{"revocation_id": "{{rid}}", "reason": "first"}""");
        _host.Time.Now = Now.AddMinutes(1);

        (_, JsonElement again) = await PostAsync($$"""{"revocation_id": "{{rid}}", "reason": "second"}""");

        Assert.Equal("first", Text(again, "reason"));
        Assert.Single(await _host.EventsAsync(LedgerEventKind.KeyRevoked));
    }

    [Fact]
    public async Task It_is_kept_no_longer_than_the_key_that_it_came_from_and_for_good_where_nobody_says_one()
    {
        (_, JsonElement later) = await PostAsync($$"""{"revocation_id": "rid_{{new string('1', 32)}}", "key_id": "{{_id}}", "expires_at": "2027-11-23T00:00:00Z"}""");
        (_, JsonElement silent) = await PostAsync($$"""{"revocation_id": "rid_{{new string('2', 32)}}", "key_id": "{{_id}}"}""");
        (_, JsonElement stranger) = await PostAsync($$"""{"revocation_id": "rid_{{new string('3', 32)}}"}""");

        Assert.Equal(Now.AddDays(30), later.GetProperty("expires_at").GetDateTimeOffset());
        Assert.Equal(Now.AddDays(30), silent.GetProperty("expires_at").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, stranger.GetProperty("expires_at").ValueKind);
    }

    [Fact]
    public async Task The_list_has_pages_newest_first_and_drops_what_is_over()
    {
        for (int i = 1; i <= 3; i++)
        {
            await PostAsync($$"""{"revocation_id": "rid_{{new string((char)('0' + i), 32)}}", "expires_at": "2026-11-23T1{{4 + i}}:25:00Z"}""");
            _host.Time.Now = Now.AddSeconds(1);
        }

        (_, JsonElement first) = await _host.GetAsync("api/v1/revocations?limit=2");
        (_, JsonElement second) = await _host.GetAsync($"api/v1/revocations?limit=2&cursor={Text(first, "next")}");
        _host.Time.Now = Now.AddMinutes(90);
        (_, JsonElement later) = await _host.GetAsync("api/v1/revocations");
        (int stale, JsonElement problem) = await _host.GetAsync("api/v1/revocations?cursor=rid_nobody");

        Assert.Equal(["3", "2"], Ids(first));
        Assert.Equal(["1"], Ids(second));
        Assert.False(second.TryGetProperty("next", out _));
        Assert.Equal(["3", "2"], Ids(later));
        Assert.Equal((422, "query_invalid"), (stale, Text(problem, "code")));
    }

    [Fact]
    public async Task What_cannot_be_revoked_is_said_by_field_and_a_key_that_was_sent_is_not_repeated()
    {
        (int wrong, JsonElement problem) = await PostAsync($$"""{"revocation_id": "{{_secret}}", "expires_at": "2026-11-23T14:00:00Z"}""");
        (int stranger, JsonElement unknown) = await PostAsync($$"""{"revocation_id": "rid_{{new string('1', 32)}}", "key_id": "key_nobody"}""");
        JsonElement opaque = await _host.MakeKeyAsync();
        (int notNarrowed, _) = await PostAsync($$"""{"revocation_id": "rid_{{new string('1', 32)}}", "key_id": "{{Text(opaque, "id")}}"}""");

        Assert.Equal((422, "revocation_invalid"), (wrong, Text(problem, "code")));
        Assert.Equal(["revocation_id", "expires_at"], problem.GetProperty("errors").EnumerateArray().Select(error => Text(error, "field")));
        Assert.DoesNotContain(_secret[..20], problem.ToString(), StringComparison.Ordinal);
        Assert.Equal((404, "key_unknown", 404), (stranger, Text(unknown, "code"), notNarrowed));
        Assert.Empty(_host.Policies.Current.Revoked.All);
    }

    [Fact]
    public async Task The_command_line_sends_what_names_a_narrowed_key_and_says_what_ended()
    {
        string narrowed = Narrowed(Now.AddHours(1));

        (int code, string output, string error) = await RunAsync("", "key", "revoke", narrowed, "--reason", "leaked");
        (_, string table, _) = await RunAsync("", "key", "revocations");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            $"""
            {IdOf(narrowed)}, narrowed from {_id}, is revoked since 2026-11-23 14:25 UTC, with all that was narrowed from it.
            The next request with it is refused. It is kept until 2026-11-23 15:25 UTC; list them with: causeway key revocations

            """,
            output);
        Assert.Matches($"(?m)^{IdOf(narrowed)} +{_id} +2026-11-23 14:25 UTC +admin +2026-11-23 15:25 UTC +leaked", table);
        Assert.DoesNotContain(narrowed[^30..^9], output + table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_comes_from_standard_input_and_an_id_as_verify_shows_it_does_the_same()
    {
        string narrowed = Narrowed(Now.AddHours(1));

        (int piped, string first, _) = await RunAsync(narrowed + "\n", "key", "revoke", "-", "--json");
        (int named, string second, _) = await RunAsync("", "key", "revoke", IdOf(narrowed), "--json");

        Assert.Equal((0, 0), (piped, named));
        Assert.Equal(IdOf(narrowed), Text(JsonElement.Parse(first), "revocation_id"));
        Assert.Equal(IdOf(narrowed), Text(JsonElement.Parse(second), "revocation_id"));
    }

    [Fact]
    public async Task A_key_that_was_not_narrowed_is_revoked_as_a_whole_and_one_that_is_none_is_told()
    {
        (int whole, string said, _) = await RunAsync("", "key", "revoke", _secret);
        (int opaque, _, string opaqueSaid) = await RunAsync("", "key", "revoke", Budgets.Keys.KeySecret.New());
        (int broken, _, string brokenSaid) = await RunAsync("", "key", "revoke", _secret[..^1]);
        (int misplaced, _, string misplacedSaid) = await RunAsync("", "key", "revoke", _id, "--cut");

        Assert.Equal(0, whole);
        Assert.StartsWith($"{_id} of search/answers/dev is revoked since", said, StringComparison.Ordinal);
        Assert.Equal((2, 2, 2), (opaque, broken, misplaced));
        Assert.StartsWith("That is an opaque key, which is revoked by its id.", opaqueSaid, StringComparison.Ordinal);
        Assert.StartsWith("That is not a whole capability key", brokenSaid, StringComparison.Ordinal);
        Assert.StartsWith("--reason and --cut are for one narrowed key", misplacedSaid, StringComparison.Ordinal);
        Assert.Empty(_host.Policies.Current.Revoked.All);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static IEnumerable<string> Ids(JsonElement page) => page.GetProperty("revocations").EnumerateArray().Select(one => Text(one, "revocation_id")![4..5]);

    internal static string IdOf(string key)
    {
        Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
        Assert.Equal(CapabilityFault.None, CapabilityToken.TryParse(Encoding.ASCII.GetBytes(key), buffer, out CapabilityToken token));
        return token.Id.ToString();
    }

    private string Narrowed(DateTimeOffset end)
    {
        (string? key, string? problem) = Attenuation.Of(_secret, [Caveat.Expires(end)], Now);
        Assert.Null(problem);
        return key!;
    }

    private Task<(int Status, JsonElement Json)> PostAsync(string body) => _host.SendAsync(HttpMethod.Post, "api/v1/revocations", body);

    private Task<(int Code, string Output, string Error)> RunAsync(string input, params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri), IsTerminal = _ => false, Input = () => new MemoryStream(Encoding.UTF8.GetBytes(input)) },
        arguments);
}
