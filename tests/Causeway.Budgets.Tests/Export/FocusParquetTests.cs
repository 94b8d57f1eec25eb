using System.Numerics;
using Causeway.Budgets.Export;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Parquet;
using Parquet.Schema;

namespace Causeway.Budgets.Tests.Export;

/// <summary>What is written is read by a reader that others wrote.</summary>
public sealed class FocusParquetTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_reader_reads_every_value()
    {
        FocusRow[] rows =
        [
            .. Used.Rows(
                Used.Call(Used.Noon, new TokenCounts(1_000, 200, 0, 0, 30, 0, 500, 100), Used.Mini, 1_100_000),
                Used.Call(Used.Noon.AddHours(1)) with { Tokens = new TokenCounts(7, 0, 0, 0, 0, 0, 0, 0), Source = UsageSource.Counted, Grant = null, Region = null, ModelAsked = "modèle \"π\"" }),
            Used.New().Of(new LedgerEvent(LedgerEventKind.Adjusted, Used.Noon.ToUnixTimeMilliseconds()) { Grant = Used.Grant, Booked = new Amounts(-1_500, 0, 0), Reason = "credit" }, null),
        ];

        await CheckAsync(rows, groups: 1);
    }

    [Fact]
    public async Task An_export_of_nothing_is_a_table_without_rows() => await CheckAsync([], groups: 0);

    [Fact]
    public async Task Many_rows_are_several_groups()
    {
        FocusRow[] rows =
        [
            .. Enumerable.Range(0, ParquetFile<FocusRow>.GroupRows + 5).Select(i =>
                Used.Rows(Used.Call(Used.Noon, new TokenCounts(i + 1, 0, 0, 0, 0, 0, 0, 0), Used.Mini) with { Region = i % 3 == 0 ? null : "eu-west-1" }).Single()),
        ];

        await CheckAsync(rows, groups: 2);
    }

    private static async Task CheckAsync(FocusRow[] rows, int groups)
    {
        using MemoryStream file = new();
        var writer = new ParquetFile<FocusRow>(file, "focus", FocusColumns.All);
        foreach (FocusRow row in rows)
        {
            await writer.AddAsync(row, Cancel);
        }

        await writer.EndAsync(Cancel);
        file.Position = 0;

        await using ParquetReader reader = await ParquetReader.CreateAsync(file, leaveStreamOpen: true, cancellationToken: Cancel);
        Assert.Equal(groups, reader.RowGroupCount);
        Assert.Equal(FocusColumns.All.Select(column => column.Name), reader.Schema.GetDataFields().Select(field => field.Name));
        int at = 0;
        for (int group = 0; group < groups; group++)
        {
            using ParquetRowGroupReader part = reader.OpenRowGroupReader(group);
            foreach (ExportColumn<FocusRow> column in FocusColumns.All)
            {
                DataField field = reader.Schema.GetDataFields().Single(one => one.Name == column.Name);
                string?[] read = await ReadAsync(part, column, field);
                Assert.Equal(rows.Skip(at).Take(read.Length).Select(row => row.In(column.Name)), read);
            }

            at += (int)part.RowCount;
        }

        Assert.Equal(rows.Length, at);
    }

    private static async Task<string?[]> ReadAsync(ParquetRowGroupReader part, ExportColumn<FocusRow> column, DataField field)
    {
        int count = (int)part.RowCount;
        switch (column)
        {
            case TimeColumn<FocusRow>:
                Assert.True(Assert.IsType<DateTimeDataField>(field).IsAdjustedToUTC);
                Assert.False(field.IsNullable);
                var times = new DateTime[count];
                await part.ReadAsync<DateTime>(field, times, null, Cancel);
                return [.. times.Select(time => ExportText.Moment(new DateTimeOffset(time, TimeSpan.Zero)))];
            case NumberColumn<FocusRow> number:
                Assert.Equal(number.Scale, Assert.IsType<DecimalDataField>(field).Scale);
                var numbers = new decimal?[count];
                await part.ReadAsync(field, numbers.AsMemory(), null, Cancel);
                return [.. numbers.Select(value => value is { } exact ? new Exact((Int128)(BigInteger)(exact * Power(number.Scale)), number.Scale).Text(number.Digits) : null)];
            default:
                var texts = new string?[count];
                await part.ReadAsync(field, texts.AsMemory()!, null, Cancel);
                return texts;
        }
    }

    private static decimal Power(int scale) => Enumerable.Repeat(10m, scale).Aggregate(1m, (power, ten) => power * ten);
}
