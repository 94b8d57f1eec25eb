using System.Collections.Immutable;
using System.Net;
using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Keys.Proofs;
using Causeway.Budgets.Ledger;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Causeway.Gateway.Flow;

/// <summary>Capability keys at work: verified once by their whole digest, checked with every call, their totals counted in accounts.</summary>
/// <param name="ledger">Where totals are counted, and where a grant's generation of keys is found.</param>
/// <param name="masters">The keys under which they are made.</param>
internal sealed class Capabilities(BudgetLedger ledger, MasterKeys masters)
{
    private const int MaxRemembered = 65_536;
    private const string ProofHeader = "DPoP";
    private const string Mend = "Explain a key with: causeway key verify KEY";
    private readonly VerifiedTokens _verified = new(MaxRemembered);
    private readonly SeenProofs _proofs = new();

    /// <summary>Whether it was made here and only narrowed since.</summary>
    public Verdict<VerifiedToken> Verify(KeyHash hash, string presented)
    {
        if (_verified.TryGet(hash, out VerifiedToken? known))
        {
            return GenerationOf(known.Grant) == known.KeyGen ? known : Refused(CapabilityFault.BadTag);
        }

        long revision = _verified.Revision;
        Span<byte> text = stackalloc byte[CapabilityToken.MaxTextLength];
        Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
        if (presented.Length > text.Length)
        {
            return Refused(CapabilityFault.TooLarge);
        }

        if (!Encoding.ASCII.TryGetBytes(presented, text, out int length))
        {
            return Refused(CapabilityFault.Malformed);
        }

        CapabilityFault fault = CapabilityToken.TryParse(text[..length], buffer, out CapabilityToken token);
        VerifiedToken? verified = null;
        if (fault == CapabilityFault.None)
        {
            fault = GenerationOf(token.Grant) is { } generation ? token.Verify(masters.Find(token.Kid), generation, out verified) : CapabilityFault.BadTag;
        }

        if (fault != CapabilityFault.None || verified is null)
        {
            return Refused(fault == CapabilityFault.None ? CapabilityFault.BadTag : fault);
        }

        _verified.Add(hash, verified, revision);
        return verified;
    }

    /// <summary>What stands against the key whatever is asked: its time, its deployment, where it is used from, what it must prove. Null: nothing.</summary>
    /// <param name="token">The key.</param>
    /// <param name="from">Where the request came from.</param>
    /// <param name="deployment">What this deployment is called; null: it has no name.</param>
    /// <param name="unproven">Why it is not proved that who sends it holds the key that it is bound to; null: it is, or it is bound to none.</param>
    /// <param name="now">The moment.</param>
    public static GatewayError? Refused(VerifiedToken token, IPAddress? from, string? deployment, string? unproven, DateTimeOffset now)
    {
        Restrictions restrictions = token.Restrictions;
        Breach breach = restrictions.OfTime(now);
        breach = breach != Breach.None ? breach : restrictions.OfAudience(deployment);
        breach = breach != Breach.None ? breach : unproven is null ? Breach.None : Breach.Proof;
        breach = breach != Breach.None ? breach : restrictions.OfAddress(from);
        (string Caveat, string Why)? decided = breach switch
        {
            Breach.None => null,
            Breach.Expired => ("exp", $"This key was over at {restrictions.NotAfter:u}."),
            Breach.NotYet => ("nbf", $"This key holds from {restrictions.NotBefore:u} on, and one with a total only within a day of its end."),
            Breach.Audience => ("aud", $"This key is for {(restrictions.Audiences!.Names is { Count: > 0 } names ? string.Join(", ", names) : "no deployment at all")}, and this deployment {(deployment is null ? "has no name: the operator gives it one (deployment: in causeway.yaml)" : $"is called {deployment}")}."),
            Breach.Proof => ("cnf", $"This key is bound to another key, and every request needs a proof of that in the header {ProofHeader}: {unproven}."),
            _ => ("cidr", "This key is not for the network that the request came from."),
        };
        return decided is var (caveat, why)
            ? new GatewayError(breach == Breach.Address ? ErrorKind.Forbidden : ErrorKind.Unauthenticated, breach.Code(), $"{why} {Mend}") { Caveat = caveat }
            : null;
    }

    /// <summary>Why it is not proved that who sends the request holds the key that its own is bound to; null: it is, or it is bound to none. A proof is used up by this.</summary>
    public string? Unproven(VerifiedToken token, HttpRequest request, string presented, DateTimeOffset now)
    {
        ReadOnlyMemory<byte> bound = token.Restrictions.Confirmation;
        if (bound.IsEmpty)
        {
            return null;
        }

        if (request.Headers[ProofHeader] is not [{ Length: > 0 } proof])
        {
            return "there is none, or more than one";
        }

        string target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget ?? request.Path;
        (string? name, string? problem) = KeyProof.Verify(proof, bound.Span, request.Method, target.Split('?')[0], presented, now);
        return problem ?? _proofs.Take(bound.Span, name!, now);
    }

    /// <summary>The account that a key's totals are counted in, one below another in the order in which they were stated; without totals the grant itself.</summary>
    public async ValueTask<Verdict<GrantNode>> AccountOfAsync(VerifiedToken token, GrantNode grant)
    {
        Restrictions restrictions = token.Restrictions;
        if (restrictions.MaxCalls.Count == 0 && restrictions.MaxTotals.Count == 0)
        {
            return grant;
        }

        IEnumerable<(Quantity Quantity, Meter Meter)> stated = restrictions.MaxCalls.Select(calls => (calls, Meter.Requests)).Concat(restrictions.MaxTotals.Select(total => (total, Meter.Usd)));
        GrantNode account = grant;
        foreach ((Quantity quantity, Meter meter) in stated.OrderBy(one => PlaceOf(token, one.Quantity.Prefix)))
        {
            ImmutableArray<Limit> limits = [new Limit(meter, quantity.Amount, Window.None)];
            (GrantNode? next, LedgerDenial? denial) = await ledger.AccountForAsync(account, new GrantId(quantity.Prefix.ToGuid()), limits, quantity.EndsAt + CapabilityToken.Skew);
            if (next is null)
            {
                return Denials.Of(denial!, grant);
            }

            account = next;
        }

        return account;
    }

    private static int PlaceOf(VerifiedToken token, RevocationId prefix)
    {
        int place = 0;
        while (place < token.Prefixes.Count && token.Prefixes[place] != prefix)
        {
            place++;
        }

        return place;
    }

    private uint? GenerationOf(GrantId grant) => ledger.Find(grant) is { } node ? (uint)node.Grant.KeyGeneration : null;

    private static GatewayError Refused(CapabilityFault fault) => new(
        ErrorKind.Unauthenticated,
        fault.Code(),
        fault switch
        {
            CapabilityFault.Malformed => $"This is no whole capability key: its form or its checksum is wrong. {Mend}",
            CapabilityFault.TooLarge => $"This capability key is larger than {CapabilityToken.MaxBytes:N0} bytes or has more than {CapabilityToken.MaxCaveats} caveats.",
            CapabilityFault.UnknownCaveat => "This capability key has a caveat that this version does not know, so that it could not be kept. Use a newer Causeway, or a key without it.",
            _ => "This capability key was not made here, was changed, or its grant's keys were ended.",
        });
}
