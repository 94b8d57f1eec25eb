using Causeway.Budgets.Alerts;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IDeadLetterStore"/> promises, whatever the engine.</summary>
public abstract class DeadLetterStoreConformance
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_letter_comes_back_as_it_went_in_and_a_later_try_takes_its_place()
    {
        await using TestStore store = await NewAsync();
        DeadLetter letter = Letter(0);
        await store.DeadLetters.KeepAsync(letter, Cancel);
        await store.DeadLetters.KeepAsync(letter with { Tries = 4, Problem = "status 500", LastTriedAt = s_noon.AddHours(1) }, Cancel);

        DeadLetter found = (await store.DeadLetters.FindAsync(letter.Id, Cancel))!;

        Assert.Equal(letter.Body, found.Body);
        Assert.Equal(letter with { Tries = 4, Problem = "status 500", LastTriedAt = s_noon.AddHours(1), Body = found.Body }, found);
        Assert.Single(await store.DeadLetters.ListAsync(null, 10, Cancel));
    }

    [Fact]
    public async Task Letters_are_listed_newest_first_in_pages_and_removed_one_by_one()
    {
        await using TestStore store = await NewAsync();
        DeadLetter[] letters = [.. Enumerable.Range(0, 5).Select(Letter)];
        foreach (DeadLetter letter in letters)
        {
            await store.DeadLetters.KeepAsync(letter, Cancel);
        }

        IReadOnlyList<DeadLetter> first = await store.DeadLetters.ListAsync(null, 3, Cancel);
        IReadOnlyList<DeadLetter> second = await store.DeadLetters.ListAsync(first[^1].Id, 3, Cancel);

        Assert.Equal(letters.Reverse().Select(letter => letter.Id), first.Concat(second).Select(letter => letter.Id));
        Assert.True(await store.DeadLetters.RemoveAsync(letters[2].Id, Cancel));
        Assert.False(await store.DeadLetters.RemoveAsync(letters[2].Id, Cancel));
        Assert.Null(await store.DeadLetters.FindAsync(letters[2].Id, Cancel));
    }

    [Fact]
    public async Task Old_ones_go_by_time_and_by_number()
    {
        await using TestStore store = await NewAsync();
        for (int i = 0; i < IDeadLetterStore.Most + 3; i++)
        {
            await store.DeadLetters.KeepAsync(Letter(i), Cancel);
        }

        IReadOnlyList<DeadLetter> kept = await store.DeadLetters.ListAsync(null, 1_000, Cancel);
        long dropped = await store.DeadLetters.DropAsync(s_noon.AddSeconds(10), Cancel);

        Assert.Equal(IDeadLetterStore.Most, kept.Count);
        Assert.Equal("alert 3", kept[^1].What);
        Assert.Equal(7, dropped); // 3 to 9.
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.DeadLetters.KeepAsync(Letter(1) with { Body = new byte[IDeadLetterStore.MaxBody + 1] }, Cancel));
    }

    /// <summary>An empty store.</summary>
    protected abstract Task<TestStore> NewAsync();

    internal static DeadLetter Letter(int number) =>
        new(Guid.CreateVersion7(s_noon.AddSeconds(number)), "alerts", $"alert {number}", [(byte)'{', (byte)'}'], "status 503", 3, s_noon.AddMinutes(1));
}
