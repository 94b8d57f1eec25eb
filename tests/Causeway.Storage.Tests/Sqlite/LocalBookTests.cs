using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Sqlite;
using Causeway.Storage.Tests.Conformance;
using CsCheck;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Tests.Sqlite;

/// <summary>The file in which a process keeps what happens while the shared store is away: whose it is, what a crash leaves of it, and what becomes of one that cannot be read.</summary>
public sealed class LocalBookTests : IDisposable
{
    private const string Store = "postgres://db/causeway";
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-book-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_kept_is_read_as_it_was()
    {
        UsageRecord[] records = [.. Enumerable.Range(0, 200).Select(_ => Usage.Any.Single())];
        LocalEntry[] kept = [.. records.Select((record, i) => new LocalEntry(i + 1, new JournalEntry(i % 3 == 0 ? null : Event(record.Request, i)) { Usage = i % 3 == 1 ? null : record }))];
        Guid name;
        LocalBooks first = Open();
        name = first.Own.Id;
        await first.Own.AppendAsync(kept);
        await first.Own.AppendAsync([kept[0], kept[1]]); // Again changes nothing.
        await first.Own.DisposeAsync();

        LocalBooks next = Open();
        ILocalBook left = Assert.Single(next.Left);
        IReadOnlyList<LocalEntry> read = [.. await left.ReadAsync(0, 150), .. await left.ReadAsync(150, 150)];

        Assert.Equal((name, false), (left.Id, next.Own.Id == name));
        Assert.Equal(kept.Length, read.Count);
        Assert.All(kept.Zip(read), pair => Assert.Equal(Text(pair.First), Text(pair.Second)));
        Assert.All(kept.Zip(read), pair => Assert.Equal(pair.First.Entry.Event, pair.Second.Entry.Event));
        await CloseAsync(next);
    }

    [Fact]
    public async Task One_process_has_one_book_and_what_one_left_is_the_next_ones_alone()
    {
        LocalBooks one = Open();
        LocalBooks other = Open();
        Assert.NotEqual(one.Own.Path, other.Own.Path);
        await one.Own.AppendAsync([new LocalEntry(1, new JournalEntry(Event(Guid.NewGuid(), 1)))]);
        Assert.Empty(Open(out LocalBooks living).Left); // It lives.
        await one.Own.DisposeAsync();

        LocalBooks finder = Open();
        LocalBooks late = Open();

        Assert.Equal(one.Own.Path, Assert.Single(finder.Left).Path);
        Assert.Empty(late.Left);
        Assert.Empty(LocalBookFiles.Open(_folder, "postgres://db/another", s_now).Left); // Another store's are not touched.
        await finder.Left[0].ForgetAsync(1);
        await CloseAsync(finder);
        await CloseAsync(late);
        await CloseAsync(living);
        await CloseAsync(other);
        Assert.Empty(Open(out LocalBooks last).Left);
        await CloseAsync(last);
    }

    [Fact]
    public async Task Where_nothing_was_kept_no_file_is_left()
    {
        LocalBooks books = Open();
        Assert.True(File.Exists(books.Own.Path));
        await books.Own.AppendAsync([new LocalEntry(1, new JournalEntry(Event(Guid.NewGuid(), 1)))]);
        await books.Own.ForgetAsync(1);

        await CloseAsync(books);

        Assert.Equal([".lock"], Directory.GetFiles(_folder).Select(Path.GetExtension));
    }

    // A copy of the file and its log is what a kill leaves; the log's end may be torn anywhere.
    [Fact]
    public async Task Of_a_torn_last_write_everything_before_it_is_kept()
    {
        LocalBooks books = Open();
        await books.Own.AppendAsync([new LocalEntry(1, new JournalEntry(Event(Guid.NewGuid(), 1)))]);
        long whole = new FileInfo(books.Own.Path + "-wal").Length;
        await books.Own.AppendAsync([new LocalEntry(2, new JournalEntry(Event(Guid.NewGuid(), 2))), new LocalEntry(3, new JournalEntry(Event(Guid.NewGuid(), 3)))]);
        long all = new FileInfo(books.Own.Path + "-wal").Length;
        Assert.True(all > whole);
        foreach ((long length, int kept) in ((long, int)[])[(all, 3), (all - 1, 1), (whole + 40, 1), (whole, 1), (whole - 1, 0)])
        {
            string torn = Directory.CreateDirectory(Path.Combine(_folder, $"torn-{length}")).FullName;
            string path = Path.Combine(torn, Path.GetFileName(books.Own.Path));
            File.Copy(books.Own.Path, path);
            File.WriteAllBytes(path + "-wal", File.ReadAllBytes(books.Own.Path + "-wal")[..(int)length]);

            LocalBooks next = LocalBookFiles.Open(torn, Store, s_now);

            Assert.Empty(next.Problems);
            Assert.Equal(kept, next.Left.Count == 0 ? 0 : (await next.Left[0].ReadAsync(0, 10)).Count);
            await CloseAsync(next);
        }

        await CloseAsync(books);
    }

