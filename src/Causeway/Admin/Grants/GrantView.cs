using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Admin.Grants;

/// <summary>A grant with what became of it.</summary>
internal sealed record GrantView
{
    [Description("Its name.")]
    public required string Id { get; init; }

    [Description("The grant above; null: there is none.")]
    public string? Parent { get; init; }

    [Description("Grants above it.")]
    public required int Depth { get; init; }

    [Description("share: a ceiling over what is above. carve: its amounts were moved out of what is above. break_glass: a carve that is sealed. account: of a key with a total of its own.")]
    public required string Kind { get; init; }

    [Description("team/NAME or feature/NAME: whose keys may belong to it.")]
    public required string Holder { get; init; }

    [Description("active, suspended, revoked or expired; of the whole path: a grant below a suspended one is suspended.")]
    public required string Status { get; init; }

    [Description("hard, soft or critical: what is done while the store is away.")]
    public required string Enforcement { get; init; }

    [Description("strict, clamp or adaptive: what is done where a request's bound does not fit.")]
    public required string Reserve { get; init; }

    [Description("first or fair: how the grants right below share its limits while they are short.")]
    public required string Share { get; init; }

    [Description("Its part where the grant above is shared fairly.")]
    public required int Weight { get; init; }

    [Description("What it may be used for, effectively: the meet of itself and all above it.")]
    public required ScopeView Scope { get; init; }

    [Description("Its own limits. Those above it hold as well.")]
    public required IReadOnlyList<LimitView> Limits { get; init; }

    [Description("What instances hold of it by leases, and of grants below it, by instance: they decide on that by themselves.")]
    public IReadOnlyList<GrantLeaseView> Leases { get; init; } = [];

    [Description("Grants that may be made below it, in a row.")]
    public required int DepthLeft { get; init; }

