using System.Net;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>
/// What a capability key may do: the meet of all its caveats. Each caveat can only take away, so what is allowed here was allowed to every key on the way.
/// Immutable; the same for the same text, whoever asks.
/// </summary>
public sealed class Restrictions
{
    /// <summary>How long before its end a key with a quantity begins to work: what it counts is kept no longer (docs/capability-keys.md).</summary>
    public static readonly TimeSpan QuantityLife = TimeSpan.FromHours(24);

    private readonly List<Quantity> _maxCalls = [];
    private readonly List<Quantity> _maxTotals = [];
    private readonly List<BoundRun> _runs = [];

    private Restrictions()
    {
    }

    /// <summary>The first moment, UTC, without skew; null: always was. For a key with a quantity <see cref="QuantityLife"/> before its end.</summary>
    public DateTimeOffset? NotBefore { get; private set; }

    /// <summary>From when on it is refused, UTC, without skew; null: never by its own word.</summary>
    public DateTimeOffset? NotAfter { get; private set; }

    /// <summary>The deployments that may accept it; null: every one that verifies it.</summary>
    public NameList? Audiences { get; private set; }

    /// <summary>The routes that may be called, by the names under which usage records them; null: all.</summary>
    public NameList? Routes { get; private set; }

    /// <summary>The environments; null: all.</summary>
    public NameList? Environments { get; private set; }

    /// <summary>The features; null: all.</summary>
    public NameList? Features { get; private set; }

    /// <summary>The classes of models; null: all.</summary>
    public NameList? ModelClasses { get; private set; }

    /// <summary>The models; null: all.</summary>
    public NameList? Models { get; private set; }

    /// <summary>The most sensitive class of data, as its place in <see cref="DataClasses.Known"/>; -1: one that is not known, so that no data may be sent; null: no bound.</summary>
    public int? DataClassMax { get; private set; }

    /// <summary>Nano-USD that one call may cost, 1 or more; null: no bound.</summary>
    public long? MaxCostPerCall { get; private set; }

    /// <summary>Output tokens of one call, 1 or more; null: no bound.</summary>
    public long? MaxOutput { get; private set; }

    /// <summary>Calls in all, one for each caveat: all of them count every call.</summary>
    public IReadOnlyList<Quantity> MaxCalls => _maxCalls;

    /// <summary>Nano-USD in all, one for each caveat: all of them count every call.</summary>
    public IReadOnlyList<Quantity> MaxTotals => _maxTotals;

    /// <summary>The agent runs that every call belongs to, the outermost first.</summary>
    public IReadOnlyList<BoundRun> Runs => _runs;

    /// <summary>The networks that calls may come from; null: all.</summary>
    public AddressList? Addresses { get; private set; }

    /// <summary>Nothing may be appended any more.</summary>
    public bool NoFurther { get; private set; }

    /// <summary>The thumbprint of the key that its bearer has to prove, 32 bytes; empty: none.</summary>
    public ReadOnlyMemory<byte> Confirmation { get; private set; }

    /// <summary>What a token says of itself, verified or not: to be explained, never to be acted upon. Quantities have no id.</summary>
    public static Restrictions Claimed(CapabilityToken token) => Of(token, []);

    /// <summary>What a token says.</summary>
    /// <param name="token">A token that was parsed.</param>
    /// <param name="prefixes">The id of each prefix, that without a caveat first; empty: they are not known.</param>
    internal static Restrictions Of(CapabilityToken token, ReadOnlySpan<RevocationId> prefixes)
    {
        var meet = new Restrictions();
        int index = 0;
        foreach (CaveatReader.Entry caveat in token.Caveats)
        {
            index++;
            meet.Take(caveat.Type, caveat.Value, prefixes.IsEmpty ? default : prefixes[index]);
        }

        return meet;
    }

    /// <summary>Narrows what was claimed by one more caveat; for the owner of a claim that nobody else has seen.</summary>
    internal void Claim(Caveat caveat) => Take(caveat.Type, caveat.Value, default);

    /// <summary>Breached before its time and after its end, each by more than <see cref="CapabilityToken.Skew"/>.</summary>
    public Breach OfTime(DateTimeOffset now) =>
        now >= NotAfter + CapabilityToken.Skew ? Breach.Expired
        : now < NotBefore - CapabilityToken.Skew ? Breach.NotYet
        : Breach.None;

    /// <summary>Breached by a deployment of another name; one without a name is none of those that were meant.</summary>
    public Breach OfAudience(string? deployment) => Unless(Audiences is null || (deployment is not null && Audiences.Allows(deployment)), Breach.Audience);

    /// <summary>Breached by another route than those allowed.</summary>
    /// <param name="route">The name under which usage records it.</param>
    public Breach OfRoute(ReadOnlySpan<char> route) => Unless(Routes is null || Routes.Allows(route), Breach.Route);

    /// <summary>Breached by another environment.</summary>
    public Breach OfEnvironment(ReadOnlySpan<char> environment) => Unless(Environments is null || Environments.Allows(environment), Breach.Environment);

