using System.Formats.Tar;
using Causeway.Commands;
using Causeway.Shadow.Import;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

/// <summary>Exports of Parquet, and exports of several files, from the command line to the books.</summary>
public sealed class ShadowParquetTests : IAsyncLifetime
{
    private const string Head = "start_time,end_time,amount_value,amount_currency,line_item,project_id,organization_id\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-parquet-").FullName;
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_file_of_Parquet_is_known_by_its_first_bytes_and_taken_once()
    {
        string file = Path.Combine(_folder, "what-it-is-nobody-said.bin");
        File.Copy(Kept("focus.brotli.parquet"), file);

        (int first, string imported, string error) = await RunAsync("shadow", "import", file);
        (int second, string again, _) = await RunAsync("shadow", "import", file);

        Assert.Equal((0, 0, ""), (first, second, error));
        Assert.Contains("format   focus", imported, StringComparison.Ordinal);
        Assert.Contains("3 read, 1 not of inference, 0 wrong", imported, StringComparison.Ordinal);
        Assert.Contains("billed   4 USD", imported, StringComparison.Ordinal);
        Assert.Contains("imported before, nothing changed", again, StringComparison.Ordinal);
        Assert.Single(await _host.Shadow.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_file_of_Parquet_that_is_cut_or_not_read_leaves_the_books_as_they_were()
    {
        await RunAsync("shadow", "import", Kept("azure_cost.snappy.parquet"));
        string cut = Path.Combine(_folder, "cut.parquet");
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(Kept("azure_cost.snappy.parquet"), CancellationToken.None))[..2_000], CancellationToken.None);

        (int code, _, string error) = await RunAsync("shadow", "import", cut);
        (int codec, _, string packed) = await RunAsync("shadow", "import", Kept("focus.zstd.parquet"));

        Assert.Equal((1, 1), (code, codec));
        Assert.Contains("cut.parquet:1:1", error, StringComparison.Ordinal);
        Assert.Contains("breaks off", error, StringComparison.Ordinal);
        Assert.Contains("Write it with Snappy", packed, StringComparison.Ordinal);
        Assert.Equal("azure_cost", Assert.Single(await _host.Shadow.ListAsync(CancellationToken.None)).Format);
    }

    [Fact]
    public async Task A_folder_is_one_export_and_its_files_do_not_take_each_others_place()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "cost-2026-11", "day=22")).Parent!.FullName;
        File.WriteAllText(Path.Combine(folder, "manifest.json"), "{}");
        string first = Path.Combine(folder, "part-0.csv");
        string second = Path.Combine(folder, "day=22", $"{new string('p', 120)}-1.csv");
        File.WriteAllText(first, Head + "1795305600,1795392000,60,usd,\"m, input\",proj_1,org-1\n");
        File.WriteAllText(second, Head + "1795305600,1795392000,30,usd,\"m, input\",proj_1,org-1\n");

        (int code, string imported, string error) = await RunAsync("shadow", "import", folder);
        (_, string again, _) = await RunAsync("shadow", "import", folder);

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("cost-2026-11: imported\n", imported, StringComparison.Ordinal);
        Assert.Contains("billed   90 USD", imported, StringComparison.Ordinal);
        Assert.StartsWith("cost-2026-11: imported before", again, StringComparison.Ordinal);
        Assert.Equal(90_000_000_000, await BookedAsync());

        // One by one the last one counts for the day: it is what a corrected export does.
        await RunAsync("shadow", "import", first);
        await RunAsync("shadow", "import", second);
        Assert.Equal(30_000_000_000, await BookedAsync());
    }

    [Fact]
    public async Task A_folder_with_a_part_that_is_wrong_is_not_taken_at_all()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "out")).FullName;
        File.WriteAllText(Path.Combine(folder, "a.csv"), Head + "1795305600,1795392000,60,usd,x,proj_1,org-1\n");
        File.WriteAllText(Path.Combine(folder, "b.csv"), Head + "never,,1,usd,x,proj_3,org-1\n");

        (int code, string output, _) = await RunAsync("shadow", "import", folder);
        (int empty, _, string nothing) = await RunAsync("shadow", "import", Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName);

        Assert.Equal((1, 2), (code, empty));
        Assert.Contains("out:2:1  b.csv: start_time is \"never\"", output, StringComparison.Ordinal);
        Assert.Contains("holds no export", nothing, StringComparison.Ordinal);
        Assert.Empty(await _host.Shadow.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_is_sent_of_a_folder_is_an_archive_that_others_read_too()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "parts")).FullName;
        File.Copy(Kept("focus.brotli.parquet"), Path.Combine(folder, "b.parquet"));
        File.Copy(Kept("azure_cost.snappy.parquet"), Path.Combine(folder, "a.parquet"));
        File.WriteAllText(Path.Combine(folder, "summary.csv"), "x");
        using ExportFolder export = ExportFolder.Open(folder);
        using MemoryStream archive = new();
        await export.Archive.CopyToAsync(archive, CancellationToken.None);
        archive.Position = 0;

        Assert.Equal((2, export.Archive.Length), (export.Parts, archive.Length));
        using TarReader reader = new(archive);
        foreach ((string name, string kept) in (ReadOnlySpan<(string, string)>)[("a.parquet", "azure_cost.snappy.parquet"), ("b.parquet", "focus.brotli.parquet")])
        {
            TarEntry entry = reader.GetNextEntry()!;
            using MemoryStream bytes = new();
            entry.DataStream!.CopyTo(bytes);
            Assert.Equal(name, entry.Name);
            Assert.Equal(File.ReadAllBytes(Kept(kept)), bytes.ToArray());
        }

        Assert.Null(reader.GetNextEntry());
    }

    private static string Kept(string name) => Path.Combine(AppContext.BaseDirectory, "parquet", name);

    private async Task<long?> BookedAsync() =>
        (await _host.Shadow.PageAsync(new LineRange(new DateOnly(2026, 1, 1), new DateOnly(2027, 1, 1)), CancellationToken.None)).Sum(line => line.Line.Sum.CostNano);

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri), Time = _host.Time }, arguments);
}
