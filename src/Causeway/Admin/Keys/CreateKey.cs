using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Causeway.Admin.Grants;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Keys;

/// <summary><c>POST /keys</c>: makes a key that works at once. Its secret is in this answer and nowhere else, ever.</summary>
internal static class CreateKey
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/keys", RunAsync)
        .WithName("create_key").WithTags("keys").WithSummary("Make a key")
        .WithDescription("The secret is in this answer and nowhere else. The key works on the next request. A person who signed in by an issuer may leave out their team and the environment: then it is a key for dev under the team's starter grant, which every member may make.")
        .Reads<CreateKeyRequest>("Who the key is for, and until when.")
        .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.KeyInvalid, AdminError.KeyNotYours);

    private static async Task<Results<Created<CreatedKey>, Problem>> RunAsync(
        HttpContext http, IKeyStore keys, BudgetLedger ledger, MasterKeys masters, StarterGrants starters, CostCentres centres, PolicyPublisher policies, TimeProvider time, ILogger<AdminGate> log)
    {
        (CreateKeyRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.CreateKeyRequest);
        if (asked is null)
        {
            return problem!;
        }

        DateTimeOffset now = time.GetUtcNow();
        Actor actor = Actor.Of(http);
        bool isStarter = KeyRight.Complete(asked, actor);
        if (KeyRight.Refuse(asked, actor) is { } refusal)
        {
            return refusal;
        }

        FieldProblem[] wrong =
        [
            .. KeyRight.TeamProblems(asked, actor).DefaultIfEmpty(null).SelectMany(team => team is null ? asked.AttributionProblems() : [team]),
            .. asked.GrantProblems(ledger, now, out GrantNode? grant), .. asked.ExpiryProblems(now, isStarter ? starters.Terms.KeyExpires : null, out DateTimeOffset? expires),
        ];
        if (wrong.Length == 0 && isStarter)
        {
            (grant, string? closed) = await starters.EnsureAsync(asked.Team);
            wrong = closed is null ? [] : [new FieldProblem("grant", closed)];
        }

        if (wrong.Length > 0)
        {
            return new Problem(AdminError.KeyInvalid, "Mend what \"errors\" names; nothing was made.", wrong);
        }

        Grant of = (grant ?? await ledger.DefaultForAsync(asked.Team)).Grant;
        KeyId id = KeyId.New(now);
        string secret = asked.Capability ? CapabilityKey.Mint(masters.Current, of.Id, (uint)of.KeyGeneration, id, now) : KeySecret.New();
        var key = new Key
        {
            Id = id,
            Hash = KeyHash.Of(System.Text.Encoding.ASCII.GetBytes(secret)),
            Shown = asked.Capability ? CapabilityToken.Prefix : KeySecret.Shown(secret), // All capability keys of a grant begin alike.
            Attribution = new Attribution(asked.Team, asked.Feature, asked.Env) { CostCentre = asked.CostCentre ?? centres.Of(asked.Team) },
            Grant = of.Id,
            IsCapability = asked.Capability,
            CreatedBy = actor.Name,
            CreatedAt = now,
            ExpiresAt = expires,
        };
        await keys.AddAsync(key, CancellationToken.None); // A caller who leaves now must not leave a key that is kept but unknown to the policy.
        policies.Publish(policy => policy.With(key));
        await ledger.Note(new LedgerEvent(LedgerEventKind.KeyCreated, 0) { Grant = key.Grant, Key = key.Id, Actor = actor.Name }, isAwaited: true);
        AdminEvents.KeyMade(log, key.Id.ToString(), key.Attribution.Team, key.Attribution.Feature, key.Attribution.Environment);
        return TypedResults.Created($"{AdminApi.Root}/keys/{key.Id}", CreatedKey.Of(key, secret));
    }
}

/// <summary>Who a new key is for, and until when.</summary>
internal sealed record CreateKeyRequest
{
    // The first three are "set": the generated reader gives an "init" member that is missing null in place of its default.
    [Description("1 to 64 characters: lower-case letters, digits, '.', '_' and '-'. A person of one team may leave it out.")]
    public string Team { get; set; } = "";

    [Required, Description("As team.")]
    public string Feature { get; set; } = "";

    [Description("dev, eval, staging or prod. A person may leave it out: dev, under the team's starter grant.")]
    public string Env { get; set; } = "";

    [Description("Whom the company charges for what it spends: 1 to 64 letters, digits and any of . _ - / :, first a letter or digit. Without it the team's cost centre of the configuration, if it has one. Budget owners say it. It never changes.")]
    public string? CostCentre { get; init; }

    [Description("The grant that it speaks for; the team's default grant when left out, which has no limits.")]
    public string? Grant { get; init; }

    [Description("A key that its holder can narrow (cw1_); otherwise an opaque one (cw0_).")]
    public bool Capability { get; init; }

    [Description("How long it is to work, such as 30d, 12h or 45m. Without this and expires_at it works until it is revoked.")]
    public string? ExpiresIn { get; init; }

