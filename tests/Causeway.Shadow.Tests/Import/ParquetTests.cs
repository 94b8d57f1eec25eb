using System.IO.Compression;
using Causeway.Shadow.Import;
using CsCheck;
using Parquet;

namespace Causeway.Shadow.Tests.Import;

public sealed class ParquetTests
{
    private static readonly DateOnly s_day = new(2026, 11, 26);
    private static readonly string[] s_kept = ["aws_cur.snappy.parquet", "azure_cost.snappy.parquet", "focus.brotli.parquet", "google_billing.gzip.parquet"];

    public static TheoryData<string, CompressionMethod> Texts
    {
        get
        {
            TheoryData<string, CompressionMethod> data = [];
            foreach (CompressionMethod codec in (CompressionMethod[])[CompressionMethod.None, CompressionMethod.Snappy, CompressionMethod.Gzip, CompressionMethod.Brotli])
            {
                foreach (string csv in (string[])[Exports.AwsCur, Exports.Focus, Exports.OpenAICost, Exports.AnthropicCost, Exports.OpenAIUsage])
                {
                    data.Add(csv, codec);
                }
            }

            return data;
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task An_export_says_the_same_as_Parquet_and_as_CSV(string csv, CompressionMethod codec)
    {
        ImportFile text = await ReadAsync(System.Text.Encoding.UTF8.GetBytes(csv));

        foreach (int groupRows in (int[])[1, 2, 100])
        {
            ImportFile file = await ReadAsync(await ParquetFiles.OfAsync(await ParquetFiles.ColumnsAsync(csv), codec, groupRows));

            Assert.Equal(text.Format, file.Format);
            Assert.Equal(text.Lines, file.Lines);
            Assert.Equal((text.Records, text.Other, 0L), (file.Records, file.Other, file.RejectedCount));
            Assert.Equal(text.Unknown, file.Unknown);
            Assert.Equal(text.Missing, file.Missing);
        }
    }

    [Fact]
    public async Task Of_AWS_moments_floating_costs_and_the_map_of_products_are_read()
    {
        ImportFile file = await ReadAsync(ParquetFiles.Kept("aws_cur.snappy.parquet"));

        Assert.Equal(("aws_cur", 3, 1, 0), (file.Format.Name, file.Records, file.Other, file.RejectedCount));
        Assert.Equal([1, 3_500_000_000], file.Lines.Select(line => line.Sum.CostNano!.Value).Order());
        Assert.All(file.Lines, line => Assert.Equal((s_day, "111122223333", "444455556666", "eu-central-1"), (line.Key.Day, line.Key.Account, line.Key.Project, line.Key.Region)));
        Assert.Contains("resource_tags.key", file.Unknown);
    }

    [Fact]
    public async Task Of_Azure_days_and_decimals_are_read()
    {
        ImportFile file = await ReadAsync(ParquetFiles.Kept("azure_cost.snappy.parquet"));

        Assert.Equal(("azure_cost", 2, 1), (file.Format.Name, file.Records, file.Other));
        Assert.Equal((s_day, "sub-1", "swedencentral", "EUR", 1_234_560_000_000L), Assert.Single(file.Lines) is var line ? (line.Key.Day, line.Key.Project, line.Key.Region, line.Key.Currency, line.Sum.CostNano!.Value) : default);
    }

    [Fact]
    public async Task Of_Google_structures_are_named_through_and_the_list_of_credits_is_added_up()
    {
        ImportFile file = await ReadAsync(ParquetFiles.Kept("google_billing.gzip.parquet"));

        Assert.Equal(("google_billing", 2, 1), (file.Format.Name, file.Records, file.Other));
        UsageLine line = Assert.Single(file.Lines);
        Assert.Equal(new UsageKey(s_day, "google", "01AAAA-BBBBBB", "search-prod", "", "", "", "europe-west4", "Gemini 3 Flash Text Input", "EUR"), line.Key);
        Assert.Equal(2_000_000_000, line.Sum.CostNano);
    }

    [Fact]
    public async Task Of_FOCUS_newer_pages_and_differences_are_read_across_row_groups()
    {
        ImportFile file = await ReadAsync(ParquetFiles.Kept("focus.brotli.parquet"));

        Assert.Equal(("focus", 3, 1), (file.Format.Name, file.Records, file.Other));
        UsageLine line = Assert.Single(file.Lines);
        Assert.Equal(("openai", "org-1", "proj_1", "gpt-5.4 input", 4_000_000_000L), (line.Key.Vendor, line.Key.Account, line.Key.Project, line.Key.Item, line.Sum.CostNano!.Value));
        Assert.Contains("x_Numbers", file.Unknown);
    }

    [Fact]
    public async Task A_codec_that_is_not_read_is_named_with_what_to_do() =>
        Assert.Contains("is packed with Zstandard, which is not read. Write it with Snappy, gzip", (await RefusedAsync(ParquetFiles.Kept("focus.zstd.parquet"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Rows_that_are_wrong_are_told_by_their_numbers_across_row_groups()
    {
        byte[] file = await ParquetFiles.OfAsync(
            [("start_time", ["1795651200", "yesterday", "1795651200", "1795651200"]), ("num_model_requests", ["1", "1", "x", "1"]), ("input_tokens", ["5", "5", "5", "-5"]), ("new_thing", [null, null, null, "x"])], groupRows: 3);

        ImportFile read = await ReadAsync(file);

        Assert.Equal((4, 3), (read.Records, read.RejectedCount));
        Assert.Equal(
            [(2, "start_time is \"yesterday\", which is no time"), (3, "num_model_requests is \"x\", which is no count"), (4, "input_tokens is \"-5\", which is no count")], read.Rejected.Select(one => ((int)one.Line, one.Problem)));
        Assert.Equal(["new_thing"], read.Unknown);
        Assert.Contains("output_tokens", read.Missing);
    }

    [Fact]
    public async Task Other_columns_are_refused_by_name() =>
        Assert.Contains("has columns of no export that is known: a, b", (await RefusedAsync(await ParquetFiles.OfAsync([("a", ["1"]), ("b", ["2"])]))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_file_without_rows_is_read_and_says_nothing()
    {
        ImportFile file = await ReadAsync(await ParquetFiles.OfAsync([("start_time", []), ("num_model_requests", []), ("input_tokens", [])]));

        Assert.Equal((0, 0), (file.Records, file.Lines.Count));
    }

    [Fact]
    public async Task A_file_that_is_cut_anywhere_is_refused()
    {
        foreach (string name in s_kept)
        {
            byte[] file = ParquetFiles.Kept(name);
            for (int length = 4; length < file.Length; length += 97)
            {
                Assert.Contains("is of a Parquet file that cannot be read: it breaks off", (await RefusedAsync(file[..length])).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_page_that_is_larger_than_memory_is_given_to_it_is_refused_with_what_to_do()
    {
        string wide = new('x', 500_000);
        string?[] Column(string? value, int rows) => [.. Enumerable.Repeat(value, rows)];
        Task<byte[]> FileAsync(int rows) => ParquetFiles.OfAsync([("start_time", Column("1795651200", rows)), ("num_model_requests", Column("1", rows)), ("input_tokens", Column("1", rows)), ("model", [.. Enumerable.Range(0, rows).Select(row => $"{row}{wide}")])]);

        Assert.Equal(20, (await ReadAsync(await FileAsync(20))).Records);
        Assert.Contains("Write it with smaller pages", (await RefusedAsync(await FileAsync(150))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x29, "its schema has 5,000,000 elements")] // FileMetaData's second field, a list.
    [InlineData(0x49, "it has 5,000,000 row groups")] // Its fourth.
    public async Task A_description_that_claims_millions_is_refused_before_it_is_made(byte field, string problem)
    {
        byte[] footer = [field, 0xFC, 0xC0, 0x96, 0xB1, 0x02, .. new byte[5_000_000], 0];

        Assert.Contains(problem, (await RefusedAsync([.. "PAR1"u8, .. footer, .. BitConverter.GetBytes(footer.Length), .. "PAR1"u8])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_is_no_room_for_it_it_is_said_what_to_do()
    {
        byte[] file = ParquetFiles.Kept("focus.brotli.parquet");

        ImportException full = await Assert.ThrowsAsync<ImportException>(() => ImportFile.ReadAsync(new MemoryStream(file), new ImportAsked("x") { Spool = static () => new Full() }, Cancel));
        ImportException none = await Assert.ThrowsAsync<ImportException>(() => ImportFile.ReadAsync(new MemoryStream(file), new ImportAsked("x") { Spool = static () => throw new UnauthorizedAccessException("Read-only.") }, Cancel));

        Assert.Contains("cannot be kept while it is read: No space left. Give the server's temporary folder (TMPDIR) more room", full.Message, StringComparison.Ordinal);
        Assert.Contains("Read-only. Give", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_may_be_packed_with_gzip_as_a_whole()
    {
        using MemoryStream packed = new();
        await using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        {
            await gzip.WriteAsync(ParquetFiles.Kept("focus.brotli.parquet"), Cancel);
        }

        Assert.Equal("focus", (await ReadAsync(packed.ToArray())).Format.Name);
    }

    [Fact]
    public void A_damaged_file_is_read_or_refused()
    {
        byte[][] files = [.. s_kept.Select(ParquetFiles.Kept)];

        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[1, 6]).Sample((which, changes) =>
        {
            byte[] bytes = [.. files[which]];
            foreach ((int at, byte value) in changes)
            {
                bytes[4 + (at % (bytes.Length - 4))] = value;
            }

            AnyAsync(bytes).GetAwaiter().GetResult();
        }, iter: 4_000);
    }

    private static async Task AnyAsync(byte[] bytes)
    {
        try
        {
            _ = await ReadAsync(bytes);
        }
        catch (ImportException)
        {
            // Refused, with a reason.
        }
    }

    private static Task<ImportException> RefusedAsync(byte[] bytes) => Assert.ThrowsAsync<ImportException>(() => ReadAsync(bytes));

    private static Task<ImportFile> ReadAsync(byte[] bytes) => ImportFile.ReadAsync(new MemoryStream(bytes), new ImportAsked("x"), Cancel);

    private sealed class Full : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("No space left.");
    }
}
