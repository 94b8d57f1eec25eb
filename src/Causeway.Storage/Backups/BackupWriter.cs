using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Causeway.Storage.Moving;

namespace Causeway.Storage.Backups;

/// <summary>Writes a backup beside its place and puts it there when it is whole and on the disk. Only its owner may read it.</summary>
internal sealed class BackupWriter : IDisposable
{
    private readonly string _path;
    private readonly string _part;
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _rows = new(BackupFormat.BlockBytes * 2);
    private readonly MemoryStream _packed = new();
    private readonly List<BackupSum> _sums = [];
    private int _count;
    private bool _isComplete;

    private BackupWriter(string path, string part, FileStream file) => (_path, _part, _file) = (path, part, file);

    /// <summary>Bytes so far.</summary>
    public long Length => _file.Position;

    /// <exception cref="StoreUnavailableException">There is a file of that name, or none can be made.</exception>
    public static BackupWriter Create(string path, BackupHead head)
    {
        if (File.Exists(path))
        {
            throw new StoreUnavailableException($"{path} is there already and is not overwritten. Name another file with --out, or remove it.");
        }

        string part = path + ".part";
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 1 << 16 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            BackupWriter writer = new(path, part, new FileStream(part, options));
            writer.Put(BackupFormat.Magic);
            writer.PutWords(BackupFormat.Write(head));
            return writer;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Explained(part, failure);
        }
    }

    /// <summary>Adds a table's rows.</summary>
    public async Task AddAsync(int place, StoreTable table, IAsyncEnumerable<Cell[]> rows, Action<long> written, CancellationToken cancellation)
    {
        TableSum sum = new(table);
        await foreach (Cell[] row in rows.WithCancellation(cancellation))
        {
            sum.Add(row);
            RowCodec.Write(_rows, table.Columns, row);
            _count++;
            if (_rows.WrittenCount >= BackupFormat.BlockBytes)
            {
                Block(place);
                written(sum.Rows);
            }
        }

        Block(place);
        written(sum.Rows);
        _sums.Add(new BackupSum(table.Name, sum.Rows, sum.ToString()));
    }

    /// <summary>Ends it: from now on it is there.</summary>
    /// <returns>The SHA-256 of what precedes it in the file, hex.</returns>
    public string Complete()
    {
        try
        {
            Put([BackupFormat.EndMark]);
            PutWords(BackupFormat.Write(_sums));
            byte[] hash = _hash.GetHashAndReset();
            _file.Write(hash);
            _file.Flush(flushToDisk: true);
            _file.Dispose();
            File.Move(_part, _path, overwrite: false);
            _isComplete = true;
            return Convert.ToHexStringLower(hash);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Explained(_part, failure);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
        _packed.Dispose();
        if (!_isComplete)
        {
            File.Delete(_part);
        }
    }

    private static StoreUnavailableException Explained(string part, Exception failure) =>
        new($"{part} cannot be written: {failure.Message} See that its folder is there, writable and has room.", failure);

    private void Block(int place)
    {
        if (_count == 0)
        {
            return;
        }

        _packed.SetLength(0);
        using (ZLibStream zlib = new(_packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(_rows.WrittenSpan);
        }

        Span<byte> head = stackalloc byte[BackupFormat.BlockHeadLength];
        head[0] = BackupFormat.RowsMark;
        head[1] = (byte)place;
        BinaryPrimitives.WriteInt32BigEndian(head[2..], _count);
        BinaryPrimitives.WriteInt32BigEndian(head[6..], _rows.WrittenCount);
        BinaryPrimitives.WriteInt32BigEndian(head[10..], (int)_packed.Length);
        BinaryPrimitives.WriteInt32BigEndian(head[14..], 0);
        try
        {
            Put(head);
            Put(_packed.GetBuffer().AsSpan(0, (int)_packed.Length));
        }
        catch (IOException failure)
        {
            throw Explained(_part, failure);
        }

        _rows.ResetWrittenCount();
        _count = 0;
    }

    private void PutWords(byte[] words)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, words.Length);
        Put(length);
        Put(words);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _file.Write(bytes);
    }
}
