using System.Text.Json;
using Causeway.Commands;
using Causeway.Storage.Sqlite;

namespace Causeway.Tests.Commands;

/// <summary>The verbs that work on a store itself: what they take, say and end with. What they do is tested with the stores.</summary>
public sealed class StoreCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-store-verbs-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Store => Path.Combine(_folder, "data", "causeway.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_store_is_backed_up_verified_and_restored_by_one_verb_each()
    {
        await MakeAsync();
        string file = Path.Combine(_folder, "causeway.backup");
        string restored = "sqlite:" + Path.Combine(_folder, "restored.db");

        (int Code, string Output, string Error) backup = await RunAsync("backup", "--store", "sqlite:" + Store, "--out", file, "--json");
        (int Code, string Output, string Error) verified = await RunAsync("verify", file);
        (int Code, string Output, string Error) back = await RunAsync("restore", file, "--to", restored);
        (int Code, string Output, string Error) whole = await RunAsync("verify", restored, "--json");

        Assert.Equal((0, 0, 0, 0), (backup.Code, verified.Code, back.Code, whole.Code));
        using var json = JsonDocument.Parse(backup.Output);
        Assert.Equal(file, json.RootElement.GetProperty("file").GetString());
        Assert.Equal(64, json.RootElement.GetProperty("sha256").GetString()!.Length);
        Assert.Contains(json.RootElement.GetProperty("tables").EnumerateArray(), table => table.GetProperty("table").GetString() == "ledger");
        Assert.StartsWith($"backup {file} is whole.\n", verified.Output, StringComparison.Ordinal);
        Assert.StartsWith($"Restored backup {file} to {restored}, and compared: every row of ", back.Output, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(whole.Output);
        Assert.Empty(report.RootElement.GetProperty("problems").EnumerateArray());
        Assert.Equal(("", "", "", ""), (Unwaited(backup.Error), Unwaited(verified.Error), Unwaited(back.Error), Unwaited(whole.Error)));
    }

    // What takes a second says how far it is.
    private static string Unwaited(string error) => string.Concat(error.Split('\n').Where(line => !line.StartsWith("copying ", StringComparison.Ordinal) && !line.StartsWith("comparing ", StringComparison.Ordinal)));

    [Fact]
    public async Task A_store_is_moved_and_the_second_time_is_refused()
    {
        await MakeAsync();
        string to = "sqlite:" + Path.Combine(_folder, "moved.db");

        (int Code, string Output, string Error) moved = await RunAsync("migrate", "--from", "sqlite:" + Store, "--to", to, "--json");
        (int Code, string Output, string Error) again = await RunAsync("migrate", "--from", "sqlite:" + Store, "--to", to);

        using var json = JsonDocument.Parse(moved.Output);
        Assert.Equal((0, "sqlite:" + Store, to), (moved.Code, json.RootElement.GetProperty("source").GetString(), json.RootElement.GetProperty("target").GetString()));
        Assert.Equal((1, "", $"{to} is not empty: it holds names. Rows are moved into an empty store only: name another one, or remove what is there.\n"), again);
    }

    [Fact]
    public async Task A_store_that_is_damaged_ends_with_1_and_names_what_is_wrong()
    {
        await MakeAsync();
        await using (Microsoft.Data.Sqlite.SqliteConnection connection = new($"Data Source={Store};Pooling=false"))
        {
            await connection.OpenAsync(Cancel);
            await using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
            command.CommandText = "INSERT INTO ledger VALUES (1, 2, 3, x'00', zeroblob(32))";
            await command.ExecuteNonQueryAsync(Cancel);
        }

        (int code, string output, string error) = await RunAsync("verify", "sqlite:" + Store);

        Assert.Equal((1, ""), (code, error));
        Assert.StartsWith($"sqlite:{Store} is not whole:\n  ledger: Event 1 or its hash was changed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_store_that_is_not_named_is_the_configurations()
    {
        await MakeAsync();
        string configuration = Path.Combine(_folder, "causeway.yaml");
        await File.WriteAllTextAsync(
            configuration, $"store: sqlite:{Store}\nproviders:\n  - name: openai\n    protocol: openai\n    key: ${{CAUSEWAY_TEST_KEY:-sk-nothing-at-all-0123456789}}\n", Cancel);

        (int Code, string Output, string Error) verified = await RunAsync("verify", "--config", configuration);
        (int Code, string Output, string Error) same = await RunAsync("migrate", "--to", "sqlite:" + Store, "--config", configuration);
        (int Code, string Output, string Error) none = await RunAsync("verify", "--config", Path.Combine(_folder, "none.yaml"));

        Assert.Equal(0, verified.Code);
        Assert.StartsWith($"sqlite:{Store} is whole.", verified.Output, StringComparison.Ordinal);
        Assert.Equal((2, $"--from and --to are the same store: sqlite:{Store}.\n"), (same.Code, same.Error));
        Assert.Equal(2, none.Code);
        Assert.Contains("none.yaml", none.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mysql://x@y/z", "--to does not start with \"sqlite:\" or \"postgres://\". Write sqlite:PATH, postgres://USER:PASSWORD@HOST:PORT/DATABASE or file:PATH.")]
    [InlineData("postgres://causeway:${NO_SUCH}@db/causeway", "--to needs the environment variable NO_SUCH, which is not set.")]
    [InlineData("file:/no/such/file", "--to: the file /no/such/file cannot be read: ")]
    [InlineData("sqlite:", "--to names no file.")]
    public async Task A_store_that_cannot_be_read_is_no_store_and_nothing_is_tried(string text, string said)
    {
        (int code, string output, string error) = await RunAsync("migrate", "--from", "sqlite:" + Store, "--to", text);

        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(said, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_is_taken_from_the_environment_or_a_file_and_shown_nowhere()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "address"), "postgres://causeway:s3cret-w0rd@127.0.0.1:9/causeway\n", Cancel);

        (int Code, string Output, string Error) variable = await RunAsync("verify", "postgres://causeway:${PG_PASSWORD}@127.0.0.1:9/causeway");
        (int Code, string Output, string Error) file = await RunAsync("verify", "file:" + Path.Combine(_folder, "address"));
        (int Code, string Output, string Error) argument = await RunAsync("verify", "postgres://causeway:s3cret-w0rd@127.0.0.1:9/causeway");

        foreach ((int code, string output, string error) in new[] { variable, file, argument })
        {
            Assert.Equal((1, ""), (code, output));
            Assert.Contains("The store postgres://causeway@127.0.0.1:9/causeway cannot be reached: ", error, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal);
        }

        Assert.StartsWith("warning: STORE holds a password, which every process of this machine can read.", argument.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", variable.Error + file.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_is_said()
    {
        (int Code, string Output, string Error) neither = await RunAsync("migrate");
        (int Code, string Output, string Error) noFile = await RunAsync("backup", "--store", "sqlite:" + Store);
        (int Code, string Output, string Error) noStore = await RunAsync("backup", "--store", "sqlite:" + Store, "--out", Path.Combine(_folder, "x"));

        Assert.Equal(2, neither.Code);
        Assert.StartsWith("Name the other store: --to, or --from.", neither.Error, StringComparison.Ordinal);
        Assert.Equal(2, noFile.Code);
        Assert.Contains("--out", noFile.Error, StringComparison.Ordinal);
        Assert.Equal((1, $"There is no store {Store}. Name the file of a store that was started once.\n"), (noStore.Code, noStore.Error));
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings { Variable = name => name == "PG_PASSWORD" ? "s3cret-w0rd" : null }, ["store", .. arguments]);

    private async Task MakeAsync()
    {
        await using SqliteStore store = await SqliteStore.OpenAsync(Store, TimeProvider.System, Cancel);
        await store.Usage.AppendAsync(
            [
                new Budgets.Ledger.UsageRecord
                {
                    Request = Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddDays(20_000)),
                    At = DateTimeOffset.UnixEpoch.AddDays(20_000),
                    Attribution = new Budgets.Keys.Attribution("search", "answers", "prod"),
                    Key = Budgets.Keys.KeyId.New(DateTimeOffset.UnixEpoch),
                    Protocol = "openai",
                    Route = "chat.completions",
                    ModelAsked = "m",
                    Status = 200,
                    Outcome = Budgets.Ledger.Outcome.Completed,
                },
            ],
            Cancel);
    }
}
