using System.Net;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Events;
using Causeway.Admin.Identity;
using Causeway.Admin.Sessions;
using Causeway.Releases.Timeline;
using Causeway.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Tests.Admin;

public sealed class EventTests : IAsyncLifetime
{
    // Says nothing of itself that a test does not say.
    private static readonly HttpClient s_caller = new(new SocketsHttpHandler { UseCookies = false });

    private AdminHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_follower_hears_how_things_stand_and_then_what_happens()
    {
        using Stream stream = await _host.Http.GetStreamAsync("api/v1/events", Cancel);
        using var lines = new StreamReader(stream);
        (string first, string place, JsonElement state) = await NextAsync(lines);
        await _host.MakeKeyAsync();
        (string second, _, JsonElement decision) = await NextAsync(lines, "decision");
        _host.Recorder.Enqueue(SpendTests.Record());
        (_, _, JsonElement request) = await NextAsync(lines, "request");
        await _host.Releases.AppendAsync(
            new TimelineEntry { At = _host.Time.Now, Channel = "support", Kind = TimelineKind.Paused, Actor = "mira", Detail = "Stays at 5 %." }, Cancel);
        (_, string after, JsonElement entry) = await NextAsync(lines, "timeline");

        Assert.Equal(("state", true, 1), (first, state.GetProperty("store").GetBoolean(), state.GetProperty("instances").GetInt32()));
        Assert.NotNull(EventPlace.Read(place));
        Assert.Equal("decision", second);
        Assert.Contains(decision.GetProperty("kind").GetString(), (string[])["key_created", "grant_created"]);
        Assert.Equal("req_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b", request.GetProperty("request").GetString());
        Assert.Equal(("support", "paused"), (entry.GetProperty("channel").GetString(), entry.GetProperty("kind").GetString()));
        Assert.Equal(1, EventPlace.Read(after)!.Value.Timeline);
    }

    [Fact]
    public async Task Whoever_was_cut_off_goes_on_behind_the_last_event()
    {
        await _host.MakeKeyAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/events");
        request.Headers.Add("Last-Event-ID", "0.0");

        using HttpResponseMessage response = await _host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        (_, _, JsonElement decision) = await NextAsync(lines, "decision");

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(1, decision.GetProperty("seq").GetInt64());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1.-1")]
    [InlineData("a.b")]
    public async Task A_place_that_is_none_is_refused(string place)
    {
        (int status, JsonElement problem) = await _host.GetAsync($"api/v1/events?after={place}");

        Assert.Equal((422, "query_invalid"), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Too_many_followers_are_told_so_and_a_place_that_is_left_is_free()
    {
        var door = _host.Services.GetRequiredService<EventDoor>();
        EventSeat[] seats = [.. Enumerable.Range(0, EventDoor.Most).Select(_ => door.Enter()!)];

        (int full, JsonElement problem) = await _host.GetAsync("api/v1/events");
        seats[0].Dispose();
        seats[0].Dispose();
        using HttpResponseMessage free = await _host.Http.GetAsync("api/v1/events", HttpCompletionOption.ResponseHeadersRead, Cancel);

        Assert.Equal((429, "events_full"), (full, problem.GetProperty("code").GetString()));
        Assert.Equal(HttpStatusCode.OK, free.StatusCode);
        Assert.Null(door.Enter());
    }

    [Fact]
    public async Task A_stream_ends_with_the_session_that_opened_it_and_one_by_a_token_goes_on()
    {
        using StreamReader session = await FollowAsync(("Cookie", $"{SessionCookie.Name}={_host.Services.GetRequiredService<SessionSeal>().Make("mira").Text}"));
        using StreamReader token = await FollowAsync(("Authorization", $"Bearer {AdminHost.TokenOf("mira")}"));

        _host.Time.Now += SessionSeal.Lifetime;
        await EndAsync(session);
        await _host.Releases.AppendAsync(new TimelineEntry { At = _host.Time.Now, Channel = "support", Kind = TimelineKind.Paused, Actor = "mira", Detail = "Stays at 5 %." }, Cancel);

        await NextAsync(token, "timeline");
    }

    [Fact]
    public async Task A_stream_ends_with_the_key_that_opened_it()
    {
        JsonElement key = await _host.MakeKeyAsync();
        using StreamReader bearer = await FollowAsync(("Authorization", $"Bearer {key.GetProperty("key").GetString()}"));
        using StreamReader session = await FollowAsync(("Cookie", $"{SessionCookie.Name}={_host.Services.GetRequiredService<SessionSeal>().Make(key.GetProperty("id").GetString()!).Text}"));

        await _host.SendAsync(HttpMethod.Delete, $"api/v1/keys/{key.GetProperty("id").GetString()}");

        await EndAsync(bearer);
        await EndAsync(session);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_ends_when_the_person_who_opened_it_is_signed_out_but_not_while_the_store_cannot_tell(bool isBrowser)
    {
        await using AdminHost host = await AdminHost.StartAsync(SignInTests.Identity("http://127.0.0.1:1"));
        PersonSession mira = host.Services.GetRequiredService<PeopleSeal>().Make(new Person("company", "7", "company:mira", [Role.Auditor], []), isBrowser ? SessionKind.Console : SessionKind.CommandLine);
        using StreamReader stream = await FollowAsync(host, isBrowser ? ("Cookie", $"{SessionCookie.Name}={mira.Text}") : ("Authorization", $"Bearer {mira.Text}"));

        host.Spent.Failure = new StoreUnavailableException("The disk is full.");
        host.Time.Now += EventStream.Turn;
        await host.Spent.NextAsync();
        host.Spent.Failure = null;
        host.Time.Now += EventStream.Turn;
        await host.Releases.AppendAsync(new TimelineEntry { At = host.Time.Now, Channel = "support", Kind = TimelineKind.Paused, Actor = "mira", Detail = "Stays at 5 %." }, Cancel);
        await NextAsync(stream, "timeline");
        await host.Services.GetRequiredService<People>().SignOutAsync(mira);
        host.Time.Now += EventStream.Turn;

        await EndAsync(stream);
    }

    private Task<StreamReader> FollowAsync((string Name, string Value) header) => FollowAsync(_host, header);

    // Begun: it was let in, and has said how things stand.
    private static async Task<StreamReader> FollowAsync(AdminHost host, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Address, "api/v1/events"));
        request.Headers.Add(header.Name, header.Value);
        HttpResponseMessage response = await s_caller.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        await NextAsync(lines, "state");
        return lines;
    }

    // Whole: a stream that is cut throws.
    private static Task<string> EndAsync(StreamReader lines) => lines.ReadToEndAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(20), Cancel);

    private static async Task<(string Kind, string Id, JsonElement Data)> NextAsync(StreamReader lines, string? kind = null)
    {
        while (true)
        {
            string? line = await lines.ReadLineAsync(Cancel);
            Assert.NotNull(line);
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                string name = line["event: ".Length..];
                string id = (await lines.ReadLineAsync(Cancel))!["id: ".Length..];
                string data = (await lines.ReadLineAsync(Cancel))!["data: ".Length..];
                if (kind is null || kind == name)
                {
                    return (name, id, JsonElement.Parse(data));
                }
            }
        }
    }
}
