using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Routing and the timeline as rows: read and written on the connection given, inside whatever transaction it is in.</summary>
internal static class RoutingRows
{
    private const string Entries = "SELECT seq, at, revision, channel, kind, actor, reason, detail, hash FROM timeline";

    public static long Revision(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT ifnull(max(revision), 0) FROM routing_revisions";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Makes the next revision.</summary>
    public static long Next(SqliteConnection connection, DateTimeOffset at)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "INSERT INTO routing_revisions (revision, at) SELECT ifnull(max(revision), 0) + 1, $at FROM routing_revisions RETURNING revision";
        command.Parameters.AddWithValue("$at", at.ToUnixTimeMilliseconds());
        return (long)command.ExecuteScalar()!;
    }

    public static RoutingState Load(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT channel, max(revision), body FROM routings GROUP BY channel ORDER BY channel";
        return new RoutingState(Revision(connection), ReadAll(command, static row => Kept.Routing(row.GetFieldValue<byte[]>(2), row.GetInt64(1))));
    }

    public static ChannelRouting? At(SqliteConnection connection, string channel, long revision)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT revision, body FROM routings WHERE channel = $channel AND revision <= $revision ORDER BY revision DESC LIMIT 1";
        command.Parameters.AddWithValue("$channel", channel);
        command.Parameters.AddWithValue("$revision", revision);
        return ReadAll(command, static row => Kept.Routing(row.GetFieldValue<byte[]>(1), row.GetInt64(0))).FirstOrDefault();
    }

    public static void Put(SqliteConnection connection, IReadOnlyList<ChannelRouting> routings, long revision)
    {
        foreach (ChannelRouting routing in routings)
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "INSERT INTO routings (channel, revision, body) VALUES ($channel, $revision, $body)";
            command.Parameters.AddWithValue("$channel", routing.Channel);
            command.Parameters.AddWithValue("$revision", revision);
            command.Parameters.AddWithValue("$body", RoutingJson.Write(routing));
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Appends to the timeline, each entry behind the one before.</summary>
    public static void Append(SqliteConnection connection, IReadOnlyList<TimelineEntry> entries, long revision)
    {
        using SqliteCommand last = connection.CreateCommand();
        last.CommandText = Entries + " ORDER BY seq DESC LIMIT 1";
        TimelineEntry? before = ReadAll(last, Entry).FirstOrDefault();
        foreach (TimelineEntry entry in entries)
        {
            before = TimelineChain.Next((before?.Hash ?? TimelineChain.Start).Span, entry with { Revision = revision }, (before?.Seq ?? 0) + 1);
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                "INSERT INTO timeline (seq, at, revision, channel, kind, actor, reason, detail, hash) VALUES ($seq, $at, $revision, $channel, $kind, $actor, $reason, $detail, $hash)";
            command.Parameters.AddWithValue("$seq", before.Seq);
            command.Parameters.AddWithValue("$at", before.At.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$revision", before.Revision);
            command.Parameters.AddWithValue("$channel", before.Channel);
            command.Parameters.AddWithValue("$kind", (long)before.Kind);
            command.Parameters.AddWithValue("$actor", before.Actor);
            command.Parameters.AddWithValue("$reason", (object?)before.Reason ?? DBNull.Value);
            command.Parameters.AddWithValue("$detail", before.Detail);
            command.Parameters.AddWithValue("$hash", before.Hash.ToArray());
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Newest first.</summary>
    public static List<TimelineEntry> Timeline(SqliteConnection connection, TimelineQuery query)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = Entries
            + """
               WHERE ($channel IS NULL OR channel = $channel OR channel = '*') AND at >= $since AND seq < $before
              ORDER BY seq DESC LIMIT $limit
              """;
        command.Parameters.AddWithValue("$channel", (object?)query.Channel ?? DBNull.Value);
        command.Parameters.AddWithValue("$since", query.Since?.ToUnixTimeMilliseconds() ?? long.MinValue);
        command.Parameters.AddWithValue("$before", query.Before ?? long.MaxValue);
        command.Parameters.AddWithValue("$limit", query.Limit);
        return ReadAll(command, Entry);
    }

    public static List<TimelineEntry> TimelinePage(SqliteConnection connection, long after, int limit)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = Entries + " WHERE seq > $after ORDER BY seq LIMIT $limit";
        command.Parameters.AddWithValue("$after", after);
        command.Parameters.AddWithValue("$limit", limit);
        return ReadAll(command, Entry);
    }

    private static TimelineEntry Entry(SqliteDataReader row) => new()
    {
        Seq = row.GetInt64(0),
        At = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)),
        Revision = row.GetInt64(2),
        Channel = row.GetString(3),
        Kind = (TimelineKind)row.GetInt64(4),
        Actor = row.GetString(5),
        Reason = row.IsDBNull(6) ? null : row.GetString(6),
        Detail = row.GetString(7),
        Hash = row.GetFieldValue<byte[]>(8),
    };

    private static List<T> ReadAll<T>(SqliteCommand command, Func<SqliteDataReader, T> read)
    {
        using SqliteDataReader row = command.ExecuteReader();
        List<T> all = [];
        while (row.Read())
        {
            all.Add(read(row));
        }

        return all;
    }
}
