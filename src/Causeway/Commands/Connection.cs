using System.CommandLine;

namespace Causeway.Commands;

/// <summary>Where the server is and what speaks for the administrator there. The token is never an argument: those are seen by every process.</summary>
internal sealed record Connection(Uri Server, string Token)
{
    public const string UrlVariable = "CAUSEWAY_URL";
    public const string TokenVariable = "CAUSEWAY_TOKEN";
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>As it is written in messages and base URLs: no slash at the end.</summary>
    public string Address => Server.AbsoluteUri.TrimEnd('/');

    /// <summary>Puts options before variables before defaults.</summary>
    /// <returns>The connection, or what is wrong and what to do: exactly one of the two.</returns>
    public static (Connection? Connection, string? Problem) Of(string? url, FileInfo? tokenFile, Surroundings surroundings)
    {
        (string text, string source) = url is not null ? (url, "--url") : surroundings.Variable(UrlVariable) is { Length: > 0 } variable ? (variable, UrlVariable) : (DefaultUrl, "");
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? server) || server.Scheme is not ("http" or "https") || server.UserInfo.Length > 0 || server.Query.Length > 0)
        {
            return (null, $"{source} is \"{Admin.Printable.Cut(text)}\", which is not an address.\n  Write it like {DefaultUrl}");
        }

        (string? token, string? problem) = Read(tokenFile, surroundings);
        if (problem is not null)
        {
            return (null, problem);
        }

        if (token is not { Length: > 0 })
        {
            return (null, $"There is no administrator's token.\n  Set {TokenVariable} to the one that \"causeway up\" printed at its first start, or to \"admin.token\" of the configuration,\n  or name a file that holds it: --token-file FILE");
        }

        return token.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? (null, $"The token from {(tokenFile is null ? TokenVariable : tokenFile.FullName)} holds characters that no token has.\n  Copy it again, as one line.")
            : (new Connection(server, token), null);
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

    public Option<FileInfo?> TokenFile { get; } = new("--token-file") { HelpName = "FILE", Description = $"A file with the administrator's token. Default: {Connection.TokenVariable}" };

    public Option<bool> Json { get; } = new("--json") { Description = "Print the API's answer as it is." };
}
