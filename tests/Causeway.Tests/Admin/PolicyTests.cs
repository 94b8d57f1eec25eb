using System.Text.Json;
using Causeway.Gateway.Policy;

namespace Causeway.Tests.Admin;

public sealed class PolicyTests : IAsyncLifetime
{
    private const string Document =
        """
        releases:
          spring:
            pins: [openai/gpt-5.5, claude/claude-opus-5-5]
            prompt: |
              You answer for Acme.

              Be brief.
            params:
              temperature: 0.2
              stop: [END, "  "]
          floating:
            pins:
              - closed/anything
              - openai/gpt-5.4
            allow_alias: true
        channels:
          support: {release: spring}
          lab:
            release: floating
            unsupported: drop
        """;

    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_document_is_applied_as_one_revision()
    {
        long before = _host.Policies.Current.Number;

        (int status, JsonElement applied) = await ApplyAsync(Document);

        Assert.Equal(200, status);
        PolicyRevision policy = _host.Policies.Current;
        Assert.Equal((before + 1, before + 1), (policy.Number, applied.GetProperty("revision").GetInt64()));
        Assert.Equal("You answer for Acme.\n\nBe brief.\n", policy.FindChannel("support")!.Release.Prompt);
        Assert.Equal(["openai/gpt-5.5-2026-04-23", "claude/claude-opus-5-5"], policy.FindChannel("support")!.Release.Pins.Select(pin => pin.ToString()));
        Assert.Equal(["END", "  "], policy.FindChannel("support")!.Release.Parameters.Stop!);
        Assert.Equal(["closed/anything", "openai/gpt-5.4"], policy.FindChannel("lab")!.Release.Pins.Select(pin => pin.ToString()));
        Assert.Equal(["made", "made"], Changes(applied, "releases"));
        Assert.Equal(["made", "made"], Changes(applied, "channels"));
        Assert.False(applied.GetProperty("dry_run").GetBoolean());
        Assert.Equal("spring", policy.FindChannel("support")!.Release.Label);
    }

    [Fact]
    public async Task A_document_has_contracts_and_rules_of_conformance_and_comes_back_with_them()
    {
        const string document = "releases:\n  spring: {pins: [closed/m], contract: invoice}\nchannels:\n  support: {release: spring, conformance: require}\n  lab: {release: spring}\n";
        await _host.RegisterAsync("invoice");

        (int status, JsonElement applied) = await ApplyAsync(document);
        string exported = await _host.Http.GetStringAsync("api/v1/policy");
        string json = await _host.Http.GetStringAsync("api/v1/policy?format=json");
        await _host.RegisterAsync("invoice", "{}"); // A newer version moves nothing that names the older.
        (_, JsonElement again) = await ApplyAsync(exported);
        (_, JsonElement newer) = await ApplyAsync(document);

        Assert.Equal(200, status);
        Assert.Equal(["require", "warn"], applied.GetProperty("channels").EnumerateArray().Select(channel => channel.GetProperty("conformance").GetString()));
        Assert.Contains("    contract: \"invoice@1\"\n", exported, StringComparison.Ordinal);
        Assert.Contains("    conformance: require\n", exported, StringComparison.Ordinal);
        Assert.Contains("\"contract\":\"invoice@1\"", json, StringComparison.Ordinal);
        Assert.Equal(["unchanged", "unchanged"], Changes(again, "channels"));
        Assert.Equal(["moved", "moved"], Changes(newer, "channels"));
        Assert.Equal("invoice@2", _host.Policies.Current.FindChannel("support")!.Release.Contract!.FullName);
    }

    [Fact]
    public async Task Mistakes_of_contracts_and_conformance_are_told_with_their_places()
    {
        await _host.RegisterAsync("invoice");

        (int status, JsonElement problem) = await ApplyAsync(
            "releases:\n  spring:\n    pins: [closed/m]\n    contract: invoce\nchannels:\n  support: {release: spring, conformance: requires}\n");

        Assert.Equal(422, status);
        Assert.Equal(
            [
                "4:15 releases.spring.contract: No contract is called \"invoce\"; did you mean \"invoice\"? List them with: causeway contract list",
                "6:43 channels.support.conformance: \"requires\" is not one of its words; did you mean \"require\"? (off, warn or require)",
            ],
            problem.GetProperty("errors").EnumerateArray().Select(error =>
                $"{error.GetProperty("line").GetInt32()}:{error.GetProperty("column").GetInt32()} {error.GetProperty("field").GetString()}: {error.GetProperty("message").GetString()}"));
    }

    [Fact]
    public async Task Applying_it_again_changes_nothing()
    {
        await ApplyAsync(Document);
        long before = _host.Policies.Current.Number;

        (_, JsonElement applied) = await ApplyAsync(Document);

        Assert.Equal(before, _host.Policies.Current.Number);
        Assert.Equal(["unchanged", "unchanged"], Changes(applied, "releases"));
        Assert.Equal(["unchanged", "unchanged"], Changes(applied, "channels"));
    }

