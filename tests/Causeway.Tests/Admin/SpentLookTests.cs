using System.Net;
using Causeway.Admin;
using Causeway.Admin.Events;
using Causeway.Admin.Identity;
using Causeway.Budgets.Keys;
using Causeway.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Causeway.Tests.Admin;

/// <summary>Streams end with the sessions that opened them, and the store is asked about all of them at once.</summary>
public sealed class SpentLookTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync(SignInTests.Identity("http://127.0.0.1:1"));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task All_who_ask_within_a_turn_share_one_question_and_a_new_one_is_asked_for_at_once()
    {
        SpentLook look = Look();
        KeyHash[] sessions = [.. Enumerable.Range(0, 200).Select(i => KeyHash.Of(BitConverter.GetBytes(i)))];
        foreach (KeyHash session in sessions)
        {
            Assert.False(await look.IsSpentAsync(session, Cancel));
        }

        await _host.Spent.SpendAsync(sessions[7], _host.Time.Now.AddHours(1), _host.Time.Now, Cancel);
        int before = _host.Spent.AskedForMany;
        _host.Time.Now += EventStream.Turn;
        bool[] spent = await Task.WhenAll(sessions.Select(session => look.IsSpentAsync(session, Cancel).AsTask()));

        Assert.Equal(1, _host.Spent.AskedForMany - before);
        Assert.Equal([7], spent.Index().Where(one => one.Item).Select(one => one.Index));
    }

    [Fact]
    public async Task A_store_that_is_away_is_asked_anew_in_the_next_turn()
    {
        SpentLook look = Look();
        KeyHash session = KeyHash.Of("a"u8);
        _host.Spent.Failure = new StoreUnavailableException("The disk is full.");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => look.IsSpentAsync(session, Cancel).AsTask());
        _host.Spent.Failure = null;
        _host.Time.Now += EventStream.Turn;

        Assert.False(await look.IsSpentAsync(session, Cancel));
    }

    [Fact]
    public async Task The_stream_of_the_audit_ends_when_the_person_who_opened_it_is_signed_out()
    {
        PersonSession mira = _host.Services.GetRequiredService<PeopleSeal>().Make(new Person("company", "7", "company:mira", [Role.Auditor], []), SessionKind.CommandLine);
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/audit?follow&kind=denied");
        request.Headers.Add("Authorization", $"Bearer {mira.Text}");
        using HttpResponseMessage response = await _host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));

        await _host.Services.GetRequiredService<People>().SignOutAsync(mira);
        _host.Time.Now += EventStream.Turn;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("", await lines.ReadToEndAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(20), Cancel));
    }

    private SpentLook Look() => new(_host.Spent, _host.Services.GetRequiredService<IHostApplicationLifetime>(), _host.Time);
}
