namespace Causeway.Architecture.Tests.References;

/// <summary>The rules themselves: each one fails on a bad sample, and none on a good one.</summary>
public sealed class ReferenceRulesTests
{
    [Theory]
    [InlineData("Causeway.Wire", "<ProjectReference Include=\"../Causeway.Budgets/Causeway.Budgets.csproj\" />", "references Causeway.Budgets")]
    [InlineData("Causeway.Shadow", "<ProjectReference Include=\"..\\Causeway.Releases\\Causeway.Releases.csproj\" />", "references Causeway.Releases")]
    [InlineData("Causeway.Budgets", "<PackageReference Include=\"Npgsql\" />", "references the package Npgsql")]
    [InlineData("Causeway.Contracts", "<FrameworkReference Include=\"Microsoft.AspNetCore.App\" />", "references the framework Microsoft.AspNetCore.App")]
    [InlineData("Causeway.Storage", "<ProjectReference Include=\"../Causeway.Gateway/Causeway.Gateway.csproj\" />", "references Causeway.Gateway")]
    [InlineData("Causeway.Storage", "<FrameworkReference Include=\"Microsoft.AspNetCore.App\" />", "references the framework")]
    [InlineData("Causeway.Gateway", "<ProjectReference Include=\"../Causeway.Storage/Causeway.Storage.csproj\" />", "references Causeway.Storage")]
    [InlineData("Causeway.Gateway", "<PackageReference Include=\"YamlDotNet\" />", "references the package YamlDotNet")]
    [InlineData("Causeway.Simulator", "<ProjectReference Include=\"../Causeway.Wire/Causeway.Wire.csproj\" />", "references Causeway.Wire")]
    [InlineData("Causeway.Console", "<ProjectReference Include=\"../Causeway/Causeway.csproj\" />", "references Causeway")]
    public void An_arrow_outside_the_table_is_found_in_a_project_file(string project, string item, string complaint)
    {
        var file = ProjectFile.Parse(project, $"<Project><ItemGroup>{item}</ItemGroup></Project>");

        Assert.Contains(complaint, Assert.Single(ReferenceRules.Violations(file)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Causeway.Gateway", "<ProjectReference Include=\"../Causeway.Wire/Causeway.Wire.csproj\" /><FrameworkReference Include=\"Microsoft.AspNetCore.App\" />")]
    [InlineData("Causeway.Storage", "<ProjectReference Include=\"../Causeway.Budgets/Causeway.Budgets.csproj\" /><PackageReference Include=\"Npgsql\" />")]
    [InlineData("Causeway", "<ProjectReference Include=\"../Causeway.Storage/Causeway.Storage.csproj\" /><PackageReference Include=\"YamlDotNet\" />")]
    public void An_arrow_of_the_table_is_not_complained_about(string project, string items) =>
        Assert.Empty(ReferenceRules.Violations(ProjectFile.Parse(project, $"<Project><ItemGroup>{items}</ItemGroup></Project>")));

    [Theory]
    [InlineData("System.DateTimeOffset.get_UtcNow")]
    [InlineData("System.Environment.GetEnvironmentVariable")]
    [InlineData("System.Net.Http.HttpClient")]
    [InlineData("System.IO.File.ReadAllText")]
    public void A_room_that_reaches_outside_is_found_in_what_was_compiled(string use)
    {
        CompiledAssembly sample = CompiledAssembly.Read("Causeway.Wire", typeof(ReferenceRulesTests).Assembly.Location);

        Assert.Contains(ReferenceRules.Violations(sample), violation => violation == $"Causeway.Wire uses {use}");
    }

    [Theory]
    [InlineData("Causeway.Wire", "Causeway.Budgets", "System.Object")]
    [InlineData("Causeway.Gateway", "Causeway.Storage", "System.Object")]
    [InlineData("Causeway.Simulator", "Causeway.Wire", "System.Object")]
    [InlineData("Causeway.Storage", "Npgsql", "Microsoft.AspNetCore.Http.HttpContext")]
    [InlineData("Causeway.Gateway", "Microsoft.Data.Sqlite", "Microsoft.Data.Sqlite.SqliteConnection")]
    [InlineData("Causeway.Gateway", "YamlDotNet", "YamlDotNet.Core.Parser")]
    [InlineData("Causeway.Budgets", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Logging.ILogger")]
    public void A_forbidden_assembly_or_type_is_found_in_what_was_compiled(string project, string assembly, string type) =>
        Assert.Single(ReferenceRules.Violations(new CompiledAssembly(project, Set(assembly), Set(type), Set())));

    [Fact]
    public void A_project_that_is_not_in_the_table_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => ReferenceRules.Violations(new ProjectFile("Causeway.Common", [], [], [])).ToArray());

    private static HashSet<string> Set(params string[] names) => [.. names];

    /// <summary>Never run: it is there to be compiled.</summary>
    private static class ReachesOutside
    {
        public static string Reach()
        {
            using HttpClient client = new();
            return File.ReadAllText("x") + Environment.GetEnvironmentVariable("HOME") + DateTimeOffset.UtcNow.ToString("O") + client.Timeout;
        }
    }
}
