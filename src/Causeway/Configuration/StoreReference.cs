using Causeway.Storage;
using Causeway.Storage.Moving;
using Causeway.Storage.Postgres;
using Causeway.Storage.Sqlite;

namespace Causeway.Configuration;

/// <summary>Where state is kept.</summary>
/// <param name="DataDirectory">The folder of what is kept in files: the master keys, and SQLite's own. It need not exist yet.</param>
internal abstract record StoreReference(string DataDirectory)
{
    /// <summary>What a file that names no store gets.</summary>
    public const string Default = "sqlite:causeway-data/causeway.db";

    /// <summary>The default below a folder.</summary>
    public static StoreReference DefaultIn(string folder) => new SqliteReference(Path.GetFullPath(Default["sqlite:".Length..], folder));

    /// <summary>Reads <c>sqlite:PATH</c> or <c>postgres://…</c>.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="folder">The folder that a relative path starts from: the configuration file's own.</param>
    /// <param name="store">The store, when the text names one.</param>
    /// <param name="problem">What is wrong, when it does not.</param>
    public static bool TryParse(string text, string folder, out StoreReference? store, out string problem)
    {
        store = null;
        if (text.StartsWith("postgres:", StringComparison.Ordinal) || text.StartsWith("postgresql:", StringComparison.Ordinal))
        {
            if (PostgresAddress.TryParse(text, out PostgresAddress? address, out problem))
            {
                store = new PostgresReference(address!, DefaultIn(folder).DataDirectory);
            }
        }
        else if (SqliteReference.TryParse(text, folder, out SqliteReference? file, out problem))
        {
            store = file;
        }

        return store is not null;
    }

    /// <summary>Its rows, for what works on the store itself.</summary>
    public abstract StorePlace Place { get; }

    /// <summary>Opens it.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be used.</exception>
    public abstract Task<IStore> OpenAsync(TimeProvider time, CancellationToken cancellation);

    /// <summary>Looks it over and changes nothing.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be used.</exception>
    public abstract Task<string> ExamineAsync(CancellationToken cancellation);
}

/// <summary>One SQLite file.</summary>
/// <param name="File">Full path of the database file; its folder need not exist yet.</param>
internal sealed record SqliteReference(string File) : StoreReference(Path.GetDirectoryName(File)!)
{
    /// <summary>Reads <c>sqlite:PATH</c>.</summary>
    public static bool TryParse(string text, string folder, out SqliteReference? store, out string problem)
    {
        const string Prefix = "sqlite:";
        store = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            problem = "does not start with \"sqlite:\" or \"postgres://\"";
            return false;
        }

        string path = text[Prefix.Length..];
        problem = path switch
        {
            "" => "names no file",
            ":memory:" => "would forget every booking at the end of the process; name a file",
            _ when path.Contains('\0') => "has a NUL character in its path",
            _ when path.EndsWith('/') => "names a folder; name a file",
            _ when path.StartsWith("//", StringComparison.Ordinal) => "has slashes like a URL; write \"sqlite:/FOLDER/FILE\" or \"sqlite:FILE\"",
            _ when path.Contains('?') => "has parameters; a path alone is read",
            _ => "",
        };
        if (problem.Length > 0)
        {
            return false;
        }

        store = new SqliteReference(Path.GetFullPath(path, folder));
        return true;
    }

    public override StorePlace Place => StorePlace.Sqlite(File);

    public override async Task<IStore> OpenAsync(TimeProvider time, CancellationToken cancellation) => await SqliteStore.OpenAsync(File, time, cancellation);

    public override Task<string> ExamineAsync(CancellationToken cancellation) => SqliteStore.ExamineAsync(File, cancellation);

    public override string ToString() => "sqlite:" + File;
}

/// <summary>A PostgreSQL database.</summary>
internal sealed record PostgresReference(PostgresAddress Address, string DataDirectory) : StoreReference(DataDirectory)
{
    public override StorePlace Place => StorePlace.Postgres(Address);

    public override async Task<IStore> OpenAsync(TimeProvider time, CancellationToken cancellation) => await PostgresStore.OpenAsync(Address, time, cancellation);

    public override Task<string> ExamineAsync(CancellationToken cancellation) => PostgresStore.ExamineAsync(Address, cancellation);

    public override string ToString() => Address.ToString();
}
