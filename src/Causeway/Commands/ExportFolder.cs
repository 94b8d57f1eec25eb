using System.Globalization;
using System.Text;
using Causeway.Shadow.Import;

namespace Causeway.Commands;

/// <summary>An export that vendors wrote as several files in a folder, as one archive (tar): parts that come one by one would take each other's place. The same files make the same bytes.</summary>
internal sealed class ExportFolder : IDisposable
{
    private const int BlockBytes = 512;
    private static readonly string[][] s_kinds = [[".parquet"], [".csv", ".csv.gz"], [".json", ".jsonl", ".json.gz", ".jsonl.gz"]];

    private ExportFolder(IReadOnlyList<string> files)
    {
        List<Func<Stream>> pieces = [];
        long length = 0;
        foreach (string file in files)
        {
            long size = new FileInfo(file).Length;
            int padding = (int)((BlockBytes - (size % BlockBytes)) % BlockBytes);
            pieces.Add(() => new MemoryStream(Header(Path.GetFileName(file), size)));
            pieces.Add(() => new FileStream(file, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, Options = FileOptions.Asynchronous | FileOptions.SequentialScan }));
            pieces.Add(() => new MemoryStream(new byte[padding]));
            length += BlockBytes + size + padding;
        }

        pieces.Add(() => new MemoryStream(new byte[2 * BlockBytes]));
        (Parts, Archive) = (files.Count, new JoinedStream(pieces, length + (2 * BlockBytes)));
    }

    /// <summary>How many files.</summary>
    public int Parts { get; }

    /// <summary>All of them.</summary>
    public Stream Archive { get; }

    /// <summary>Finds the parts: the files of Parquet in a folder and below; where there are none those of CSV, else of JSON. What says what the others are (a manifest) is no part.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static ExportFolder Open(string path)
    {
        string[] files = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is var name && name[0] is not ('.' or '_') && !name.Contains("manifest", StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)];
        string[] parts = s_kinds.Select(ends => files.Where(file => ends.Any(end => file.EndsWith(end, StringComparison.OrdinalIgnoreCase))).ToArray()).FirstOrDefault(found => found.Length > 0) ?? [];
        return parts.Length <= ImportLimits.MaxParts ? new ExportFolder(parts) : throw new IOException($"it holds more than {ImportLimits.MaxParts:#,0} files");
    }

    public void Dispose() => Archive.Dispose();

    // POSIX ustar; a name that is too long for it loses its beginning.
    private static byte[] Header(string name, long size)
    {
        byte[] header = new byte[BlockBytes];
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        bytes.AsSpan(Math.Max(0, bytes.Length - 100)).CopyTo(header);
        Put(100, "0000644");
        Put(108, "0000000");
        Put(116, "0000000");
        Put(124, Convert.ToString(size, 8).PadLeft(11, '0'));
        Put(136, "00000000000");
        Put(148, "        ");
        Put(156, "0");
        Put(257, "ustar\000");
        Put(148, string.Create(CultureInfo.InvariantCulture, $"{Convert.ToString(header.Sum(one => one), 8).PadLeft(6, '0')}\0 "));
        return header;

        void Put(int at, string text) => Encoding.ASCII.GetBytes(text, header.AsSpan(at));
    }
}
