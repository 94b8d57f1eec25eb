using System.Buffers;
using System.Text.Json;
using Causeway.Storage.Moving;

namespace Causeway.Storage.Backups;

/// <summary>
/// A backup: one line of magic; a head; blocks of rows, table after table; an end; and the SHA-256 of all before it. Head and end are a length of 4 bytes, big-endian, and JSON.
/// A block is <c>R</c>, the table's place in the head (1 byte), then four numbers of 4 bytes: rows, bytes unpacked, bytes packed, and 0; the packed bytes (zlib) follow. What
/// stands there is what <see cref="RowCodec"/> writes. The end is <c>E</c>, as long as the head. Either engine restores it.
/// </summary>
internal static class BackupFormat
{
    public const int HashLength = 32;
    public const int BlockHeadLength = 2 + (4 * 4);
    public const byte RowsMark = (byte)'R';
    public const byte EndMark = (byte)'E';

    /// <summary>A block is closed when it has this many bytes.</summary>
    public const int BlockBytes = 1 << 20;

    /// <summary>A block is never larger: a row is added to one that is not full yet.</summary>
    public const int MaxBlockBytes = 256 << 20;

    /// <summary>Head and end are never larger.</summary>
    public const int MaxWordsBytes = 1 << 20;

    public static ReadOnlySpan<byte> Magic => "causeway backup, format 1\n"u8;

    public static byte[] Write(BackupHead head)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteNumber("made_at_ms", head.MadeAtMs);
            json.WriteString("source", head.Source);
            json.WriteStartArray("tables");
            foreach (StoreTable table in head.Tables)
            {
                json.WriteStartObject();
                json.WriteString("name", table.Name);
                json.WriteNumber("key", table.KeyLength);
                json.WriteStartArray("columns");
                foreach (StoreColumn column in table.Columns)
                {
                    json.WriteStartArray();
                    json.WriteStringValue(column.Name);
                    json.WriteNumberValue((int)column.Kind);
                    json.WriteBooleanValue(column.IsNullable);
                    json.WriteEndArray();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">It is no head.</exception>
    public static BackupHead ReadHead(ReadOnlyMemory<byte> bytes) => Read(bytes, json => new BackupHead(
        json.GetProperty("made_at_ms").GetInt64(),
        json.GetProperty("source").GetString()!,
        [
            .. json.GetProperty("tables").EnumerateArray().Select(table => new StoreTable(
                table.GetProperty("name").GetString()!,
                [.. table.GetProperty("columns").EnumerateArray().Select(column => new StoreColumn(column[0].GetString()!, (CellKind)column[1].GetByte(), column[2].GetBoolean()))],
                table.GetProperty("key").GetInt32(),
                IsLong: true)),
        ]));

    public static byte[] Write(IEnumerable<BackupSum> sums)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteStartArray("tables");
            foreach (BackupSum sum in sums)
            {
                json.WriteStartObject();
                json.WriteString("name", sum.Table);
                json.WriteNumber("rows", sum.Rows);
                json.WriteString("sum", sum.Sum);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">It is no end.</exception>
    public static BackupSum[] ReadEnd(ReadOnlyMemory<byte> bytes) => Read(bytes, json => json.GetProperty("tables").EnumerateArray().Select(table => new BackupSum(
        table.GetProperty("name").GetString()!, table.GetProperty("rows").GetInt64(), table.GetProperty("sum").GetString()!)).ToArray());

    private static T Read<T>(ReadOnlyMemory<byte> bytes, Func<JsonElement, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return read(json.RootElement);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw new FormatException("its head or its end is not what a Causeway writes", wrong);
        }
    }
}

/// <summary>What a backup begins with.</summary>
/// <param name="MadeAtMs">When, Unix milliseconds.</param>
/// <param name="Source">Of which store, as messages name it.</param>
/// <param name="Tables">What follows, in this order.</param>
internal sealed record BackupHead(long MadeAtMs, string Source, StoreTable[] Tables);

/// <summary>What a backup says of one of its tables at its end.</summary>
internal sealed record BackupSum(string Table, long Rows, string Sum);
