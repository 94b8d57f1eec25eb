using System.Diagnostics;
using System.Globalization;
using Causeway.Shadow.Detect;
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
        var scanner = new TextScanner(RuleSet.Shipped, []);
        await MeasureAsync("scan", files, text => scanner.Scan(text, "text.py").Count);
        var detector = new Detector(Enum.GetValues<DetectedKind>(), RuleSet.Shipped);
        await MeasureAsync("detectors", files, text => detector.Find(text).Count);
    }

    private static async Task MeasureAsync(string name, (string Name, byte[] Bytes)[] files, Look look)
    {
        long bytes = files.Sum(file => (long)file.Bytes.Length);
        _ = Pass(look, files);
        double[] rates = new double[3];
        double[] perCpu = new double[3];
        long found = 0;
        for (int round = 0; round < rates.Length; round++)
        {
            long passes = 0;
            TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(part => Task.Factory.StartNew(() =>
            {
                while (watch.Elapsed < s_span / rates.Length)
                {
                    Interlocked.Exchange(ref found, Pass(look, files));
                    Interlocked.Increment(ref passes);
                }
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            rates[round] = passes * bytes / 1048576.0 / watch.Elapsed.TotalSeconds;
            perCpu[round] = passes * bytes / 1048576.0 / (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        }

        Array.Sort(perCpu);

        Array.Sort(rates);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {files.Length:#,0} files, {bytes / 1048576.0:0.0} MiB, {found:#,0} findings; {Threads} threads: {rates[1]:#,0} MiB/s (median of {rates.Length}, {rates[0]:#,0} to {rates[^1]:#,0}); {perCpu[1]:#,0} MiB per second of CPU"));
    }

    private delegate int Look(ReadOnlySpan<char> text);

    private static long Pass(Look look, (string Name, byte[] Bytes)[] files)
    {
        using var text = new SourceText();
        long found = 0;
        foreach ((_, byte[] bytes) in files)
        {
            if (text.TryRead(bytes))
            {
                found += look(text.Characters);
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
            if (bytes.AsSpan(0, Math.Min(bytes.Length, 8 * 1024)).Contains((byte)0))
            {
                continue; // What is no text is not looked through, and must not count.
            }

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
