using Causeway.Wire.Errors;
using Causeway.Wire.Sse;

namespace Causeway.Gateway.Relay;

/// <summary>What the caller of a stream is told when the stream ends before its own end.</summary>
internal static class StreamInterruption
{
    /// <param name="end"><see cref="RelayEnd.Stalled"/>, <see cref="RelayEnd.Cut"/>, <see cref="RelayEnd.Revoked"/>, <see cref="RelayEnd.TooLarge"/>, <see cref="RelayEnd.Spent"/> or <see cref="RelayEnd.Truncated"/>.</param>
    public static (ErrorKind Kind, string Code, string Message) Of(RelayEnd end) => end switch
    {
        RelayEnd.Stalled => (ErrorKind.Timeout, "upstream_timeout", "The provider stood still in the middle of its answer. What came before is all there is."),
        RelayEnd.Cut => (ErrorKind.Forbidden, "grant_revoked", "The grant or the key of this answer was taken back. What came before is all there is."),
        RelayEnd.Revoked => (ErrorKind.Conflict, "release_revoked", "The release of this answer was rolled back. What came before is all there is, and it is not to be relied on. Ask again."),
        RelayEnd.Spent => (ErrorKind.Spent, "budget_ended", "The budget has no room for more of this answer. What came before is all there is."),
        RelayEnd.TooLarge => (ErrorKind.UpstreamFailed, "upstream_event_too_large", $"The provider sent an event larger than {SseFramer.MaxEventBytes:N0} bytes."),
        _ => (ErrorKind.UpstreamFailed, "upstream_truncated", "The provider broke off in the middle of its answer. What came before is all there is."),
    };
}
