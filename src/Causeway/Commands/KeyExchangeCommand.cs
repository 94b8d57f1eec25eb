using System.CommandLine;
using System.Net;
using System.Text;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Exchange;

namespace Causeway.Commands;

/// <summary><c>causeway key exchange</c>: a workload's token for a short-lived key. Needs no other credential.</summary>
internal sealed class KeyExchangeCommand : Command
{
    private const int MaxTokenBytes = 32 * 1024;
    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options = new();
    private readonly Option<string> _token = new("--subject-token-file") { HelpName = "FILE", Required = true, Description = "The file with the workload's token, as Kubernetes projects it; - is what is piped in." };
    private readonly Option<string[]> _scope = new("--scope") { HelpName = "WORD", Description = "What the key is narrowed to, such as model:gpt-5.4-* or max_total:0.50. Once for each.", AllowMultipleArgumentsPerToken = true };

    public KeyExchangeCommand(Surroundings surroundings)
        : base("exchange", "Exchange a workload's token (Kubernetes, GitHub Actions, your identity provider) for a short-lived key.")
    {
        _surroundings = surroundings;
        foreach (Option option in (Option[])[_token, _scope, _options.Json, _options.Url])
        {
            Add(option);
        }

        this.WithExamples(
            "causeway key exchange --subject-token-file /var/run/secrets/causeway/token",
            "causeway key exchange --subject-token-file - --scope model_class:small --scope max_total:0.50 < token");
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        (Uri? server, string? problem) = Connection.ServerOf(parsed.GetValue(_options.Url), _surroundings);
        string? token = null;
        if (problem is null)
        {
            (token, problem) = await ReadAsync(parsed.GetRequiredValue(_token), cancellation);
        }

        if (server is null || token is null)
        {
            await error.WriteLineAsync(problem);
            return ExitCodes.Usage;
        }

        using var client = new AdminClient(server, token: null);
        try
        {
            AdminReply reply = await client.SendAsync(new AdminRequest(HttpMethod.Post, "/token", Form(token, parsed.GetValue(_scope) ?? []), "application/x-www-form-urlencoded") { Root = "v1" }, cancellation);
            return await PrintAsync(reply, server, parsed, error);
        }
        catch (ServerUnreachableException failure)
        {
            await error.WriteLineAsync(ProblemText.Of(failure, new Connection(server, "")));
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Failed;
        }
    }

    private static byte[] Form(string token, string[] scope)
    {
        List<(string Name, string Value)> fields =
        [
            ("grant_type", ExchangeRequest.GrantType), ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"), ("subject_token", token),
        ];
        if (scope.Length > 0)
        {
            fields.Add(("scope", string.Join(' ', scope)));
        }

        return Encoding.ASCII.GetBytes(string.Join('&', fields.Select(field => $"{field.Name}={WebUtility.UrlEncode(field.Value)}")));
    }

    private async Task<(string? Token, string? Problem)> ReadAsync(string file, CancellationToken cancellation)
    {
        try
        {
            await using Stream stream = file == "-" ? _surroundings.Input() : File.OpenRead(file);
            byte[] bytes = new byte[MaxTokenBytes + 1];
            int length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
            string token = Encoding.UTF8.GetString(bytes, 0, length).Trim();
            return length > MaxTokenBytes || token.Length == 0 ? (null, $"{file} holds no token: it is {(length > MaxTokenBytes ? "too long" : "empty")}.") : (token, null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"The token file {file} cannot be read: {failure.Message}");
        }
    }

    private static async Task<int> PrintAsync(AdminReply reply, Uri server, ParseResult parsed, TextWriter error)
    {
        ConnectionOptions options = ((KeyExchangeCommand)parsed.CommandResult.Command)._options;
        TextWriter output = parsed.InvocationConfiguration.Output;
        ExchangeReply? answer = Parse(reply);
        if (answer is null)
        {
            await error.WriteLineAsync($"What answers at {server.AbsoluteUri.TrimEnd('/')} exchanges no tokens ({(int)reply.Status}).\n  Does the inference address differ from that of the admin API? Set {Connection.UrlVariable} to that of inference.");
            return ExitCodes.Failed;
        }

        if (parsed.GetValue(options.Json))
        {
            await output.WriteLineAsync(Encoding.UTF8.GetString(reply.Body));
        }

        if (answer.AccessToken is not { } key)
        {
            await error.WriteLineAsync($"No key ({Printable.Of(answer.Code ?? answer.Error ?? "")}) from {server.AbsoluteUri.TrimEnd('/')}\n  {Printable.Of(answer.ErrorDescription ?? "")}");
            return ExitCodes.Failed;
        }

        if (!parsed.GetValue(options.Json))
        {
            await output.WriteLineAsync(key); // The first line and the only one: a script takes it whole.
            await error.WriteLineAsync($"For team {Printable.Of(answer.Team ?? "")}, feature {Printable.Of(answer.Feature ?? "")}, environment {Printable.Of(answer.Environment ?? "")}; works for {answer.ExpiresIn} s.");
        }

        return ExitCodes.Ok;
    }

    private static ExchangeReply? Parse(AdminReply reply)
    {
        try
        {
            return JsonSerializer.Deserialize(reply.Body, AdminJson.Api.ExchangeReply) is { } answer && (answer.AccessToken ?? answer.Error) is not null ? answer : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>An answer of <c>/v1/token</c>, either kind.</summary>
internal sealed record ExchangeReply
{
    public string? AccessToken { get; init; }

    public long ExpiresIn { get; init; }

    public string? Team { get; init; }

    public string? Feature { get; init; }

    public string? Environment { get; init; }

    public string? Error { get; init; }

    public string? ErrorDescription { get; init; }

    public string? Code { get; init; }
}