    [Fact]
    public async Task What_is_exported_changes_nothing_when_applied()
    {
        await ApplyAsync(Document);
        await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["closed/unused"], "prompt": "  spaces\r\n\ttab\u0007 \"quoted\"\n\n", "label": "null"}""");
        long before = _host.Policies.Current.Number;

        foreach (string query in (string[])["", "?releases=all", "?format=json&releases=all"])
        {
            string exported = await _host.Http.GetStringAsync("api/v1/policy" + query);
            (int status, JsonElement applied) = await ApplyAsync(exported);

            Assert.Equal(200, status);
            Assert.All(Changes(applied, "releases").Concat(Changes(applied, "channels")), change => Assert.Equal("unchanged", change));
            Assert.Equal(query.Length == 0 ? 2 : 3, applied.GetProperty("releases").GetArrayLength());
        }

        Assert.Equal(before, _host.Policies.Current.Number);
        Assert.Equal(3, (await _host.Releases.ListAsync(10, null, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task The_export_is_written_for_people()
    {
        await ApplyAsync(Document);
        string spring = _host.Policies.Current.FindChannel("support")!.ReleaseName;
        string floating = _host.Policies.Current.FindChannel("lab")!.ReleaseName;

        string exported = await _host.Http.GetStringAsync("api/v1/policy");

        Assert.Equal(
            $"""
            # Releases and the channels that point at them. Apply it with: causeway apply -f FILE
            # Keys are secrets and not in it. docs/releases.md says what each field means.
            releases:
              floating: # {floating}
                pins:
                  - closed/anything
                  - openai/gpt-5.4
                allow_alias: true
              spring: # {spring}
                pins:
                  - openai/gpt-5.5-2026-04-23
                  - claude/claude-opus-5-5
                prompt: |
                  You answer for Acme.

                  Be brief.
                params:
                  stop: ["END", "  "]
                  temperature: 0.2
            channels:
              lab:
                release: floating
                unsupported: drop
                conformance: warn
              support:
                release: spring
                unsupported: deny
                conformance: warn

