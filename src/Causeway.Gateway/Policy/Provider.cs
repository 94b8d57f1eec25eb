using System.Collections.Frozen;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Residency;
using Causeway.Wire;

namespace Causeway.Gateway.Policy;

/// <summary>An upstream account that answers inference. A class, not a record: nothing may print its secrets by accident.</summary>
public sealed class Provider
{
    private static readonly string[] s_usual = ["public", "internal"];

    /// <summary>Its name in this deployment: the part before the slash in <c>provider/model</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The wire format it speaks; of a platform that speaks several, that of the platform's own models. See <see cref="ProtocolOf"/>.</summary>
    public required Protocol Protocol { get; init; }

    /// <summary>Who runs the endpoint, with what its paths need to know. Default: the protocol's own platform.</summary>
    public PlatformAddress Address
    {
        get => field ??= PlatformAddress.HomeOf(Protocol);
        init;
    }

    /// <summary>Who runs the endpoint.</summary>
    public Platform Platform => Address.Platform;

    /// <summary>Which server speaks OpenAI's protocol here, as the configuration names it: its deviations are looked up by this. Default <c>openai</c>.</summary>
    public string Server { get; init; } = "openai";

    /// <summary>What a path is appended to, without a slash at the end. The key below is sent to this origin and nowhere else.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The static credential; null: there is none.</summary>
    public string? Key { get; init; }

    /// <summary>The identity at a cloud by which calls are signed or tokens are got; null: there is none. Stands above <see cref="Key"/>.</summary>
    public CloudIdentity? Identity { get; init; }

    /// <summary>Calls carry a credential of some kind.</summary>
    public bool HasCredential => Identity is not null || Key is { Length: > 0 };

    /// <summary>Where it is bound to process; null: not bound.</summary>
    public string? Region { get; init; }

    /// <summary>The data classes that the configuration covers, as long as there is no agreement: the highest of them and all below.</summary>
    public IReadOnlyList<string> DataClasses
    {
        get;
        init => (field, HighestData) = (value, value.Aggregate(-1, (most, word) => Math.Max(most, Budgets.Grants.DataClasses.Rank(word) ?? -1)));
    } = s_usual;

    /// <summary>The rank of the highest of them; -1: there is none.</summary>
    public int HighestData { get; private init; } = Budgets.Grants.DataClasses.Rank(s_usual[^1])!.Value;

    /// <summary>What its vendor is told under an agreement.</summary>
    internal VendorTerms VendorTerms => field ??= VendorTerms.Of(this);

    /// <summary>Headers sent with every request.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>How long its parts may take.</summary>
    public ProviderTimeouts Timeouts { get; init; } = new();

    /// <summary>When a call is made again.</summary>
    public ProviderRetries Retries { get; init; } = new();

    /// <summary>What becomes of a call whose caller leaves. Default: it is ended, and what it used is estimated.</summary>
    public ClientGone ClientGone { get; init; }

    /// <summary>Who may use what it keeps for its account. Default: the team that had it made.</summary>
    public ObjectSharing Objects { get; init; }

    /// <summary>The catalogue platform whose models and prices apply; null: none.</summary>
    public string? Catalogue { get; init; }

    /// <summary>Prices that stand above the catalogue's, by model.</summary>
    public FrozenDictionary<string, ModelPrice> Prices { get; init; } = FrozenDictionary<string, ModelPrice>.Empty;

    /// <summary>Fees of its own tools that stand above the catalogue's.</summary>
    public ToolFees ToolFees { get; init; } = ToolFees.None;

    /// <summary>An egress proxy; null: direct. The environment's proxy variables are never read.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>The protocol in which calls of a model are made.</summary>
    public Protocol ProtocolOf(string model) => Platforms.ProtocolOf(Platform, model);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>What becomes of a call whose caller leaves before its end.</summary>
public enum ClientGone
{
    /// <summary>It is ended. What was reported counts, else what was sent and relayed; before the answer began all that was held is in doubt.</summary>
    Estimate,

    /// <summary>It is read on, within bounds, so that what the provider reports is booked. Beyond them it is ended, and estimated.</summary>
    Drain,

    /// <summary>It is ended, and a stream that was not whole used nothing: the server was measured not to bill it.</summary>
    Free,
}

/// <summary>How long the parts of an upstream call may take.</summary>
public sealed record ProviderTimeouts
{
    /// <summary>Name look-up, TCP and TLS. Default 5 s.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the request sent to the response's head. Default 5 min: reasoning models think before they speak.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Between two pieces of an answer; comments of a stream are no progress. Default 60 s.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The whole call, retries included. Default 15 min.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>When a call is made again; only ever before the first byte reached the caller.</summary>
public sealed record ProviderRetries
{
    /// <summary>Calls after the first, 0 to 5. Default 2.</summary>
    public int Max { get; init; } = 2;

    /// <summary>No retry starts later than this after the request arrived. Default 30 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The shortest wait where the provider names none. Default 0.2 s.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest: the wait is drawn between the shortest and a ceiling that doubles with each call up to this. Default 2 s.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(2);
}
