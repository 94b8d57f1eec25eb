using Causeway.Budgets.Keys;
using Microsoft.AspNetCore.Http;

namespace Causeway.Admin;

/// <summary>Who called an endpoint of the admin API, as the gate found out.</summary>
/// <param name="Name">An operator's name, <see cref="Administrator"/>, or a key's id: as the ledger writes it.</param>
/// <param name="Key">The key that spoke, on the endpoints that take one; null: a token did.</param>
internal sealed record Actor(string Name, Key? Key = null)
{
    /// <summary>The name of whoever holds <c>admin.token</c>.</summary>
    public const string Administrator = "admin";

    /// <summary>Who called. The gate has let them in.</summary>
    public static Actor Of(HttpContext http) => http.Features.Get<Actor>() ?? throw new InvalidOperationException("The gate has not been here.");

    /// <summary>Says who called.</summary>
    public void Enter(HttpContext http) => http.Features.Set(this);
}
