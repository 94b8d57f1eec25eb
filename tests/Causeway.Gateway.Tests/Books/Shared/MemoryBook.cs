using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Tests.Books.Shared;

/// <summary>A local book whose file outlives the process that wrote it: the next one opens the same pages.</summary>
internal sealed class MemoryBook : ILocalBook
{
    private readonly SortedList<long, JournalEntry> _pages;

    public MemoryBook(Guid id) => (Id, _pages) = (id, []);

    private MemoryBook(MemoryBook left) => (Id, _pages) = (left.Id, left._pages);

    public Guid Id { get; }

    public string Path => $"outage-{Id:N}";

    public int Count => _pages.Count;

    /// <summary>Its process is gone: nothing it does with the file comes to anything.</summary>
    public bool IsLost { get; set; }

    /// <summary>The disk is full.</summary>
    public bool IsFull { get; set; }

    /// <summary>How many entries are read at once at most.</summary>
    public int PerRead { get; init; } = int.MaxValue;

    /// <summary>The same file, as the next process finds it.</summary>
    public MemoryBook Found(int perRead = int.MaxValue) => new(this) { PerRead = perRead };

    /// <summary>The file as it is now, whatever becomes of it.</summary>
    public MemoryBook Copy()
    {
        MemoryBook copy = new(Id);
        foreach ((long place, JournalEntry entry) in _pages)
        {
            copy._pages.Add(place, entry);
        }

        return copy;
    }

    public Task AppendAsync(IReadOnlyList<LocalEntry> entries)
    {
        if (IsFull)
        {
            throw new IOException("The disk is full.");
        }

        foreach (LocalEntry one in IsLost ? [] : entries)
        {
            _pages.TryAdd(one.Place, one.Entry);
        }

        return Task.CompletedTask;
    }

    public Task ForgetAsync(long upTo)
    {
        foreach (long place in IsLost ? [] : _pages.Keys.Where(place => place <= upTo).ToArray())
        {
            _pages.Remove(place);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<LocalEntry>> ReadAsync(long after, int most) => Task.FromResult<IReadOnlyList<LocalEntry>>(
        [.. _pages.Where(page => page.Key > after).Take(Math.Min(most, PerRead)).Select(page => new LocalEntry(page.Key, page.Value))]);

    public Task<string> MoveAsideAsync() => Task.FromResult(Path);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
