namespace Causeway.Wire.Errors;

/// <summary>The kinds of error a caller can be told. Each has one status, and one word in every protocol.</summary>
public enum ErrorKind : byte
{
    /// <summary>400: the request cannot be understood or breaks a rule.</summary>
    Malformed,

    /// <summary>401: no key, or one that is not valid.</summary>
    Unauthenticated,

    /// <summary>403: the key is valid and may not do this.</summary>
    Forbidden,

    /// <summary>404: no such model, channel or path.</summary>
    NotFound,

    /// <summary>413: the body is too large.</summary>
    TooLarge,

    /// <summary>429: too much at once; time cures it.</summary>
    RateLimited,

    /// <summary>402: the budget is used up; time alone does not cure it.</summary>
    Spent,

    /// <summary>502: no provider gave a usable answer.</summary>
    UpstreamFailed,

    /// <summary>503, for Anthropic 529: the provider has no room.</summary>
    Overloaded,

    /// <summary>504: the provider did not answer in time.</summary>
    Timeout,

    /// <summary>500: our own fault.</summary>
    Internal,

    /// <summary>503: the gateway itself cannot serve now.</summary>
    Unavailable,

    /// <summary>405: the path exists, this method does not.</summary>
    MethodNotAllowed,

    /// <summary>408: the caller did not send its request in time.</summary>
    RequestTimeout,

    /// <summary>415: the body is not JSON.</summary>
    UnsupportedMediaType,

    /// <summary>409: the same request is being worked on.</summary>
    Conflict,
}
