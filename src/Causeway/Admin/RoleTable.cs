using System.Collections.Frozen;

namespace Causeway.Admin;

/// <summary>
/// Which role may call which endpoint, as data: every endpoint that changes something is named here, and a test finds one that is not. Every role may look at everything; what an
/// operator with several roles may do is what any of them may. docs/roles.md has the same table.
/// </summary>
internal static class RoleTable
{
    private static readonly Role[] s_nobodyElse = [];
    private static readonly Role[] s_everybody = [Role.ReleaseManager, Role.BudgetOwner, Role.OnCall, Role.Developer, Role.Auditor];
    private static readonly Role[] s_anybodyWhoBuilds = [Role.ReleaseManager, Role.BudgetOwner, Role.OnCall, Role.Developer];

    /// <summary>Who beside an administrator may call what changes something, by the endpoint's name.</summary>
    public static FrozenDictionary<string, IReadOnlyList<Role>> Changes { get; } = new Dictionary<string, IReadOnlyList<Role>>
    {
        // The way forward.
        ["create_release"] = [Role.ReleaseManager, Role.Developer],
        ["create_channel"] = [Role.ReleaseManager],
        ["point_channel"] = [Role.ReleaseManager],
        ["configure_routing"] = [Role.ReleaseManager],
        ["apply_policy"] = [Role.ReleaseManager],
        ["start_rollout"] = [Role.ReleaseManager],
        ["advance_rollout"] = [Role.ReleaseManager],
        ["resume_rollout"] = [Role.ReleaseManager],
        ["finalize_rollout"] = [Role.ReleaseManager],
        ["start_group_rollout"] = [Role.ReleaseManager],
        ["advance_group_rollout"] = [Role.ReleaseManager],
        ["resume_group_rollout"] = [Role.ReleaseManager],
        ["finalize_group_rollout"] = [Role.ReleaseManager],
        ["lift_quarantine"] = [Role.ReleaseManager],
        ["register_contract"] = [Role.ReleaseManager],
        ["set_cache"] = [Role.ReleaseManager],
        ["set_conversations"] = [Role.ReleaseManager],
        ["begin_drill"] = [Role.ReleaseManager],
        ["start_probes"] = [Role.ReleaseManager],
        ["accept_drift"] = [Role.ReleaseManager],
        ["cancel_probes"] = [Role.ReleaseManager, Role.OnCall],

        // The way back needs fewer rights than the way forward.
        ["roll_back_channel"] = [Role.ReleaseManager, Role.OnCall],
        ["roll_back_locally"] = [Role.ReleaseManager, Role.OnCall],
        ["roll_back_group"] = [Role.ReleaseManager, Role.OnCall],
        ["roll_back_release"] = [Role.ReleaseManager, Role.OnCall],
        ["pause_rollout"] = [Role.ReleaseManager, Role.OnCall],
        ["abort_rollout"] = [Role.ReleaseManager, Role.OnCall],
        ["pause_group_rollout"] = [Role.ReleaseManager, Role.OnCall],
        ["abort_group_rollout"] = [Role.ReleaseManager, Role.OnCall],
        ["purge_cache"] = [Role.ReleaseManager, Role.OnCall],
        ["stop_drill"] = [Role.ReleaseManager, Role.OnCall],
        ["probe_readiness"] = [Role.ReleaseManager, Role.OnCall],
        ["probe_sentinel"] = [Role.ReleaseManager, Role.OnCall],
        ["check_provider"] = [Role.ReleaseManager, Role.OnCall],

        // Budgets.
        ["create_grant"] = [Role.BudgetOwner],
        ["change_grant"] = [Role.BudgetOwner],
        ["set_grant"] = [Role.BudgetOwner],
        ["rekey_grant"] = [Role.BudgetOwner],
        ["apply_review"] = [Role.BudgetOwner],
        ["seal_grant"] = [Role.BudgetOwner],
        ["approve_raise"] = [Role.BudgetOwner],
        ["deny_raise"] = [Role.BudgetOwner],
        ["review_glass"] = [Role.BudgetOwner],
        ["adjust_usage"] = [Role.BudgetOwner],
        ["create_key"] = [Role.BudgetOwner, Role.Developer], // A developer: of their own team, under its starter grant (KeyRight).
        ["revoke_key"] = [Role.BudgetOwner, Role.OnCall, Role.Developer], // A developer: what they made.
        ["revoke_prefix"] = [Role.BudgetOwner, Role.OnCall],
        ["lift_run"] = [Role.BudgetOwner, Role.OnCall],
        ["break_glass"] = [Role.BudgetOwner, Role.OnCall],
        ["request_raise"] = s_anybodyWhoBuilds,

        // What lets data go: to take it back needs fewer rights than to give it.
        ["create_agreement"] = s_nobodyElse,
        ["end_agreement"] = [Role.OnCall],

        // What bypasses the gateway.
        ["import_shadow"] = [Role.BudgetOwner],
        ["claim_shadow"] = s_anybodyWhoBuilds,
        ["withdraw_shadow_claim"] = [Role.BudgetOwner],

        // Signing in and out.
        ["open_session"] = s_everybody,
        ["close_session"] = s_everybody,
        ["start_device_sign_in"] = s_everybody,
        ["poll_device_sign_in"] = s_everybody,

        // What is checked and changes nothing.
        ["plan_rollout"] = s_anybodyWhoBuilds,
        ["plan_agreement"] = s_anybodyWhoBuilds,
        ["check_contract"] = s_anybodyWhoBuilds,
        ["estimate_probes"] = s_anybodyWhoBuilds,
        ["test_contract"] = [Role.ReleaseManager, Role.Developer],

        // What people wrote and were answered: kept only where a rule says so, and opened with a reason.
        ["open_payload"] = [Role.OnCall],
        ["order_capture"] = s_nobodyElse,
        ["end_capture"] = [Role.OnCall],

        // The deployment.
        ["redeliver_dead_letter"] = [Role.OnCall, Role.ReleaseManager, Role.BudgetOwner],
        ["drop_dead_letter"] = [Role.OnCall],
        ["reload_configuration"] = s_nobodyElse,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The roles by their words.</summary>
    public static IReadOnlyList<(string Word, Role Role)> Words { get; } =
    [
        ("admin", Role.Admin), ("release-manager", Role.ReleaseManager), ("budget-owner", Role.BudgetOwner), ("on-call", Role.OnCall), ("developer", Role.Developer), ("auditor", Role.Auditor),
    ];

    /// <summary>A role as it is written.</summary>
    public static string Word(Role role) => Words.First(one => one.Role == role).Word;

    /// <summary>Whether an endpoint may be called.</summary>
    /// <param name="endpoint">Its name; null: it has none, and nobody but an administrator may.</param>
    /// <param name="isReading">It changes nothing, as its method says.</param>
    /// <param name="roles">The roles of who calls; null: there are none, and everything is allowed.</param>
    public static bool Allows(string? endpoint, bool isReading, IReadOnlySet<Role>? roles) =>
        roles is null || roles.Contains(Role.Admin) || isReading || (endpoint is not null && Changes.TryGetValue(endpoint, out IReadOnlyList<Role>? allowed) && allowed.Any(roles.Contains));

    /// <summary>What somebody may call of what changes something, in order of the names.</summary>
    /// <param name="roles">Their roles; null: everything is allowed.</param>
    public static IReadOnlyList<string> AllowedTo(IReadOnlySet<Role>? roles) => [.. Changes.Keys.Where(endpoint => Allows(endpoint, isReading: false, roles)).Order(StringComparer.Ordinal)];

    /// <summary>Who may call it, in words.</summary>
    public static string WhoMay(string? endpoint) =>
        string.Join(", ", new[] { Role.Admin }.Concat(endpoint is not null && Changes.TryGetValue(endpoint, out IReadOnlyList<Role>? allowed) ? allowed : []).Select(Word));
}
