using System.Diagnostics.Metrics;
using System.Text;
using Causeway.Admin.Identity;
using Causeway.Admin.Sessions;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Causeway.Admin;

/// <summary>
/// Stands before every admin endpoint, wraps its delegate and so runs before a byte of the body is read: asks for the
/// token of the administrator or of an operator, says who that is, refuses queries that the endpoint does not understand, and turns what goes wrong into a problem.
/// </summary>
/// <remarks>
/// Wrong tokens are counted, a person is told of many (<see cref="FailedKeys"/>), and nobody is locked out: the token is 256 random bits or the operator's own 32 characters, so guessing is
/// hopeless, and a lock-out would hand the operator's door to whoever knocks most.
/// </remarks>
internal sealed class AdminGate
{
    public const string Meter = "Causeway.Admin";
    public const string Refusals = "causeway.admin.unauthenticated";

    private const string Scheme = "Bearer ";
    private const int MaxTokenLength = 1024;
    private readonly AdminCredential _credential;
    private readonly SessionSeal _sessions;
    private readonly SignInLinks _links;
    private readonly People _people;
    private readonly KeyStanding _keys;
    private readonly FailedKeys _failed;
    private readonly Counter<long> _refusals;
    private readonly ILogger<AdminGate> _log;

    public AdminGate(
        AdminCredential credential, SessionSeal sessions, SignInLinks links, People people, KeyStanding keys, FailedKeys failed, IMeterFactory meters, ILogger<AdminGate> log)
    {
        _credential = credential;
        _sessions = sessions;
        _links = links;
        _people = people;
        _keys = keys;
        _failed = failed;
        _refusals = meters.Create(Meter).CreateCounter<long>(Refusals, "{request}", "Admin requests without the administrator's token");
        _log = log;
    }

    /// <summary>The convention that puts the gate before an endpoint.</summary>
    public void Guard(EndpointBuilder endpoint)
    {
        RequestDelegate answer = endpoint.RequestDelegate ?? throw new InvalidOperationException($"{endpoint.DisplayName} has no handler to guard.");
        QueryParameters asked = endpoint.Metadata.OfType<QueryParameters>().LastOrDefault() ?? QueryParameters.None;
        Admitted admitted = new(endpoint.Metadata.OfType<TakesKeys>().Any(), endpoint.Metadata.OfType<TakesLinks>().Any(), endpoint.Metadata.OfType<TakesAnybody>().LastOrDefault());
        string? named = endpoint.Metadata.OfType<IEndpointNameMetadata>().LastOrDefault()?.EndpointName;
        endpoint.Metadata.Add(Guarded.ByToken);
        endpoint.RequestDelegate = context => GuardAsync(context, admitted, named, asked, answer);
    }

    /// <summary>Whether what a request was let in by lets it in still: for answers that go on for long.</summary>
    /// <returns>False: the session, the key or the operator is gone. Where the store cannot tell whether a person was signed out, they stay until it can.</returns>
    public async ValueTask<bool> StillAdmitsAsync(HttpContext context, CancellationToken cancellation)
    {
        if (Actor.Of(context).Person is not { } person)
        {
            return await IdentifyAsync(context.Request, new Admitted(Keys: true, Links: false, Anybody: null)) is null;
        }

        try
        {
            SessionKind kind = context.Request.Headers.Authorization.Count == 0 ? SessionKind.Console : SessionKind.CommandLine;
            return await _people.IsOpenStillAsync(person.Text, kind, cancellation);
        }
        catch (StoreUnavailableException)
        {
            return true; // Nothing is told meanwhile but that the store is away.
        }
    }

    private async Task GuardAsync(HttpContext context, Admitted admitted, string? named, QueryParameters asked, RequestDelegate answer)
    {
        Problem? problem = await RefuseAsync(context.Request, admitted);
        problem ??= (admitted.Anybody is null ? Forbid(context, named) : null) ?? asked.Refuse(context.Request.Query);
        await (problem is null ? AnswerAsync(context, answer) : problem.ExecuteAsync(context));
    }

