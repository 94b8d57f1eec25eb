using System.Runtime.InteropServices;

namespace Causeway.Wire.Errors;

/// <summary>A provider's error in words that every protocol has: what a caller of another protocol is told.</summary>
/// <param name="Kind">Decides the caller's status and the word in its envelope.</param>
/// <param name="Code">What it is, lower snake case; OpenAI's word where it has one.</param>
/// <param name="Message">The provider's own message where it gave one.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct UpstreamFailure(ErrorKind Kind, string Code, string Message)
{
    private static readonly string[] TooLong = ["context_length", "prompt is too long", "maximum context", "input is too long", "exceeds the maximum number of tokens", "token count"];
    private static readonly string[] Filtered = ["content_filter", "content management policy", "PROHIBITED_CONTENT", "guardrail"];

    /// <summary>Reads status and error.</summary>
    /// <param name="provider">The provider's name, for a message where it gave none.</param>
    /// <param name="status">Its status, 400 or more.</param>
    /// <param name="error">What its body says.</param>
    public static UpstreamFailure Of(string provider, int status, in UpstreamError error)
    {
        (ErrorKind kind, string code) = Classify(status, error);
        return new UpstreamFailure(kind, code, error.Message ?? $"{provider} answered with status {status} and no message.");
    }

    private static (ErrorKind Kind, string Code) Classify(int status, in UpstreamError error) => status switch
    {
        _ when error.SpendExhausted || status == 402 => (ErrorKind.RateLimited, "insufficient_quota"),
        400 or 413 or 422 when Says(error, TooLong) => (ErrorKind.Malformed, "context_length_exceeded"),
        400 when Says(error, Filtered) => (ErrorKind.Malformed, "content_filter"),
        401 => (ErrorKind.Unauthenticated, "invalid_api_key"),
        403 => (ErrorKind.Forbidden, "permission_denied"),
        404 => (ErrorKind.NotFound, "model_not_found"),
        408 or 504 => (ErrorKind.Timeout, "upstream_timeout"),
        409 => (ErrorKind.Conflict, "conflict"),
        413 => (ErrorKind.TooLarge, "request_too_large"),
        429 => (ErrorKind.RateLimited, "rate_limit_exceeded"),
        503 or 529 => (ErrorKind.Overloaded, "overloaded"),
        424 or >= 500 => (ErrorKind.UpstreamFailed, "upstream_failed"),
        _ => (ErrorKind.Malformed, "invalid_request"),
    };

    private static bool Says(in UpstreamError error, string[] words)
    {
        foreach (string word in words)
        {
            if (error.Code?.Contains(word, StringComparison.OrdinalIgnoreCase) == true
                || error.Type?.Contains(word, StringComparison.OrdinalIgnoreCase) == true
                || error.Message?.Contains(word, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }
}
