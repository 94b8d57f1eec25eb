using System.Xml.Linq;

namespace Causeway.Architecture.Tests.References;

public sealed class ReferenceTests
{
    public static TheoryData<string> Projects => [.. ReferenceTable.All.Select(allowed => allowed.Project)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_file_names_only_what_the_table_allows(string project) =>
        Violations.AssertNone(ReferenceRules.Violations(ProjectFile.Read(Repository.ProjectFile(project))));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_compiled_assembly_uses_only_what_the_table_allows(string project) =>
        Violations.AssertNone(ReferenceRules.Violations(CompiledAssembly.Read(project, Repository.Assembly(project))));

    [Fact]
    public void Every_product_project_is_in_the_table() => Assert.Equal(
        ReferenceTable.All.Select(allowed => allowed.Project).Order(),
        Repository.Files("src").Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension).Order());

    [Fact]
    public void Every_project_is_in_the_solution_so_that_nothing_is_left_unbuilt_and_untested()
    {
        string solution = File.ReadAllText(Path.Combine(Repository.Root, "Causeway.slnx"));

        IEnumerable<string> missing = Repository.Files("src").Concat(Repository.Files("tests"))
            .Where(path => path.EndsWith(".csproj", StringComparison.Ordinal) && !solution.Contains($"\"{path}\"", StringComparison.Ordinal));

        Violations.AssertNone(missing);
    }

    [Fact]
    public void The_acceptance_tests_know_the_house_only_from_outside() => Assert.All(
        XElement.Load(Path.Combine(Repository.Root, "tests/Causeway.Acceptance/Causeway.Acceptance.csproj")).Descendants("ProjectReference"),
        reference => Assert.Equal("false", (string?)reference.Attribute("ReferenceOutputAssembly")));
}
