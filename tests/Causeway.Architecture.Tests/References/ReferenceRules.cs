namespace Causeway.Architecture.Tests.References;

/// <summary>Says which references are forbidden, one sentence each.</summary>
internal static class ReferenceRules
{
    private const string AspNetFramework = "Microsoft.AspNetCore.App";

    // Analyzers and generators run in the compiler and leave nothing behind.
    private static readonly string[] s_aspNet = ["Microsoft.AspNetCore", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Logging"];

    private static readonly string[] s_database = ["System.Data", "Microsoft.Data", "Npgsql", "DbUp", "SQLitePCL"];

    private static readonly string[] s_pureNeverUses =
    [
        "System.Net.Http", "System.Net.Sockets", "System.IO.File.", "System.IO.Directory.", "System.Diagnostics.Process",
        "System.Environment.GetEnvironmentVariable", "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTimeOffset.get_Now",
        "System.DateTimeOffset.get_UtcNow", "System.TimeProvider.get_System", "System.Diagnostics.Stopwatch", "System.Console.", .. s_aspNet, .. s_database,
    ];

    public static IEnumerable<string> Violations(ProjectFile project)
    {
        AllowedReferences allowed = ReferenceTable.For(project.Name);
        foreach (string other in project.Projects.Except(allowed.Projects))
        {
            yield return $"{project.Name}.csproj references {other}";
        }

        foreach (string package in project.Packages.Except(allowed.Packages ?? project.Packages))
        {
            yield return $"{project.Name}.csproj references the package {package}";
        }

        foreach (string framework in project.Frameworks.Where(framework => !(allowed.AspNet && framework == AspNetFramework)))
        {
            yield return $"{project.Name}.csproj references the framework {framework}";
        }
    }

    public static IEnumerable<string> Violations(CompiledAssembly compiled)
    {
        AllowedReferences allowed = ReferenceTable.For(compiled.Project);
        foreach (string other in compiled.Assemblies.Where(IsOurs).Except(allowed.Projects))
        {
            yield return $"{compiled.Project} is compiled against {other}";
        }

        string[] neverUses =
        [
            .. allowed.Pure ? s_pureNeverUses : [],
            .. allowed.AspNet ? [] : s_aspNet[..1],
            .. allowed.Project is ReferenceTable.Composer or "Causeway.Storage" ? [] : s_database,
            .. allowed.Project is ReferenceTable.Composer ? [] : (string[])["YamlDotNet", "Spectre.Console", "System.CommandLine"],
        ];
        foreach (string use in compiled.Types.Concat(compiled.Members).Where(use => neverUses.Any(prefix => use.StartsWith(prefix, StringComparison.Ordinal))))
        {
            yield return $"{compiled.Project} uses {use}";
        }
    }

    private static bool IsOurs(string assembly) => assembly.StartsWith("Causeway.", StringComparison.Ordinal) || assembly == "causeway";
}
