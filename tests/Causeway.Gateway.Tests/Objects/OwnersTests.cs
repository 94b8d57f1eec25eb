using Causeway.Budgets.Ledger;
using Causeway.Gateway.Objects;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Wire;
using Causeway.Wire.Objects;

namespace Causeway.Gateway.Tests.Objects;

/// <summary>S-23: every shape of path of everything that a provider keeps, by two teams.</summary>
public sealed class OwnersTests
{
    public static TheoryData<Protocol, string> Kinds => [.. Enum.GetValues<Protocol>().SelectMany(protocol => KeptKinds.Of(protocol).Where(kind => kind.Made.Count > 0).Select(kind => (protocol, kind.List)))];

    public static TheoryData<Protocol, string> Listed => [.. Enum.GetValues<Protocol>().SelectMany(protocol => KeptKinds.Of(protocol).Where(kind => kind.Listing is not null).Select(kind => (protocol, kind.List)))];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_one_team_had_made_is_not_there_for_another(Protocol protocol, string list)
    {
        await using TwoTeams teams = await TwoTeams.OpenAsync();
        (string id, string path) = await MakeAsync(teams, protocol, list);
        int asked = teams.Asked.Count;

        foreach ((HttpMethod method, string target) in Shapes(protocol, path, id))
        {
            Answer refused = await teams.Other.AskAsync(method, target, BodyOf(method));
            Assert.True((refused.Status, refused.Error) == (404, Owners.NotFoundCode), $"{method} {target}: {refused.Status} {refused.Text}");
            UsageRecord record = await teams.House.RecordOfAsync(refused);
            Assert.Equal((Outcome.Denied, Owners.NotFoundCode, "billing"), (record.Outcome, record.ErrorCode, record.Attribution.Team));
        }

        Assert.Equal(asked, teams.Asked.Count); // Nobody was asked.
        foreach ((HttpMethod method, string target) in Shapes(protocol, path, id))
        {
            Answer own = await teams.One.AskAsync(method, target, BodyOf(method));
            Assert.True(own.Status == 200, $"{method} {target}: {own.Text}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_nobody_is_known_to_have_made_is_anybodys_unless_it_has_to_be_known(Protocol protocol, string list)
    {
        foreach (ObjectSharing sharing in Enum.GetValues<ObjectSharing>())
        {
            await using TwoTeams teams = await TwoTeams.OpenAsync(sharing);
            (string id, string path) = await MakeAsync(teams, protocol, list);

            Answer others = await teams.Other.AskAsync(HttpMethod.Get, $"{PathOf(protocol, list)}/{TwoTeams.NameOf(id)}");
            Answer nobodys = await teams.Other.AskAsync(HttpMethod.Get, $"{PathOf(protocol, list)}/{TwoTeams.NameOf(id)}0");
            Answer own = await teams.One.AskAsync(HttpMethod.Get, $"{PathOf(protocol, list)}/{TwoTeams.NameOf(id)}");

            Assert.Equal((sharing == ObjectSharing.Shared ? 200 : 404, sharing == ObjectSharing.Known ? 404 : 200, 200), (others.Status, nobodys.Status, own.Status));
            await teams.House.UntilWrittenAsync();
            Assert.Equal(sharing == ObjectSharing.Shared, teams.Options.Objects.All.Count == 0);
            if (sharing == ObjectSharing.Known)
            {
                Assert.Equal(Words(others, id), Words(nobodys, id + "0")); // Nothing tells the one from the other.
            }
        }
    }

    [Theory]
    [MemberData(nameof(Listed))]
    public async Task A_list_has_what_its_caller_may_see_and_goes_on_behind_pages_that_have_nothing_of_it(Protocol protocol, string list)
    {
        foreach (ObjectSharing sharing in Enum.GetValues<ObjectSharing>())
        {
            await using TwoTeams teams = await TwoTeams.OpenAsync(sharing);
            KeptListing listing = KeptKinds.Of(protocol).Single(kind => kind.List == list).Listing!;
            string[] ones = [(await MakeAsync(teams, protocol, list, "one1")).Id, (await MakeAsync(teams, protocol, list, "one2")).Id];
            string nobodys = IdOf(protocol, list, "nobody");
            teams.Say(TwoTeams.PageOf(listing, ones[1], ones), TwoTeams.PageOf(listing, null, nobodys));

            Answer others = await teams.Other.AskAsync(HttpMethod.Get, $"{PathOf(protocol, list)}?limit=2");

            string[] seen = [.. others.Json.GetProperty(listing.Entries).EnumerateArray().Select(entry => entry.GetProperty(listing.Name).GetString()!)];
            Assert.Equal(sharing switch { ObjectSharing.Owned => [nobodys], ObjectSharing.Known => [], _ => ones }, seen);
            Assert.Equal((200, true), (others.Status, others.Whole));
            Assert.Equal(sharing == ObjectSharing.Shared ? 1 : 2, teams.Asked.Count(target => target.StartsWith("GET", StringComparison.Ordinal)));
            if (sharing != ObjectSharing.Shared)
            {
                Assert.DoesNotContain(ones[0], others.Text, StringComparison.Ordinal);
                Assert.EndsWith($"limit=2&{listing.NextQuery}={Uri.EscapeDataString(ones[1])}", teams.Asked[^1], StringComparison.Ordinal);
            }

            teams.Say(TwoTeams.PageOf(listing, null, [.. ones, nobodys]));
            Answer own = await teams.One.AskAsync(HttpMethod.Get, PathOf(protocol, list));
            Assert.Equal(sharing == ObjectSharing.Known ? ones : [.. ones, nobodys], own.Json.GetProperty(listing.Entries).EnumerateArray().Select(entry => entry.GetProperty(listing.Name).GetString()!));
        }
    }

    [Fact]
    public async Task A_list_has_an_end_of_what_is_looked_through()
    {
        await using TwoTeams teams = await TwoTeams.OpenAsync();
        KeptListing listing = KeptKinds.Of(Protocol.OpenAI).Single(kind => kind.List == "files").Listing!;
        (string id, string path) = await MakeAsync(teams, Protocol.OpenAI, "files");

        teams.Say(TwoTeams.PageOf(listing, id, id));
        Answer pages = await teams.Other.AskAsync(HttpMethod.Get, path);
        teams.Say(TwoTeams.PageOf(listing, null, [.. Enumerable.Range(0, 100_000).Select(i => $"file-{i:D40}")]));
        Answer bytes = await teams.Other.AskAsync(HttpMethod.Get, path);
        teams.Say("\"no list\"");
        Answer none = await teams.Other.AskAsync(HttpMethod.Get, path);

        Assert.Equal((400, OwnPages.TooLongCode), (pages.Status, pages.Error));
        Assert.Equal((400, OwnPages.TooLongCode), (bytes.Status, bytes.Error));
        Assert.Equal((502, "upstream_protocol"), (none.Status, none.Error));
    }

    [Theory]
    [InlineData(Protocol.OpenAI, "vector_stores", "file-1", """{"file_ids":["file-1"]}""")]
    [InlineData(Protocol.OpenAI, "fine_tuning/jobs", "file-1", """{"training_file":"file-1","model":"m"}""")]
    [InlineData(Protocol.OpenAI, "batches", "file-1", """{"input_file_id":"file-1","endpoint":"/v1/elsewhere","completion_window":"24h"}""")]
    [InlineData(Protocol.OpenAI, "responses", "resp_1", """{"model":"gpt-5.4-mini","input":"x","previous_response_id":"resp_1"}""")]
    [InlineData(Protocol.OpenAI, "responses", "resp_1", """{"model":"gpt-5.4-mini","input":"x","previous\u005fresponse_id":"resp_1"}""")]
    [InlineData(Protocol.OpenAI, "responses", "conv_1", """{"model":"gpt-5.4-mini","input":"x","conversation":{"id":"conv_1"}}""")]
    [InlineData(Protocol.OpenAI, "responses", "msg_1", """{"model":"gpt-5.4-mini","input":[{"type":"item_reference","id":"msg_1"}]}""")]
    [InlineData(Protocol.OpenAI, "responses", "msg_1", """{"model":"gpt-5.4-mini","input":[{"id":"msg_1"}]}""")]
    [InlineData(Protocol.OpenAI, "responses", "vs_1", """{"model":"gpt-5.4-mini","input":"x","tools":[{"type":"file_search","vector_store_ids":["vs_1"]}]}""")]
    [InlineData(Protocol.OpenAI, "responses", "cntr_1", """{"model":"gpt-5.4-mini","input":"x","tools":[{"type":"code_interpreter","container":"cntr_1"}]}""")]
    [InlineData(Protocol.OpenAI, "chat/completions", "file-1", """{"model":"gpt-5.4-mini","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"file-1"}}]}]}""")]
    [InlineData(Protocol.Anthropic, "messages", "file_1", """{"model":"claude-sonnet-4-6","max_tokens":5,"messages":[{"role":"user","content":[{"type":"document","source":{"type":"file","file_id":"file_1"}}]}]}""")]
    [InlineData(Protocol.Anthropic, "messages", "container_1", """{"model":"claude-sonnet-4-6","max_tokens":5,"container":"container_1","messages":[{"role":"user","content":"x"}]}""")]
    [InlineData(Protocol.Anthropic, "messages/batches", "file_1", """{"requests":[{"custom_id":"a","params":{"model":"claude-sonnet-4-6","max_tokens":5,"messages":[{"role":"user","content":[{"type":"container_upload","file_id":"file_1"}]}]}}]}""")]
    [InlineData(Protocol.Gemini, "models/gemini-2.5-flash:generateContent", "files/1", """{"contents":[{"role":"user","parts":[{"fileData":{"fileUri":"https://generativelanguage.googleapis.com/v1beta/files/1"}}]}]}""")]
    [InlineData(Protocol.Gemini, "models/gemini-2.5-flash:generateContent", "cachedContents/1", """{"contents":[{"role":"user","parts":[{"text":"x"}]}],"cached_content":"cachedContents/1"}""")]
    [InlineData(Protocol.Gemini, "models/gemini-2.5-flash:batchGenerateContent", "files/1", """{"batch":{"input_config":{"file_name":"files/1"}}}""")]
    public async Task What_a_body_names_is_not_there_either_by_whatever_path(Protocol protocol, string target, string id, string body)
    {
        await using TwoTeams teams = await TwoTeams.OpenAsync();
        await teams.Options.Objects.KeepAsync([new("openai", id, "search", null, default, default), new("anthropic", id, "search", null, default, default), new("gemini", id, "search", null, default, default)], GatewayHouse.Token);
        teams.Say("{}");
        string native = PathOf(protocol, target);
        string[] paths = protocol == Protocol.Anthropic && target == "messages" ? [native, "/v1/messages"]
            : target is "responses" or "chat/completions" ? [native, "/v1/" + target]
            : target.EndsWith(":generateContent", StringComparison.Ordinal) ? [native, "/v1beta/" + target]
            : [native];

        foreach (string path in paths)
        {
            Answer refused = await teams.Other.AskAsync(HttpMethod.Post, path, body);
            Assert.True((refused.Status, refused.Error) == (404, Owners.NotFoundCode), $"{path}: {refused.Status} {refused.Text}");
            Assert.Equal(Outcome.Denied, (await teams.House.RecordOfAsync(refused)).Outcome);
        }

        Assert.Empty(teams.Asked);
        foreach (string path in paths)
        {
            Answer own = await teams.One.AskAsync(HttpMethod.Post, path, body);
            Assert.NotEqual(Owners.NotFoundCode, own.Error);
        }

        Assert.Equal(paths.Length, teams.Asked.Count);
    }

    [Theory]
    [InlineData(Protocol.OpenAI, "files", "invalid_request_error")]
    [InlineData(Protocol.Anthropic, "files", "not_found_error")]
    public async Task The_no_has_the_shape_of_the_callers_protocol(Protocol protocol, string list, string type)
    {
        await using TwoTeams teams = await TwoTeams.OpenAsync();
        (string id, string path) = await MakeAsync(teams, protocol, list);

        Answer refused = await teams.Other.AskAsync(HttpMethod.Get, $"{path}/{id}");

        Assert.Equal((type, "false"), (refused.Json.GetProperty("error").GetProperty("type").GetString(), refused.Header("x-should-retry")));
        Assert.DoesNotContain("search", refused.Text, StringComparison.Ordinal); // Whose it is, it does not say.
    }

    [Fact]
    public async Task A_key_of_another_grant_of_the_team_may_and_whose_it_is_stands_in_the_books()
    {
        await using TwoTeams teams = await TwoTeams.OpenAsync();
        (string id, string path) = await MakeAsync(teams, Protocol.OpenAI, "files");

        Answer colleague = await teams.House.Team("search").AskAsync(HttpMethod.Get, $"{path}/{id}");

        await teams.House.UntilWrittenAsync();
        Assert.Equal(200, colleague.Status);
        Assert.Equal(("openai", id, "search", teams.One.Id), Assert.Single(teams.Options.Objects.All.Select(one => (one.Provider, one.Id, one.Team, one.Grant!.Value))));
    }

    [Fact]
    public async Task What_a_batch_left_is_its_teams()
    {
        await using TwoTeams teams = await TwoTeams.OpenAsync();
        (string id, string path) = await MakeAsync(teams, Protocol.OpenAI, "batches");
        teams.Say($$"""{"id":"{{id}}","status":"completed","output_file_id":"file-out","error_file_id":null}""");

        await teams.One.AskAsync(HttpMethod.Get, $"{path}/{id}");
        Answer refused = await teams.Other.AskAsync(HttpMethod.Get, PathOf(Protocol.OpenAI, "files/file-out/content"));
        await teams.Other.AskAsync(HttpMethod.Get, $"{path}/batch_nobodys");

        await teams.House.UntilWrittenAsync();
        Assert.Equal((404, Owners.NotFoundCode), (refused.Status, refused.Error));
        Assert.Equal(["search", "search"], teams.Options.Objects.All.Select(one => one.Team)); // Looking at one makes it nobody's.
    }

    [Fact]
    public async Task While_the_store_is_away_nothing_is_taken_for_unknown_and_what_names_nothing_goes_on()
    {
        await using TwoTeams teams = await TwoTeams.OpenAsync();
        (string id, string path) = await MakeAsync(teams, Protocol.OpenAI, "files");
        await teams.House.UntilWrittenAsync();
        teams.Options.Objects.IsAway = true;
        int looks = teams.Options.Objects.Looks;

        Answer named = await teams.One.AskAsync(HttpMethod.Get, $"{path}/{id}");
        Answer plain = await teams.One.AskAsync(HttpMethod.Post, "/v1/chat/completions", """{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"x"}]}""");

        Assert.Equal((503, "object_unchecked", "2"), (named.Status, named.Error, named.Header("Retry-After")));
        Assert.Equal((200, looks + 1), (plain.Status, teams.Options.Objects.Looks)); // Nothing is asked for a request that names nothing.
    }

    private static IEnumerable<(HttpMethod Method, string Target)> Shapes(Protocol protocol, string path, string id)
    {
        string one = $"{path}/{TwoTeams.NameOf(id)}";
        string hidden = $"{path}/%{(int)TwoTeams.NameOf(id)[0]:x2}{TwoTeams.NameOf(id)[1..]}";
        string below = protocol == Protocol.Gemini ? one + ":download" : one + "/content";
        return [(HttpMethod.Get, one), (HttpMethod.Delete, one), (HttpMethod.Post, one), (HttpMethod.Get, hidden), (HttpMethod.Get, below), (HttpMethod.Get, one + "?limit=1"), (HttpMethod.Get, one + "/")];
    }

    private static string? BodyOf(HttpMethod method) => method == HttpMethod.Post ? "{}" : null;

    private static string PathOf(Protocol protocol, string list) => TwoTeams.PathOf(protocol, list);

    private static string IdOf(Protocol protocol, string list, string name) => protocol == Protocol.Gemini ? $"{list}/{name}" : $"{list.Replace('/', '_')}_{name}";

    private static async Task<(string Id, string Path)> MakeAsync(TwoTeams teams, Protocol protocol, string list, string name = "one")
    {
        KeptKind kind = KeptKinds.Of(protocol).Single(kind => kind.List == list);
        string id = IdOf(protocol, list, name);
        if (teams.Options.Sharing == ObjectSharing.Known)
        {
            await teams.Options.Objects.KeepAsync([new("openai", "file-nobody", "search", null, default, default)], GatewayHouse.Token); // What a batch is made of has to be known, too.
        }

        teams.Say(TwoTeams.MadeAs(kind, id));
        Answer made = await teams.One.AskAsync(HttpMethod.Post, PathOf(protocol, list), TwoTeams.BodyFor(list));
        Assert.True(made.Status == 200, made.Text);
        return (id, PathOf(protocol, list));
    }

    private static string Words(Answer answer, string id) => answer.Text.Replace($"\\\"{id}\\\"", "ID", StringComparison.Ordinal).Replace(answer.Header("x-causeway-request")!, "REQUEST", StringComparison.Ordinal);
}
