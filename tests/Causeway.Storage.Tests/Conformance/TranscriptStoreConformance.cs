using Causeway.Releases.Conversations;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="ITranscriptStore"/> promises, whatever the engine.</summary>
public abstract class TranscriptStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 28, 10, 0, 0, 123, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_conversation_comes_back_from_its_latest_answer_to_its_first_and_branches_apart()
    {
        await using TestStore store = await NewAsync();
        ITranscriptStore transcripts = store.Store.Transcripts;
        SealedTranscript[] chain = [Answer("one"), Answer("two", "one") with { Content = [7] }, Answer("three", "two") with { Provider = "" }];
        await transcripts.PutAsync([.. chain, Answer("branch", "one"), Answer("two", "one") with { Team = "ads", Content = [9] }], Cancel);
        await store.RestartAsync();
        transcripts = store.Store.Transcripts;

        IReadOnlyList<SealedTranscript> read = await transcripts.ReadAsync("search", "three", 10, 1000, Cancel);

        Assert.Equal(chain.Reverse().Select(Told), read.Select(Told));
        Assert.Equal(["branch", "one"], (await transcripts.ReadAsync("search", "branch", 10, 1000, Cancel)).Select(one => one.Response));
        Assert.Equal(9, Assert.Single(Assert.Single(await transcripts.ReadAsync("ads", "two", 10, 1000, Cancel)).Content));
        Assert.Empty(await transcripts.ReadAsync("ads", "three", 10, 1000, Cancel));
        Assert.Equal(new TranscriptHead("one", ""), await transcripts.FindAsync("search", "three", s_now, Cancel));
        Assert.Equal(new TranscriptHead("one", "openai"), await transcripts.FindAsync("search", "one", s_now, Cancel));
        Assert.Null(await transcripts.FindAsync("ads", "one", s_now, Cancel));
    }

    [Fact]
    public async Task So_much_is_read_and_no_more()
    {
        await using TestStore store = await NewAsync();
        ITranscriptStore transcripts = store.Store.Transcripts;
        await transcripts.PutAsync([.. Enumerable.Range(0, 20).Select(i => Answer($"r{i}", i == 0 ? null : $"r{i - 1}", "r0") with { Content = new byte[100] })], Cancel);

        Assert.Equal(20, (await transcripts.ReadAsync("search", "r19", 100, 100_000, Cancel)).Count);
        Assert.Equal(["r19", "r18", "r17"], (await transcripts.ReadAsync("search", "r19", 3, 100_000, Cancel)).Select(one => one.Response));
        Assert.Equal(["r19", "r18", "r17"], (await transcripts.ReadAsync("search", "r19", 100, 250, Cancel)).Select(one => one.Response)); // Which goes beyond it.
    }

    [Fact]
    public async Task A_conversation_is_kept_whole_for_as_long_as_it_goes_on()
    {
        await using TestStore store = await NewAsync();
        ITranscriptStore transcripts = store.Store.Transcripts;
        await transcripts.PutAsync([Answer("one"), Answer("over")], Cancel);
        await transcripts.PutAsync([Answer("two", "one") with { Until = s_now.AddHours(2) }], Cancel);
        await transcripts.PutAsync([Answer("three", "two", "one") with { Until = s_now.AddHours(9) }], Cancel);

        DateTimeOffset later = s_now.AddHours(3); // Past the time of the second alone, and of the one that nobody went on with.
        Assert.NotNull(await transcripts.FindAsync("search", "two", later, Cancel));
        Assert.Null(await transcripts.FindAsync("search", "over", later, Cancel));
        Assert.Equal(1, await transcripts.DropAsync(later, Cancel));
        Assert.Equal(3, (await transcripts.ReadAsync("search", "three", 10, 1000, Cancel)).Count);

        Assert.Null(await transcripts.FindAsync("search", "three", s_now.AddHours(9), Cancel));
        Assert.Equal(3, await transcripts.DropAsync(s_now.AddHours(9), Cancel));
        Assert.Empty(await transcripts.ReadAsync("search", "three", 10, 1000, Cancel));
    }

    [Fact]
    public async Task One_that_is_too_large_is_refused_before_anything_is_written()
    {
        await using TestStore store = await NewAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.Store.Transcripts.PutAsync([Answer("one"), Answer("two") with { Content = new byte[ITranscriptStore.MaxSealed + 1] }], Cancel));

        Assert.Null(await store.Store.Transcripts.FindAsync("search", "one", s_now, Cancel));
    }

    /// <summary>An answer of the team <c>search</c>.</summary>
    internal static SealedTranscript Answer(string response, string? previous = null, string? root = null) =>
        new("search", response, previous, root ?? (previous is null ? response : "one"), "openai", s_now.AddHours(1), [1, 0, 255]);

    protected abstract Task<TestStore> NewAsync();

    private static string Told(SealedTranscript one) => $"{one.Response} {one.Previous} {one.Root} {one.Provider} {one.Until:O} {Convert.ToHexString(one.Content)}";
}
