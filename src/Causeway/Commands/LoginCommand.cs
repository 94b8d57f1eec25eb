using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Identity;

namespace Causeway.Commands;

/// <summary><c>causeway login</c>: the person confirms a code in a browser, and the server says who they are.</summary>
internal sealed class LoginCommand : Command
{
    private static readonly TimeSpan s_slower = TimeSpan.FromSeconds(5); // RFC 8628, section 3.5.
    private const int MostFailures = 5;
    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options = new();
    private readonly Option<string?> _issuer = new("--issuer") { HelpName = "NAME", Description = "By which issuer, where there are several. Default: the first of the configuration." };

    public LoginCommand(Surroundings surroundings)
        : base("login", "Sign in by your company's identity provider. Other verbs then need no token.")
    {
        _surroundings = surroundings;
        Add(_issuer);
        Add(_options.Json);
        Add(_options.Url);
        this.WithExamples("causeway login", "causeway login --url https://causeway.company.example", "causeway login --issuer contractors");
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        (Uri? server, string? problem) = Connection.ServerOf(parsed.GetValue(_options.Url), _surroundings);
        problem ??= _surroundings.Sessions is null ? "There is nowhere to keep a session: neither HOME nor CAUSEWAY_CONFIG_DIR is set.\n  Set CAUSEWAY_CONFIG_DIR to a directory of yours." : null;
        if (server is null || problem is not null)
        {
            await error.WriteLineAsync(problem);
            return ExitCodes.Usage;
        }

        using var client = new AdminClient(server, token: null);
        var talk = new Talk(client, new Connection(server, ""), parsed.InvocationConfiguration.Output, error);
        try
        {
            return await SignInAsync(talk, parsed, cancellation);
        }
        catch (ServerUnreachableException failure)
        {
            await error.WriteLineAsync(ProblemText.Of(failure, talk.Connection));
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Failed;
        }
    }

    /// <summary>Signs in, if nobody is signed in at a server yet.</summary>
    /// <returns>Whether somebody is signed in now. If not, why is written.</returns>
    public static async Task<bool> EnsureAsync(Uri server, Surroundings surroundings, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        using var client = new AdminClient(server, token: null);
        var talk = new Talk(client, new Connection(server, ""), output, error);
        return await ConfirmAsync(talk, issuer: null, surroundings, cancellation) is { } session && await KeepAsync(talk, session, surroundings);
    }

    private async Task<int> SignInAsync(Talk talk, ParseResult parsed, CancellationToken cancellation)
    {
        if (await ConfirmAsync(talk with { Output = parsed.GetValue(_options.Json) ? talk.Error : talk.Output }, parsed.GetValue(_issuer), _surroundings, cancellation) is not { } session
            || !await KeepAsync(talk, session, _surroundings))
        {
            return ExitCodes.Failed;
        }

        if (parsed.GetValue(_options.Json))
        {
            HashSet<Role> roles = [.. RoleTable.Words.Where(one => session.Roles.Contains(one.Word)).Select(one => one.Role)];
            var who = new Admin.Sessions.SessionView(session.Name, session.ExpiresAt, session.Roles, session.Name.Split(':')[0], session.Teams, Admin.Sessions.SessionView.Allowed(roles, session.Teams), Key: null);
            await talk.Output.WriteLineAsync(JsonSerializer.Serialize(who, AdminJson.Api.SessionView)); // Without the token.
        }
        else
        {
            Show(session, new Screen(talk.Output, _surroundings.WantsStyle(talk.Output)), talk.Connection);
        }

        return ExitCodes.Ok;
    }

    private static async Task<SignedInView?> ConfirmAsync(Talk talk, string? issuer, Surroundings surroundings, CancellationToken cancellation)
    {
        byte[] asked = JsonSerializer.SerializeToUtf8Bytes(new StartDeviceRequest { Issuer = issuer }, AdminJson.Asked.StartDeviceRequest);
        if (await talk.AskAsync(new AdminRequest(HttpMethod.Post, "/identity/device", asked), AdminJson.Api.DeviceStart, cancellation) is not { } start)
        {
            return null;
        }

        await talk.Output.WriteLineAsync($"Open {Printable.Of(start.VerificationUriComplete ?? start.VerificationUri)}");
        await talk.Output.WriteLineAsync($"and confirm the code {Printable.Of(start.UserCode)}");
        await talk.Output.FlushAsync(cancellation);
        byte[] question = JsonSerializer.SerializeToUtf8Bytes(new PollDeviceRequest { Issuer = start.Issuer, DeviceCode = start.DeviceCode }, AdminJson.Asked.PollDeviceRequest);
        DateTimeOffset over = surroundings.Time.GetUtcNow().AddSeconds(start.ExpiresIn);
        var interval = TimeSpan.FromSeconds(Math.Clamp(start.Interval, 1, 60));
        for (int failures = 0; surroundings.Time.GetUtcNow() < over;)
        {
            await Task.Delay(interval, surroundings.Time, cancellation);
            try
            {
                if (await talk.AskAsync(new AdminRequest(HttpMethod.Post, "/identity/device/token", question), AdminJson.Api.DeviceProgress, cancellation) is not { } progress)
                {
                    return null;
                }

                if (progress.Session is { } session)
                {
                    return session;
                }

                interval += progress.State == "slow_down" ? s_slower : TimeSpan.Zero;
                failures = 0;
            }
            catch (ServerUnreachableException) when (++failures < MostFailures)
            {
                interval += s_slower; // A network that comes and goes is no reason to begin again.
            }
        }

        await talk.Error.WriteLineAsync("Nobody confirmed the code in time. Begin again: causeway login");
        return null;
    }

    private static async Task<bool> KeepAsync(Talk talk, SignedInView session, Surroundings surroundings)
    {
        if (surroundings.Sessions!.Put(talk.Connection.Server, new KeptSession(session.Token, session.Name, session.ExpiresAt)) is not { } problem)
        {
            return true;
        }

        await talk.Error.WriteLineAsync(problem);
        return false;
    }

    private static void Show(SignedInView session, Screen screen, Connection connection)
    {
        screen.Line();
        screen.Accent($"Signed in as {session.Name}");
        screen.Pairs(
            ("At", connection.Address),
            ("Roles", string.Join(", ", session.Roles)),
            ("Teams", session.Teams.Count == 0 ? "none" : string.Join(", ", session.Teams)),
            ("Until", Figures.Time(session.ExpiresAt, "")));
        screen.Line();
        screen.Remark(session.Note ?? "Next: causeway init in your project, or causeway key new --feature FEATURE");
    }
}