    [Theory]
    [InlineData("noise")]
    [InlineData("another database")]
    [InlineData("a later version")]
    public async Task One_that_cannot_be_read_is_moved_aside_and_said_and_the_start_goes_on(string what)
    {
        LocalBooks books = Open();
        string path = books.Own.Path;
        await books.Own.AppendAsync([new LocalEntry(1, new JournalEntry(Event(Guid.NewGuid(), 1)))]);
        await books.Own.DisposeAsync();
        Spoil(path, what);
        byte[] spoilt = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);

        LocalBooks next = Open();

        string problem = Assert.Single(next.Problems);
        Assert.Contains(path, problem, StringComparison.Ordinal);
        Assert.Contains("causeway adjust", problem, StringComparison.Ordinal);
        string aside = path + ".unreadable-1";
        Assert.Contains(aside, problem, StringComparison.Ordinal);
        Assert.Equal(spoilt, await File.ReadAllBytesAsync(aside, TestContext.Current.CancellationToken));
        Assert.Equal((path, 0), (next.Own.Path, next.Left.Count));
        await next.Own.AppendAsync([new LocalEntry(1, new JournalEntry(Event(Guid.NewGuid(), 1)))]);
        await next.Own.DisposeAsync();
        Assert.Single(Open(out LocalBooks last).Left); // The control: one that can be read is taken.
        await CloseAsync(last);
    }

    [Fact]
    public async Task Where_none_can_be_made_every_write_says_why()
    {
        string file = Path.Combine(_folder, "no-folder");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        LocalBooks books = LocalBookFiles.Open(file, Store, s_now);

        string problem = Assert.Single(books.Problems);
        Assert.Contains(file, problem, StringComparison.Ordinal);
        IOException refused = await Assert.ThrowsAsync<IOException>(() => books.Own.AppendAsync([new LocalEntry(1, new JournalEntry(Event(Guid.NewGuid(), 1)))]));
        Assert.Equal(problem, refused.Message);
    }

    private static void Spoil(string path, string what)
    {
        if (what == "noise")
        {
            File.WriteAllBytes(path, [.. Enumerable.Range(0, 8_192).Select(i => (byte)(i * 7))]);
            return;
        }

        using SqliteConnection connection = new($"Data Source={path};Pooling=false");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = what == "a later version" ? "PRAGMA user_version = 2" : "PRAGMA application_id = 7";
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private LocalBooks Open() => LocalBookFiles.Open(_folder, Store, s_now);

    private LocalBooks Open(out LocalBooks opened) => opened = Open();

    private static async Task CloseAsync(LocalBooks books)
    {
        await books.Own.DisposeAsync();
        foreach (ILocalBook left in books.Left)
        {
            await left.DisposeAsync();
        }
    }

    // A list is equal to itself alone, so what is written of both is compared.
    private static string Text(LocalEntry one) => one.Entry.Usage is { } usage ? $"{one.Place} {usage with { Trail = [] }} {string.Join(';', usage.Trail)} {string.Join(';', usage.Steps.Until(usage.Total))}" : $"{one.Place}";

    private static LedgerEvent Event(Guid request, int number) => new((LedgerEventKind)(5 + (number % 5)), 0)
    {
        Request = request,
        Grant = new GrantId(Guid.NewGuid()),
        Key = new KeyId(Guid.NewGuid()),
        Held = new Amounts(number, 1, 2),
        Booked = new Amounts(number, 3, 4),
        ReservedAtMs = 1_000 + number,
        DeadlineMs = 2_000 + number,
        Model = "m",
        Code = "overrun",
        Actor = "instance_1",
    };
}
