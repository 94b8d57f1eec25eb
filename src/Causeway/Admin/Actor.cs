using Causeway.Admin.Identity;
using Causeway.Budgets.Keys;
using Microsoft.AspNetCore.Http;

namespace Causeway.Admin;

/// <summary>Who called an endpoint of the admin API, as the gate found out.</summary>
/// <param name="Name">An operator's name, <see cref="Administrator"/>, a person's behind their issuer's, or a key's id: as the ledger writes it.</param>
/// <param name="Key">The key that spoke, on the endpoints that take one; null: a token did.</param>
internal sealed record Actor(string Name, Key? Key = null)
{
    /// <summary>The name of whoever holds <c>admin.token</c>.</summary>
    public const string Administrator = "admin";

    /// <summary>What they may do; null: everything. A key has none, and speaks within its grant.</summary>
    public IReadOnlySet<Role>? Roles { get; init; }

    /// <summary>The session of a person who signed in by an issuer; null: it is no person, but a token of the configuration or a key.</summary>
    public PersonSession? Person { get; init; }

    /// <summary>Who called. The gate has let them in.</summary>
    public static Actor Of(HttpContext http) => http.Features.Get<Actor>() ?? throw new InvalidOperationException("The gate has not been here.");

    /// <summary>Says who called.</summary>
    public void Enter(HttpContext http) => http.Features.Set(this);
}
