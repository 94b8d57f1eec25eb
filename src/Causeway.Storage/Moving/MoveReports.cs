namespace Causeway.Storage.Moving;

/// <summary>What is being done.</summary>
public enum MovePhase
{
    /// <summary>Rows are written.</summary>
    Copying,

    /// <summary>Rows are read and looked at.</summary>
    Comparing,
}

/// <summary>How far it has come.</summary>
/// <param name="Table">In which table.</param>
/// <param name="Rows">Rows of this run.</param>
/// <param name="Of">About how many there are; null: nobody knows.</param>
/// <param name="Phase">What is being done.</param>
public sealed record MoveProgress(string Table, long Rows, long? Of, MovePhase Phase);

/// <summary>How many rows a table has.</summary>
public sealed record TableRows(string Table, long Rows);

/// <summary>A move that has ended, with the target equal to the source.</summary>
/// <param name="Source">Where from.</param>
/// <param name="Target">Where to.</param>
/// <param name="Tables">Rows of each table, the same in both.</param>
/// <param name="Grants">Grants whose balances are the same in both.</param>
/// <param name="Events">Events of the ledger.</param>
/// <param name="Head">The last hash of its chain, hex, the same in both.</param>
/// <param name="Balances">The SHA-256 of every balance, hex, the same in both.</param>
/// <param name="Problem">What is wrong with the ledger of the source, and so with that of the target; null: nothing.</param>
public sealed record MoveReport(
    string Source, string Target, IReadOnlyList<TableRows> Tables, long Grants, long Events, string Head, string Balances, string? Problem)
{
    /// <summary>Whether an earlier run had begun it.</summary>
    public bool WentOn { get; init; }
}

/// <summary>A backup that was made.</summary>
/// <param name="Source">Of which store.</param>
/// <param name="File">The file.</param>
/// <param name="MadeAt">When it was begun.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">The digest that stands at its end, hex.</param>
/// <param name="Tables">Rows of each table.</param>
public sealed record BackupReport(string Source, string File, DateTimeOffset MadeAt, long Bytes, string Sha256, IReadOnlyList<TableRows> Tables);

/// <summary>What was found in a store or a backup.</summary>
/// <param name="Source">Where.</param>
/// <param name="Schema">The last step of its schema; of a backup its format.</param>
/// <param name="Tables">Rows of each table.</param>
/// <param name="Grants">Grants that are kept.</param>
/// <param name="Events">Events of the ledger that follow from one another.</param>
/// <param name="Head">The last hash of its chain, hex.</param>
/// <param name="Balances">The SHA-256 of every balance, folded from the first event on, hex.</param>
/// <param name="Open">Reservations that were open.</param>
/// <param name="Problems">What is wrong, each with the first entry where it is; empty: nothing.</param>
public sealed record StoreReport(
    string Source,
    string Schema,
    IReadOnlyList<TableRows> Tables,
    long Grants,
    long Events,
    string Head,
    string Balances,
    int Open,
    IReadOnlyList<string> Problems);
