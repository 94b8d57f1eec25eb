using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Causeway.Architecture.Tests.Files;

/// <summary>The names that documents may use in backticks: what the product defines, and what it uses of the platform.</summary>
internal static class DefinedNames
{
    public static IReadOnlySet<string> Of(IEnumerable<string> assemblies)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in assemblies)
        {
            using var file = new PEReader(File.OpenRead(path));
            MetadataReader metadata = file.GetMetadataReader();
            names.UnionWith(metadata.TypeDefinitions.Select(handle => Bare(metadata.GetString(metadata.GetTypeDefinition(handle).Name))));
            names.UnionWith(metadata.TypeReferences.Select(handle => Bare(metadata.GetString(metadata.GetTypeReference(handle).Name))));
            names.UnionWith(metadata.MemberReferences.Select(handle => WithoutAccessor(metadata.GetString(metadata.GetMemberReference(handle).Name))));
            names.UnionWith(metadata.MethodDefinitions.Select(handle => metadata.GetString(metadata.GetMethodDefinition(handle).Name)));
            names.UnionWith(metadata.PropertyDefinitions.Select(handle => metadata.GetString(metadata.GetPropertyDefinition(handle).Name)));
            names.UnionWith(metadata.FieldDefinitions.Select(handle => metadata.GetString(metadata.GetFieldDefinition(handle).Name)));
        }

        return names;
    }

    private static string WithoutAccessor(string name) => name.StartsWith("get_", StringComparison.Ordinal) || name.StartsWith("set_", StringComparison.Ordinal) ? name[4..] : name;

    private static string Bare(string name) => name.Split('`')[0];
}
