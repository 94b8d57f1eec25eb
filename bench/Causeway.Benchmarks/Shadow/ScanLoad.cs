using System.Diagnostics;
using System.Globalization;
using Causeway.Shadow.Scan;

namespace Causeway.Benchmarks.Shadow;

/// <summary>
/// How fast source text is looked through with the shipped rules, two threads, from memory: <c>-- scan [FOLDER]</c>. Without a folder the text is this
/// repository's own source, or what stands for it; with one, the files below it, at most 256 MiB.
/// </summary>
internal static class ScanLoad
{
    private const int Threads = 2;
    private const long MostBytes = 256L * 1024 * 1024;
    private static readonly TimeSpan s_span = TimeSpan.FromSeconds(6);

    public static async Task RunAsync(string[] args)
    {
        (string Name, byte[] Bytes)[] files = [.. Read(args is [{ } folder, ..] ? folder : Root())];
        long bytes = files.Sum(file => (long)file.Bytes.Length);
        var scanner = new TextScanner(RuleSet.Shipped, []);
        _ = Pass(scanner, files, 0, 1);
        double[] rates = new double[3];
        long found = 0;
        for (int round = 0; round < rates.Length; round++)
        {
            long passes = 0;
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(part => Task.Factory.StartNew(() =>
            {
                while (watch.Elapsed < s_span / rates.Length)
                {
                    Interlocked.Exchange(ref found, Pass(scanner, files, 0, 1));
                    Interlocked.Increment(ref passes);
                }
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            rates[round] = passes * bytes / 1048576.0 / watch.Elapsed.TotalSeconds;
        }

        Array.Sort(rates);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"scan: {files.Length:#,0} files, {bytes / 1048576.0:0.0} MiB, {found:#,0} findings; {Threads} threads: {rates[1]:#,0} MiB/s (median of {rates.Length}, {rates[0]:#,0} to {rates[^1]:#,0})"));
    }

    private static long Pass(TextScanner scanner, (string Name, byte[] Bytes)[] files, int part, int parts)
    {
        using var text = new SourceText();
        long found = 0;
        for (int i = part; i < files.Length; i += parts)
        {
            if (text.TryRead(files[i].Bytes))
            {
                found += scanner.Scan(text.Characters, files[i].Name).Count;
            }
        }

        return found;
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Read(string folder)
    {
        long total = 0;
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => !path.Contains("/artifacts/", StringComparison.Ordinal) && !path.Contains("/.git/", StringComparison.Ordinal)))
        {
            byte[] bytes = File.ReadAllBytes(path);
            total += bytes.Length;
            if (total > MostBytes)
            {
                yield break;
            }

            yield return (Path.GetFileName(path), bytes);
        }
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Causeway.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
