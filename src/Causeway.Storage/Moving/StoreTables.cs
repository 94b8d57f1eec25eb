namespace Causeway.Storage.Moving;

/// <summary>
/// Every table that moves with a store, in an order in which each can be written: what is referred to comes before what refers to it. A test holds this list against the schemas
/// of both engines, so a column that is added to one is missed here at once.
/// </summary>
internal static class StoreTables
{
    private const string Sums =
        """
        requests number, failures number, unpriced_requests number, estimated_requests number, input_tokens number, cache_read_tokens number, cache_write_tokens number,
        output_tokens number, reasoning_tokens number, cost_nano_usd number
        """;

    public static readonly StoreTable Names = StoreTable.Of("names", "*id number, name text");

    public static readonly StoreTable Releases = StoreTable.Of("releases", "*id bytes, content bytes, pin_classes bytes, label text?, created_at number");

    public static readonly StoreTable Contracts = StoreTable.Of("contracts", "*name text, *version small, id bytes, schema bytes, policy bytes, created_at number");

    public static readonly StoreTable Grants = StoreTable.Of("grants", "*id id, parent id?, body bytes");

    public static readonly StoreTable Ledger = StoreTable.Of("ledger", "*seq number, at_ms number, kind small, payload bytes, hash bytes", isLong: true);

    public static readonly StoreTable Checkpoints = StoreTable.Of("ledger_checkpoints", "*seq number, state bytes");

    public static readonly StoreTable Usage = StoreTable.Of(
        "usage",
        """
        *request id, at_ms number, team number, feature number, environment number, key number, protocol number, route number, model_asked number, model_sent number?,
        model_served number?, provider number?, region number?, input_tokens number, cache_read_tokens number, cache_write_5m_tokens number, cache_write_30m_tokens number,
        cache_write_1h_tokens number, cache_write_12h_tokens number, output_tokens number, reasoning_tokens number, cost_nano_usd number?, source small, status small, outcome small,
        error_code number?, stop_reason number?, attempts small, streamed small, first_byte_us number?, total_us number, channel number?, release number?, dropped text?,
        contract number?, contract_schema number?, contract_outcome number?, repairs small, repair_cost_nano_usd number?, mended text?, grant_id id?, price number?,
        held_nano_usd number?, overrun_nano_usd number, revision number?, rule small?, bucket small?, cached_from id?, inherits number?, data_class number?,
        agreement number?, cost_centre number?, end_user text?, tags text?, steps bytes?, unit_hash number?, conversation text?, tool_uses small?,
        tool_fee_nano_usd number?
        """,
        isLong: true);

    public static readonly StoreTable Adjustments = StoreTable.Of(
        "usage_adjustments",
        "*request id, late_input number, late_cache_read number, late_cache_write number, late_output number, late_reasoning number, late_cost_nano_usd number",
        isLong: true);

    public static readonly StoreTable Hourly = StoreTable.Of(
        "usage_hourly", $"*hour number, *team number, *feature number, *environment number, *key number, *provider number, *model number, {Sums}");

    public static readonly StoreTable Daily = StoreTable.Of(
        "usage_daily", $"*day number, *team number, *feature number, *environment number, *key number, *provider number, *model number, {Sums}");

    public static readonly StoreTable Marks = StoreTable.Of("usage_marks", "*name text, value number");

