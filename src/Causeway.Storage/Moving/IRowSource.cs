namespace Causeway.Storage.Moving;

/// <summary>A store, or a backup of one, as rows: one moment of it, however long the reading takes. Used by one caller at a time.</summary>
internal interface IRowSource : IAsyncDisposable
{
    /// <summary>What it is called in messages. Holds no secret.</summary>
    string Name { get; }

    /// <summary>The last step of its schema, or the format of a backup.</summary>
    string Schema { get; }

    /// <summary>About how many rows a table has; null: nobody knows without counting.</summary>
    Task<long?> ExpectedAsync(StoreTable table, CancellationToken cancellation);

    /// <summary>The rows of a table in the order of its key.</summary>
    /// <param name="table">Which.</param>
    /// <param name="after">Only rows behind the one with this key; null: all.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>One array, filled anew for each row.</returns>
    IAsyncEnumerable<Cell[]> ReadAsync(StoreTable table, Cell[]? after, CancellationToken cancellation);

    /// <summary>The key of a table's last row; null: it has no row.</summary>
    Task<Cell[]?> LastAsync(StoreTable table, CancellationToken cancellation);
}

/// <summary>A store that is being filled with the rows of another. Nobody else uses it meanwhile; it can be read at any time.</summary>
internal interface IRowTarget : IRowSource
{
    /// <summary>How far an earlier move into it has come; null: there was none that did not end.</summary>
    Task<MoveState?> StateAsync(CancellationToken cancellation);

    /// <summary>A table that holds rows; null: the store is empty.</summary>
    Task<string?> FirstUsedAsync(CancellationToken cancellation);

    /// <summary>Takes out all rows and notes that a move has begun. From now on the store cannot be started with until <see cref="FinishAsync"/>.</summary>
    Task BeginAsync(MoveState state, CancellationToken cancellation);

    /// <summary>Writes rows, and notes that the table is complete in the last of its commits.</summary>
    /// <param name="table">Which.</param>
    /// <param name="rows">Of a long table those that are not there yet, in the order of the key; of another one all.</param>
    /// <param name="rowsOfACommit">How many rows of a long table make a commit.</param>
    /// <param name="kept">Told after each commit how many rows this call has written.</param>
    /// <param name="cancellation">Ends the writing; what is committed stays.</param>
    Task WriteAsync(StoreTable table, IAsyncEnumerable<Cell[]> rows, int rowsOfACommit, Action<long> kept, CancellationToken cancellation);

    /// <summary>Ends the move: the store can be started with.</summary>
    Task FinishAsync(CancellationToken cancellation);
}

/// <summary>A move that has begun.</summary>
/// <param name="Source">Where the rows come from, as messages name it.</param>
/// <param name="Fingerprint">What the source held then: another one later means that it was written since.</param>
/// <param name="Done">Tables that are complete.</param>
internal sealed record MoveState(string Source, string Fingerprint, IReadOnlySet<string> Done);
