using Causeway.Architecture.Tests.References;

namespace Causeway.Architecture.Tests.Files;

public sealed class FileTests
{
    private static readonly string[] s_text =
        [".cs", ".csproj", ".props", ".slnx", ".md", ".json", ".yaml", ".yml", ".mjs", ".ts", ".tsx", ".txt", ".sql", ".sh", ".service", ".cfg", ".conf", ".tpl", ".npmrc", "/Dockerfile", "/test", "/run", "/package"];

    [Fact]
    public void No_source_file_is_too_long() => Check(FileRules.TooLong, Sources("src"));

    [Fact]
    public void Nothing_is_left_for_later() => Check(FileRules.LeftForLater, Texts());

    [Fact]
    public void No_file_names_a_path_of_one_machine() => Check(FileRules.MachinePaths, Texts());

    [Fact]
    public void No_file_names_the_host_of_a_package_registry() => Check(FileRules.RegistryHosts, Texts());

    [Fact]
    public void A_namespace_is_its_folder() => Check(FileRules.NamespaceIsNotTheFolder, Sources("src").Concat(Sources("tests")));

    [Fact]
    public void Every_room_says_at_its_door_what_it_is_for() => Violations.AssertNone(
        from allowed in ReferenceTable.All
        let path = $"src/{allowed.Project}/README.md"
        let file = Path.Combine(Repository.Root, path)
        from violation in FileRules.ReadmeIsTooShort(path, File.Exists(file) ? File.ReadAllText(file) : null)
        select violation);

    [Fact]
    public void Documents_name_only_what_exists()
    {
        IReadOnlySet<string> known = DefinedNames.Of(ReferenceTable.All.Select(allowed => Repository.Assembly(allowed.Project)));

        // Those of the product: tests and benchmarks speak of their own types too.
        Check(
            (path, text) => FileRules.UnknownNames(path, text, known),
            Repository.Files().Where(path => path.EndsWith(".md", StringComparison.Ordinal) && !path.StartsWith("bench/", StringComparison.Ordinal) && !path.StartsWith("tests/", StringComparison.Ordinal)));
    }

    // The rule files and their bad samples hold what they look for.
    private static IEnumerable<string> Texts() =>
        Repository.Files().Where(path => s_text.Any(end => path.EndsWith(end, StringComparison.Ordinal)) && !path.StartsWith("tests/Causeway.Architecture.Tests/Files/", StringComparison.Ordinal));

    private static IEnumerable<string> Sources(string folder) => Repository.Files(folder).Where(path => path.EndsWith(".cs", StringComparison.Ordinal));

    private static void Check(Func<string, string, IEnumerable<string>> rule, IEnumerable<string> paths)
    {
        string[] checkedPaths = [.. paths];

        Assert.NotEmpty(checkedPaths);
        Violations.AssertNone(checkedPaths.SelectMany(path => rule(path, File.ReadAllText(Path.Combine(Repository.Root, path)))));
    }
}
