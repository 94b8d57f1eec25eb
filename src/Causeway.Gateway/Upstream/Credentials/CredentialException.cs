namespace Causeway.Gateway.Upstream.Credentials;

/// <summary>There is no authorisation to send a request with. The message names the place and its own word, never a secret.</summary>
public sealed class CredentialException(string message, bool refused, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The credential itself was refused: somebody must replace it. False: the place that knows did not answer; it may later.</summary>
    public bool IsRefused { get; } = refused;
}
