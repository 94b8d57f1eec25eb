using Causeway.Budgets.Keys;

namespace Causeway.Admin;

/// <summary>The one credential of the admin API.</summary>
/// <param name="Token">The digest of the administrator's token.</param>
internal sealed record AdminCredential(KeyHash Token);
