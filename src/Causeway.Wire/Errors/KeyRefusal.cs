namespace Causeway.Wire.Errors;

/// <summary>Tells a refused credential from a refused request (F-18): the one is the operator's to mend, the other the caller's.</summary>
public static class KeyRefusal
{
    // A 403 of AWS is also what a model answers that the account may not use.
    private static readonly string[] OfAws =
    [
        "UnrecognizedClientException", "InvalidSignatureException", "IncompleteSignatureException", "ExpiredTokenException",
        "MissingAuthenticationTokenException", "InvalidClientTokenId", "SignatureDoesNotMatch",
    ];

    /// <summary>Whether an error says that the provider does not take the key.</summary>
    /// <param name="protocol">The provider's.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="awsErrorType">The header <c>x-amzn-ErrorType</c> (<c>Name:uri</c>); null: there is none.</param>
    /// <param name="body">The error's body, or its beginning.</param>
    public static bool Is(Protocol protocol, int status, string? awsErrorType, ReadOnlySpan<byte> body) => status switch
    {
        401 => true,
        400 => protocol == Protocol.Gemini && body.IndexOf("\"API_KEY_INVALID\""u8) >= 0,
        403 => awsErrorType is not null && Array.IndexOf(OfAws, awsErrorType.Split(':')[0]) >= 0,
        _ => false,
    };
}
