using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <summary>When a grant, or one limit of it, was last used. Kept apart from the events, so that it is known longer than they are replayed.</summary>
/// <param name="Grant">The grant.</param>
/// <param name="Limit">The limit as it is written; empty: the grant's own requests.</param>
/// <param name="LastAllowedMs">When a request was last let through, Unix milliseconds; 0: never.</param>
/// <param name="LastDeniedMs">When one was last refused; 0: never.</param>
public sealed record GrantUse(GrantId Grant, string Limit, long LastAllowedMs, long LastDeniedMs);

/// <summary>When something was last used. A refused attempt is no use, so the two are kept apart.</summary>
/// <param name="Allowed">When a request was last let through; null: never.</param>
/// <param name="Denied">When one was last refused; null: never.</param>
public readonly record struct LastUse(DateTimeOffset? Allowed, DateTimeOffset? Denied);

/// <summary>What became of a limit in one of its windows.</summary>
/// <param name="Number">The limit's place among the grant's limits, from 0.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Start">When the window began; of a rolling one when it reaches back to.</param>
/// <param name="Used">What was used in it, calls in doubt included.</param>
/// <param name="IsOver">No request is booked in it any longer.</param>
public sealed record WindowUse(int Number, Limit Limit, DateTimeOffset Start, long Used, bool IsOver);

/// <summary>A limit that has less left than a raise would add elsewhere on the path: it binds all the same.</summary>
/// <param name="Grant">The grant whose limit it is.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Left">What is left of it now, in its meter's unit.</param>
public sealed record BindingLimit(GrantId Grant, Limit Limit, long Left);
