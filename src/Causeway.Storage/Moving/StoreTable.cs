namespace Causeway.Storage.Moving;

/// <summary>A column of a table that both engines have.</summary>
/// <param name="Name">Its name in both.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="IsNullable">Whether it may hold nothing.</param>
internal sealed record StoreColumn(string Name, CellKind Kind, bool IsNullable);

/// <summary>A table that moves with a store: the same rows in both engines, in the order of its key.</summary>
/// <param name="Name">Its name in both.</param>
/// <param name="Columns">Its columns, those of the key first.</param>
/// <param name="KeyLength">How many columns are its key.</param>
/// <param name="IsLong">
/// Whether it grows with traffic. It is then written in pieces, each with a commit, in the order of its key, so that what is there says how far a piece of work that was cut off
/// has come; others are written in one transaction each.
/// </param>
internal sealed record StoreTable(string Name, StoreColumn[] Columns, int KeyLength, bool IsLong)
{
    /// <summary>The columns as a statement names them.</summary>
    public string ColumnList { get; } = string.Join(", ", Columns.Select(column => column.Name));

    /// <summary>The columns of the key.</summary>
    public string KeyList { get; } = string.Join(", ", Columns.Take(KeyLength).Select(column => column.Name));

    /// <summary>Where a column stands.</summary>
    public int Place(string column) => Array.FindIndex(Columns, one => one.Name == column) is >= 0 and int place
        ? place
        : throw new ArgumentOutOfRangeException(nameof(column), column, $"{Name} has no such column.");

    /// <summary>A row's key, for people.</summary>
    public string Show(ReadOnlySpan<Cell> row)
    {
        var parts = new string[KeyLength];
        for (int i = 0; i < KeyLength; i++)
        {
            parts[i] = $"{Columns[i].Name} {row[i].Show(Columns[i].Kind)}";
        }

        return $"{Name} ({string.Join(", ", parts)})";
    }

    /// <summary>A table from a line of words: <c>name kind</c>, a <c>?</c> behind the kind where it may hold nothing, <c>*</c> before the name where it is of the key.</summary>
    public static StoreTable Of(string name, string columns, bool isLong = false)
    {
        string[][] words = [.. columns.Split(',', StringSplitOptions.TrimEntries).Select(column => column.Split(' '))];
        return new StoreTable(
            name,
            [.. words.Select(word => new StoreColumn(word[0].TrimStart('*'), KindOf(word[1].TrimEnd('?')), word[1].EndsWith('?')))],
            words.TakeWhile(word => word[0].StartsWith('*')).Count(),
            isLong);
    }

    private static CellKind KindOf(string word) => word switch
    {
        "number" => CellKind.Number,
        "small" => CellKind.Small,
        "flag" => CellKind.Flag,
        "id" => CellKind.Id,
        "bytes" => CellKind.Bytes,
        "text" => CellKind.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "No column is of this kind."),
    };
}
