using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Configuration;
using Causeway.Gateway.Identity;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Identity;

/// <summary>Signs people in and out: the one place where an issuer's word becomes a session, and both are written into the ledger.</summary>
internal sealed class People(IdentityConfiguration identity, PeopleSeal seal, ISpentTokenStore spent, SpentLook look, BudgetLedger ledger, TimeProvider time, ILogger<AdminGate> log)
{
    /// <summary>Signs somebody in.</summary>
    /// <param name="said">What their issuer says.</param>
    /// <param name="kind">Where.</param>
    public async Task<PersonSession> SignInAsync(Attestation said, SessionKind kind)
    {
        Person person = Person.Of(said, identity.Issuers.First(issuer => issuer.Name == said.Issuer.Name));
        PersonSession session = seal.Make(person, kind);
        string roles = string.Join(", ", person.Roles.Select(RoleTable.Word));
        string teams = person.Teams.Count == 0 ? "none" : string.Join(", ", person.Teams);
        string where = kind == SessionKind.Console ? "console" : "command line";
        await ledger.Note(
            new LedgerEvent(LedgerEventKind.SignedIn, 0) { Actor = person.Name, Detail = $"{where}, subject {Printable.Cut(person.Subject)}; roles {roles}; teams {teams}; until {session.Ends:u}" },
            isAwaited: true);
        AdminEvents.SignedIn(log, person.Name, where, roles, teams);
        return session;
    }

    /// <summary>Opens a session that is presented.</summary>
    /// <returns>Null: it is none, is over, or was signed out.</returns>
    /// <exception cref="Causeway.Storage.StoreUnavailableException">It cannot be told whether it was signed out.</exception>
    public async ValueTask<PersonSession?> OpenAsync(string text, SessionKind kind, CancellationToken cancellation) =>
        seal.Open(text, kind) is { } session && !await spent.IsSpentAsync(session.Digest, cancellation) ? session : null;

    /// <summary>Whether a session that was opened before is good still, for streams that go on for long: the store is asked once for all of them.</summary>
    /// <exception cref="Causeway.Storage.StoreUnavailableException">It cannot be told whether it was signed out.</exception>
    public async ValueTask<bool> IsOpenStillAsync(string text, SessionKind kind, CancellationToken cancellation) =>
        seal.Open(text, kind) is { } session && !await look.IsSpentAsync(session.Digest, cancellation);

    /// <summary>Signs a session out, on every instance.</summary>
    public async Task SignOutAsync(PersonSession session)
    {
        if (await spent.SpendAsync(session.Digest, session.Ends + TokenSkew, time.GetUtcNow(), CancellationToken.None))
        {
            await ledger.Note(new LedgerEvent(LedgerEventKind.SignedOut, 0) { Actor = session.Person.Name }, isAwaited: true);
        }
    }

    // Clocks of instances differ: what is over here may not be there.
    private static TimeSpan TokenSkew => TimeSpan.FromMinutes(1);
}
