using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>What <c>causeway doctor</c> can say of a store without owning it.</summary>
internal static class Examination
{
    public static string Of(string path)
    {
        if (!File.Exists(path))
        {
            return NotThere(path);
        }

        try
        {
            using SqliteConnection connection = SqliteConnections.OpenReader(path);
            SqliteMarker.Refuse(connection, path);
            using SqliteCommand check = connection.CreateCommand();
            check.CommandText = "PRAGMA quick_check(1)";
            if (check.ExecuteScalar() is string verdict && verdict != "ok")
            {
                throw new StoreUnavailableException($"The store {path} is damaged: {verdict}. Put a backup in its place.");
            }

            using SqliteCommand count = connection.CreateCommand();
            count.CommandText = "SELECT (SELECT count(*) FROM keys), (SELECT count(*) FROM usage)";
            using SqliteDataReader counts = count.ExecuteReader();
            counts.Read();
            return $"{path} is sound: {counts.GetInt64(0)} keys, {counts.GetInt64(1)} usage records.";
        }
        catch (SqliteException failure)
        {
            throw SqliteFailure.Explain(failure, path);
        }
    }

    private static string NotThere(string path)
    {
        DirectoryInfo? existing = Directory.GetParent(path);
        while (existing is { Exists: false })
        {
            existing = existing.Parent;
        }

        return existing is null
            ? throw new StoreUnavailableException($"The store {path} has no folder that exists. Point `store` at another path.")
            : $"{path} is not there yet; it is made at the first start, below {existing.FullName}.";
    }
}
