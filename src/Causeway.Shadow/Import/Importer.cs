namespace Causeway.Shadow.Import;

/// <summary>Takes files into the books, one at a time. What is read of one is all of it or nothing.</summary>
public sealed class Importer(IShadowStore store, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_abandoned = TimeSpan.FromHours(6);
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Reads a file and takes it into the books.</summary>
    /// <param name="input">The file.</param>
    /// <param name="asked">What is known of it, and what is wanted.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellation">Ends it; nothing is taken then.</param>
    /// <exception cref="ImportException">It is no export that is known, or cannot be read to its end.</exception>
    public async Task<ImportOutcome> TakeAsync(Stream input, ImportAsked asked, string actor, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            ImportFile file = await ImportFile.ReadAsync(input, asked, cancellation);
            ImportWindow[] windows = [.. file.Lines.Select(line => new ImportWindow(line.Key.Vendor, line.Key.Account, line.Key.Project, line.Key.Day)).Distinct()];
            ImportResult? early = file.RejectedCount > 0 && !asked.SkipsRejected ? ImportResult.Rejected
                : file.Lines.Count == 0 ? ImportResult.Empty
                : await store.FindAsync(file.Digest, asked.Account, cancellation) is not null ? ImportResult.Unchanged
                : asked.IsDryRun ? ImportResult.DryRun
                : null;
            if (early is { } why)
            {
                return new ImportOutcome(why, file, windows.Length, null);
            }

            return new ImportOutcome(ImportResult.Applied, file, windows.Length, await ApplyAsync(file, windows, asked, actor, cancellation));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<ShadowImport> ApplyAsync(ImportFile file, ImportWindow[] windows, ImportAsked asked, string actor, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        var import = new ShadowImport(
            Guid.CreateVersion7(now), now, actor, file.Format.Name, asked.File, file.Digest, asked.Account, file.Records, file.Lines.Count, windows.Min(window => window.Day), windows.Max(window => window.Day), windows.Length);
        for (int first = 0; first < file.Lines.Count; first += IShadowStore.MaxPage)
        {
            await store.StageAsync(import.Id, import.Format, first, [.. file.Lines.Skip(first).Take(IShadowStore.MaxPage)], cancellation);
        }

        await store.ApplyAsync(import, windows, cancellation);
        while (await store.DropStaleAsync(now - s_abandoned, cancellation) == IShadowStore.MaxPage)
        {
            // What is taken out of sight may be much; it goes piece by piece, so that nobody waits for it.
        }

        return import;
    }
}

/// <summary>What is known of a file, and what is wanted of it.</summary>
/// <param name="File">Its name.</param>
/// <param name="Format">What it is; null: its columns tell.</param>
/// <param name="Account">The account of records that name none; empty: none.</param>
/// <param name="IsDryRun">Nothing is to be kept.</param>
/// <param name="SkipsRejected">Records that are wrong are left out, and the others taken.</param>
public sealed record ImportAsked(string File, ExportFormat? Format = null, string Account = "", bool IsDryRun = false, bool SkipsRejected = false)
{
    /// <summary>Clients in a log that are Causeway itself: what they call is no shadow usage.</summary>
    public IReadOnlySet<string> ExcludedClients { get; init; } = new HashSet<string>();

    /// <summary>Makes a place for a file that cannot be read from its beginning to its end (Parquet), where it is kept meanwhile. In memory unless said otherwise.</summary>
    public Func<Stream> Spool { get; init; } = static () => new MemoryStream();
}

/// <summary>What became of a file.</summary>
/// <param name="Result">What.</param>
/// <param name="File">What it says.</param>
/// <param name="Windows">Days of accounts and projects that it speaks for.</param>
/// <param name="Import">The import, where it was applied.</param>
public sealed record ImportOutcome(ImportResult Result, ImportFile File, int Windows, ShadowImport? Import);

/// <summary>What became of a file.</summary>
public enum ImportResult
{
    /// <summary>It took the place of what was there for its days.</summary>
    Applied,

    /// <summary>It was taken before, and all of it still stands.</summary>
    Unchanged,

    /// <summary>It would be applied.</summary>
    DryRun,

    /// <summary>Records of it are wrong; nothing was taken.</summary>
    Rejected,

    /// <summary>No record of it is of inference; nothing was taken.</summary>
    Empty,
}
