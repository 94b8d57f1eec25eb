using System.Data.Common;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Commands with parameters by position. Every statement is a constant of this room.</summary>
internal static class PostgresCommands
{
    /// <summary>Runs a statement and says how many rows it changed.</summary>
    public static async Task<int> RunAsync(this NpgsqlConnection connection, string sql, params object?[] values)
    {
        await using NpgsqlCommand command = connection.Command(sql, values);
        return await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

#pragma warning disable CA1068 // What varies stands last: the statement's parameters.
    /// <summary>Reads every row.</summary>
    public static async Task<List<T>> ReadAsync<T>(this NpgsqlConnection connection, Func<DbDataReader, T> read, CancellationToken cancellation, string sql, params object?[] values)
    {
        await using NpgsqlCommand command = connection.Command(sql, values);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        List<T> all = [];
        while (await row.ReadAsync(cancellation))
        {
            all.Add(read(row));
        }

        return all;
    }

    /// <summary>Reads one number.</summary>
    public static async Task<long> NumberAsync(this NpgsqlConnection connection, CancellationToken cancellation, string sql, params object?[] values)
    {
        await using NpgsqlCommand command = connection.Command(sql, values);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
#pragma warning restore CA1068

    /// <summary>A command that is not run yet.</summary>
    public static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, params object?[] values)
    {
        NpgsqlCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants; what comes from outside is in the parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.Fill(values);
        return command;
    }

    /// <summary>Adds a command to a batch.</summary>
    public static void Add(this NpgsqlBatch batch, string sql, params object?[] values)
    {
#pragma warning disable CA2100 // As above.
        NpgsqlBatchCommand command = new(sql);
#pragma warning restore CA2100
        command.Parameters.Fill(values);
        batch.BatchCommands.Add(command);
    }

    private static void Fill(this NpgsqlParameterCollection parameters, object?[] values)
    {
        foreach (object? value in values)
        {
            parameters.Add(value switch
            {
                NpgsqlParameter parameter => parameter,
                string text => new NpgsqlParameter<string> { TypedValue = PostgresText.Kept(text) },
                long number => new NpgsqlParameter<long> { TypedValue = number },
                int number => new NpgsqlParameter<int> { TypedValue = number },
                bool flag => new NpgsqlParameter<bool> { TypedValue = flag },
                Guid id => new NpgsqlParameter<Guid> { TypedValue = id },
                byte[] bytes => new NpgsqlParameter<byte[]> { TypedValue = bytes },
                DateTimeOffset time => new NpgsqlParameter<long> { TypedValue = time.ToUnixTimeMilliseconds() },
                null => new NpgsqlParameter { Value = DBNull.Value },
                _ => throw new ArgumentOutOfRangeException(nameof(values), value.GetType(), "No parameter is made of this type."),
            });
        }
    }
}
