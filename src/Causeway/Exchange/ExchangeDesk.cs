using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Causeway.Admin;
using Causeway.Admin.Grants;
using Causeway.Admin.Keys;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Configuration;
using Causeway.Gateway.Identity;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Microsoft.Extensions.Logging;

namespace Causeway.Exchange;

/// <summary>
/// Gives a short-lived capability key for a workload's token, under the grant that a rule says. All keys of a rule, grant and feature are narrowed from one that nobody holds: revoking
/// that one ends them all, and spend is told by it.
/// </summary>
internal sealed class ExchangeDesk(
    IdentityConfiguration identity,
    Issuers issuers,
    StarterGrants starters,
    CostCentres centres,
    BudgetLedger ledger,
    IKeyStore keys,
    ISpentTokenStore spent,
    MasterKeys masters,
    PolicyPublisher policies,
    InstanceBoard board,
    TimeProvider time,
    ILogger<ExchangeDesk> log)
{
    /// <summary>Exchanges a token.</summary>
    /// <returns>The key, or why there is none: exactly one of the two.</returns>
    /// <exception cref="Causeway.Storage.StoreUnavailableException">It cannot be kept.</exception>
    /// <exception cref="LedgerUnavailableException">It cannot be written down.</exception>
    public async Task<(ExchangedKey? Key, ExchangeError? Error)> ExchangeAsync(ExchangeRequest request, CancellationToken cancellation)
    {
        if (request.Audience is { } audience && audience != policies.Current.Deployment)
        {
            return (null, new ExchangeError("invalid_target", "exchange_audience", $"This deployment is not called {Printable.Cut(audience)}."));
        }

        (IReadOnlyList<Caveat>? narrowed, string? problem) = ScopeText.Read(request.Scope ?? "");
        if (narrowed is null)
        {
            return (null, new ExchangeError("invalid_scope", "exchange_scope", problem!));
        }

        (Attestation? said, ExchangeError? error) = await CheckAsync(request.SubjectToken, cancellation);
        if (said is null)
        {
            return (null, error);
        }

        if (ExchangeRules.Find(identity.Exchange, said) is not { } rule)
        {
            ExchangeEvents.NoRule(log, said.Issuer.Name, Printable.Cut(said.Subject));
            string looked = ExchangeRules.Looked(identity.Exchange, said);
            return (null, ExchangeError.Unacceptable(
                "exchange_no_rule",
                $"The token is good, and no rule of identity.exchange fits it: issuer {said.Issuer.Name}, subject {Printable.Cut(said.Subject)}. {(looked.Length == 0 ? "No rule is for this issuer: add one." : $"Where its rules look: {looked}. Mend the rule, or use a token that it is for.")}"));
        }

        (ExchangedKey? key, error) = await GiveAsync(rule, said, narrowed, request.Scope);
        if (error is not null)
        {
            ExchangeEvents.Refused(log, rule.Name, Printable.Cut(said.Subject), error.Code, error.Message);
            await ledger.Note(new LedgerEvent(LedgerEventKind.ExchangeRefused, 0) { Grant = rule.Grant, Code = error.Code, Actor = ActorOf(rule), Detail = $"issuer {said.Issuer.Name}, subject {Printable.Cut(said.Subject)}" }, isAwaited: false);
        }

        return (key, error);
    }

    private static string ActorOf(ExchangeRule rule) => "exchange:" + rule.Name;

    private async Task<(Attestation? Said, ExchangeError? Error)> CheckAsync(string token, CancellationToken cancellation)
    {
        try
        {
            (Attestation? said, TokenFault? fault) = await issuers.CheckAsync(token, TokenUse.Exchange, only: null, nonce: null, cancellation);
            return (said, fault is null ? null : ExchangeError.Unacceptable(fault.Code, fault.Message));
        }
        catch (IssuerUnavailableException failure)
        {
            return (null, new ExchangeError("temporarily_unavailable", "issuer_unavailable", failure.Message) { Status = 503, RetryAfter = TimeSpan.FromSeconds(30) });
        }
    }

    private async Task<(ExchangedKey? Key, ExchangeError? Error)> GiveAsync(ExchangeRule rule, Attestation said, IReadOnlyList<Caveat> narrowed, string? scope)
    {
        (string? feature, string? problem) = ExchangeRules.FeatureOf(rule, said);
        if (feature is null)
        {
            return (null, ExchangeError.Unacceptable("exchange_feature", problem!));
        }

        if (rule.Once && said.TokenId is null)
        {
            return (null, ExchangeError.Unacceptable("exchange_no_id", $"The token has no id (jti), and rule {rule.Name} exchanges a token once. Where a workload is given the same token for its whole life, the rule says once: false."));
        }

        (GrantNode? grant, Attribution? attribution, problem) = await GrantOfAsync(rule, feature);
        if (grant is null)
        {
            ExchangeEvents.Unusable(log, rule.Name, problem!);
            return (null, ExchangeError.Unacceptable("exchange_grant", $"Rule {rule.Name} cannot be used: {problem}. The operator mends it."));
        }

        DateTimeOffset now = time.GetUtcNow();
        Key root = await RootAsync(rule, grant.Grant, attribution!, now);
        if (root.RevokedAt is { } revoked)
        {
            return (null, ExchangeError.Unacceptable("exchange_revoked", $"The keys of rule {rule.Name} were revoked at {revoked:u} ({root.Id})."));
        }

        DateTimeOffset ends = now + rule.Expires;
        string text = CapabilityKey.Mint(masters.Current, grant.Grant.Id, (uint)grant.Grant.KeyGeneration, root.Id, now, Caveat.Expires(ends));
        if (narrowed.Count > 0)
        {
            (string? narrower, problem) = Attenuation.Of(text, narrowed, now);
            if (narrower is null)
            {
                return (null, new ExchangeError("invalid_scope", "exchange_scope", problem!));
            }

            text = narrower;
        }

        // Last: what is refused for another reason does not use the token up.
        if (rule.Once && !await spent.SpendAsync(KeyHash.Of(Encoding.UTF8.GetBytes($"exchange {said.Issuer.Name}\n{said.TokenId}")), said.ExpiresAt + TimeSpan.FromMinutes(2), now, CancellationToken.None))
        {
            return (null, ExchangeError.Unacceptable("exchange_replayed", "The token was exchanged before. Ask its issuer for a new one."));
        }

        await ledger.Note(
            new LedgerEvent(LedgerEventKind.TokenExchanged, 0) { Grant = grant.Grant.Id, Key = root.Id, Actor = ActorOf(rule), Detail = Detail(said, text, ends, scope) }, isAwaited: true);
        ExchangeEvents.Exchanged(log, rule.Name, said.Issuer.Name, Printable.Cut(said.Subject), root.Id.ToString(), attribution!.Team, feature, attribution.Environment);
        return (new ExchangedKey(text, rule.Expires, scope, attribution!), null);
    }

    // Which one it was can be told from its prefix, and from it alone it can be revoked.
    private static string Detail(Attestation said, string text, DateTimeOffset ends, string? scope)
    {
        Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
        CapabilityToken.TryParse(Encoding.ASCII.GetBytes(text), buffer, out CapabilityToken token);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{token.Id} for {Printable.Cut(said.Subject)} of {said.Issuer.Name}{(said.TokenId is { } id ? $", token {Printable.Cut(id)}" : "")}; until {ends:u}{(scope is null ? "" : $"; narrowed to {Printable.Cut(scope)}")}");
    }

    private async Task<(GrantNode? Grant, Attribution? Attribution, string? Problem)> GrantOfAsync(ExchangeRule rule, string feature)
    {
        GrantNode? grant;
        if (rule.Grant is { } id)
        {
            if ((grant = ledger.Find(id)) is null)
            {
                return (null, null, $"there is no grant {id}");
            }
        }
        else
        {
            (grant, string? closed) = await starters.EnsureAsync(rule.Team!);
            if (grant is null)
            {
                return (null, null, closed);
            }
        }

        string? team = rule.Team ?? grant.Path.Select(node => node.Grant.Holder).Where(holder => !holder.IsFeature).Select(holder => holder.Name).FirstOrDefault();
        if (team is null)
        {
            return (null, null, $"the grant {grant.Grant.Id} is no team's, and the rule names none");
        }

        FieldProblem[] wrong = [.. new CreateKeyRequest { Team = team, Feature = feature, Env = rule.Environment, Grant = grant.Grant.Id.ToString() }.GrantProblems(ledger, time.GetUtcNow(), out _)];
        return wrong.Length > 0 ? (null, null, string.Join("; ", wrong.Select(one => $"{one.Field} {one.Message}"))) : (grant, new Attribution(team, feature, rule.Environment) { CostCentre = centres.Of(team) }, null);
    }

    private async Task<Key> RootAsync(ExchangeRule rule, Grant grant, Attribution attribution, DateTimeOffset now)
    {
        string name = string.Join('\n', "exchange", rule.Name, grant.Id, attribution.Team, attribution.Feature, attribution.Environment);
        KeyId id = new(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(..16), bigEndian: true));
        if (policies.Current.Keys.Find(id) is { } known)
        {
            return known;
        }

        if (await keys.FindAsync(id, CancellationToken.None) is not { } key)
        {
            key = new Key
            {
                Id = id,
                Hash = KeyHash.Of(RandomNumberGenerator.GetBytes(32)), // Of no text: nobody holds it.
                Shown = CapabilityToken.Prefix,
                Attribution = attribution,
                Grant = grant.Id,
                IsCapability = true,
                CreatedBy = ActorOf(rule),
                CreatedAt = now,
            };
            try
            {
                await keys.AddAsync(key, CancellationToken.None);
                await ledger.Note(new LedgerEvent(LedgerEventKind.KeyCreated, 0) { Grant = grant.Id, Key = id, Actor = ActorOf(rule) }, isAwaited: false);
            }
            catch (InvalidOperationException failure)
            {
                key = await keys.FindAsync(id, CancellationToken.None) ?? throw new InvalidOperationException(failure.Message, failure); // Another instance was quicker.
            }
        }

        policies.Publish(policy => policy.With(key));
        await board.SpreadAsync(withLedger: true, CancellationToken.None); // So that the first key works wherever it is shown first.
        return key;
    }
}

/// <summary>What a token was exchanged for.</summary>
/// <param name="Text">The key; a secret.</param>
/// <param name="Life">How long it works.</param>
/// <param name="Scope">What it was narrowed to; null: nothing.</param>
/// <param name="Attribution">Whose requests it makes.</param>
internal sealed record ExchangedKey(string Text, TimeSpan Life, string? Scope, Attribution Attribution)
{
    /// <summary>Never the key.</summary>
    public override string ToString() => $"key for {Attribution}";
}
