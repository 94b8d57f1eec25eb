using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Causeway.Admin;

namespace Causeway.Commands;

/// <summary>A verb that asks a server one question and shows its answer.</summary>
/// <typeparam name="TAnswer">The answer.</typeparam>
internal abstract class ClientVerb<TAnswer> : Command
    where TAnswer : class
{
    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options;

    /// <param name="name">As it is typed.</param>
    /// <param name="description">In the help.</param>
    /// <param name="surroundings">The world.</param>
    /// <param name="options">Those of the verb in whose place it answers; null: its own.</param>
    protected ClientVerb(string name, string description, Surroundings surroundings, ConnectionOptions? options = null)
        : base(name, description)
    {
        _options = options ?? new ConnectionOptions();
        _surroundings = surroundings;
        SetAction((parsed, cancellation) => RunAsync(parsed, cancellation));
    }

    /// <summary>Where the server is, for a verb that also asks in another way.</summary>
    protected ConnectionOptions Connecting => _options;

    /// <summary>Whether the answer is wanted as it came.</summary>
    protected Option<bool> Json => _options.Json;

    /// <summary>Gives the verb its own options, then those that every client has, and the examples of its help.</summary>
    protected void Takes(IEnumerable<Option> own, params string[] examples)
    {
        foreach (Option option in own.Concat([_options.Json, _options.Url, _options.TokenFile]))
        {
            Add(option);
        }

        this.WithExamples(examples);
    }

    /// <summary>Reads what the question needs. Returns what is wrong with that and what to do; null: nothing is.</summary>
    protected virtual string? Prepare(ParseResult parsed) => null;

    /// <summary>The document that is sent, as messages about its lines name it; null: none is.</summary>
    protected virtual string? SourceOf(ParseResult parsed) => null;

    /// <summary>What to ask.</summary>
    protected abstract AdminRequest Ask(ParseResult parsed);

    /// <summary>Shows the answer to a person.</summary>
    protected abstract void Show(TAnswer answer, Connection connection, Screen screen);

    /// <summary>What the process ends with after an answer.</summary>
    protected virtual int CodeOf(AdminReply reply) => reply.Succeeded ? ExitCodes.Ok : ExitCodes.Failed;

    /// <summary>What else could be done where the server refuses; null: what it says is all.</summary>
    protected virtual string? Otherwise(AdminReply reply) => null;

    /// <summary>True when the answer is to be written as it came.</summary>
    protected virtual bool WantsRaw(ParseResult parsed) => parsed.GetValue(Json);

    /// <summary>Asks and shows. A verb that also works without a server does that before.</summary>
    protected virtual async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        (Connection? connection, string? problem) = Connection.Of(parsed.GetValue(_options.Url), parsed.GetValue(_options.TokenFile), _surroundings);
        problem ??= Prepare(parsed);
        if (connection is null || problem is not null)
        {
            await error.WriteLineAsync(problem);
            return ExitCodes.Usage;
        }

        if (connection.Server is { Scheme: "http", IsLoopback: false })
        {
            await error.WriteLineAsync($"warning: {connection.Address} is not encrypted; the token can be read on the way.");
        }

        using var client = new AdminClient(connection.Server, connection.Token);
        try
        {
            AdminReply reply = await client.SendAsync(Ask(parsed), cancellation);
            return await PrintAsync(reply, connection, parsed, output, error);
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

    private async Task<int> PrintAsync(AdminReply reply, Connection connection, ParseResult parsed, TextWriter output, TextWriter error)
    {
        bool raw = WantsRaw(parsed);
        if (!reply.Succeeded)
        {
            if (raw && reply.MediaType == Problem.ContentType)
            {
                await WriteRawAsync(reply, output);
            }

            await error.WriteLineAsync(ProblemText.Of(reply, connection, SourceOf(parsed)));
            if (Otherwise(reply) is { } otherwise)
            {
                await error.WriteLineAsync(otherwise);
            }

            return CodeOf(reply);
        }

        if (reply.Applied?.Split('/') is [var applied, var there] && applied != there)
        {
            await error.WriteLineAsync($"warning: it holds on {applied} of {there} instances so far. The others apply it as soon as they reach the store: causeway instances");
        }

        if (raw)
        {
            await WriteRawAsync(reply, output);
            return CodeOf(reply);
        }

        try
        {
            Show(JsonSerializer.Deserialize(reply.Body, AdminJson.Api.Of<TAnswer>())!, connection, new Screen(output, _surroundings.WantsStyle(output)));
            return CodeOf(reply);
        }
        catch (JsonException)
        {
            await error.WriteLineAsync($"What answers at {connection.Address} is not a Causeway server, or one of another version.\n  Compare: causeway --version, causeway status --json");
            return ExitCodes.Failed;
        }
    }

    private static async Task WriteRawAsync(AdminReply reply, TextWriter output)
    {
        string text = System.Text.Encoding.UTF8.GetString(reply.Body);
        await output.WriteAsync(text);
        if (!text.EndsWith('\n'))
        {
            await output.WriteLineAsync();
        }
    }
}

/// <summary>Puts a no of the server into words: what, where, what next.</summary>
internal static class ProblemText
{
    /// <param name="reply">The no.</param>
    /// <param name="connection">Where it came from.</param>
    /// <param name="source">The document that was sent, for mistakes that have a line; null: none was.</param>
    public static string Of(AdminReply reply, Connection connection, string? source)
    {
        ProblemDocument? problem = Read(reply);
        if (problem is null)
        {
            return reply.Status == HttpStatusCode.NotFound
                ? $"There is no admin API at {connection.Address} (404).\n  Does \"admin.listen\" of the configuration give it an address of its own? Set {Connection.UrlVariable} to that one."
                : $"{connection.Address} answers with status {(int)reply.Status} and no reason.\n  Is that a Causeway server?";
        }

        IEnumerable<string> lines = [$"{Printable.Of(problem.Title)} ({Printable.Of(problem.Code)}) at {connection.Address}", $"  {Printable.Of(problem.Detail)}"];
        lines = lines.Concat((problem.Errors ?? []).Select(error => $"  {Place(error, source)}{Name(error)}{Printable.Of(error.Message)}"));
        return string.Join('\n', reply.Status == HttpStatusCode.Unauthorized ? lines.Append($"  The token came from {connection.Source}.") : lines);
    }

    /// <summary>The stable code of a no; null: it has none.</summary>
    public static string? CodeOf(AdminReply reply) => Read(reply)?.Code;

    /// <summary>The same for a server that does not answer.</summary>
    public static string Of(ServerUnreachableException failure, Connection connection) =>
        $"No server answers at {connection.Address}: {failure.Message}.\n  Start one with: causeway up\n  Is it elsewhere? Set {Connection.UrlVariable} or pass --url URL";

    // As the mistakes of a configuration are written, so that editors find the place.
    private static string Place(FieldProblem error, string? source) =>
        error is { Line: { } line, Column: { } column } ? string.Create(CultureInfo.InvariantCulture, $"{source}:{line}:{column}  ") : "";

    private static string Name(FieldProblem error) =>
        error.Field is null ? "" : Printable.Of(error.Field) + (error.Pointer is { Length: > 0 } pointer ? " at " + Printable.Of(pointer) : "") + ": ";

    private static ProblemDocument? Read(AdminReply reply)
    {
        if (reply.MediaType != Problem.ContentType)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(reply.Body, AdminJson.Api.ProblemDocument);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
