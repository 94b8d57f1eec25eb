using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Causeway.Storage.Moving;

namespace Causeway.Storage.Backups;

/// <summary>A backup as rows. It is read through once before anything of it is used: its SHA-256 says that it is what was written.</summary>
internal sealed class BackupSource : IRowSource
{
    private readonly FileStream _file;
    private readonly string _path;
    private readonly Dictionary<string, (int Place, long Offset)> _first;

    private BackupSource(FileStream file, string path, BackupHead head, BackupSum[] sums, string digest, Dictionary<string, (int, long)> first) =>
        (_file, _path, Head, Sums, Digest, _first) = (file, path, head, sums, digest, first);

    public BackupHead Head { get; }

    public BackupSum[] Sums { get; }

    /// <summary>Its SHA-256, hex.</summary>
    public string Digest { get; }

    public string Name => "backup " + _path;

    public string Schema => "format 1";

    /// <exception cref="StoreUnavailableException">It is no backup, or damaged, or of a newer Causeway.</exception>
    public static Task<BackupSource> OpenAsync(string path, CancellationToken cancellation) => Task.Run(
        () =>
        {
            FileStream? file = null;
            try
            {
                file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
                return Open(file, path, cancellation);
            }
            catch (Exception failure)
            {
                file?.Dispose();
                throw failure switch
                {
                    EndOfStreamException or FormatException => Damaged(path, failure is EndOfStreamException ? "it ends too early" : failure.Message, failure),
                    IOException or UnauthorizedAccessException => new StoreUnavailableException($"The backup {path} cannot be read: {failure.Message}", failure),
                    _ => failure,
                };
            }
        },
        cancellation);

    public Task<long?> ExpectedAsync(StoreTable table, CancellationToken cancellation) => Task.FromResult(Sums.FirstOrDefault(sum => sum.Table == table.Name)?.Rows);

    public async IAsyncEnumerable<Cell[]> ReadAsync(StoreTable table, Cell[]? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield(); // Off the caller's thread.
        if (!_first.TryGetValue(table.Name, out (int Place, long Offset) start))
        {
            yield break;
        }

        StoreTable kept = Head.Tables[start.Place];
        int[] places = [.. table.Columns.Select(column => Array.FindIndex(kept.Columns, one => one.Name == column.Name))];
        var read = new Cell[kept.Columns.Length];
        var row = new Cell[table.Columns.Length];
        bool isBehind = after is null;
        foreach ((byte[] rows, int count) in Blocks(start.Place, start.Offset))
        {
            cancellation.ThrowIfCancellationRequested();
            int at = 0;
            for (int i = 0; i < count; i++)
            {
                at += Next(rows.AsSpan(at), kept, read);
                if (!isBehind)
                {
                    // Rows stand in the order of their key: the one that is looked for is on the way.
                    isBehind = IsKey(after!, read);
                    continue;
                }

                for (int column = 0; column < row.Length; column++)
                {
                    row[column] = places[column] < 0 ? Cell.Null : read[places[column]];
                }

                yield return row;
            }
        }
    }

