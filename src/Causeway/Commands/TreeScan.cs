using System.Threading.Channels;
using Causeway.Shadow.Scan;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Commands;

/// <summary>Looks through many files at once, one thread a core, each with one buffer that holds the largest file it met.</summary>
internal sealed class TreeScan(TextScanner scanner, int maxFileBytes)
{
    /// <summary>Findings in all; what comes after is counted, not kept.</summary>
    public const int MaxFindings = 100_000;

    private const int Waiting = 1_024;
    private readonly Lock _gate = new();
    private readonly List<Finding> _findings = [];
    private readonly List<string> _unreadable = [];
    private readonly List<string> _large = [];
    private long _files;
    private long _bytes;
    private long _binary;
    private long _dropped;

    /// <summary>Looks through the files; findings are in the order of paths and places.</summary>
    public async Task<TreeFindings> RunAsync(IEnumerable<SourceFile> files, CancellationToken cancellation)
    {
        var queue = Channel.CreateBounded<SourceFile>(new BoundedChannelOptions(Waiting) { SingleWriter = true });
        Task[] workers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(() => WorkAsync(queue.Reader, cancellation), cancellation))];
        try
        {
            foreach (SourceFile file in files)
            {
                await queue.Writer.WriteAsync(file, cancellation);
            }
        }
        finally
        {
            queue.Writer.Complete();
            await Task.WhenAll(workers);
        }

        _findings.Sort(static (one, other) => string.CompareOrdinal(one.Path, other.Path) is not 0 and int order ? order : (one.Line, one.Column).CompareTo((other.Line, other.Column)));
        return new TreeFindings(_findings, _files, _bytes, _binary, [.. _large.Order(StringComparer.Ordinal)], [.. _unreadable.Order(StringComparer.Ordinal)], _dropped);
    }

    /// <summary>Looks through one text that is no file.</summary>
    public static (IReadOnlyList<Finding> Findings, bool IsText) Of(TextScanner scanner, ReadOnlySpan<byte> bytes, string name)
    {
        using var text = new SourceText();
        return text.TryRead(bytes) ? ([.. text.Findings(scanner.Scan(text.Characters, name), name)], true) : ([], false);
    }

    private async Task WorkAsync(ChannelReader<SourceFile> files, CancellationToken cancellation)
    {
        using var text = new SourceText();
        byte[] buffer = new byte[64 * 1024];
        await foreach (SourceFile file in files.ReadAllAsync(cancellation))
        {
            buffer = Scan(file, buffer, text);
        }
    }

    private byte[] Scan(SourceFile file, byte[] buffer, SourceText text)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            long length = RandomAccess.GetLength(handle);
            if (length > maxFileBytes)
            {
                Add(_large, file.Shown);
                return buffer;
            }

            if (buffer.Length < length)
            {
                buffer = new byte[Math.Min(maxFileBytes, (int)length * 2)];
            }

            int read = 0;
            while (read < length && RandomAccess.Read(handle, buffer.AsSpan(read, (int)length - read), read) is > 0 and int count)
            {
                read += count;
            }

            Interlocked.Increment(ref _files);
            Interlocked.Add(ref _bytes, read);
            if (!text.TryRead(buffer.AsSpan(0, read)))
            {
                Interlocked.Increment(ref _binary);
                return buffer;
            }

            IReadOnlyList<TextScanner.Match> matches = scanner.Scan(text.Characters, file.Name);
            if (matches.Count > 0)
            {
                Keep([.. text.Findings(matches, file.Shown)]);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Add(_unreadable, file.Shown);
        }

        return buffer;
    }

    private void Keep(List<Finding> found)
    {
        lock (_gate)
        {
            int kept = Math.Min(found.Count, MaxFindings - _findings.Count);
            _findings.AddRange(found[..kept]);
            _dropped += found.Count - kept;
        }
    }

    private void Add(List<string> list, string path)
    {
        lock (_gate)
        {
            list.Add(path);
        }
    }
}

/// <summary>What was found in trees.</summary>
/// <param name="Findings">In the order of paths and places.</param>
/// <param name="Files">Files that were read.</param>
/// <param name="Bytes">What they hold.</param>
/// <param name="Binary">Those of them that are no text.</param>
/// <param name="TooLarge">Files that were not read for their size.</param>
/// <param name="Unreadable">Files and folders that could not be read.</param>
/// <param name="Dropped">Findings beyond the most that are kept.</param>
internal sealed record TreeFindings(
    IReadOnlyList<Finding> Findings, long Files, long Bytes, long Binary, IReadOnlyList<string> TooLarge, IReadOnlyList<string> Unreadable, long Dropped);
