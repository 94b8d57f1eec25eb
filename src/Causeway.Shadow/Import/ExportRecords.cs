namespace Causeway.Shadow.Import;

/// <summary>The records of an export, one after another, read as they arrive. Names of columns are compared by their letters and digits alone, case aside:
/// <c>line_item_usage_amount</c> is <c>lineItem/UsageAmount</c>.</summary>
public abstract class ExportRecords : IDisposable
{
    /// <summary>Bytes of one record at most.</summary>
    public const int MaxRecordBytes = 1024 * 1024;

    /// <summary>Columns of an export at most.</summary>
    public const int MaxColumns = 2_000;

    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);

    /// <summary>The line of the record that was read last, from 1; of what has no lines its row.</summary>
    public long Line { get; protected set; }

    /// <summary>The names of the columns as they stand in the file; of JSON those of the first record.</summary>
    public IReadOnlyList<string> Names { get; protected set; } = [];

    /// <summary>Whether a comma stands before decimals: in files whose fields are separated by semicolons.</summary>
    public bool HasDecimalComma { get; protected set; }

    /// <summary>Reads what says which columns there are.</summary>
    /// <exception cref="ImportException">It is no export.</exception>
    public abstract ValueTask OpenAsync(CancellationToken cancellation);

    /// <summary>Says which columns will be asked for. Until then none can be.</summary>
    public virtual void Reads(IEnumerable<int> columns)
    {
    }

    /// <summary>Goes to the next record.</summary>
    /// <returns>False: there is none.</returns>
    /// <exception cref="ImportException">What follows is no record.</exception>
    public abstract ValueTask<bool> NextAsync(CancellationToken cancellation);

    /// <summary>A value of the record; empty or missing: null.</summary>
    /// <param name="column">As <see cref="Find"/> gave it.</param>
    public abstract string? Value(int column);

    /// <summary>Where a column is; -1: there is none.</summary>
    public int Find(string name) => _columns.GetValueOrDefault(Bare(name), -1);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Letters and digits, lower case.</summary>
    internal static string Bare(string name) => string.Create(name.Count(char.IsLetterOrDigit), name, static (bare, full) =>
    {
        int at = 0;
        foreach (char one in full)
        {
            if (char.IsLetterOrDigit(one))
            {
                bare[at++] = char.ToLowerInvariant(one);
            }
        }
    });

    /// <summary>Says which columns there are.</summary>
    private protected void SetNames(IReadOnlyList<string> names)
    {
        if (names.Count > MaxColumns)
        {
            throw new ImportException(1, $"has {names.Count} columns, {MaxColumns} at most");
        }

        Names = names;
        for (int i = 0; i < names.Count; i++)
        {
            _columns.TryAdd(Bare(names[i]), i);
        }
    }

    private protected int Add(string name)
    {
        string bare = Bare(name);
        if (!_columns.TryGetValue(bare, out int column))
        {
            column = _columns.Count;
            _columns.Add(bare, column);
        }

        return column;
    }
}

/// <summary>A file cannot be read further.</summary>
/// <param name="line">Where, from 1.</param>
/// <param name="message">The end of a sentence that begins with the line.</param>
public sealed class ImportException(long line, string message) : Exception(message)
{
    /// <summary>Where, from 1.</summary>
    public long Line { get; } = line;
}
