using System.Diagnostics;
using System.Globalization;
using System.Text;
using Causeway.Shadow.Import;
using Causeway.Storage.Sqlite;

namespace Causeway.Benchmarks.Shadow;

/// <summary>How long an export of many rows takes from the file into SQLite, and what memory it needs: <c>-- import [ROWS]</c>, a million when left out.</summary>
internal static class ImportLoad
{
    private const int DefaultRows = 1_000_000;

    public static async Task RunAsync(string[] args)
    {
        int rows = args is [{ } count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : DefaultRows;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("causeway-import-");
        try
        {
            string file = Path.Combine(folder.FullName, "usage.csv");
            await WriteAsync(file, rows);
            await using var store = await SqliteStore.OpenAsync(Path.Combine(folder.FullName, "causeway.db"), TimeProvider.System, CancellationToken.None);
            using var importer = new Importer(store.Shadow, TimeProvider.System);
            GC.Collect();
            long before = Environment.WorkingSet;
            for (int round = 0; round < 2; round++)
            {
                await using FileStream input = new(file, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
                var watch = Stopwatch.StartNew();
                ImportOutcome outcome = await importer.TakeAsync(input, new ImportAsked("usage.csv"), "bench", CancellationToken.None);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"import: {rows:#,0} rows, {input.Length / 1048576.0:0.0} MiB, {outcome.File.Lines.Count:#,0} lines, {outcome.Result}: {watch.Elapsed.TotalSeconds:0.0} s; {(Environment.WorkingSet - before) / 1048576.0:0} MiB more resident"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task WriteAsync(string file, int rows)
    {
        var random = new Random(7);
        await using var writer = new StreamWriter(file, append: false, new UTF8Encoding(false), 1 << 16);
        await writer.WriteLineAsync("start_time,end_time,start_time_iso,end_time_iso,num_model_requests,project_id,user_id,api_key_id,model,batch,service_tier,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens,input_audio_tokens,output_audio_tokens");
        for (int i = 0; i < rows; i++)
        {
            long start = 1795651200 - (random.Next(30 * 24) * 3600L);
            int input = random.Next(100_000);
            int cached = random.Next(input + 1);
            int key = random.Next(120); // Of one user in one project, as keys are.
            await writer.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{start},{start + 3600},2026-11-26T00:00:00Z,2026-11-26T01:00:00Z,{random.Next(100)},proj_{key % 40:x24},user_{key % 60:x24},key_{key:x16},gpt-5.4-mini-2026-03-{random.Next(6)},False,default,{input},{random.Next(20_000)},{cached},{input - cached},0,0"));
        }
    }
}
