using System.Text.Json;
using Causeway.Admin;

namespace Causeway.Commands;

/// <summary>
/// The sessions of a person at the servers that they signed in to, in one file of their own directory that nobody else can read: <c>sessions.json</c>, mode 0600. The tokens in it
/// are never printed.
/// </summary>
/// <param name="directory">The person's directory for the command line's files.</param>
internal sealed class SessionFile(string directory)
{
    private const int MaxBytes = 1 << 20;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Where it is.</summary>
    public string Place { get; } = Path.Combine(directory, "sessions.json");

    /// <summary>The directory as the environment says it: <c>CAUSEWAY_CONFIG_DIR</c>, else where the system keeps such files; null: it says nothing.</summary>
    public static string? DirectoryOf(Func<string, string?> variable) =>
        variable("CAUSEWAY_CONFIG_DIR") is { Length: > 0 } own ? own
        : variable("XDG_CONFIG_HOME") is { Length: > 0 } configuration ? Path.Combine(configuration, "causeway")
        : OperatingSystem.IsWindows() && variable("APPDATA") is { Length: > 0 } roaming ? Path.Combine(roaming, "causeway")
        : variable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".config", "causeway")
        : null;

    /// <summary>The session at a server.</summary>
    /// <returns>The session, or null; and what is wrong with the file, or null.</returns>
    public (KeptSession? Session, string? Problem) Find(Uri server)
    {
        (SessionBook book, string? problem) = Read();
        return (book.Servers.GetValueOrDefault(NameOf(server)), problem);
    }

    /// <summary>Keeps a session in place of the one before.</summary>
    /// <returns>What is wrong; null: it is kept.</returns>
    public string? Put(Uri server, KeptSession session) => Change(servers => servers[NameOf(server)] = session);

    /// <summary>Forgets the session at a server.</summary>
    /// <returns>What is wrong; null: there is none any more.</returns>
    public string? Remove(Uri server) => Change(servers => servers.Remove(NameOf(server)));

    private static string NameOf(Uri server) => server.AbsoluteUri.TrimEnd('/');

    private string? Change(Action<Dictionary<string, KeptSession>> change)
    {
        (SessionBook book, string? problem) = Read();
        if (problem is not null)
        {
            return problem;
        }

        var servers = new Dictionary<string, KeptSession>(book.Servers);
        change(servers);
        try
        {
            Write(JsonSerializer.SerializeToUtf8Bytes(new SessionBook(servers), AdminJson.Api.SessionBook));
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"{Place} cannot be written: {failure.Message}";
        }
    }

    private (SessionBook Book, string? Problem) Read()
    {
        try
        {
            if (!File.Exists(Place))
            {
                return (SessionBook.Empty, null);
            }

            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(Place) & Others) != UnixFileMode.None)
            {
                return (SessionBook.Empty, $"{Place} can be read by others: whoever read it can do what you can.\n  causeway logout at each server, or: rm {Place}; then causeway login");
            }

            using FileStream file = File.OpenRead(Place);
            return file.Length > MaxBytes ? (SessionBook.Empty, NoBook()) : (JsonSerializer.Deserialize(file, AdminJson.Api.SessionBook) ?? SessionBook.Empty, null);
        }
        catch (JsonException)
        {
            return (SessionBook.Empty, NoBook());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (SessionBook.Empty, $"{Place} cannot be read: {failure.Message}");
        }
    }

    private string NoBook() => $"{Place} is not what this program wrote.\n  Take it away and sign in again: rm {Place}; causeway login";

    private void Write(byte[] content)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, PrivateFile.Own | UnixFileMode.UserExecute);
        }

        PrivateFile.Replace(Place, content);
    }
}

/// <summary>What the file holds.</summary>
/// <param name="Servers">By the addresses of the servers.</param>
internal sealed record SessionBook(IReadOnlyDictionary<string, KeptSession> Servers)
{
    public static SessionBook Empty { get; } = new(new Dictionary<string, KeptSession>());
}

/// <summary>A session at a server.</summary>
/// <param name="Token">A secret.</param>
/// <param name="Name">Whose it is.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
internal sealed record KeptSession(string Token, string Name, DateTimeOffset ExpiresAt)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => $"session of {Name} until {ExpiresAt:u}";
}
