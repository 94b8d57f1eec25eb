namespace Causeway.Architecture.Tests.Files;

/// <summary>The rules themselves: each one fails on a bad sample, and none on a good one.</summary>
public sealed class FileRulesTests
{
    [Fact]
    public void A_file_of_401_lines_is_too_long()
    {
        Assert.Empty(FileRules.TooLong("src/A.cs", string.Join('\n', Enumerable.Repeat("x", 400)) + "\n"));
        Assert.Single(FileRules.TooLong("src/A.cs", string.Join('\n', Enumerable.Repeat("x", 401)) + "\n"));
    }

    [Theory]
    [InlineData("// TODO later", 1)]
    [InlineData("// FIXME", 1)]
    [InlineData("Todo lists are fine, and so is MASTODON.", 0)]
    public void Something_left_for_later_is_found(string line, int found) => Assert.Equal(found, FileRules.LeftForLater("a", line).Count());

    [Theory]
    [InlineData("see /work/project/x", 1)]
    [InlineData("path=/root/.cache", 1)]
    [InlineData(@"C:\Users\someone", 1)]
    [InlineData("~/.config and ./work/items and https://example.com/home/page", 0)]
    public void A_path_of_one_machine_is_found(string line, int found) => Assert.Equal(found, FileRules.MachinePaths("a", line).Count());

    [Theory]
    [InlineData("\"resolved\": \"https://mirror.example/p.tgz\",", 1)]
    [InlineData("registry=https://mirror.example/", 1)]
    [InlineData("<add key=\"x\" value=\"https://api.nuget.org/v3/index.json\" />", 1)]
    [InlineData("\"resolved\": \"10.0.1\", \"url\": \"https://opencollective.com/x\"", 0)]
    public void The_host_of_a_package_registry_is_found(string line, int found) => Assert.Equal(found, FileRules.RegistryHosts("a", line).Count());

    [Fact]
    public void A_namespace_beside_its_folder_is_found()
    {
        Assert.Empty(FileRules.NamespaceIsNotTheFolder("src/Causeway.Wire/Sse/Reader.cs", "using System;\n\nnamespace Causeway.Wire.Sse;\n"));
        Assert.Single(FileRules.NamespaceIsNotTheFolder("src/Causeway.Wire/Sse/Reader.cs", "namespace Causeway.Wire;\n"));
        Assert.Empty(FileRules.NamespaceIsNotTheFolder("src/Causeway/Program.cs", "return 0;\n"));
    }

    [Fact]
    public void A_room_without_a_proper_readme_is_found()
    {
        Assert.Single(FileRules.ReadmeIsTooShort("src/A/README.md", null));
        Assert.Single(FileRules.ReadmeIsTooShort("src/A/README.md", "# A\n\nshort\n\n\n\n"));
        Assert.Empty(FileRules.ReadmeIsTooShort("src/A/README.md", "# A\n1\n2\n3\n4\n"));
    }

    [Fact]
    public void A_document_that_names_a_type_that_is_gone_is_found()
    {
        HashSet<string> known = ["PolicyRevision"];

        Assert.Empty(FileRules.UnknownNames("a.md", "`PolicyRevision` and `Kestrel` and `snake_case`\n```\n`GoneType`\n```\n", known));
        Assert.Single(FileRules.UnknownNames("a.md", "`PolicyRevision` and `GoneType`", known));
    }
}
