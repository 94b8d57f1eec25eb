using System.Xml.Linq;

namespace Causeway.Architecture.Tests.References;

/// <summary>What a project file says that it references.</summary>
internal sealed record ProjectFile(string Name, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages, IReadOnlyList<string> Frameworks)
{
    public static ProjectFile Read(string path) => Parse(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path));

    public static ProjectFile Parse(string name, string xml)
    {
        XElement root = XElement.Parse(xml);
        return new ProjectFile(
            name,
            [.. Includes(root, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))],
            [.. Includes(root, "PackageReference")],
            [.. Includes(root, "FrameworkReference")]);
    }

    private static IEnumerable<string> Includes(XElement root, string item) => root.Descendants(item).Select(element => element.Attribute("Include")!.Value);
}
