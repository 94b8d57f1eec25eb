using System.CommandLine;
using System.Net;

namespace Causeway.Commands;

/// <summary><c>causeway logout</c>: ends the session at the server, and forgets it here.</summary>
internal sealed class LogoutCommand : Command
{
    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options = new();

    public LogoutCommand(Surroundings surroundings)
        : base("logout", "Sign out: the session ends at the server and is forgotten here.")
    {
        _surroundings = surroundings;
        Add(_options.Url);
        this.WithExamples("causeway logout", "causeway logout --url https://causeway.company.example");
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        (Uri? server, string? problem) = Connection.ServerOf(parsed.GetValue(_options.Url), _surroundings);
        if (server is null)
        {
            await error.WriteLineAsync(problem);
            return ExitCodes.Usage;
        }

        string address = server.AbsoluteUri.TrimEnd('/');
        KeptSession? session = null;
        if (_surroundings.Sessions is { } sessions)
        {
            (session, problem) = sessions.Find(server);
            problem ??= session is null ? null : sessions.Remove(server);
        }

        if (problem is not null)
        {
            await error.WriteLineAsync(problem);
            return ExitCodes.Failed;
        }

        if (session is null)
        {
            await output.WriteLineAsync($"Nobody is signed in at {address}.");
            return ExitCodes.Ok;
        }

        return await EndAsync(server, session, output, error, cancellation);
    }

    private static async Task<int> EndAsync(Uri server, KeptSession session, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var connection = new Connection(server, session.Token);
        using var client = new AdminClient(server, session.Token);
        try
        {
            AdminReply reply = await client.SendAsync(new AdminRequest(HttpMethod.Delete, "/session"), cancellation);
            if (reply.Succeeded || reply.Status == HttpStatusCode.Unauthorized) // Over already.
            {
                await output.WriteLineAsync($"Signed out: {Admin.Printable.Of(session.Name)} at {connection.Address}.");
                return ExitCodes.Ok;
            }

            await error.WriteLineAsync(ProblemText.Of(reply, connection, source: null));
        }
        catch (ServerUnreachableException failure)
        {
            await error.WriteLineAsync(ProblemText.Of(failure, connection));
        }

        await error.WriteLineAsync($"The session is forgotten here; at the server it ends at {session.ExpiresAt:u}.");
        return ExitCodes.Failed;
    }
}
