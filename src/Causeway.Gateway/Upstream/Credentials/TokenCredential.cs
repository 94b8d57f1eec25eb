namespace Causeway.Gateway.Upstream.Credentials;

/// <summary>OAuth: a token in <c>Authorization</c>, got elsewhere and renewed in time.</summary>
internal sealed class TokenCredential(TokenSource source, TimeProvider time) : UpstreamCredential
{
    private readonly TokenCache _tokens = new(source, time);

    public override async ValueTask AuthorizeAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        AccessToken token = await _tokens.GetAsync(cancellation);
        message.Headers.TryAddWithoutValidation("Authorization", token.Header);
    }

    public override void Refused() => _tokens.Drop();

    public override void Dispose() => _tokens.Dispose();
}
