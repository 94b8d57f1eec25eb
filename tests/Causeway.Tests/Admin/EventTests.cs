using System.Net;
using System.Text.Json;
using Causeway.Admin.Events;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Tests.Admin;

public sealed class EventTests : IAsyncLifetime
{
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
