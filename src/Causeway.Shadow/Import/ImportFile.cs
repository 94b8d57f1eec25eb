namespace Causeway.Shadow.Import;

/// <summary>What a file says, read but not yet taken into the books.</summary>
/// <param name="Format">What it is.</param>
/// <param name="Digest">SHA-256 of its bytes as they came.</param>
/// <param name="Lines">What it says, added up.</param>
/// <param name="Records">Records in it.</param>
/// <param name="Other">Those that are not of inference.</param>
/// <param name="RejectedCount">Those that are wrong.</param>
/// <param name="Rejected">The first of those, with their lines.</param>
/// <param name="Missing">Columns that were expected and are not there.</param>
/// <param name="Unknown">Columns that nothing is made of.</param>
public sealed record ImportFile(
    ExportFormat Format,
    byte[] Digest,
    IReadOnlyList<UsageLine> Lines,
    long Records,
    long Other,
    long RejectedCount,
    IReadOnlyList<RejectedRecord> Rejected,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Unknown)
{
    /// <summary>Reads a file to its end: CSV, JSON, JSON Lines or Parquet, as it is or packed with gzip, or an archive (tar) of the parts of one export. Needs memory for its lines,
    /// not for its records.</summary>
    /// <param name="input">The file.</param>
    /// <param name="asked">What is known of it.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ImportException">It is no export that is known, or cannot be read to its end.</exception>
    public static async Task<ImportFile> ReadAsync(Stream input, ImportAsked asked, CancellationToken cancellation)
    {
        await using var digested = new DigestingStream(input);
        ImportReading reading = new(asked);
        await foreach (ExportPart part in ExportParts.ReadAsync(digested, asked.Spool, cancellation))
        {
            using ExportRecords records = part.Records;
            try
            {
                await reading.ReadAsync(part.Name, records, cancellation);
            }
            catch (InvalidDataException failure)
            {
                throw part.Named(new ImportException(records.Line, $"cannot be unpacked: {failure.Message}"));
            }
            catch (ImportException failure)
            {
                throw part.Named(failure);
            }
        }

        return reading.End(await digested.DigestAsync(cancellation));
    }
}

/// <summary>A record that cannot be taken.</summary>
/// <param name="Line">Its line, from 1; of Parquet its row.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record RejectedRecord(long Line, string Problem);
