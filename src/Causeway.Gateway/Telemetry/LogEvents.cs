using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Telemetry;

/// <summary>Everything that the data plane logs. Never prompt text, never a secret. Ids: Flow 100, Upstream 200, Books 300.</summary>
internal static partial class LogEvents
{
    [LoggerMessage(100, LogLevel.Error, "Request {Request} failed inside the gateway")]
    public static partial void Failed(ILogger logger, string request, Exception failure);

    [LoggerMessage(101, LogLevel.Warning, "Request {Request}: {Provider} broke off its answer: {Code}")]
    public static partial void Interrupted(ILogger logger, string request, string provider, string code);

    [LoggerMessage(102, LogLevel.Debug, "Request {Request}: {Provider} could not answer ({Reason}); the next pin is tried")]
    public static partial void FallingBack(ILogger logger, string request, string provider, string reason);

    [LoggerMessage(200, LogLevel.Warning, "{Provider} does not list its models: {Reason}")]
    public static partial void ModelsNotListed(ILogger logger, string provider, string reason);

    [LoggerMessage(201, LogLevel.Warning, "{Provider} refused the configured key (status {Status}); callers get 502 until it is replaced")]
    public static partial void KeyRefused(ILogger logger, string provider, int status);

    [LoggerMessage(202, LogLevel.Debug, "Request {Request}: call {Attempt} to {Provider} failed ({Reason}); next in {DelayMs} ms")]
    public static partial void Retrying(ILogger logger, string request, int attempt, string provider, string reason, long delayMs);

    [LoggerMessage(300, LogLevel.Error, "{Count} usage records could not be booked and are kept; next try in {DelayMs} ms")]
    public static partial void NotBooked(ILogger logger, int count, long delayMs, Exception failure);

    [LoggerMessage(301, LogLevel.Critical, "{Count} usage records were not booked when the process ended")]
    public static partial void Unbooked(ILogger logger, int count);
}
