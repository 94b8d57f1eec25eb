using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Causeway.Gateway.Identity;

/// <summary>All whose word is taken, and what is asked of them. Safe to call from any thread.</summary>
public sealed partial class Issuers : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger<Issuers> _log;
    private readonly Dictionary<string, Connected> _byName;

    /// <summary>Connects to nobody yet.</summary>
    /// <param name="issuers">Each with a name and an address of its own.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it is said that one cannot be used.</param>
    public Issuers(IReadOnlyList<Issuer> issuers, TimeProvider time, ILogger<Issuers> log)
    {
        _time = time;
        _log = log;
        All = issuers;
        _byName = issuers.ToDictionary(issuer => issuer.Name, issuer => new Connected(issuer, time), StringComparer.Ordinal);
    }

    /// <summary>All of them, in the order of the configuration.</summary>
    public IReadOnlyList<Issuer> All { get; }

    /// <summary>The one of a name; null: there is none.</summary>
    public Issuer? Find(string name) => _byName.GetValueOrDefault(name)?.Issuer;

    /// <summary>Checks a token that may be of any of them.</summary>
    /// <param name="token">The token.</param>
    /// <param name="use">What for.</param>
    /// <param name="only">It must be of this one; null: any will do.</param>
    /// <param name="nonce">What an ID token must repeat; null: nothing was asked for.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>What it says, or why it is not taken: exactly one of the two.</returns>
    /// <exception cref="IssuerUnavailableException">Its issuer's keys are not here and cannot be fetched.</exception>
    public async Task<(Attestation? Attestation, TokenFault? Fault)> CheckAsync(string token, TokenUse use, Issuer? only, string? nonce, CancellationToken cancellation)
    {
        (TokenHeader? header, TokenFault? fault) = TokenHeader.Parse(token);
        if (header is null)
        {
            return (null, fault);
        }

        if (!KeyAlgorithms.Known.Contains(header.Algorithm))
        {
            return (null, new TokenFault("token_algorithm", $"The token is signed with an algorithm that is not taken; these are: {string.Join(", ", KeyAlgorithms.Known)}."));
        }

        if (_byName.Values.FirstOrDefault(one => one.Issuer.Url == header.Issuer) is not { } from || (only is not null && from.Issuer.Name != only.Name) || (use == TokenUse.SignIn && from.Issuer.ClientId is null))
        {
            return (null, new TokenFault("token_issuer", "The token is of an issuer that is not taken here; \"identity.issuers\" of the configuration lists those that are."));
        }

        IReadOnlyList<JsonWebKey> keys = await KeysAsync(from, header, cancellation);
        return keys.Count == 0
            ? (null, new TokenFault("token_key", $"The token names a key that {from.Issuer.Name} does not have, or has for another algorithm."))
            : await TokenCheck.RunAsync(token, header, from.Issuer, keys, use, nonce, _time.GetUtcNow());
    }

    /// <summary>Looks at what an issuer publishes.</summary>
    /// <exception cref="IssuerUnavailableException">It cannot be used.</exception>
    public async Task<IssuerOffer> LookAsync(Issuer issuer, CancellationToken cancellation)
    {
        IssuerKeys.Published published = await _byName[issuer.Name].Keys.GetAsync(missing: null, cancellation);
        return new IssuerOffer(published.Keys.Count, published.Metadata is { Authorization: not null, Token: not null }, published.Metadata is { Device: not null, Token: not null });
    }

    /// <summary>Where a browser is sent to sign in.</summary>
    /// <exception cref="IssuerUnavailableException">The issuer cannot be used.</exception>
    public Task<Uri> AuthorizationAsync(Issuer issuer, SignInRequest request, CancellationToken cancellation) =>
        TryAsync(issuer, client => client.AuthorizationAsync(request, cancellation));

    /// <summary>Whether the answer of an authorization came from another issuer than the one that was asked.</summary>
    /// <exception cref="IssuerUnavailableException">The issuer cannot be used.</exception>
    public Task<bool> IsOfAnotherAsync(Issuer issuer, string? said, CancellationToken cancellation) =>
        TryAsync(issuer, client => client.IsOfAnotherAsync(said, cancellation));

    /// <summary>Redeems the code of an authorization.</summary>
    /// <returns>The tokens, unchecked, or the issuer's word for its no: exactly one of the two.</returns>
    /// <exception cref="IssuerUnavailableException">The issuer cannot be used.</exception>
    public Task<(IssuedTokens? Tokens, string? Refusal)> RedeemAsync(Issuer issuer, string code, string redirectUri, string verifier, CancellationToken cancellation) =>
        TryAsync(issuer, client => client.RedeemAsync(code, redirectUri, verifier, cancellation));

    /// <summary>Begins a sign-in by another device.</summary>
    /// <returns>The codes, or the issuer's word for its no: exactly one of the two.</returns>
    /// <exception cref="IssuerUnavailableException">The issuer cannot be used.</exception>
    public Task<(DeviceCodes? Codes, string? Refusal)> StartDeviceAsync(Issuer issuer, string scope, CancellationToken cancellation) =>
        TryAsync(issuer, client => client.StartDeviceAsync(scope, cancellation));

    /// <summary>Asks whether the person has signed in meanwhile.</summary>
    /// <returns>The tokens, unchecked, or the issuer's word (RFC 8628, section 3.5): exactly one of the two.</returns>
    /// <exception cref="IssuerUnavailableException">The issuer cannot be used.</exception>
    public Task<(IssuedTokens? Tokens, string? Refusal)> PollDeviceAsync(Issuer issuer, string deviceCode, CancellationToken cancellation) =>
        TryAsync(issuer, client => client.PollDeviceAsync(deviceCode, cancellation));

    /// <summary>Checks what a sign-in brought, and asks the issuer for claims that its ID token lacks.</summary>
    /// <param name="issuer">By whom.</param>
    /// <param name="tokens">What it brought.</param>
    /// <param name="nonce">What the ID token must repeat; null: nothing was asked for.</param>
    /// <param name="claims">Claims that are wanted.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>What the issuer says, or why it is not taken: exactly one of the two.</returns>
    /// <exception cref="IssuerUnavailableException">The issuer cannot be used.</exception>
    public async Task<(Attestation? Attestation, TokenFault? Fault)> CheckSignInAsync(
        Issuer issuer, IssuedTokens tokens, string? nonce, IReadOnlyList<string> claims, CancellationToken cancellation)
    {
        (Attestation? said, TokenFault? fault) = await CheckAsync(tokens.IdToken, TokenUse.SignIn, issuer, nonce, cancellation);
        return said is null || tokens.AccessToken is not { } access || claims.All(said.Has) ? (said, fault)
            : (said.With(await TryAsync(issuer, client => client.UserInfoAsync(access, said.Subject, cancellation))), null);
    }

    /// <summary>Ends all connections.</summary>
    public void Dispose()
    {
        foreach (Connected one in _byName.Values)
        {
            one.Keys.Dispose();
            one.Http.Dispose();
        }
    }

    private async Task<IReadOnlyList<JsonWebKey>> KeysAsync(Connected from, TokenHeader header, CancellationToken cancellation)
    {
        try
        {
            IReadOnlyList<JsonWebKey> keys = TokenCheck.KeysFor(header, (await from.Keys.GetAsync(missing: null, cancellation)).Keys);
            return keys.Count > 0 || header.KeyId is null ? keys : TokenCheck.KeysFor(header, (await from.Keys.GetAsync(header.KeyId, cancellation)).Keys);
        }
        catch (IssuerUnavailableException failure)
        {
            Unavailable(_log, from.Issuer.Name, failure.Reason);
            throw;
        }
    }

    private async Task<T> TryAsync<T>(Issuer issuer, Func<IssuerClient, Task<T>> ask)
    {
        try
        {
            return await ask(_byName[issuer.Name].Client);
        }
        catch (IssuerUnavailableException failure)
        {
            Unavailable(_log, issuer.Name, failure.Reason);
            throw;
        }
    }

    [LoggerMessage(360, LogLevel.Warning, "The issuer {Issuer} cannot be used: {Reason}")]
    private static partial void Unavailable(ILogger logger, string issuer, string reason);

    private sealed class Connected
    {
        public Connected(Issuer issuer, TimeProvider time)
        {
            Issuer = issuer;
            Http = new IssuerHttp(issuer, time);
            Keys = new IssuerKeys(issuer, Http, time);
            Client = new IssuerClient(issuer, Keys, Http);
        }

        public Issuer Issuer { get; }

        public IssuerHttp Http { get; }

        public IssuerKeys Keys { get; }

        public IssuerClient Client { get; }
    }
}

/// <summary>What an issuer publishes.</summary>
/// <param name="Keys">How many keys for signatures.</param>
/// <param name="Browser">A browser can sign in.</param>
/// <param name="Device">A device can sign in.</param>
public sealed record IssuerOffer(int Keys, bool Browser, bool Device);
