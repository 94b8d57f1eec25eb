using System.Security.Cryptography;
using System.Text;

namespace Causeway.Storage;

/// <summary>A numbered script and the SHA-256 of its text.</summary>
internal sealed record Migration(string Name, string Text, byte[] Sha256)
{
    /// <summary>The scripts of one engine in their order.</summary>
    /// <param name="prefix">What the names of its resources begin with.</param>
    public static List<Migration> Embedded(string prefix)
    {
        var migrations = new List<Migration>();
        foreach (string resource in typeof(Migration).Assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            using Stream stream = typeof(Migration).Assembly.GetManifestResourceStream(resource)!;
            byte[] text = new byte[stream.Length];
            stream.ReadExactly(text);
            migrations.Add(new Migration(resource[prefix.Length..], Encoding.UTF8.GetString(text), SHA256.HashData(text)));
        }

        migrations.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return migrations;
    }

    /// <summary>Compares what a store was made by with what this program has.</summary>
    /// <exception cref="StoreUnavailableException">A newer Causeway made it, or a script was changed.</exception>
    public static void Compare(List<Migration> known, List<(string Script, byte[] Sha256)> applied, string place)
    {
        foreach ((string script, byte[] sha256) in applied)
        {
            Migration? migration = known.Find(candidate => candidate.Name == script)
                ?? throw new StoreUnavailableException(
                    $"The store {place} was written by a newer Causeway: it holds the schema step {script}, which this version does not know. "
                    + "Start the newer version, or put a backup from before the upgrade in its place.");
            if (!sha256.AsSpan().SequenceEqual(migration.Sha256))
            {
                throw new StoreUnavailableException(
                    $"The store {place} was made by a different text of the schema step {script} than this version has (SHA-256 "
                    + $"{Convert.ToHexStringLower(sha256)}, expected {Convert.ToHexStringLower(migration.Sha256)}). Start the version that "
                    + "made it, or put a backup of this version in its place.");
            }
        }
    }

    /// <summary>Says no to a store that has not taken every step.</summary>
    /// <exception cref="StoreUnavailableException">An older Causeway made it, or nobody has.</exception>
    public static void RequireAll(List<Migration> known, List<(string Script, byte[] Sha256)> applied, string place)
    {
        if (Missing(known, applied) is [{ } first, ..] missing)
        {
            throw new StoreUnavailableException(
                applied.Count == 0
                    ? $"The store {place} is empty. Name one that was started once."
                    : $"The store {place} is of an older Causeway: it lacks {missing.Count} schema {(missing.Count == 1 ? "step" : "steps")}, {first.Name} first. Start this version on it once "
                    + "(causeway up) and end it again, or use the version that wrote it.");
        }
    }

    /// <summary>The steps that a store has not taken, by their names: which were taken does not follow from how many.</summary>
    public static List<Migration> Missing(List<Migration> known, List<(string Script, byte[] Sha256)> applied) =>
        known.FindAll(migration => !applied.Exists(step => step.Script == migration.Name));
}
