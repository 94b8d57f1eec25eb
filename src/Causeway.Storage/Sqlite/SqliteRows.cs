using Causeway.Storage.Rows;

namespace Causeway.Storage.Sqlite;

/// <summary>How SQLite's rows are read: an id is 16 bytes, big-endian.</summary>
internal static class SqliteRows
{
    public static readonly RowFormat Format = new(
        static (row, column) => new Guid(row.GetFieldValue<byte[]>(column), bigEndian: true), static (row, column) => row.GetString(column));
}
