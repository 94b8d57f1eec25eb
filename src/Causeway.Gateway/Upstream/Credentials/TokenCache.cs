namespace Causeway.Gateway.Upstream.Credentials;

/// <summary>
/// One token for all calls: got when it is first needed, replaced before its end while calls go on with the old one, and by one request at a
/// time however many calls wait.
/// </summary>
internal sealed class TokenCache(TokenSource source, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    // A place that refused or did not answer is left alone for a moment, however many calls come.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    // A provider may refuse a token that was just got for reasons of its own; to get tokens as fast as it refuses them mends nothing.
    private static readonly TimeSpan s_youngest = TimeSpan.FromSeconds(30);

    private readonly Lock _turn = new();
    private readonly CancellationTokenSource _closed = new();
    private volatile AccessToken? _token;
    private Task<AccessToken>? _round;
    private DateTimeOffset? _failed;

    /// <summary>The token, at once where there is one that is good.</summary>
    public ValueTask<AccessToken> GetAsync(CancellationToken cancellation)
    {
        AccessToken? token = _token;
        DateTimeOffset now = time.GetUtcNow();
        if (token is not null && now < token.RefreshAt)
        {
            return new ValueTask<AccessToken>(token);
        }

        Task<AccessToken> round = Round(now);
        return token is not null && now < token.UsableUntil ? new ValueTask<AccessToken>(token) : new ValueTask<AccessToken>(round.WaitAsync(cancellation));
    }

    /// <summary>The provider did not take the token: the next call gets another, unless this one is new.</summary>
    public void Drop()
    {
        if (_token is { } token && time.GetUtcNow() - token.Obtained >= s_youngest)
        {
            _token = null;
        }
    }

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
        source.Dispose();
    }

    private Task<AccessToken> Round(DateTimeOffset now)
    {
        lock (_turn)
        {
            if (_token is { } token && now < token.RefreshAt)
            {
                return Task.FromResult(token); // Another caller was here in between.
            }

            bool leftAlone = _failed is { } failed && now - failed < s_pause;
            return _round is { } round && (!round.IsCompleted || leftAlone) ? round : (_round = Task.Run(FetchAsync, CancellationToken.None));
        }
    }

    private async Task<AccessToken> FetchAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(s_patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _closed.Token);
            AccessToken token = await source.FetchAsync(either.Token);
            Ended(token);
            return token;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            Ended(null);
            throw new CredentialException($"{source.Place} does not answer", refused: false, failure);
        }
        catch (CredentialException)
        {
            Ended(null);
            throw;
        }
    }

    private void Ended(AccessToken? token)
    {
        lock (_turn)
        {
            _token = token ?? _token;
            _failed = token is null ? time.GetUtcNow() : null;
        }
    }
}
