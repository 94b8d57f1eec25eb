using Causeway.Storage.Moving;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Whether a file is still being filled with the rows of another store.</summary>
internal static class SqliteMarker
{
    /// <summary>The move that has begun and not ended; null: there is none.</summary>
    public static MoveState? Find(SqliteConnection connection)
    {
        using SqliteCommand find = connection.CreateCommand();
        find.CommandText = $"SELECT count(*) FROM sqlite_schema WHERE name = '{MoveMarker.Table}'";
        if ((long)find.ExecuteScalar()! == 0)
        {
            return null;
        }

        using SqliteCommand read = connection.CreateCommand();
        read.CommandText = MoveMarker.Select;
        using SqliteDataReader row = read.ExecuteReader();
        List<(string, string)> rows = [];
        while (row.Read())
        {
            rows.Add((row.GetString(0), row.GetString(1)));
        }

        return MoveMarker.Read(rows);
    }

    /// <exception cref="StoreUnavailableException">It is.</exception>
    public static void Refuse(SqliteConnection connection, string path)
    {
        if (Find(connection) is { } half)
        {
            throw MoveMarker.Half(path, half);
        }
    }
}
