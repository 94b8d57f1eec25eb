using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Causeway.Commands;

/// <summary>Several questions to one server, whose refusals are put into words.</summary>
internal sealed record Talk(AdminClient Client, Connection Connection, TextWriter Output, TextWriter Error)
{
    /// <summary>Talks to the server that a command line names.</summary>
    /// <returns>The exit code: of the talk, or of why there was none.</returns>
    public static async Task<int> OpenAsync(
        ParseResult parsed, ConnectionOptions options, Surroundings surroundings, Func<Talk, Task<int>> talking, CancellationToken cancellation)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        (Connection? connection, string? problem) = Connection.Of(parsed.GetValue(options.Url), parsed.GetValue(options.TokenFile), surroundings);
        if (connection is null)
        {
            await error.WriteLineAsync(problem);
            return ExitCodes.Usage;
        }

        using var client = new AdminClient(connection.Server, connection.Token);
        try
        {
            return await talking(new Talk(client, connection, parsed.InvocationConfiguration.Output, error));
        }
        catch (ServerUnreachableException failure)
        {
            await error.WriteLineAsync(ProblemText.Of(failure, connection));
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Failed;
        }
    }

    /// <summary>Asks. Null: the server said no, and that is written.</summary>
    public async Task<T?> AskAsync<T>(AdminRequest request, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        AdminReply reply = await Client.SendAsync(request, cancellation);
        if (reply.Succeeded)
        {
            return JsonSerializer.Deserialize(reply.Body, type);
        }

        await Error.WriteLineAsync(ProblemText.Of(reply, Connection, source: null));
        return null;
    }
}
