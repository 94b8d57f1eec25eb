namespace Causeway.Gateway.Identity;

/// <summary>An issuer could not be asked, or what it answered makes no sense. The message says which and why, and holds no secret.</summary>
public sealed class IssuerUnavailableException : Exception
{
    /// <summary>Without an inner reason.</summary>
    public IssuerUnavailableException(string issuer, string reason)
        : base($"The issuer {issuer} cannot be used: {reason}.") => Reason = reason;

    /// <summary>With the failure behind it.</summary>
    public IssuerUnavailableException(string issuer, string reason, Exception inner)
        : base($"The issuer {issuer} cannot be used: {reason}.", inner) => Reason = reason;

    /// <summary>Why, in a few words.</summary>
    public string Reason { get; }
}
