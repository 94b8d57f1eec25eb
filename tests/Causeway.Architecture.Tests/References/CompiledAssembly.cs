using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Causeway.Architecture.Tests.References;

/// <summary>What the compiler left in an assembly: what it really uses, whatever the project files say.</summary>
/// <param name="Project">The project that it was built from.</param>
/// <param name="Assemblies">Assemblies that it refers to.</param>
/// <param name="Types">Full names of foreign types that it uses.</param>
/// <param name="Members">Foreign members that it uses, as <c>Namespace.Type.Member</c>.</param>
internal sealed record CompiledAssembly(string Project, IReadOnlySet<string> Assemblies, IReadOnlySet<string> Types, IReadOnlySet<string> Members)
{
    public static CompiledAssembly Read(string project, string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        return new CompiledAssembly(
            project,
            metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)).ToHashSet(StringComparer.Ordinal),
            metadata.TypeReferences.Select(handle => NameOf(metadata, handle)).ToHashSet(StringComparer.Ordinal),
            metadata.MemberReferences
                .Select(metadata.GetMemberReference)
                .Where(member => member.Parent.Kind == HandleKind.TypeReference)
                .Select(member => $"{NameOf(metadata, (TypeReferenceHandle)member.Parent)}.{metadata.GetString(member.Name)}")
                .ToHashSet(StringComparer.Ordinal));
    }

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        TypeReference type = metadata.GetTypeReference(handle);
        string name = metadata.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{NameOf(metadata, (TypeReferenceHandle)type.ResolutionScope)}.{name}"
            : type.Namespace.IsNil ? name : $"{metadata.GetString(type.Namespace)}.{name}";
    }
}
