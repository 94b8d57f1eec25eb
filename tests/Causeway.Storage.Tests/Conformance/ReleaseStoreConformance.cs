using System.Collections.Immutable;
using Causeway.Releases.Channels;
using Causeway.Releases.Parameters;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IReleaseStore"/> promises, whatever the engine.</summary>
public abstract class ReleaseStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, 123, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_store_holds_nothing()
    {
        await using TestStore store = await NewAsync();

        Assert.Empty(await store.Releases.ListAsync(10, null, Cancel));
        Assert.Empty(await store.Releases.ListChannelsAsync(Cancel));
        Assert.Empty(await store.Releases.HistoryAsync("support", Cancel));
        Assert.Empty(await store.Releases.FindAsync(Exactly(NewRelease("m").Id), Cancel));
    }

    [Fact]
    public async Task Every_field_comes_back_as_it_went_in()
    {
        await using TestStore store = await NewAsync();
        var release = new Release(
            new ReleaseContent
            {
                Pins = [new Pin("openai", "gpt-5.5-2026-04-23", PinClass.Snapshot), new Pin("local", "a", PinClass.Unknown), new Pin("gemini", "f", PinClass.Float)],
                Prompt = "Be brief.\n",
                Parameters = new ReleaseParameters(ImmutableSortedDictionary.CreateRange<string, ParameterValue>(
                    StringComparer.Ordinal, [new("temperature", new NumberValue(0.1)), new("stop", new TextsValue(["END"])), new("verbosity", new WordValue("low"))])),
                AllowFloat = true,
                Contract = new ReleaseContract("invoice", 3, "ctr_" + new string('a', 64)),
            },
            "a label",
            s_now);

        KeptRelease kept = await store.Releases.AddAsync(release, Cancel);

        Assert.True(kept.IsNew);
        Release found = Assert.Single(await store.Releases.FindAsync(Exactly(release.Id), Cancel));
        Assert.Equal(release.Id, found.Id);
        Assert.Equal(release.Pins, found.Pins);
        Assert.Equal(release.Prompt, found.Prompt);
        Assert.Equal(release.Parameters.Values, found.Parameters.Values);
        Assert.True(found.Content.AllowFloat);
        Assert.Equal(release.Contract, found.Contract);
        Assert.Equal(("a label", s_now), (found.Label, found.CreatedAt));
    }

    [Fact]
    public async Task The_same_content_is_kept_once_and_the_first_label_stands()
    {
        await using TestStore store = await NewAsync();
        await store.Releases.AddAsync(NewRelease("m", "first"), Cancel);

        KeptRelease again = await store.Releases.AddAsync(NewRelease("m", "second", s_now.AddDays(1)), Cancel);

        Assert.Equal((false, "first", s_now), (again.IsNew, again.Release.Label, again.Release.CreatedAt));
        Assert.Single(await store.Releases.ListAsync(10, null, Cancel));
    }

    [Fact]
    public async Task A_beginning_finds_what_begins_so_and_at_most_two()
    {
        await using TestStore store = await NewAsync();
        foreach (int i in Enumerable.Range(0, 5))
        {
            await store.Releases.AddAsync(NewRelease($"m{i}"), Cancel);
        }

        ReleaseId id = NewRelease("m3").Id;
        Assert.True(ReleaseIdRange.TryParse(id.ToString()[..12], out ReleaseIdRange range));

        Assert.Equal(id, Assert.Single(await store.Releases.FindAsync(range, Cancel)).Id);
        Assert.Equal(2, (await store.Releases.FindAsync(new ReleaseIdRange(default, new ReleaseId(UInt128.MaxValue, UInt128.MaxValue)), Cancel)).Count);
    }

    [Fact]
    public async Task Releases_are_listed_newest_first_and_in_pages()
    {
        await using TestStore store = await NewAsync();
        Release[] releases = [.. Enumerable.Range(0, 7).Select(i => NewRelease($"m{i}", at: s_now.AddMinutes(i / 2)))]; // Some at the same time.
        foreach (Release release in releases)
        {
            await store.Releases.AddAsync(release, Cancel);
        }

        var pages = new List<ReleaseId>();
        IReadOnlyList<Release> page;
        do
        {
            page = await store.Releases.ListAsync(2, pages.Count == 0 ? null : pages[^1], Cancel);
            pages.AddRange(page.Select(release => release.Id));
        }
        while (page.Count > 0);

        Assert.Equal(releases.OrderByDescending(release => release.CreatedAt).ThenByDescending(release => release.Id.ToString(), StringComparer.Ordinal).Select(release => release.Id), pages);
        Assert.Equal(pages, (await store.Releases.ListAsync(100, null, Cancel)).Select(release => release.Id));
    }

    [Fact]
    public async Task A_channel_is_made_once_and_points_at_a_kept_release()
    {
        await using TestStore store = await NewAsync();
        Release release = NewRelease("m");
        await store.Releases.AddAsync(release, Cancel);
        var channel = ReleaseChannel.New("support", release.Id, UnsupportedFields.Drop, s_now, ConformanceRule.Require);

        ChannelOutcome made = await store.Releases.CreateChannelAsync(channel, Cancel);
        ChannelOutcome again = await store.Releases.CreateChannelAsync(channel, Cancel);
        ChannelOutcome nowhere = await store.Releases.CreateChannelAsync(channel with { Name = "other", Release = NewRelease("gone").Id }, Cancel);

        channel = channel with { Revision = 1 };
        Assert.Equal((ChannelVerdict.Done, channel), (made.Verdict, made.Pointed!.Channel));
        Assert.Equal((ChannelVerdict.Exists, channel), (again.Verdict, again.Pointed!.Channel));
        Assert.Equal((ChannelVerdict.ReleaseUnknown, null), (nowhere.Verdict, nowhere.Pointed));
        PointedChannel kept = Assert.Single(await store.Releases.ListChannelsAsync(Cancel));
        Assert.Equal((channel, release.Id), (kept.Channel, kept.Release.Id));
        Assert.Equal([new ChannelMove("support", 1, release.Id, UnsupportedFields.Drop, ConformanceRule.Require, s_now)], await store.Releases.HistoryAsync("support", Cancel));
    }

    [Fact]
    public async Task A_channel_moves_from_the_version_that_its_mover_knows()
    {
        await using TestStore store = await NewAsync();
        (Release one, Release two, ReleaseChannel channel) = await NewChannelAsync(store);
        var wanted = new WantedChannel("support", two.Id, UnsupportedFields.Drop, ConformanceRule.Off);

        ChannelOutcome moved = await store.Releases.PointChannelAsync(wanted, 1, s_now.AddHours(1), Cancel);
        ChannelOutcome stale = await store.Releases.PointChannelAsync(wanted with { Release = one.Id }, 1, s_now.AddHours(2), Cancel);
        ChannelOutcome same = await store.Releases.PointChannelAsync(wanted, 2, s_now.AddHours(3), Cancel);
        ChannelOutcome unknown = await store.Releases.PointChannelAsync(wanted with { Name = "other" }, 1, s_now, Cancel);
        ChannelOutcome nowhere = await store.Releases.PointChannelAsync(wanted with { Release = NewRelease("gone").Id }, 2, s_now, Cancel);

        ReleaseChannel after = channel.Next(wanted, s_now.AddHours(1)) with { Revision = 2 };
        Assert.Equal((ChannelVerdict.Done, after, two.Id), (moved.Verdict, moved.Pointed!.Channel, moved.Pointed.Release.Id));
        Assert.Equal((ChannelVerdict.Stale, after), (stale.Verdict, stale.Pointed!.Channel));
        Assert.Equal((ChannelVerdict.Done, after), (same.Verdict, same.Pointed!.Channel));
        Assert.Equal(ChannelVerdict.ChannelUnknown, unknown.Verdict);
        Assert.Equal(ChannelVerdict.ReleaseUnknown, nowhere.Verdict);
        Assert.Equal(after, Assert.Single(await store.Releases.ListChannelsAsync(Cancel)).Channel);
        Assert.Equal(
            [new ChannelMove("support", 2, two.Id, UnsupportedFields.Drop, ConformanceRule.Off, s_now.AddHours(1)), new ChannelMove("support", 1, one.Id, UnsupportedFields.Deny, ConformanceRule.Warn, s_now)],
            await store.Releases.HistoryAsync("support", Cancel));
    }

    [Fact]
    public async Task Of_sixty_four_who_move_it_at_once_one_does()
    {
        await using TestStore store = await NewAsync();
        (_, Release two, _) = await NewChannelAsync(store);

        ChannelOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(
            () => store.Releases.PointChannelAsync(new WantedChannel("support", two.Id, UnsupportedFields.Deny), 1, s_now.AddSeconds(i), Cancel), Cancel)));

        Assert.Single(outcomes, outcome => outcome.Verdict == ChannelVerdict.Done);
        Assert.Equal(63, outcomes.Count(outcome => outcome.Verdict == ChannelVerdict.Stale));
        Assert.Equal(2, (await store.Releases.HistoryAsync("support", Cancel)).Count);
    }

    [Fact]
    public async Task A_document_is_applied_and_says_what_changed()
    {
        await using TestStore store = await NewAsync();
        (Release one, _, ReleaseChannel channel) = await NewChannelAsync(store);
        Release three = NewRelease("three");
        var document = new PolicyDocument(
            [one, three], [new WantedChannel("support", three.Id, UnsupportedFields.Deny), new WantedChannel("new", one.Id, UnsupportedFields.Drop)]);

        PolicyPlan plan = await store.Releases.ApplyAsync(document, s_now.AddHours(1), Cancel);
        PolicyPlan again = await store.Releases.ApplyAsync(document, s_now.AddHours(2), Cancel);

        ReleaseChannel moved = channel.Next(three.Id, UnsupportedFields.Deny, s_now.AddHours(1)) with { Revision = 2 };
        ReleaseChannel made = ReleaseChannel.New("new", one.Id, UnsupportedFields.Drop, s_now.AddHours(1)) with { Revision = 3 };
        Assert.Equal([three], plan.NewReleases);
        Assert.Equal([new ChannelChange(channel, moved), new ChannelChange(null, made)], plan.Channels);
        Assert.Empty(again.NewReleases);
        Assert.Empty(again.Channels);
        Assert.Equal([made, moved], (await store.Releases.ListChannelsAsync(Cancel)).Select(pointed => pointed.Channel));
        Assert.Equal(2, (await store.Releases.HistoryAsync("support", Cancel)).Count);
    }

    [Fact]
    public async Task A_document_that_cannot_be_applied_whole_is_not_applied()
    {
        await using TestStore store = await NewAsync();
        (_, Release two, ReleaseChannel channel) = await NewChannelAsync(store);
        var document = new PolicyDocument(
            [NewRelease("three")],
            [
                new WantedChannel("support", two.Id, UnsupportedFields.Deny),
                new WantedChannel("new", two.Id, UnsupportedFields.Deny),
                new WantedChannel("lost", NewRelease("gone").Id, UnsupportedFields.Deny),
            ]);

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Releases.ApplyAsync(document, s_now.AddHours(1), Cancel));

        Assert.Equal(channel, Assert.Single(await store.Releases.ListChannelsAsync(Cancel)).Channel);
        Assert.Single(await store.Releases.HistoryAsync("support", Cancel));
        Assert.Equal(2, (await store.Releases.ListAsync(10, null, Cancel)).Count);
    }

    [Fact]
    public async Task Everything_survives_a_restart()
    {
        await using TestStore store = await NewAsync();
        (_, Release two, ReleaseChannel channel) = await NewChannelAsync(store);
        await store.Releases.PointChannelAsync(new WantedChannel("support", two.Id, UnsupportedFields.Deny), 1, s_now.AddHours(1), Cancel);

        await store.RestartAsync();

        Assert.Equal(channel.Next(two.Id, UnsupportedFields.Deny, s_now.AddHours(1)) with { Revision = 2 }, Assert.Single(await store.Releases.ListChannelsAsync(Cancel)).Channel);
        Assert.Equal(2, (await store.Releases.ListAsync(10, null, Cancel)).Count);
        Assert.Equal(2, (await store.Releases.HistoryAsync("support", Cancel)).Count);
    }

    [Theory]
    [MemberData(nameof(Hostile.Texts), MemberType = typeof(Hostile))]
    public async Task Text_that_looks_like_SQL_is_kept_as_text(string text)
    {
        await using TestStore store = await NewAsync();
        Release release = new(new ReleaseContent { Pins = [new Pin(text, text, PinClass.Unknown)], Prompt = text }, text, s_now);
        await store.Releases.AddAsync(release, Cancel);
        await store.Releases.CreateChannelAsync(ReleaseChannel.New(text, release.Id, UnsupportedFields.Deny, s_now), Cancel);

        PointedChannel kept = Assert.Single(await store.Releases.ListChannelsAsync(Cancel));

        Assert.Equal((text, release.Id, text, text), (kept.Channel.Name, kept.Release.Id, kept.Release.Prompt, kept.Release.Label));
        Assert.Single(await store.Releases.HistoryAsync(text, Cancel));
    }

    [Fact]
    public async Task A_caller_that_has_left_adds_nothing()
    {
        await using TestStore store = await NewAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.Releases.AddAsync(NewRelease("m"), new CancellationToken(canceled: true)));

        Assert.Empty(await store.Releases.ListAsync(10, null, Cancel));
    }

    protected abstract Task<TestStore> NewAsync();

    private static async Task<(Release One, Release Two, ReleaseChannel Channel)> NewChannelAsync(TestStore store)
    {
        (Release one, Release two) = (NewRelease("one"), NewRelease("two"));
        await store.Releases.AddAsync(one, Cancel);
        await store.Releases.AddAsync(two, Cancel);
        var channel = ReleaseChannel.New("support", one.Id, UnsupportedFields.Deny, s_now);
        await store.Releases.CreateChannelAsync(channel, Cancel);
        return (one, two, channel with { Revision = 1 });
    }

    private static ReleaseIdRange Exactly(ReleaseId id) => new(id, id);

    private static Release NewRelease(string model, string? label = null, DateTimeOffset? at = null) =>
        new(new ReleaseContent { Pins = [new Pin("p", model, PinClass.Unknown)] }, label, at ?? s_now);
}
