using System.Collections.Frozen;

namespace Causeway.Contracts.Dialects;

/// <summary>The profiles shipped with Causeway, one file each.</summary>
public static class DialectCatalogue
{
    private const string Prefix = "dialects/";
    private static readonly Lazy<DialectProfile[]> s_all = new(ReadAll);
    private static readonly Lazy<FrozenDictionary<string, DialectProfile>> s_byName = new(() => s_all.Value
        .SelectMany(profile => profile.Aliases.Prepend(profile.Name).Select(name => KeyValuePair.Create(name, profile)))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase));

    /// <summary>All, by name.</summary>
    public static IReadOnlyList<DialectProfile> All => s_all.Value;

    /// <summary>The dialect of that name or alias; null: there is none.</summary>
    public static DialectProfile? Find(string name) => s_byName.Value.GetValueOrDefault(name);

    private static DialectProfile[] ReadAll()
    {
        System.Reflection.Assembly assembly = typeof(DialectCatalogue).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using Stream file = assembly.GetManifestResourceStream(name)!;
                byte[] bytes = new byte[file.Length];
                file.ReadExactly(bytes);
                return ProfileReader.Read(bytes);
            })];
    }
}