            """,
            exported);
    }

    [Fact]
    public async Task A_channel_that_is_there_moves_and_its_history_says_so()
    {
        await ApplyAsync(Document);
        string before = _host.Policies.Current.FindChannel("support")!.ReleaseName;

        (_, JsonElement applied) = await ApplyAsync(Document.Replace("0.2", "0.3", StringComparison.Ordinal));

        JsonElement support = applied.GetProperty("channels")[0];
        Assert.Equal(("moved", before), (support.GetProperty("change").GetString(), support.GetProperty("from").GetString()));
        Assert.Equal(["moved", "unchanged"], Changes(applied, "channels"));
        Assert.Equal(["made", "unchanged"], Changes(applied, "releases"));
        (_, JsonElement history) = await _host.GetAsync("api/v1/channels/support/history");
        Assert.Equal(
            [support.GetProperty("release").GetString(), before], history.GetProperty("moves").EnumerateArray().Select(move => move.GetProperty("release").GetString()));
    }

    [Fact]
    public async Task A_channel_may_point_at_a_release_that_is_kept()
    {
        await ApplyAsync(Document);
        string id = _host.Policies.Current.FindChannel("support")!.ReleaseName;

        (int status, _) = await ApplyAsync($"channels:\n  lab:\n    release: {id[..16]}\n");

        Assert.Equal(200, status);
        Assert.Equal(id, _host.Policies.Current.FindChannel("lab")!.ReleaseName);
        Assert.NotNull(_host.Policies.Current.FindChannel("support"));
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_does_nothing()
    {
        await ApplyAsync("releases: {a: {pins: [closed/a]}}\nchannels: {support: {release: a}}");
        long before = _host.Policies.Current.Number;

        (int status, JsonElement planned) = await _host.SendAsync(HttpMethod.Put, "api/v1/policy?dry_run=true", Document, "application/yaml");

        Assert.Equal(200, status);
        Assert.True(planned.GetProperty("dry_run").GetBoolean());
        Assert.Equal(["made", "made"], Changes(planned, "releases"));
        Assert.Equal(["moved", "made"], Changes(planned, "channels"));
        Assert.Equal(before, _host.Policies.Current.Number);
        Assert.Single(await _host.Releases.ListAsync(10, null, CancellationToken.None));
    }

    [Fact]
    public async Task Every_mistake_is_told_with_its_place_and_nothing_is_applied()
    {
        const string broken =
            """
            releases:
              good:
                pins: [openai/gpt-5.5]
              bad:
                pins:
                  - openia/gpt-5.5
                  - gpt-5.5
                  - closed/m
                promt: typo
                prompt_file: prompt.txt
                params:
                  temprature: 1
                  top_p: 2
                  stop: [a, {}]
                allow_alias: yes
              empty:
              good:
                pins: [closed/x]
            channels:
              support: {release: good}
              Ads: {release: god, unsupported: dorp}
              lost: {release: rel_00000000}
              none: {}
            chanels: {}
            """;

        (int status, JsonElement problem) = await ApplyAsync(broken);

        Assert.Equal((422, "policy_invalid"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(
            """
            6:9 releases.bad.pins[0]: "openia/gpt-5.5" names no provider of this deployment; did you mean "openai"?
            7:9 releases.bad.pins[1]: "gpt-5.5" is not provider/model, with 1 to 256 visible characters for the model
            9:5 releases.bad.promt: is not a field; did you mean "prompt"? (pins, prompt, prompt_file, params, contract or allow_alias)
            10:5 releases.bad.prompt_file: is read by "causeway apply", where the file is; send its text as prompt
            12:7 releases.bad.params.temprature: is not a field; did you mean "temperature"? (frequency_penalty, max_output_tokens, presence_penalty, reasoning_effort, seed, stop, temperature, top_k, top_p or verbosity)
            13:14 releases.bad.params.top_p: 2 is not a number from 0 to 1
            14:17 releases.bad.params.stop[1]: has a group of fields where a text, or a list of 1 to 16 texts, each with 1 to 256 characters belongs
            15:18 releases.bad.allow_alias: "yes" is not one of its words (true or false)
            16:3 releases.empty.pins: is required: a list of provider/model, such as openai/gpt-5.5-2026-04-23
            17:3 releases.good: is already set in line 2; keep one of the two
            21:3 channels.Ads: may hold lower-case letters, digits, '.', '_' and '-', and starts with a letter or digit
            21:18 channels.Ads.release: "god" is neither a label of this document nor an id (rel_…); did you mean "good"?
            21:36 channels.Ads.unsupported: "dorp" is not one of its words; did you mean "drop"? (deny or drop)
            22:19 channels.lost.release: No release is called "rel_00000000". List them with: causeway release list
            23:3 channels.none.release: is required: a label of this document, or a release's id
            24:1 chanels: is not a field; did you mean "channels"? (releases or channels)
            """,
            string.Join('\n', problem.GetProperty("errors").EnumerateArray().Select(error =>
                $"{error.GetProperty("line").GetInt32()}:{error.GetProperty("column").GetInt32()} {error.GetProperty("field").GetString()}: {error.GetProperty("message").GetString()}")));
        Assert.Empty(await _host.Releases.ListAsync(10, null, CancellationToken.None));
        Assert.Empty(_host.Policies.Current.Channels);
    }

    [Theory]
    [InlineData("", "1:1 is empty; a policy has releases or channels, or both")]
    [InlineData("# nothing", "1:1 is empty; a policy has releases or channels, or both")]
    [InlineData("[]", "1:1 has a list where a group of fields belongs")]
    [InlineData("releases: 5", "1:11 has a single value where a group of fields belongs")]
    [InlineData("releases:\n\ta: 1", "2:1 a tab cannot indent YAML; write spaces")]
    [InlineData("releases: &a {b: *a}", "1:11 has an anchor (&), which is not read; write the value where it is used")]
    public async Task What_is_no_document_is_told(string yaml, string first)
    {
        (int status, JsonElement problem) = await ApplyAsync(yaml);

        JsonElement error = problem.GetProperty("errors")[0];
        Assert.Equal((422, first), (status, $"{error.GetProperty("line").GetInt32()}:{error.GetProperty("column").GetInt32()} {error.GetProperty("message").GetString()}"));
    }

    [Theory]
    [InlineData("application/json", 415)]
    [InlineData("text/yaml", 415)]
    [InlineData("application/yaml; charset=utf-8", 200)]
    public async Task Only_declared_yaml_is_read(string contentType, int expected)
    {
        (int status, _) = await _host.SendAsync(HttpMethod.Put, "api/v1/policy", Document, contentType);

        Assert.Equal(expected, status);
    }

    [Fact]
    public async Task A_store_that_is_away_leaves_the_policy_as_it_was()
    {
        _host.Releases.Away = true;
        long before = _host.Policies.Current.Number;

        (int status, JsonElement problem) = await ApplyAsync(Document);

        Assert.Equal((503, "store_unavailable", before), (status, problem.GetProperty("code").GetString(), _host.Policies.Current.Number));
    }

    private Task<(int Status, JsonElement Json)> ApplyAsync(string yaml) => _host.SendAsync(HttpMethod.Put, "api/v1/policy", yaml, "application/yaml");

    private static IEnumerable<string?> Changes(JsonElement applied, string part) =>
        applied.GetProperty(part).EnumerateArray().Select(item => item.GetProperty("change").GetString());
}
