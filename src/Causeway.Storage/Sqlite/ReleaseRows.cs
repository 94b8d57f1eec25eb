using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Releases and channels as rows: read and written on the connection given, inside whatever transaction it is in.</summary>
internal static class ReleaseRows
{
    private const string Releases = "SELECT id, content, pin_classes, label, created_at FROM releases";
    private const string Channels =
        """
        SELECT r.id, r.content, r.pin_classes, r.label, r.created_at, c.name, c.unsupported, c.conformance, c.created_at, c.updated_at, c.version, c.revision
        FROM channels AS c JOIN releases AS r ON r.id = c.release
        """;

    public static Release? Find(SqliteConnection connection, ReleaseId id) => Find(connection, new ReleaseIdRange(id, id)).FirstOrDefault();

    /// <summary>At most two.</summary>
    public static List<Release> Find(SqliteConnection connection, ReleaseIdRange range)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = Releases + " WHERE id BETWEEN $least AND $most ORDER BY id LIMIT 2";
        command.Parameters.AddWithValue("$least", range.Least.ToDigest());
        command.Parameters.AddWithValue("$most", range.Most.ToDigest());
        return ReadAll(command, ReadRelease);
    }

    /// <summary>Newest first.</summary>
    public static List<Release> List(SqliteConnection connection, int limit, ReleaseId? after)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = Releases
            + """
               WHERE $after IS NULL OR (created_at, id) < (SELECT created_at, id FROM releases WHERE id = $after)
              ORDER BY created_at DESC, id DESC LIMIT $limit
              """;
        command.Parameters.AddWithValue("$after", after is { } id ? id.ToDigest() : DBNull.Value);
        command.Parameters.AddWithValue("$limit", limit);
        return ReadAll(command, ReadRelease);
    }

    public static bool IsKept(SqliteConnection connection, ReleaseId id)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM releases WHERE id = $id";
        command.Parameters.AddWithValue("$id", id.ToDigest());
        return command.ExecuteScalar() is not null;
    }

    public static void Insert(SqliteConnection connection, Release release)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "INSERT INTO releases (id, content, pin_classes, label, created_at) VALUES ($id, $content, $pin_classes, $label, $created_at)";
        command.Parameters.AddWithValue("$id", release.Id.ToDigest());
        command.Parameters.AddWithValue("$content", release.Content.ToCanonicalJson());
        command.Parameters.AddWithValue("$pin_classes", release.Pins.Select(pin => (byte)pin.Class).ToArray());
        command.Parameters.AddWithValue("$label", (object?)release.Label ?? DBNull.Value);
        command.Parameters.AddWithValue("$created_at", release.CreatedAt.ToUnixTimeMilliseconds());
        command.ExecuteNonQuery();
    }

    /// <summary>By name.</summary>
    public static List<PointedChannel> ListChannels(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = Channels + " ORDER BY c.name";
        return ReadAll(command, ReadChannel);
    }

    public static PointedChannel? FindChannel(SqliteConnection connection, string name)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = Channels + " WHERE c.name = $name";
        command.Parameters.AddWithValue("$name", name);
        return ReadAll(command, ReadChannel).FirstOrDefault();
    }

    /// <summary>Puts a channel where its record says, made or moved, and appends the move.</summary>
    public static void Put(SqliteConnection connection, ReleaseChannel channel)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO channels (name, release, unsupported, conformance, created_at, updated_at, version, revision)
            VALUES ($name, $release, $unsupported, $conformance, $created_at, $updated_at, $version, $revision)
            ON CONFLICT DO UPDATE SET
              release = excluded.release, unsupported = excluded.unsupported, conformance = excluded.conformance,
              updated_at = excluded.updated_at, version = excluded.version, revision = excluded.revision;
            INSERT INTO channel_moves (channel, version, release, unsupported, conformance, at, revision)
            VALUES ($name, $version, $release, $unsupported, $conformance, $updated_at, $revision);
            """;
        command.Parameters.AddWithValue("$name", channel.Name);
        command.Parameters.AddWithValue("$release", channel.Release.ToDigest());
        command.Parameters.AddWithValue("$unsupported", (long)channel.Unsupported);
        command.Parameters.AddWithValue("$conformance", (long)channel.Conformance);
        command.Parameters.AddWithValue("$created_at", channel.CreatedAt.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$updated_at", channel.UpdatedAt.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$version", channel.Version);
        command.Parameters.AddWithValue("$revision", channel.Revision);
        command.ExecuteNonQuery();
    }

    /// <summary>Newest first.</summary>
    public static List<ChannelMove> History(SqliteConnection connection, string channel)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT channel, version, release, unsupported, conformance, at FROM channel_moves WHERE channel = $channel ORDER BY version DESC";
        command.Parameters.AddWithValue("$channel", channel);
        return ReadAll(command, row => new ChannelMove(
            row.GetString(0), row.GetInt64(1), ReleaseId.FromDigest(row.GetFieldValue<byte[]>(2)), (UnsupportedFields)row.GetInt64(3), (ConformanceRule)row.GetInt64(4), Time(row, 5)));
    }

    private static Release ReadRelease(SqliteDataReader row) => Kept.Release(
        ReleaseId.FromDigest(row.GetFieldValue<byte[]>(0)), row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2), row.IsDBNull(3) ? null : row.GetString(3), Time(row, 4));

    private static PointedChannel ReadChannel(SqliteDataReader row)
    {
        Release release = ReadRelease(row);
        var channel = new ReleaseChannel
        {
            Name = row.GetString(5),
            Release = release.Id,
            Unsupported = (UnsupportedFields)row.GetInt64(6),
            Conformance = (ConformanceRule)row.GetInt64(7),
            CreatedAt = Time(row, 8),
            UpdatedAt = Time(row, 9),
            Version = row.GetInt64(10),
            Revision = row.GetInt64(11),
        };
        return new PointedChannel(channel, release);
    }

    private static DateTimeOffset Time(SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private static List<T> ReadAll<T>(SqliteCommand command, Func<SqliteDataReader, T> read)
    {
        using SqliteDataReader row = command.ExecuteReader();
        var all = new List<T>();
        while (row.Read())
        {
            all.Add(read(row));
        }

        return all;
    }
}
