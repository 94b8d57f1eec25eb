namespace Causeway.Storage.Moving;

/// <summary>
/// The table that says of a store that it is being filled: made when a move begins, dropped when it has ended well. It is no step of the schema, since a store that can be started
/// with does not have it.
/// </summary>
internal static class MoveMarker
{
    public const string Table = "store_move";
    public const string Create = $"CREATE TABLE {Table} (what TEXT NOT NULL PRIMARY KEY, said TEXT NOT NULL)";
    public const string Select = $"SELECT what, said FROM {Table}";
    public const string Drop = $"DROP TABLE {Table}";

    private const string Source = "source";
    private const string Fingerprint = "fingerprint";
    private const string DonePrefix = "done ";

    /// <summary>What stands in the table when a move begins.</summary>
    public static IEnumerable<(string What, string Said)> Rows(MoveState state) => [(Source, state.Source), (Fingerprint, state.Fingerprint)];

    /// <summary>The row that says that a table is complete.</summary>
    public static string Done(StoreTable table) => DonePrefix + table.Name;

    /// <summary>Reads the rows.</summary>
    public static MoveState Read(IEnumerable<(string What, string Said)> rows)
    {
        var all = rows.ToDictionary(row => row.What, row => row.Said, StringComparer.Ordinal);
        return new MoveState(
            all.GetValueOrDefault(Source, "a source that is not known"),
            all.GetValueOrDefault(Fingerprint, ""),
            all.Keys.Where(what => what.StartsWith(DonePrefix, StringComparison.Ordinal)).Select(what => what[DonePrefix.Length..]).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Why a store cannot be used as one.</summary>
    public static StoreUnavailableException Half(string store, MoveState state) => new(
        $"The store {store} is half of a move from {state.Source} that did not end. Run the same \"causeway store migrate\" or \"restore\" again, which goes on with it; or remove what is there.");
}