    [Description("Until when it is to work (RFC 3339). Instead of expires_in.")]
    public string? ExpiresAt { get; init; }

    public IEnumerable<FieldProblem> AttributionProblems()
    {
        foreach ((string field, string message) in new Attribution(Team, Feature, Env) { CostCentre = CostCentre }.Problems())
        {
            string given = field switch { "team" => Team, "feature" => Feature, "env" => Env, _ => "given" };
            yield return new FieldProblem(
                field, given.Length == 0 ? "is missing" : Printable.Cut(message) + (field == "env" ? Nearest.To(Env, Attribution.Environments) : ""));
        }
    }

    public IEnumerable<FieldProblem> GrantProblems(BudgetLedger ledger, DateTimeOffset now, out GrantNode? grant)
    {
        grant = Grant is { } id ? GrantView.Find(id, ledger) : null;
        if (Grant is null)
        {
            return [];
        }

        if (grant is null)
        {
            return [new FieldProblem("grant", $"\"{Printable.Cut(Grant)}\" names no grant; list them with: causeway grant tree")];
        }

        Attribution attribution = new(Team, Feature, Env);
        List<FieldProblem> problems = [];
        foreach (GrantNode above in grant.Path)
        {
            if (above.Grant.Status == GrantStatus.Revoked)
            {
                problems.Add(new FieldProblem("grant", $"{above.Grant.Id} was revoked"));
            }
            else if (above.Grant.ExpiresAt <= now)
            {
                problems.Add(new FieldProblem("grant", $"{above.Grant.Id} is over since {above.Grant.ExpiresAt:u}; name one that holds, or make one with: causeway grant new"));
            }

            if (!above.Grant.Holder.Holds(attribution))
            {
                problems.Add(new FieldProblem(above.Grant.Holder.IsFeature ? "feature" : "team", $"is not {above.Grant.Holder.Name}, whose grant {above.Grant.Id} is"));
            }
        }

        if (grant.Scope.Environments is { } environments && !environments.Contains(Env, StringComparer.Ordinal))
        {
            problems.Add(new FieldProblem("env", $"is not covered by the grant: {string.Join(", ", environments)}"));
        }

        return problems;
    }

    /// <param name="now">The moment.</param>
    /// <param name="most">How long it may work at most, and where nothing is said; null: as long as is said.</param>
    /// <param name="expires">Until when it works; null: until it is revoked.</param>
    public IEnumerable<FieldProblem> ExpiryProblems(DateTimeOffset now, TimeSpan? most, out DateTimeOffset? expires)
    {
        FieldProblem[] problems = [.. ExpiryProblems(now, out expires)];
        expires ??= now + most;
        return problems.Length > 0 || most is null || expires <= now + most ? problems
            : [new FieldProblem(ExpiresAt is null ? "expires_in" : "expires_at", $"is more than the {most.Value.TotalDays:0.##} days of a key of the starter grant")];
    }

    private IEnumerable<FieldProblem> ExpiryProblems(DateTimeOffset now, out DateTimeOffset? expires)
    {
        expires = null;
        if (ExpiresIn is not null && ExpiresAt is not null)
        {
            return [new FieldProblem("expires_at", "stands beside expires_in; send one of them")];
        }

        if (ExpiresIn is not null)
        {
            if (!Moment.TryParseSpan(ExpiresIn, out TimeSpan span))
            {
                return [new FieldProblem("expires_in", $"is {Moment.SpanForm}, at most 3650d")];
            }

            expires = now + span;
        }
        else if (ExpiresAt is not null)
        {
            if (!Moment.TryParse(ExpiresAt, out DateTimeOffset moment))
            {
                return [new FieldProblem("expires_at", "is a time such as 2026-12-31T23:59:59Z")];
            }

            if (moment <= now)
            {
                return [new FieldProblem("expires_at", $"has passed: it is {now:yyyy-MM-dd'T'HH:mm:ss'Z'}")];
            }

            expires = moment;
        }

        return [];
    }
}

/// <summary>A key with its secret.</summary>
internal sealed record CreatedKey(
    [property: Description("Names the key without being able to speak for it.")] string Id,
    [property: Description("The secret. Keep it now: it cannot be shown again.")] string Key,
    [property: Description("The first characters of the secret, as lists show them.")] string Prefix,
    string Team,
    string Feature,
    string Env,
    [property: Description("Whom the company charges for what it spends; null: nobody said.")] string? CostCentre,
    [property: Description("The grant that it speaks for.")] string Grant,
    [property: Description("It can be narrowed by its holder (cw1_).")] bool Capability,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt)
{
    public static CreatedKey Of(Key key, string secret) => new(
        key.Id.ToString(), secret, key.Shown, key.Attribution.Team, key.Attribution.Feature, key.Attribution.Environment, key.Attribution.CostCentre, key.Grant!.Value.ToString(), key.IsCapability, key.CreatedAt, key.ExpiresAt);
}
