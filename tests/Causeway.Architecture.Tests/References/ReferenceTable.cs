namespace Causeway.Architecture.Tests.References;

/// <summary>What a project may see. An arrow that is not in the table is refused.</summary>
/// <param name="Project">The project.</param>
/// <param name="Projects">The projects that it may reference.</param>
/// <param name="Packages">The packages that it may reference; null: any.</param>
/// <param name="AspNet">Whether it may see ASP.NET.</param>
/// <param name="Pure">Whether it does no I/O of its own: no client, no database, no logger, no environment, no clock but <see cref="TimeProvider"/>.</param>
internal sealed record AllowedReferences(string Project, IReadOnlyList<string> Projects, IReadOnlyList<string>? Packages, bool AspNet, bool Pure);

/// <summary>Who may see whom: the rules of docs/architecture.md as data.</summary>
internal static class ReferenceTable
{
    /// <summary>The only project that composes; nothing references it.</summary>
    public const string Composer = "Causeway";

    private static readonly string[] s_rooms = ["Causeway.Wire", "Causeway.Contracts", "Causeway.Budgets", "Causeway.Releases", "Causeway.Shadow"];

    public static IReadOnlyList<AllowedReferences> All { get; } =
    [
        .. s_rooms.Select(room => new AllowedReferences(room, [], [], AspNet: false, Pure: true)),
        new("Causeway.Storage", s_rooms, ["Microsoft.Data.Sqlite", "dbup-sqlite", "Npgsql", "dbup-postgresql"], AspNet: false, Pure: false),
        new("Causeway.Gateway", s_rooms, ["Microsoft.IdentityModel.JsonWebTokens", "Microsoft.ML.Tokenizers", "Microsoft.ML.Tokenizers.Data.O200kBase", "Polly.Core", "ZiggyCreatures.FusionCache"], AspNet: true, Pure: false),
        new("Causeway.Simulator", [], [], AspNet: true, Pure: false),
        new("Causeway.Console", [], [], AspNet: true, Pure: false),
        new(Composer, [.. s_rooms, "Causeway.Storage", "Causeway.Gateway", "Causeway.Simulator", "Causeway.Console"], Packages: null, AspNet: true, Pure: false),
    ];

    /// <exception cref="InvalidOperationException">The project is not in the table: an eleventh room needs a decision record first.</exception>
    public static AllowedReferences For(string project) =>
        All.FirstOrDefault(allowed => allowed.Project == project)
        ?? throw new InvalidOperationException($"{project} is not in the table of references; docs/decisions says why there are ten projects.");
}
