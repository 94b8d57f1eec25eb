using Microsoft.Extensions.Logging;

namespace Causeway.Exchange;

/// <summary>What the exchange logs. Ids: 540.</summary>
internal static partial class ExchangeEvents
{
    [LoggerMessage(540, LogLevel.Information, "Rule {Rule} gave a key to {Subject} of {Issuer}: narrowed from {Key}, for {Team}/{Feature}/{Environment}")]
    public static partial void Exchanged(ILogger logger, string rule, string issuer, string subject, string key, string team, string feature, string environment);

    [LoggerMessage(541, LogLevel.Warning, "Rule {Rule} gave no key to {Subject} ({Code}): {Reason}")]
    public static partial void Refused(ILogger logger, string rule, string subject, string code, string reason);

    [LoggerMessage(542, LogLevel.Warning, "No rule fits a good token of {Issuer}: {Subject}")]
    public static partial void NoRule(ILogger logger, string issuer, string subject);

    [LoggerMessage(543, LogLevel.Error, "Rule {Rule} of identity.exchange cannot be used: {Problem}")]
    public static partial void Unusable(ILogger logger, string rule, string problem);
}
