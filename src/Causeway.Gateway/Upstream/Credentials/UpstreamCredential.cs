using Causeway.Gateway.Policy;

namespace Causeway.Gateway.Upstream.Credentials;

/// <summary>Authorises requests one by one. A static key needs none of this: it is a header that never changes.</summary>
internal abstract class UpstreamCredential : IDisposable
{
    /// <summary>The credential that an identity makes necessary; null: the static key is all there is.</summary>
    public static UpstreamCredential? Of(Provider provider, TimeProvider time) => provider.Identity switch
    {
        null => null,
        AwsIdentity aws => new SigV4Credential(aws, time),
        CloudIdentity other => new TokenCredential(TokenSource.Of(other, provider, time), time),
    };

    /// <summary>Adds what the provider wants to see. Everything else of the request must be in place: it may be signed.</summary>
    /// <exception cref="CredentialException">The credential was refused where it is exchanged, or that place does not answer.</exception>
    public abstract ValueTask AuthorizeAsync(HttpRequestMessage message, CancellationToken cancellation);

    /// <summary>The provider answered 401: what was got by the credential is not used again, if there is a chance to get better.</summary>
    public virtual void Refused()
    {
    }

    public abstract void Dispose();
}