    public static readonly StoreTable[] All =
    [
        StoreTable.Of("teams", "*name text, created_at number"),
        StoreTable.Of("features", "*team text, *name text, created_at number"),
        StoreTable.Of(
            "keys",
            """
            *id id, hash bytes, shown text, team text, feature text, environment text, created_at number, expires_at number?, revoked_at number?, grant_id id?, capability flag,
            created_by text?, cost_centre text?
            """),
        StoreTable.Of("admin_token", "*only_row small, hash bytes, replaced_at number"),
        StoreTable.Of(
            "revoked_prefixes", "*rid id, expires_at number, revoked_at number, revoked_by text, key_id id?, grant_id id?, reason text?"),
        StoreTable.Of("spent_tokens", "*digest bytes, expires_at number"),
        Releases,
        StoreTable.Of("channels", "*name text, release bytes, unsupported small, conformance small, created_at number, updated_at number, version number, revision number"),
        StoreTable.Of("channel_moves", "*channel text, *version number, release bytes, unsupported small, conformance small, at number, revision number"),
        StoreTable.Of("routing_revisions", "*revision number, at number"),
        StoreTable.Of("routings", "*channel text, *revision number, body bytes"),
        StoreTable.Of("timeline", "*seq number, at number, revision number, channel text, kind small, actor text, reason text?, detail text, hash bytes"),
        StoreTable.Of("drills", "*id id, channel text, started_at number, body bytes"),
        StoreTable.Of("guard_evidence", "*seq number, rollout id, at number, body bytes", isLong: true),
        StoreTable.Of("readiness", "*channel text, at number, body bytes"),
        StoreTable.Of("watched_pins", "*provider text, *model text, version number, body bytes"),
        StoreTable.Of(
            "conversations",
            "*channel text, *team text, *session text, release bytes, portability small, last_turn_at number, body bytes",
            isLong: true),
        Contracts,
        StoreTable.Of(
            "measurements",
            "*id number, provider text, model text, probe text, at number, region text?, dialect text, verdict small, detail text?, reply_digest text?",
            isLong: true),
        Grants,
        StoreTable.Of("overlays", "*id id, grant_id id, limit_no small, amount number, from_ms number, until_ms number, origin text"),
        StoreTable.Of("raises", "*id id, created_at number, version number, pending flag, body bytes"),
        StoreTable.Of("agreements", "*id id, provider text, created_at number, version number, body bytes"),
        StoreTable.Of("broken_glass", "*id id, reviewed flag, body bytes"),
        StoreTable.Of("grant_use", "*grant_id id, *limit_text text, last_allowed_ms number, last_denied_ms number"),
        Names,
        Ledger,
        Checkpoints,
        Usage,
        StoreTable.Of(
            "usage_attempts",
            """
            *request id, *step small, provider number, model number, reason number, status small?, duration_us number, cost_nano_usd number?, region number?, agreement number?,
            began_us number?, first_byte_us number?
            """,
            isLong: true),
        Adjustments,
        Hourly,
        Daily,
        Marks,
        StoreTable.Of(
            "shadow_imports",
            """
            *id id, at number, actor text, format text, file text, digest bytes, account text, records number, line_count number, first_day number, last_day number,
            window_count number
            """),
        StoreTable.Of("shadow_windows", "*format text, *vendor text, *account text, *project text, *day number, import_id id"),
        StoreTable.Of(
            "shadow_lines",
            """
            *import_id id, *no number, format text, day number, vendor text, account text, project text, api_key text, user_name text, model text, region text, item text,
            currency text, requests number, input_tokens number, cache_read_tokens number, output_tokens number, bytes number, cost_nano number?
            """,
            isLong: true),
        StoreTable.Of("capture_orders", "*id id, is_ended number, body bytes"),
        StoreTable.Of("dead_letters", "*id id, hook text, what text, body bytes, problem text, tries small, tried_at number"),
        StoreTable.Of(
            "batches",
            "*request id, provider text, batch text, data_class small, taken_at number, due_at number, state small, next_at number, asked_at number?, asks small, word text?"),
        StoreTable.Of("objects", "*provider text, *id text, team text, grant_id id?, made_at number, kept_until number", isLong: true),
        StoreTable.Of("transcripts", "*team text, *response text, previous text?, root text, provider text, until number, content bytes", isLong: true),
        StoreTable.Of("payloads", "*request id, until number, content bytes", isLong: true),
        StoreTable.Of("shadow_claims", "*vendor text, *account text, *project text, *api_key text, team text?, provider text?, note text?, actor text, at number"),
    ];
}
