using System.CommandLine;

namespace Causeway.Commands;

/// <summary>Where the server is and what speaks for the caller there. The token is never an argument: those are seen by every process.</summary>
internal sealed record Connection(Uri Server, string Token)
{
    public const string UrlVariable = "CAUSEWAY_URL";
    public const string TokenVariable = "CAUSEWAY_TOKEN";
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>Where the token came from, for messages.</summary>
    public string Source { get; init; } = TokenVariable;

    /// <summary>As it is written in messages and base URLs: no slash at the end.</summary>
    public string Address => Server.AbsoluteUri.TrimEnd('/');

    /// <summary>Puts options before variables before defaults.</summary>
    /// <returns>The connection, or what is wrong and what to do: exactly one of the two.</returns>
    public static (Connection? Connection, string? Problem) Of(string? url, FileInfo? tokenFile, Surroundings surroundings)
    {
        (Uri? server, string? problem) = ServerOf(url, surroundings);
        if (server is null)
        {
            return (null, problem);
        }

        (string? token, problem) = Read(tokenFile, surroundings);
        string source = tokenFile is null ? TokenVariable : tokenFile.FullName;
        if (problem is null && tokenFile is null && token is not { Length: > 0 })
        {
            (token, problem) = OfSession(server, surroundings);
            source = "causeway login";
        }

        if (problem is not null)
        {
            return (null, problem);
        }

        return token!.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? (null, $"The token from {source} holds characters that no token has.\n  Copy it again, as one line.")
            : (new Connection(server, token!) { Source = source }, null);
    }

    /// <summary>The server alone: for what needs no token.</summary>
    /// <returns>The server, or what is wrong and what to do: exactly one of the two.</returns>
    public static (Uri? Server, string? Problem) ServerOf(string? url, Surroundings surroundings)
    {
        (string text, string source) = url is not null ? (url, "--url") : surroundings.Variable(UrlVariable) is { Length: > 0 } variable ? (variable, UrlVariable) : (DefaultUrl, "");
        return !Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? server) || server.Scheme is not ("http" or "https") || server.UserInfo.Length > 0 || server.Query.Length > 0
            ? (null, $"{source} is \"{Admin.Printable.Cut(text)}\", which is not an address.\n  Write it like {DefaultUrl}")
            : (server, null);
    }

    private static (string? Token, string? Problem) OfSession(Uri server, Surroundings surroundings)
    {
        string address = server.AbsoluteUri.TrimEnd('/');
        (KeptSession? session, string? problem) = surroundings.Sessions?.Find(server) ?? (null, null);
        return problem is not null ? (null, problem)
            : session is null ? (null, $"There is no token, and nobody is signed in at {address}.\n  Sign in with: causeway login\n  Or set {TokenVariable} to the one that \"causeway up\" printed at its first start, or to \"admin.token\" of the configuration,\n  or name a file that holds it: --token-file FILE")
            : surroundings.Time.GetUtcNow() >= session.ExpiresAt ? (null, $"Your session at {address} ended at {session.ExpiresAt:u}.\n  Sign in again: causeway login")
            : (session.Token, null);
    }

    private static (string? Token, string? Problem) Read(FileInfo? file, Surroundings surroundings)
    {
        if (file is null)
        {
            return (surroundings.Variable(TokenVariable)?.Trim(), null);
        }

        try
        {
            return (File.ReadAllText(file.FullName).Trim(), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"The token file {file.FullName} cannot be read: {failure.Message}");
        }
    }
}

/// <summary>The options that every client of a server has.</summary>
internal sealed record ConnectionOptions
{
    public Option<string?> Url { get; } = new("--url") { HelpName = "URL", Description = $"The server. Default: {Connection.UrlVariable}, else {Connection.DefaultUrl}" };

    public Option<FileInfo?> TokenFile { get; } = new("--token-file") { HelpName = "FILE", Description = $"A file with a token. Default: {Connection.TokenVariable}, else the session of causeway login" };

    public Option<bool> Json { get; } = new("--json") { Description = "Print the API's answer as it is." };
}
