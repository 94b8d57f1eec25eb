using Causeway.Budgets.Export;
using Causeway.Commands;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

public sealed class ExportFocusCommandTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("causeway-export-");
    private readonly MemoryStream _raw = new();
    private AdminHost _host = null!;
    private bool _terminal;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Csv_is_printed_as_it_came()
    {
        _host.Recorder.Enqueue(SpendTests.Record());

        (int code, string output, string error) = await RunAsync("export", "focus", "--month", "2026-11", "--csv");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(await _host.Http.GetStringAsync("api/v1/export/focus?month=2026-11", TestContext.Current.CancellationToken), output);
        Assert.Equal(3, output.Split("\r\n").Length);
    }

    [Fact]
    public async Task A_file_is_written_whole()
    {
        string file = Path.Combine(_directory.FullName, "november.parquet");

        (int code, string output, string error) = await RunAsync("export", "focus", "--month", "2026-11", "--parquet", "--out", file);

        byte[] bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal((0, "", $"{file}: {bytes.Length:#,0} bytes\n"), (code, error, output));
        Assert.Equal("PAR1"u8, bytes.AsSpan(bytes.Length - 4));
        Assert.Single(_directory.GetFiles());
    }

    [Fact]
    public async Task What_is_refused_leaves_no_file_and_the_old_one_alone()
    {
        string file = Path.Combine(_directory.FullName, "november.csv");
        await File.WriteAllTextAsync(file, "old", TestContext.Current.CancellationToken);
        _host.Usage.Failure = new Storage.StoreUnavailableException("The disk is gone.");

        (int code, _, string error) = await RunAsync("export", "focus", "--month", "2026-11", "--out", file);

        Assert.Equal(1, code);
        Assert.Contains("The disk is gone.", error, StringComparison.Ordinal);
        Assert.Equal("old", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Single(_directory.GetFiles());
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_named()
    {
        (int code, _, string error) = await RunAsync("export", "focus", "--month", "2026-11", "--out", Path.Combine(_directory.FullName, "none", "november.csv"));

        Assert.Equal(1, code);
        Assert.Contains("cannot be written", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parquet_goes_into_a_pipe_and_not_onto_a_terminal()
    {
        (int piped, _, _) = await RunAsync("export", "focus", "--month", "2026-11", "--parquet");
        _terminal = true;
        (int shown, _, string error) = await RunAsync("export", "focus", "--month", "2026-11", "--parquet");

        Assert.Equal(0, piped);
        Assert.Equal("PAR1"u8, _raw.ToArray().AsSpan(0, 4));
        Assert.Equal((2, "Parquet is no text for a terminal.\n  Name a file: --out FILE\n"), (shown, error));
    }

    [Theory]
    [InlineData("--month is " + BillingMonth.Form + ".", "--month", "2026-13")]
    [InlineData("--csv and --parquet exclude each other.", "--month", "2026-11", "--csv", "--parquet")]
    [InlineData("Option '--month' is required.")]
    public async Task A_command_line_that_makes_no_sense_is_refused(string message, params string[] arguments)
    {
        (int code, _, string error) = await RunAsync(["export", "focus", .. arguments]);

        Assert.Equal(2, code);
        Assert.StartsWith(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_alone_still_prints_the_policy()
    {
        (int code, string output, string error) = await RunAsync("export");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(await _host.Http.GetStringAsync("api/v1/policy", TestContext.Current.CancellationToken), output);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri), RawOutput = () => _raw, IsTerminal = _ => _terminal }, arguments);
}
