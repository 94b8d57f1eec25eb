namespace Causeway.Budgets.Ledger;

/// <summary>Where a process keeps, on its own disk, what happened while the store that it shares with others is away. One process writes one book.</summary>
public interface ILocalBook : IAsyncDisposable
{
    /// <summary>Its name in the ledger: by it the ledger says how far the book is booked. No two books have the same.</summary>
    Guid Id { get; }

    /// <summary>Where it is, for people.</summary>
    string Path { get; }

    /// <summary>Keeps entries, all or none. One whose place is taken already changes nothing.</summary>
    /// <exception cref="IOException">The disk does not take them; the message says why, where, and what to do.</exception>
    Task AppendAsync(IReadOnlyList<LocalEntry> entries);

    /// <summary>Lets go of all up to a place: they are durable elsewhere.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    Task ForgetAsync(long upTo);

    /// <summary>Reads in the order of the places.</summary>
    /// <param name="after">Only later ones than this place.</param>
    /// <param name="most">At most so many.</param>
    /// <exception cref="InvalidDataException">One of them is not what was written.</exception>
    Task<IReadOnlyList<LocalEntry>> ReadAsync(long after, int most);

    /// <summary>Puts it out of the way of every later start, and keeps it: it cannot be read.</summary>
    /// <returns>Where it is now.</returns>
    Task<string> MoveAsideAsync();
}

/// <summary>One entry of a local book.</summary>
/// <param name="Place">Its place in the book, from 1 on, in the order in which things happened.</param>
/// <param name="Entry">Its event, with no place in the ledger yet, and its usage record.</param>
public readonly record struct LocalEntry(long Place, JournalEntry Entry);

/// <summary>The local books that a process finds and makes when it starts.</summary>
/// <param name="Own">The one that it writes.</param>
/// <param name="Left">Those that processes left which are gone, with entries in them; they are this process's to book, and nobody else reads them meanwhile.</param>
/// <param name="Problems">What could not be read or made, where it is now, and what to do.</param>
public sealed record LocalBooks(ILocalBook Own, IReadOnlyList<ILocalBook> Left, IReadOnlyList<string> Problems);