    [Description("What becomes of streams that run when it is revoked: finish or cut.")]
    public required string OnRevoke { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public string? Reason { get; init; }

    [Description("A team's grant for keys that were made without one.")]
    public required bool Default { get; init; }

    [Description("Grows with each change.")]
    public required int Version { get; init; }

    [Description("Grants right below it; only of one that is shown, and of branches."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Children { get; init; }

    [Description("Grants below it at any depth; where children is."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Below { get; init; }

    [Description("The grants above it, the top first; only of one that is shown."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<GrantName>? Above { get; init; }

    [Description("false: it is there because it stands above one that matches; only of a search."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Matches { get; init; }

    public static GrantView Of(GrantNode node, BudgetLedger ledger, DateTimeOffset now)
    {
        Grant grant = node.Grant;
        return new GrantView
        {
            Id = grant.Id.ToString(),
            Parent = grant.Parent?.ToString(),
            Depth = node.Path.Length - 1,
            Kind = GrantJson.Word(grant.Kind),
            Holder = grant.Holder.ToString(),
            Status = StatusOf(node, now),
            Enforcement = GrantJson.Word(grant.Enforcement),
            Reserve = GrantJson.Word(node.Reserve),
            Share = grant.IsFair ? "fair" : "first",
            Weight = grant.Weight,
            Scope = ScopeView.Of(node.Scope),
            Limits = [.. ledger.Use(node).Select(LimitView.Of)],
            Leases = GrantLeaseView.Of(ledger.LeasesBelow(node)),
            DepthLeft = grant.DepthLeft,
            OnRevoke = grant.CutOnRevoke ? "cut" : "finish",
            NotBefore = grant.NotBefore,
            ExpiresAt = grant.ExpiresAt,
            CreatedAt = grant.CreatedAt,
            CreatedBy = grant.CreatedBy,
            Reason = grant.Reason,
            Default = grant.IsDefault,
            Version = grant.Version,
        };
    }

    /// <summary>The answer to an id that names no grant, well formed or not.</summary>
    public static Problem Unknown(string id) => new(AdminError.GrantUnknown, $"No grant is called \"{Printable.Cut(id)}\". List them with: causeway grant tree");

    /// <summary>The grant of a text; null: there is none.</summary>
    public static GrantNode? Find(string id, BudgetLedger ledger) => GrantId.TryParse(id, out GrantId name) ? ledger.Find(name) : null;

    /// <summary>It is listed where nobody asks for those that are revoked or expired too.</summary>
    public static bool IsShown(GrantNode node, DateTimeOffset now) => StatusOf(node, now) is "active" or "suspended";

    /// <summary>Its status: the worst word of the path decides, from the root down.</summary>
    public static string StatusOf(GrantNode node, DateTimeOffset now) =>
        node.Path.Any(one => one.Grant.Status == GrantStatus.Revoked) ? "revoked"
        : node.Path.Any(one => one.Grant.Status == GrantStatus.Suspended) ? "suspended"
        : node.Path.Any(one => one.Grant.ExpiresAt <= now) ? "expired"
        : "active";
}

/// <summary>What a grant may be used for. What is absent is not restricted.</summary>
internal sealed record ScopeView
{
    public IReadOnlyList<string>? Env { get; init; }

    [Description("Classes of models: embedding, small, standard, frontier.")]
    public IReadOnlyList<string>? Classes { get; init; }

    [Description("Names of models; a * at the end stands for any end.")]
    public IReadOnlyList<string>? Models { get; init; }

    public IReadOnlyList<string>? Routes { get; init; }

    [Description("The highest class of data.")]
    public string? Data { get; init; }

    [Description("The class of data that every request belongs to at least.")]
    public string? DataMin { get; init; }

    [Description("Generated tokens of one request at most.")]
    public long? MaxOutput { get; init; }

    [Description("Prompt tokens of one request at most.")]
    public long? MaxInput { get; init; }

    [Description("What one request may cost at most, USD.")]
    public string? MaxCost { get; init; }

    public static ScopeView Of(Scope scope) => new()
    {
        Env = scope.Environments,
        Classes = scope.ModelClasses,
        Models = scope.Models,
        Routes = scope.Routes,
        Data = scope.DataClassMax is { } rank ? DataClasses.Known[rank] : null,
        DataMin = scope.DataClassMin is { } least ? DataClasses.Known[least] : null,
        MaxOutput = scope.MaxOutputTokens,
        MaxInput = scope.MaxInputTokens,
        MaxCost = scope.MaxRequestNanoUsd is { } most ? Money.Usd(most) : null,
    };
}

/// <summary>A limit and what became of it in its window of now. Amounts of usd are nano-USD, of the others counts.</summary>
internal sealed record LimitView
{
    [Description("As it is written: usd 500/month.")]
    public required string Text { get; init; }

    [Description("usd, tokens, tokens_in, tokens_out, requests or concurrent.")]
    public required string Meter { get; init; }

    [Description("none, hour, day, week, month, or the span that rolls.")]
    public required string Window { get; init; }

    [Description("The zone whose calendar cuts the window.")]
    public required string Zone { get; init; }

    [Description("It paces another limit: a share of that in a shorter span.")]
    public required bool Pace { get; init; }

    [Description("How much there is, with the raises that hold now.")]
    public required long Amount { get; init; }

    [Description("The part of that which raises add.")]
    public required long Raised { get; init; }

    [Description("Used and booked.")]
    public required long Committed { get; init; }

    [Description("Held by open requests.")]
    public required long Held { get; init; }

    [Description("The part of what is held that instances hold by leases, for requests to come.")]
    public long Leased { get; init; }

    [Description("Of calls whose end is not known: counts as used.")]
    public required long InDoubt { get; init; }

    [Description("Carved out for grants below and not used by them yet.")]
    public required long Carved { get; init; }

    public required long Left { get; init; }

    public DateTimeOffset? WindowStarts { get; init; }

    public DateTimeOffset? WindowEnds { get; init; }

    public static LimitView Of(LimitUse use) => new()
    {
        Text = use.Limit.ToString(),
        Meter = use.Limit.Meter.Word(),
        Window = use.Limit.Window.ToString(),
        Zone = use.Limit.Window.Zone,
        Pace = use.Limit.IsPace,
        Amount = use.Amount,
        Raised = use.Amount - use.Limit.Amount,
        Committed = use.Committed,
        Held = use.Held,
        Leased = use.Leased,
        InDoubt = use.InDoubt,
        Carved = use.Carved,
        Left = use.Left,
        WindowStarts = use.WindowStarts,
        WindowEnds = use.WindowEnds,
    };
}

/// <summary>A grant by its name.</summary>
internal sealed record GrantName(string Id, string Holder);

/// <summary>Grants as a tree: each after the one above it.</summary>
internal sealed record GrantList(
    IReadOnlyList<GrantView> Grants,
    [property: Description("How many match, whatever the limit; only of a search."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Matching = null);
