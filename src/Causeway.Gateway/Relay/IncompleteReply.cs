using Causeway.Gateway.Flow;
using Causeway.Gateway.Upstream;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Relay;

/// <summary>What the caller is told of a reply that did not come whole, when nothing of it was given on.</summary>
internal static class IncompleteReply
{
    /// <param name="end">How it ended: not <see cref="RelayEnd.Complete"/> or <see cref="RelayEnd.ClientGone"/>.</param>
    /// <param name="provider">Whose reply it was.</param>
    /// <param name="maxBytes">The bound of replies.</param>
    public static GatewayError Of(RelayEnd end, string provider, long maxBytes) => end switch
    {
        RelayEnd.Cut => new GatewayError(ErrorKind.Forbidden, "grant_revoked", "The grant or the key of this answer was taken back."),
        RelayEnd.Revoked => Reply.RevokedError,
        RelayEnd.Stalled => new GatewayError(ErrorKind.Timeout, "upstream_timeout", $"{provider} stood still in the middle of its answer."),
        RelayEnd.TooLarge => new GatewayError(ErrorKind.UpstreamFailed, "upstream_reply_too_large", $"{provider} sent an answer of more than {maxBytes:N0} bytes (limits.response)."),
        _ => new GatewayError(ErrorKind.UpstreamFailed, "upstream_truncated", $"{provider} broke off in the middle of its answer."),
    };
}
