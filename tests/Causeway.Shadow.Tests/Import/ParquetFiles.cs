using System.Text;
using Causeway.Shadow.Import;
using Parquet;
using Parquet.Schema;

namespace Causeway.Shadow.Tests.Import;

/// <summary>Parquet files, written by other hands than those that read them.</summary>
internal static class ParquetFiles
{
    /// <summary>One of those in the folder, which the Rust implementation wrote (make.mjs).</summary>
    public static byte[] Kept(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Import", "Parquet", name));

    /// <summary>Columns of text, written with Parquet.Net; null: no value.</summary>
    /// <param name="columns">Each column's name and values.</param>
    /// <param name="codec">How pages are packed.</param>
    /// <param name="groupRows">Rows of a row group.</param>
    public static async Task<byte[]> OfAsync(IReadOnlyList<(string Name, string?[] Values)> columns, CompressionMethod codec = CompressionMethod.Snappy, int groupRows = int.MaxValue)
    {
        DataField[] fields = [.. columns.Select(column => new DataField(column.Name, typeof(string), isNullable: true))];
        using MemoryStream file = new();
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file, new ParquetOptions { CompressionMethod = codec }, cancellationToken: TestContext.Current.CancellationToken))
        {
            for (int first = 0; first < columns[0].Values.Length; first += groupRows)
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                for (int i = 0; i < fields.Length; i++)
                {
                    await group.WriteAsync(fields[i], [.. columns[i].Values.Skip(first).Take(groupRows)!]);
                }
            }
        }

        return file.ToArray();
    }

    /// <summary>What an export of text holds, as columns of text.</summary>
    public static async Task<IReadOnlyList<(string Name, string?[] Values)>> ColumnsAsync(string csv)
    {
        using CsvRecords records = new(new MemoryStream(Encoding.UTF8.GetBytes(csv)));
        await records.OpenAsync(TestContext.Current.CancellationToken);
        List<string?>[] values = [.. records.Names.Select(_ => new List<string?>())];
        while (await records.NextAsync(TestContext.Current.CancellationToken))
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i].Add(records.Value(i));
            }
        }

        return [.. records.Names.Zip(values, (name, column) => (name, column.ToArray()))];
    }
}