    public async Task<Cell[]?> LastAsync(StoreTable table, CancellationToken cancellation)
    {
        Cell[]? last = null;
        await foreach (Cell[] row in ReadAsync(table, null, cancellation))
        {
            last = row;
        }

        return last?[..table.KeyLength];
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static BackupSource Open(FileStream file, string path, CancellationToken cancellation)
    {
        Span<byte> magic = stackalloc byte[BackupFormat.Magic.Length];
        int read = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        if (read < magic.Length || !magic.SequenceEqual(BackupFormat.Magic))
        {
            throw read == magic.Length && magic.StartsWith("causeway backup, format "u8)
                ? new StoreUnavailableException($"The backup {path} is of a newer Causeway. Restore it with that version.")
                : new StoreUnavailableException($"{path} is no backup that \"causeway store backup\" made. Name one, or a store: sqlite:PATH or postgres://…");
        }

        string digest = CheckDigest(file, cancellation);
        file.Position = magic.Length;
        BackupHead head = BackupFormat.ReadHead(Words(file));
        RequireKnown(head, path);
        Dictionary<string, (int, long)> first = [];
        Span<byte> block = stackalloc byte[BackupFormat.BlockHeadLength];
        while (true)
        {
            long offset = file.Position;
            file.ReadExactly(block[..1]);
            if (block[0] == BackupFormat.EndMark)
            {
                return new BackupSource(file, path, head, BackupFormat.ReadEnd(Words(file)), digest, first);
            }

            file.ReadExactly(block[1..]);
            (int place, _, _, int packed) = Read(block, head.Tables.Length);
            first.TryAdd(head.Tables[place].Name, (place, offset));
            file.Position += packed;
        }
    }

    private static string CheckDigest(FileStream file, CancellationToken cancellation)
    {
        long left = file.Length - BackupFormat.HashLength;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        file.Position = 0;
        while (left > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            int read = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
            {
                throw new EndOfStreamException();
            }

            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        Span<byte> said = stackalloc byte[BackupFormat.HashLength];
        file.ReadExactly(said);
        byte[] found = hash.GetHashAndReset();
        return said.SequenceEqual(found) ? Convert.ToHexStringLower(found) : throw new FormatException("its bytes do not have the SHA-256 that stands at its end");
    }

    private static byte[] Words(FileStream file)
    {
        Span<byte> length = stackalloc byte[4];
        file.ReadExactly(length);
        int bytes = BinaryPrimitives.ReadInt32BigEndian(length);
        if (bytes is < 0 or > BackupFormat.MaxWordsBytes)
        {
            throw new FormatException("its head or its end is too long");
        }

        byte[] words = new byte[bytes];
        file.ReadExactly(words);
        return words;
    }

    private static (int Place, int Rows, int Unpacked, int Packed) Read(ReadOnlySpan<byte> block, int tables)
    {
        (int place, int rows, int unpacked, int packed) = (
            block[1], BinaryPrimitives.ReadInt32BigEndian(block[2..]), BinaryPrimitives.ReadInt32BigEndian(block[6..]), BinaryPrimitives.ReadInt32BigEndian(block[10..]));
        return block[0] == BackupFormat.RowsMark && place < tables && rows > 0 && unpacked is > 0 and <= BackupFormat.MaxBlockBytes && packed is > 0 and <= BackupFormat.MaxBlockBytes
            ? (place, rows, unpacked, packed)
            : throw new FormatException("a block does not begin as one");
    }

    // What this version does not know it would lose; what it needs and the file has not it cannot make up.
    private static void RequireKnown(BackupHead head, string path)
    {
        foreach (StoreTable kept in head.Tables)
        {
            StoreTable? known = Array.Find(StoreTables.All, table => table.Name == kept.Name);
            if (known is null || kept.KeyLength != known.KeyLength || Array.Exists(kept.Columns, column => !Array.Exists(known.Columns, one => one.Name == column.Name && one.Kind == column.Kind)))
            {
                throw new StoreUnavailableException($"The backup {path} is of a newer Causeway: it holds {kept.Name} as this version does not know it. Restore it with that version.");
            }

            if (Array.Find(known.Columns, column => !column.IsNullable && !Array.Exists(kept.Columns, one => one.Name == column.Name)) is { } missing)
            {
                throw new StoreUnavailableException(
                    $"The backup {path} is of an older Causeway: its {kept.Name} has no {missing.Name}. Restore it with that version, then start this one on what it made.");
            }
        }
    }

    private static bool IsKey(Cell[] key, Cell[] row)
    {
        for (int i = 0; i < key.Length; i++)
        {
            if (key[i].Number != row[i].Number || key[i].Id != row[i].Id)
            {
                return false; // The keys of long tables are numbers and ids.
            }
        }

        return true;
    }

    private static StoreUnavailableException Damaged(string path, string what, Exception failure) => new($"The backup {path} is damaged: {what}. Take another one.", failure);

    private int Next(ReadOnlySpan<byte> rows, StoreTable table, Cell[] row)
    {
        ReadOnlySpan<byte> rest = rows;
        try
        {
            RowCodec.Read(ref rest, table.Columns, row);
        }
        catch (FormatException wrong)
        {
            throw Damaged(_path, $"in {table.Name} {wrong.Message}", wrong);
        }

        return rows.Length - rest.Length;
    }

    private IEnumerable<(byte[] Rows, int Count)> Blocks(int place, long offset)
    {
        byte[] head = new byte[BackupFormat.BlockHeadLength];
        byte[] packed = [];
        while (true)
        {
            _file.Position = offset;
            _file.ReadExactly(head.AsSpan(0, 1));
            if (head[0] == BackupFormat.EndMark)
            {
                yield break;
            }

            _file.ReadExactly(head.AsSpan(1));
            (int of, int rows, int unpackedBytes, int packedBytes) = Read(head, Head.Tables.Length);
            if (of != place)
            {
                yield break;
            }

            if (packed.Length < packedBytes)
            {
                packed = new byte[packedBytes];
            }

            _file.ReadExactly(packed.AsSpan(0, packedBytes));
            offset = _file.Position;
            yield return (Unpack(packed, packedBytes, unpackedBytes), rows);
        }
    }

    private byte[] Unpack(byte[] packed, int packedBytes, int unpackedBytes)
    {
        byte[] unpacked = new byte[unpackedBytes];
        try
        {
            using ZLibStream zlib = new(new MemoryStream(packed, 0, packedBytes), CompressionMode.Decompress);
            zlib.ReadExactly(unpacked);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or EndOfStreamException)
        {
            throw Damaged(_path, "a block cannot be unpacked", wrong);
        }

        return unpacked;
    }
}
