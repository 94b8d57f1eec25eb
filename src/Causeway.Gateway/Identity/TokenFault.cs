namespace Causeway.Gateway.Identity;

/// <summary>Why a token is not taken.</summary>
/// <param name="Code">The stable code, such as <c>token_expired</c>.</param>
/// <param name="Message">In words, without a part of the token that could be a secret.</param>
public sealed record TokenFault(string Code, string Message)
{
    internal static TokenFault Malformed(string what) => new("token_malformed", $"The token {what}.");
}

/// <summary>What a token is presented for.</summary>
public enum TokenUse
{
    /// <summary>An ID token: somebody signed in, and it was made for the client that this deployment is.</summary>
    SignIn,

    /// <summary>A token of a workload or a person, to be exchanged for a key.</summary>
    Exchange,
}
