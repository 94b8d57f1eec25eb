using System.CommandLine;
using System.Text;
using Causeway.Composition;
using Causeway.Configuration;
using Causeway.Configuration.Fields;
using Causeway.Storage.Moving;

namespace Causeway.Commands;

/// <summary>Stores as arguments name them: as the configuration does, or by what the configuration says.</summary>
internal sealed class StoreText(Surroundings surroundings)
{
    private const int MaxFileBytes = 64 << 10;

    public static Option<string?> Config() => new("--config") { HelpName = "FILE", Description = "The configuration whose store is meant where none is named. Default: ./causeway.yaml where it exists." };

    /// <summary>Reads <c>sqlite:PATH</c>, <c>postgres://…</c> with <c>${NAME}</c> in it, or <c>file:PATH</c> for a file that holds one.</summary>
    /// <param name="text">The argument.</param>
    /// <param name="option">Its name, for messages.</param>
    /// <param name="error">Where a warning goes.</param>
    /// <param name="problem">What is wrong with it; never holds a password.</param>
    public StorePlace? Read(string text, string option, TextWriter error, out string problem)
    {
        if (text.StartsWith(SecretFile.Prefix, StringComparison.Ordinal))
        {
            return ReadFile(text[SecretFile.Prefix.Length..], option, out problem);
        }

        string expanded = References.Expand(text, surroundings.Variable, out List<string> problems, out List<string> names);
        if (problems is [{ } first, ..])
        {
            problem = $"{option} {first}.";
            return null;
        }

        StorePlace? place = Parse(expanded, option, out problem, out bool hasPassword);
        if (hasPassword && names.Count == 0)
        {
            error.WriteLine($"warning: {option} holds a password, which every process of this machine can read. Write '${{NAME}}' in its place, in single quotes, or file:PATH for the whole.");
        }

        return place;
    }

    /// <summary>The store of a configuration; without one, that of "causeway up" without one.</summary>
    /// <param name="file">The file; null: <c>./causeway.yaml</c> where it exists.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static StorePlace? Configured(string? file, out string problem)
    {
        problem = "";
        file ??= File.Exists(Up.DefaultFile) ? Up.DefaultFile : null;
        if (file is null)
        {
            return new SqliteReference(Path.GetFullPath(Path.Combine(ServerSettings.DefaultDataDirectory, "causeway.db"))).Place;
        }

        ConfigurationResult read = ConfigurationFile.Load(file);
        problem = string.Join('\n', ConfigurationError.Lines(read.Errors));
        return read.Configuration?.Store.Place;
    }

    /// <summary>Whether an argument names a store and not a backup.</summary>
    public static bool IsStore(string text) =>
        text.StartsWith("sqlite:", StringComparison.Ordinal) || text.StartsWith("postgres:", StringComparison.Ordinal) || text.StartsWith("postgresql:", StringComparison.Ordinal)
        || text.StartsWith(SecretFile.Prefix, StringComparison.Ordinal) || text.StartsWith("${", StringComparison.Ordinal);

    private static StorePlace? ReadFile(string path, string option, out string problem)
    {
        try
        {
            FileInfo file = new(path);
            if (file.Length > MaxFileBytes)
            {
                problem = $"{option}: the file {path} is larger than 64KiB, so it holds no address.";
                return null;
            }

            return Parse(File.ReadAllText(path, Encoding.UTF8).TrimEnd('\r', '\n'), $"{option}: the content of {path}", out problem, out _);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problem = $"{option}: the file {path} cannot be read: {failure.Message}";
            return null;
        }
    }

    private static StorePlace? Parse(string text, string subject, out string problem, out bool hasPassword)
    {
        bool isSound = StoreReference.TryParse(text, Directory.GetCurrentDirectory(), out StoreReference? store, out problem);
        problem = isSound ? "" : $"{subject} {problem}. Write sqlite:PATH, postgres://USER:PASSWORD@HOST:PORT/DATABASE or file:PATH.";
        hasPassword = store is PostgresReference { Address.HasPassword: true };
        return store?.Place;
    }
}
