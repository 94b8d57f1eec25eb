using Causeway.Shadow.Import;

namespace Causeway.Tests.Admin;

/// <summary>What vendors say, in memory.</summary>
internal sealed class MemoryShadowStore : IShadowStore
{
    private readonly Lock _gate = new();
    private readonly List<StandingLine> _lines = [];
    private readonly Dictionary<(string Format, ImportWindow Window), Guid> _windows = [];
    private readonly List<ShadowImport> _imports = [];
    private readonly Dictionary<ClaimSubject, ShadowClaim> _claims = [];

    public Task StageAsync(Guid import, string format, int first, IReadOnlyList<UsageLine> lines, CancellationToken cancellation) =>
        Run(() => _lines.AddRange(lines.Select((line, i) => new StandingLine(import, first + i, format, line))));

    public Task ApplyAsync(ShadowImport import, IReadOnlyList<ImportWindow> windows, CancellationToken cancellation) => Run(() =>
    {
        foreach (ImportWindow window in windows)
        {
            foreach ((string, ImportWindow) old in _windows.Where(pair => pair.Key.Format == import.Format && pair.Key.Window with { Project = "" } == window with { Project = "" }
                && pair.Value != import.Id && (pair.Key.Window.Project.Length == 0 || window.Project.Length == 0)).Select(pair => pair.Key).ToArray())
            {
                _windows.Remove(old);
            }

            _windows[(import.Format, window)] = import.Id;
        }

        _imports.Insert(0, import);
    });

    public Task<ShadowImport?> FindAsync(byte[] digest, string account, CancellationToken cancellation) => Get(() =>
        _imports.FirstOrDefault(import => import.Digest.AsSpan().SequenceEqual(digest) && import.Account == account && _windows.Values.Count(id => id == import.Id) == import.Windows));

    public Task<IReadOnlyList<ShadowImport>> ListAsync(CancellationToken cancellation) => Get<IReadOnlyList<ShadowImport>>(() => [.. _imports]);

    public Task<IReadOnlyList<StandingLine>> PageAsync(LineRange range, CancellationToken cancellation) => Get<IReadOnlyList<StandingLine>>(() =>
    [
        .. _lines.Where(line => Stands(line) && line.Line.Key.Day >= range.Since && line.Line.Key.Day < range.Until).OrderBy(line => line.Import).ThenBy(line => line.Number)
            .Where(line => (line.Import, line.Number).CompareTo((range.AfterImport, range.AfterNumber)) > 0).Take(range.Limit),
    ]);

    public Task<int> DropStaleAsync(DateTimeOffset before, CancellationToken cancellation) => Get(() => _lines.RemoveAll(line => !Stands(line) && _imports.Any(import => import.Id == line.Import)));

    public Task PutAsync(ShadowClaim claim, CancellationToken cancellation) => Run(() => _claims[claim.Subject] = claim);

    public Task<bool> RemoveAsync(ClaimSubject subject, CancellationToken cancellation) => Get(() => _claims.Remove(subject));

    public Task<IReadOnlyList<ShadowClaim>> ClaimsAsync(CancellationToken cancellation) => Get<IReadOnlyList<ShadowClaim>>(() =>
        [.. _claims.Values.OrderBy(claim => claim.Subject.Vendor, StringComparer.Ordinal).ThenBy(claim => claim.Subject.Account, StringComparer.Ordinal).ThenBy(claim => claim.Subject.Project, StringComparer.Ordinal).ThenBy(claim => claim.Subject.Key, StringComparer.Ordinal)]);

    private bool Stands(StandingLine line) =>
        _windows.TryGetValue((line.Format, new ImportWindow(line.Line.Key.Vendor, line.Line.Key.Account, line.Line.Key.Project, line.Line.Key.Day)), out Guid import) && import == line.Import;

    private Task<bool> Run(Action act) => Get(() =>
    {
        act();
        return true;
    });

    private Task<T> Get<T>(Func<T> act)
    {
        lock (_gate)
        {
            return Task.FromResult(act());
        }
    }
}
