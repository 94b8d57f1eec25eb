using Microsoft.Extensions.Logging;

namespace Causeway.Admin;

/// <summary>Everything that the admin API logs: who may do what changes here, so each change is on record. Ids: 500.</summary>
internal static partial class AdminEvents
{
    [LoggerMessage(500, LogLevel.Information, "Key {Key} made for {Team}/{Feature}/{Environment}")]
    public static partial void KeyMade(ILogger logger, string key, string team, string feature, string environment);

    [LoggerMessage(501, LogLevel.Information, "Key {Key} of {Team}/{Feature}/{Environment} revoked")]
    public static partial void KeyRevoked(ILogger logger, string key, string team, string feature, string environment);

    [LoggerMessage(502, LogLevel.Information, "Release {Release} made of {Pins}")]
    public static partial void ReleaseMade(ILogger logger, string release, string pins);

    [LoggerMessage(503, LogLevel.Information, "Channel {Channel} points at {Release}, version {Version}; unsupported fields: {Unsupported}; conformance: {Conformance}")]
    public static partial void ChannelPointed(ILogger logger, string channel, string release, long version, string unsupported, string conformance);

    [LoggerMessage(504, LogLevel.Information, "Contract {Contract} registered: {Id}")]
    public static partial void ContractRegistered(ILogger logger, string contract, string id);

    [LoggerMessage(505, LogLevel.Information, "Probes {Run} started: {Models} models, {Probes} probes each, at most {MaxUsd} USD")]
    public static partial void ProbesStarted(ILogger logger, string run, int models, int probes, string maxUsd);

    [LoggerMessage(506, LogLevel.Information, "Grant {Grant} made for {Holder} below {Parent}: {Limits}")]
    public static partial void GrantMade(ILogger logger, string grant, string holder, string parent, string limits);

    [LoggerMessage(507, LogLevel.Information, "Grant {Grant} is {Status}: {Reason}")]
    public static partial void GrantChanged(ILogger logger, string grant, string status, string reason);

    [LoggerMessage(508, LogLevel.Information, "Grant {Grant} set: {Changes}, because: {Reason}")]
    public static partial void GrantSet(ILogger logger, string grant, string changes, string reason);

    [LoggerMessage(520, LogLevel.Information, "{Raise}: {Actor} asks for {Amount} more on {Grant}")]
    public static partial void RaiseRequested(ILogger logger, string raise, string actor, string grant, string amount);

    [LoggerMessage(521, LogLevel.Information, "{Raise} is {State} after the word of {Actor}: {Amount}")]
    public static partial void RaiseDecided(ILogger logger, string raise, string state, string actor, string amount);

    [LoggerMessage(522, LogLevel.Critical, "Glass broken: {Glass} by {Actor} for {Grant}, {Usd} USD until {Until:u} out of {Seal}, because: {Reason}")]
    public static partial void GlassBroken(ILogger logger, string glass, string actor, string grant, string usd, DateTimeOffset until, string seal, string reason);

    [LoggerMessage(523, LogLevel.Information, "{Glass} reviewed by {Actor}: {Reason}")]
    public static partial void GlassReviewed(ILogger logger, string glass, string actor, string reason);

    [LoggerMessage(524, LogLevel.Information, "{Seal} sealed out of {Parent} with {Limit} by {Actor}")]
    public static partial void GrantSealed(ILogger logger, string seal, string parent, string limit, string actor);

    [LoggerMessage(525, LogLevel.Information, "Review applied by {Actor}: {Count} grants suspended or revoked")]
    public static partial void ReviewApplied(ILogger logger, int count, string actor);

    [LoggerMessage(526, LogLevel.Information, "Run {Run} of {Grant} lifted, it was {Stage}: {Reason}")]
    public static partial void RunLifted(ILogger logger, string run, string grant, string stage, string reason);

    [LoggerMessage(527, LogLevel.Information, "{Prefix}, narrowed from {Key}, revoked: {Reason}")]
    public static partial void PrefixRevoked(ILogger logger, string prefix, string key, string reason);

    [LoggerMessage(530, LogLevel.Information, "{Person} signed in at the {Where}: roles {Roles}, teams {Teams}")]
    public static partial void SignedIn(ILogger logger, string person, string where, string roles, string teams);

    [LoggerMessage(531, LogLevel.Warning, "A sign-in by {Issuer} was refused ({Code}): {Reason}")]
    public static partial void SignInRefused(ILogger logger, string issuer, string code, string reason);

    [LoggerMessage(562, LogLevel.Warning, "Prompts and answers of {Team}, {Feature} are kept until {Until:u} by order {Order} of {Actor}")]
    public static partial void CaptureOrdered(ILogger logger, string order, string team, string feature, DateTimeOffset until, string actor);

    [LoggerMessage(563, LogLevel.Information, "Order {Order} to keep prompts and answers of {Feature} was ended by {Actor}")]
    public static partial void CaptureEnded(ILogger logger, string order, string feature, string actor);

    [LoggerMessage(560, LogLevel.Information, "Agreement {Agreement} with {Provider}: {Data} in {Regions} until {Until:u}, by {Actor}")]
    public static partial void AgreementMade(ILogger logger, string agreement, string provider, string data, string regions, DateTimeOffset until, string actor);

    [LoggerMessage(561, LogLevel.Warning, "Agreement {Agreement} with {Provider} ended by {Actor}: {Reason}")]
    public static partial void AgreementEnded(ILogger logger, string agreement, string provider, string actor, string reason);

    [LoggerMessage(510, LogLevel.Error, "{Method} {Path}: the store does not answer")]
    public static partial void StoreUnavailable(ILogger logger, string method, string path, Exception failure);

    [LoggerMessage(511, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void Failed(ILogger logger, string method, string path, Exception failure);
}