    private async ValueTask<Problem?> RefuseAsync(HttpRequest request, Admitted admitted)
    {
        IHeaderDictionary headers = request.HttpContext.Response.Headers;
        headers.CacheControl = "no-store"; // Answers hold keys and spend.
        headers.XContentTypeOptions = "nosniff";

        Problem? problem = admitted.Anybody is null ? await IdentifyAsync(request, admitted) : null;
        if (problem is not null)
        {
            _refusals.Add(1, new KeyValuePair<string, object?>("causeway.code", problem.Error.Code));
            if (problem.Error == AdminError.TokenWrong)
            {
                _failed.Take(request.HttpContext.Connection.RemoteIpAddress, problem.Error.Code); // A person is told; the answer costs as little as it did.
            }

            return problem;
        }

        // A page of another site cannot know the token. Should one, its visitor's browser is not to be the tool.
        return request.Headers["Sec-Fetch-Site"] == "cross-site" && admitted.Anybody is not { IsComingBack: true }
            ? new Problem(AdminError.CrossSite, "A browser sent this for a page of another site. Call the admin API from the console or from a server.")
            : null;
    }

    // A key speaks within its grant, and has no roles.
    private static Problem? Forbid(HttpContext context, string? endpoint)
    {
        Actor actor = Actor.Of(context);
        bool isReading = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        return actor.Key is not null || RoleTable.Allows(endpoint, isReading, actor.Roles)
            ? null
            : new Problem(AdminError.RoleMissing, $"{actor.Name} has the role{(actor.Roles!.Count == 1 ? "" : "s")} {string.Join(", ", actor.Roles.Order().Select(RoleTable.Word))}; {endpoint ?? "this"} takes one of: {RoleTable.WhoMay(endpoint)}. Roles are given in \"{(actor.Person is null ? "admin.operators" : "roles\" of \"identity.issuers")}\" of the configuration.");
    }

    private async ValueTask<Problem?> IdentifyAsync(HttpRequest request, Admitted admitted)
    {
        StringValues authorization = request.Headers.Authorization;
        if (authorization.Count == 0)
        {
            return SessionCookie.Read(request) is { } session ? await IdentifyBySessionAsync(request, session, admitted) : new Problem(AdminError.TokenMissing, "Send the administrator's token as \"Authorization: Bearer TOKEN\".");
        }

        if (authorization is not [{ } value] || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return new Problem(AdminError.TokenMissing, "Send the administrator's token once, as \"Authorization: Bearer TOKEN\".");
        }

        string token = value[Scheme.Length..].Trim();
        if (token.StartsWith(PeopleSeal.Prefix, StringComparison.Ordinal))
        {
            return await IdentifyPersonAsync(request, token, SessionKind.CommandLine);
        }

        KeyHash hash = Hash(token);
        if (_credential.NameOf(hash) is { } name)
        {
            OfConfiguration(name).Enter(request.HttpContext);
            return null;
        }

        if (admitted.Links && _links.Use(hash))
        {
            new Actor(Actor.Administrator).Enter(request.HttpContext);
            return null;
        }

        if (admitted.Keys && _keys.Find(hash) is { } key)
        {
            new Actor(key.Id.ToString(), key).Enter(request.HttpContext);
            return null;
        }

        return new Problem(
            AdminError.TokenWrong,
            token.StartsWith(SignInLinks.Prefix, StringComparison.Ordinal)
                ? "This sign-in link was used already, or is older than 15 minutes. Sign in with the administrator's token, or start the server again for another link."
                : token.StartsWith(KeySecret.Prefix, StringComparison.Ordinal)
                ? "This is a key for inference. The admin API takes the administrator's token: the one in \"admin.token\" of the configuration, or the one that \"causeway up\" printed at its first start."
                : "This is not the administrator's token: the one in \"admin.token\" of the configuration, or the one that \"causeway up\" printed at its first start. \"causeway up --reset-admin-token\" makes a new one.");
    }

    // Only where no token was sent: who sends one means it.
    private async ValueTask<Problem?> IdentifyBySessionAsync(HttpRequest request, string text, Admitted admitted)
    {
        bool isPerson = text.StartsWith(PeopleSeal.Prefix, StringComparison.Ordinal);
        Session? session = isPerson ? null : _sessions.Open(text);
        if (!isPerson && session is null)
        {
            return new Problem(AdminError.SessionOver, "The session is over, or the token that it came of was replaced. Sign in again.");
        }

        if (!SessionCookie.IsOurs(request))
        {
            return new Problem(AdminError.CrossSite, $"By a session, a change needs the header {SessionCookie.Proof}, and comes from a page of the same origin.");
        }

        if (isPerson)
        {
            return await IdentifyPersonAsync(request, text, SessionKind.Console);
        }

        if (session!.Key is not null && !admitted.Keys)
        {
            return new Problem(AdminError.RoleMissing, $"{session.Name} is a key for inference. Signed in with it, one sees its requests, its spend and its grant, and may ask for a raise; for the rest sign in with an operator's token.");
        }

        (session.Key is { } key ? new Actor(session.Name, key) : OfConfiguration(session.Name)).Enter(request.HttpContext);
        request.HttpContext.Features.Set(session);
        return null;
    }

    private async ValueTask<Problem?> IdentifyPersonAsync(HttpRequest request, string text, SessionKind kind)
    {
        try
        {
            if (await _people.OpenAsync(text, kind, request.HttpContext.RequestAborted) is not { } person)
            {
                return new Problem(AdminError.SessionOver, $"The session is over, was signed out, or what your groups mean here has changed. Sign in again{(kind == SessionKind.CommandLine ? ": causeway login" : ".")}");
            }

            new Actor(person.Person.Name) { Roles = person.Person.Roles.ToHashSet(), Person = person }.Enter(request.HttpContext);
            request.HttpContext.Features.Set(new Session(person.Person.Name, person.Ends));
            return null;
        }
        catch (StoreUnavailableException failure)
        {
            AdminEvents.StoreUnavailable(_log, request.Method, Printable.Cut(request.Path), failure);
            return new Problem(AdminError.StoreUnavailable, $"Whether the session was signed out cannot be told. {failure.Message}");
        }
    }

    private Actor OfConfiguration(string name) => new(name) { Roles = _credential.Roles.GetValueOrDefault(name) };

    // Whatever was sent is hashed and compared whole: a near miss takes the same time as anything else.
    private static KeyHash Hash(string token) =>
        token.Length > MaxTokenLength ? default : KeyHash.Of(Encoding.UTF8.GetBytes(token));

    private async Task AnswerAsync(HttpContext context, RequestDelegate answer)
    {
        try
        {
            await answer(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (BadHttpRequestException failure) when (!context.Response.HasStarted)
        {
            await new Problem(AdminError.RequestMalformed, failure.Message).ExecuteAsync(context);
        }
        catch (StoreUnavailableException failure) when (!context.Response.HasStarted)
        {
            AdminEvents.StoreUnavailable(_log, context.Request.Method, Printable.Cut(context.Request.Path), failure);
            await new Problem(AdminError.StoreUnavailable, failure.Message).ExecuteAsync(context);
        }
        catch (LedgerUnavailableException failure) when (!context.Response.HasStarted)
        {
            AdminEvents.StoreUnavailable(_log, context.Request.Method, Printable.Cut(context.Request.Path), failure);
            await new Problem(AdminError.StoreUnavailable, failure.Message).ExecuteAsync(context);
        }
#pragma warning disable CA1031 // The edge: whatever it is, it goes to the log whole and outside as "internal".
        catch (Exception failure) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            AdminEvents.Failed(_log, context.Request.Method, Printable.Cut(context.Request.Path), failure);
            await new Problem(AdminError.Internal, "Causeway failed to answer. The reason is in the server's log.").ExecuteAsync(context);
        }
    }
}

/// <summary>What opens an endpoint beside a token and a session.</summary>
/// <param name="Keys">A key for inference.</param>
/// <param name="Links">The secret of a sign-in link.</param>
/// <param name="Anybody">Nothing needs to open it; null: something does.</param>
internal readonly record struct Admitted(bool Keys, bool Links, TakesAnybody? Anybody);

/// <summary>On the endpoints that a key for inference may call too: its holder then speaks under the key's id.</summary>
internal sealed class TakesKeys;

/// <summary>On every endpoint that asks for the administrator's token, for tests that look for one that does not.</summary>
internal sealed class Guarded
{
    private Guarded()
    {
    }

    public static Guarded ByToken { get; } = new();
}
