using Causeway.Budgets.Objects;
using Causeway.Gateway.Objects;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Objects;

public sealed class ObjectBookTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_was_made_is_known_before_it_is_written_and_written_when_the_store_is_back()
    {
        FakeTimeProvider time = new(s_noon);
        MemoryObjectStore store = new() { IsAway = true };
        CapturedLog log = new();
        await using ObjectBook book = new(store, time, new LoggerFactory([log]).CreateLogger<ObjectBook>());

        book.Put(File("file-1"));
        IReadOnlyDictionary<string, OwnedObject> found = await book.FindAsync("openai", ["file-1"], GatewayHouse.Token);
        await Assert.ThrowsAsync<TimeoutException>(() => book.FindAsync("openai", ["file-1", "file-2"], GatewayHouse.Token));
        await store.Refused.Soon();
        Assert.Empty(store.All);
        store.IsAway = false;
        Task written = book.FlushAsync(GatewayHouse.Token);
        while (!written.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }

        await written;
        Assert.Equal("search", found["file-1"].Team);
        Assert.Equal([File("file-1")], store.All);
        Assert.Contains(log.Lines, line => line.Contains("could not be written down", StringComparison.Ordinal));
    }

    [Fact]
    public async Task There_is_an_end_to_what_waits_and_what_is_let_go_is_told()
    {
        FakeTimeProvider time = new(s_noon);
        MemoryObjectStore store = new() { IsAway = true };
        CapturedLog log = new();
        ObjectBook book = new(store, time, new LoggerFactory([log]).CreateLogger<ObjectBook>());
        for (int i = 0; i < ObjectBook.MaxWaiting; i++)
        {
            book.Put(File($"file-{i}"));
        }

        book.Put(File("file-last"));

        Assert.Contains(log.Lines, line => line.Contains("whose file-last at openai is", StringComparison.Ordinal));
        await book.DisposeAsync(); // Ends, though the store is away.
    }

    [Fact]
    public async Task Upkeep_forgets_what_the_provider_has_let_go_of()
    {
        FakeTimeProvider time = new(s_noon.AddDays(40));
        MemoryObjectStore store = new();
        await store.KeepAsync([File("file-1"), File("file-2") with { KeptUntil = s_noon.AddDays(50) }], GatewayHouse.Token);
        using ObjectUpkeep upkeep = new(store, Causeway.Gateway.Instances.Leadership.Alone(), time, new LoggerFactory().CreateLogger<ObjectUpkeep>());

        await upkeep.TurnAsync(GatewayHouse.Token);

        Assert.Equal(["file-2"], store.All.Select(one => one.Id));
    }

    private static OwnedObject File(string id) => new("openai", id, "search", null, s_noon, s_noon.AddDays(35));
}
