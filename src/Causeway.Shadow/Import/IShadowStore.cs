namespace Causeway.Shadow.Import;

/// <summary>
/// What vendors say was used. An import is staged piece by piece and then takes the place of what was there for its windows in one step: what is read is
/// all of it or nothing. A window is a day of one account and project in one kind of export.
/// </summary>
public interface IShadowStore
{
    /// <summary>Lines of one piece or page at most.</summary>
    const int MaxPage = 5_000;

    /// <summary>Imports and claims that are listed at most.</summary>
    const int MaxListed = 1_000;

    /// <summary>Keeps lines of an import that nobody sees yet.</summary>
    /// <param name="import">Whose.</param>
    /// <param name="format">Of what kind of export.</param>
    /// <param name="first">The number of the first line within the import.</param>
    /// <param name="lines">At most <see cref="MaxPage"/>.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task StageAsync(Guid import, string format, int first, IReadOnlyList<UsageLine> lines, CancellationToken cancellation);

    /// <summary>Lets the staged lines take the place of what was there for the same windows. A window without a project takes the place of all of its day and account, and the other way round.</summary>
    Task ApplyAsync(ShadowImport import, IReadOnlyList<ImportWindow> windows, CancellationToken cancellation);

    /// <summary>The last import of a file with this digest into this account, if all that it said still stands; null: there is none.</summary>
    Task<ShadowImport?> FindAsync(byte[] digest, string account, CancellationToken cancellation);

    /// <summary>Imports, newest first.</summary>
    Task<IReadOnlyList<ShadowImport>> ListAsync(CancellationToken cancellation);

    /// <summary>A page of what stands, in the order of imports and their lines.</summary>
    Task<IReadOnlyList<StandingLine>> PageAsync(LineRange range, CancellationToken cancellation);

    /// <summary>Drops lines that nobody sees any more: those whose place was taken, and those of imports that began before a moment and were never applied.</summary>
    /// <returns>How many were dropped, at most <see cref="MaxPage"/>.</returns>
    Task<int> DropStaleAsync(DateTimeOffset before, CancellationToken cancellation);

    /// <summary>Keeps a claim, in place of one on the same.</summary>
    Task PutAsync(ShadowClaim claim, CancellationToken cancellation);

    /// <summary>Takes a claim back.</summary>
    /// <returns>False: there is none.</returns>
    Task<bool> RemoveAsync(ClaimSubject subject, CancellationToken cancellation);

    /// <summary>Claims in the order of their subjects.</summary>
    Task<IReadOnlyList<ShadowClaim>> ClaimsAsync(CancellationToken cancellation);
}

/// <summary>A file, or a stretch of an admin API, that was taken into the books.</summary>
/// <param name="Id">Its id, which sorts by time.</param>
/// <param name="At">When.</param>
/// <param name="Actor">By whom.</param>
/// <param name="Format">What kind of export.</param>
/// <param name="File">The name of the file or of the API.</param>
/// <param name="Digest">SHA-256 of it.</param>
/// <param name="Account">The account that was said for records that name none.</param>
/// <param name="Records">Records in it.</param>
/// <param name="Lines">Lines that they made.</param>
/// <param name="First">The first day.</param>
/// <param name="Last">The last day.</param>
/// <param name="Windows">How many windows.</param>
public sealed record ShadowImport(
    Guid Id, DateTimeOffset At, string Actor, string Format, string File, byte[] Digest, string Account, long Records, int Lines, DateOnly First, DateOnly Last, int Windows);

/// <summary>A day of one account and project in one kind of export.</summary>
public readonly record struct ImportWindow(string Vendor, string Account, string Project, DateOnly Day);

/// <summary>A line that stands, with its import, its kind of export and its number.</summary>
public readonly record struct StandingLine(Guid Import, int Number, string Format, UsageLine Line);

/// <summary>Days, and where the page before ended.</summary>
/// <param name="Since">The first day.</param>
/// <param name="Until">The day after the last.</param>
/// <param name="AfterImport">The import of the last line that was read; empty: none was.</param>
/// <param name="AfterNumber">Its number.</param>
public readonly record struct LineRange(DateOnly Since, DateOnly Until, Guid AfterImport = default, int AfterNumber = -1)
{
    /// <summary>Lines of the page.</summary>
    public int Limit { get; init; } = IShadowStore.MaxPage;
}
