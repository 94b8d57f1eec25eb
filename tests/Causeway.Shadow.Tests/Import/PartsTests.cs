using System.Formats.Tar;
using System.Text;
using Causeway.Shadow.Import;
using CsCheck;

namespace Causeway.Shadow.Tests.Import;

/// <summary>An export in several files, which come as one archive.</summary>
public sealed class PartsTests
{
    private const string Second = "start_time,amount_value,amount_currency,line_item,project_id\n1795651200,2,usd,\"m, input\",proj_2\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parts_are_added_up_whatever_each_is_packed_as()
    {
        byte[] parquet = await ParquetFiles.OfAsync(await ParquetFiles.ColumnsAsync(Exports.OpenAICost));

        ImportFile file = await ReadAsync(Archive(("out/", null), ("out/_SUCCESS", []), ("out/.crc", [1]), ("out/part-0.parquet", parquet), ("out/part-1.csv", Encoding.UTF8.GetBytes(Second))));

        Assert.Equal(("openai_cost", 3), (file.Format.Name, file.Records));
        Assert.Equal(3_750_000_000, file.Lines.Sum(line => line.Sum.CostNano));
        Assert.Equal(["proj_1", "proj_2"], file.Lines.Select(line => line.Key.Project).Distinct());
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_the_name_of_its_part()
    {
        byte[] first = Encoding.UTF8.GetBytes(Exports.OpenAICost);

        ImportFile file = await ReadAsync(Archive(("a.csv", first), ("b.csv", Encoding.UTF8.GetBytes(Second + "never,1,usd,x,p\n"))));
        ImportException other = await Assert.ThrowsAsync<ImportException>(() => ReadAsync(Archive(("a.csv", first), ("b.csv", Encoding.UTF8.GetBytes(Exports.AwsCur)))));
        ImportException cut = await Assert.ThrowsAsync<ImportException>(() => ReadAsync(Archive(("a.csv", first), ("b.parquet", ParquetFiles.Kept("focus.brotli.parquet")[..900]))));

        Assert.Equal((3, "b.csv: start_time is \"never\", which is no time"), Assert.Single(file.Rejected) is var wrong ? ((int)wrong.Line, wrong.Problem) : default);
        Assert.StartsWith("of b.csv has not the columns of openai_cost", other.Message, StringComparison.Ordinal);
        Assert.StartsWith("of b.parquet is of a Parquet file that cannot be read", cut.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_is_cut_or_holds_nothing_is_refused()
    {
        byte[] archive = Archive(("a.csv", Encoding.UTF8.GetBytes(Exports.OpenAICost)));

        Assert.Contains("breaks off", (await Assert.ThrowsAsync<ImportException>(() => ReadAsync(archive[..700]))).Message, StringComparison.Ordinal);
        Assert.Contains("holds no part", (await Assert.ThrowsAsync<ImportException>(() => ReadAsync(Archive(("_SUCCESS", []))))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_archive_is_read_or_refused()
    {
        byte[] archive = Archive(("a.csv", Encoding.UTF8.GetBytes(Exports.OpenAICost)), ("b.csv", Encoding.UTF8.GetBytes(Second)));

        Gen.Select(Gen.Int[0, archive.Length - 1], Gen.Byte).Array[1, 6].Sample(changes =>
        {
            byte[] bytes = [.. archive];
            foreach ((int at, byte value) in changes)
            {
                bytes[at] = value;
            }

            try
            {
                _ = ReadAsync(bytes).GetAwaiter().GetResult();
            }
            catch (ImportException)
            {
                // Refused, with a reason.
            }
        }, iter: 500);
    }

    private static byte[] Archive(params (string Name, byte[]? Bytes)[] parts)
    {
        using MemoryStream archive = new();
        using (TarWriter writer = new(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach ((string name, byte[]? bytes) in parts)
            {
                writer.WriteEntry(bytes is null ? new UstarTarEntry(TarEntryType.Directory, name) : new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
            }
        }

        return archive.ToArray();
    }

    private static Task<ImportFile> ReadAsync(byte[] bytes) => ImportFile.ReadAsync(new MemoryStream(bytes), new ImportAsked("x"), Cancel);
}
