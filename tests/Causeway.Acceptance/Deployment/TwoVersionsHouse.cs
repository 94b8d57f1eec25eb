using Causeway.Acceptance.Books;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Deployment;

/// <summary>Processes of two versions on one PostgreSQL server, whose schema the older one made.</summary>
internal sealed class TwoVersionsHouse : FleetHouse, IAsyncDisposable
{
    private string _program = Older;

    /// <summary>The executable of the version before: <c>eng/side-by-side</c> builds and names it.</summary>
    private static string Older => System.Environment.GetEnvironmentVariable("CAUSEWAY_OLDER") is { Length: > 0 } named
        ? Path.GetFullPath(named)
        : throw new InvalidOperationException("CAUSEWAY_OLDER does not name the executable of an older version. Run eng/side-by-side REVISION, which builds it.");

    private protected override string Running => _program;

    async ValueTask IAsyncDisposable.DisposeAsync() => await CloseFleetAsync();

    /// <summary>What starts from now on is the version under test.</summary>
    internal void StartNewer() => _program = Executable.Path;
}