    /// <summary>Breached by another feature.</summary>
    public Breach OfFeature(ReadOnlySpan<char> feature) => Unless(Features is null || Features.Allows(feature), Breach.Feature);

    /// <summary>Breached by a model of which none of the names is allowed.</summary>
    /// <param name="names">How it is called: as the caller writes it, as a pin, bare.</param>
    public Breach OfModel(params ReadOnlySpan<string> names)
    {
        if (Models is null)
        {
            return Breach.None;
        }

        foreach (string name in names)
        {
            if (Models.Allows(name))
            {
                return Breach.None;
            }
        }

        return Breach.Model;
    }

    /// <summary>Breached by a model of another class, and by one of no class.</summary>
    public Breach OfModelClass(string? modelClass) => Unless(ModelClasses is null || (modelClass is not null && ModelClasses.Allows(modelClass)), Breach.Model);

    /// <summary>Breached by more sensitive data, and by a class that is not known.</summary>
    public Breach OfDataClass(string dataClass) => Unless(DataClassMax is null || DataClasses.Rank(dataClass) <= DataClassMax, Breach.DataClass);

    /// <summary>Breached by a call from elsewhere; an address that is not known is elsewhere.</summary>
    public Breach OfAddress(IPAddress? address) => Unless(Addresses is null || (address is not null && Addresses.Allows(address)), Breach.Address);

    private static Breach Unless(bool allowed, Breach breach) => allowed ? Breach.None : breach;

    private void Take(CaveatType type, ReadOnlySpan<byte> value, RevocationId prefix)
    {
        switch (type)
        {
            case CaveatType.Expires:
                DateTimeOffset end = Caveat.ReadMoment(value);
                NotAfter = NotAfter < end ? NotAfter : end;
                break;
            case CaveatType.NotBefore:
                BeginAt(Caveat.ReadMoment(value));
                break;
            case CaveatType.Audience:
                Audiences = Meet(Audiences, value);
                break;
            case CaveatType.Route:
                Routes = Meet(Routes, value);
                break;
            case CaveatType.Environment:
                Environments = Meet(Environments, value);
                break;
            case CaveatType.Feature:
                Features = Meet(Features, value);
                break;
            case CaveatType.ModelClass:
                ModelClasses = Meet(ModelClasses, value);
                break;
            case CaveatType.Model:
                Models = Meet(Models, value);
                break;
            case CaveatType.DataClassMax:
                DataClassMax = Math.Min(DataClassMax ?? int.MaxValue, DataClasses.Rank(Caveat.ReadName(value)) ?? -1);
                break;
            case CaveatType.MaxCostPerCall:
                MaxCostPerCall = Math.Min(MaxCostPerCall ?? long.MaxValue, Caveat.ReadAmount(value));
                break;
            case CaveatType.MaxOutput:
                MaxOutput = Math.Min(MaxOutput ?? long.MaxValue, Caveat.ReadAmount(value));
                break;
            case CaveatType.MaxCalls:
                _maxCalls.Add(new Quantity(prefix, Caveat.ReadAmount(value), EndOfQuantity()));
                break;
            case CaveatType.MaxTotal:
                _maxTotals.Add(new Quantity(prefix, Caveat.ReadAmount(value), EndOfQuantity()));
                break;
            case CaveatType.Run:
                _runs.Add(new BoundRun(prefix, Caveat.ReadName(value), EndOfQuantity()));
                break;
            case CaveatType.Cidr:
                Addresses = Addresses is null ? AddressList.Read(value) : Addresses.Meet(AddressList.Read(value));
                break;
            case CaveatType.NoFurther:
                NoFurther = true;
                break;
            case CaveatType.Confirmation:
                Confirmation = value.ToArray();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type));
        }
    }

    private static NameList Meet(NameList? before, ReadOnlySpan<byte> value) => before is null ? NameList.Read(value) : before.Meet(NameList.Read(value));

    // Only ends that stand before the quantity count here: its prefix cannot be had without them.
    private DateTimeOffset EndOfQuantity()
    {
        BeginAt(NotAfter!.Value - QuantityLife);
        return NotAfter.Value;
    }

    private void BeginAt(DateTimeOffset start) => NotBefore = NotBefore > start ? NotBefore : start;
}

/// <summary>A bound on what is counted over many calls.</summary>
/// <param name="Prefix">Under what it is counted: the same for every key that was narrowed from the one with this caveat.</param>
/// <param name="Amount">Calls or nano-USD, 1 or more.</param>
/// <param name="EndsAt">When no key can count under it any more, UTC, without skew.</param>
public readonly record struct Quantity(RevocationId Prefix, long Amount, DateTimeOffset EndsAt);

/// <summary>An agent run that a key is bound to.</summary>
/// <param name="Prefix">Under what it is counted: the same for every key that was narrowed from the one with this caveat.</param>
/// <param name="Name">Its name, 1 to 128 visible ASCII characters.</param>
/// <param name="EndsAt">When no key can count under it any more, UTC, without skew.</param>
public sealed record BoundRun(RevocationId Prefix, string Name, DateTimeOffset EndsAt);
