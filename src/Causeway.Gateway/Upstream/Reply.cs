using System.Globalization;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Relay;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Upstream.Credentials;
using Causeway.Wire;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Upstream;

/// <summary>What came of one call upstream: a response, or the reason why there is none. Says whether another call may be made.</summary>
internal sealed class Reply : IDisposable
{
    /// <summary>An error's body is read up to here to tell a busy provider from an empty account.</summary>
    private const int MaxErrorBody = 64 * 1024;

    private const string ClientGone = "client_gone";
    private const string GrantRevoked = "grant_revoked";

    private const string Revoked = "release_revoked";

    private GatewayError? _unreached;
    private readonly bool _wasHeldBack;
    private UpstreamError _error;

    private Reply(HttpResponseMessage response) => Response = response;

    private Reply(GatewayError unreached, bool mayRetry) => (_unreached, MayRetry, MayFallBack) = (unreached, mayRetry, unreached.Code is not (ClientGone or GrantRevoked or Revoked));

    private Reply(GatewayError revoked, bool mayRetry, bool wasHeldBack)
        : this(revoked, mayRetry) => _wasHeldBack = wasHeldBack;

    /// <summary>The response; null when none came.</summary>
    public HttpResponseMessage? Response { get; }

    public int Status => Response is null ? 0 : (int)Response.StatusCode;

    public bool IsError => Status >= 400;

    /// <summary>The bytes of an error's body, up to the bound; what follows is still in the response.</summary>
    public ReadOnlyMemory<byte> ErrorBody { get; private set; }

    /// <summary>What the error's body says.</summary>
    public UpstreamError Error => _error;

    /// <summary>The provider may have got the request: only a connection that never came about proves that it has not.</summary>
    public bool WasSent => _unreached?.Code != "upstream_unreachable" && !_wasHeldBack;

    /// <summary>There is no answer, and the provider may go on with one that it will bill.</summary>
    public bool IsInDoubt => _unreached?.Code is "upstream_timeout" or "upstream_protocol" or ClientGone or GrantRevoked || (IsRevoked && !_wasHeldBack);

    /// <summary>The release that it was made for was rolled back: before it was sent, or while it was waited for.</summary>
    public bool IsRevoked => _unreached?.Code == Revoked;

    /// <summary>True when another provider may answer: this one could not, for reasons that are not the caller's.</summary>
    public bool MayFallBack { get; private set; }

    /// <summary>The provider itself is in trouble: what its circuit counts. A full queue (429) is none.</summary>
    public bool ProviderFailed => !_wasHeldBack && Response is null ? MayFallBack : Status is 408 or >= 500;

    /// <summary>True when a second call may succeed and no byte reached the caller.</summary>
    public bool MayRetry { get; private set; }

    /// <summary>Whether the provider wants its error to be tried again; null: it did not say.</summary>
    public bool? ShouldRetry { get; private set; }

    /// <summary>How long the provider wants to be left alone; null: it did not say.</summary>
    public TimeSpan? RetryDelay { get; private set; }

    /// <summary>The provider's own word for its error.</summary>
    public string? UpstreamCode => _error.Code ?? _error.Type ?? (IsError ? $"status_{Status}" : null);

    /// <summary>For the log.</summary>
    public string Reason => _unreached?.Code ?? UpstreamCode ?? "";

    /// <summary>What a caller is told whose release was rolled back, where no other could answer instead.</summary>
    public static GatewayError RevokedError { get; } = new(
        ErrorKind.Conflict, Revoked, "The release that was to answer was rolled back meanwhile, and this request cannot be sent to another one. Send it again.")
    { ShouldRetry = true }; // Another release is found for it.

    /// <summary>Of a call that was not made.</summary>
    public static Reply HeldBack(GatewayError error) => new(error, mayRetry: false, wasHeldBack: true);

    /// <summary>Sends, if the call may still be made, and waits for the head of the response. Only what is no fault of the call is thrown.</summary>
    public static async Task<Reply> ReceiveAsync(UpstreamClient client, HttpRequestMessage message, Provider provider, Protocol protocol, StallWatch.Deadline deadline, Clearance clearance, TimeProvider time)
    {
        Reply? reply = null;
        try
        {
            reply = new Reply(await client.SendAsync(message, clearance, deadline.Token));
            if (reply.IsError)
            {
                await reply.ReadErrorAsync(protocol, client.Secret, time, deadline.Token);
            }

            reply.MayFallBack = reply.IsNoFaultOfTheCaller(protocol);

            Reply received = reply;
            reply = null;
            return received;
        }
        catch (ReleaseRevokedException)
        {
            return new Reply(RevokedError, mayRetry: false, wasHeldBack: true);
        }
        catch (NotCoveredException denied)
        {
            return HeldBack(denied.Error);
        }
        catch (OperationCanceledException) when (deadline.End == RelayEnd.Revoked)
        {
            return new Reply(RevokedError, mayRetry: false);
        }
        catch (OperationCanceledException) when (deadline.WasCut)
        {
            return new Reply(new GatewayError(ErrorKind.Forbidden, GrantRevoked, "The grant or the key of this request was taken back."), mayRetry: false);
        }
        catch (OperationCanceledException) when (deadline.TimedOut)
        {
            return new Reply(Timeout(provider, "did not answer in time"), mayRetry: false);
        }
        catch (OperationCanceledException) when (!deadline.Token.IsCancellationRequested)
        {
            return new Reply(Unreachable(provider, $"did not take a connection within {provider.Timeouts.Connect.TotalSeconds:0.###} s"), mayRetry: true);
        }
        catch (OperationCanceledException)
        {
            return new Reply(new GatewayError(ErrorKind.RequestTimeout, ClientGone, "The client left."), mayRetry: false);
        }
        catch (CredentialException failure)
        {
            return new Reply(failure.IsRefused ? KeyRefused(provider) : Unreachable(provider, "cannot be called: " + failure.Message), mayRetry: false);
        }
        catch (HttpRequestException failure)
        {
            return failure.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => new Reply(Unreachable(provider, "has a host name that does not resolve"), mayRetry: true),
                HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError => new Reply(Unreachable(provider, "does not take connections"), mayRetry: true),
                HttpRequestError.SecureConnectionError => new Reply(Unreachable(provider, "has a certificate or TLS version that is not accepted"), mayRetry: false),
                HttpRequestError.ResponseEnded => new Reply(Broken(provider, "closed the connection without an answer"), mayRetry: true),
                HttpRequestError.Unknown when failure.InnerException is IOException => new Reply(Broken(provider, "broke the connection before its answer"), mayRetry: true),
                _ => new Reply(Broken(provider, "sent an answer that is not HTTP"), mayRetry: false),
            };
        }
        catch (IOException)
        {
            return new Reply(Broken(provider, "broke the connection before its answer"), mayRetry: true);
        }
        finally
        {
            reply?.Dispose();
        }
    }

    /// <summary>The model was switched off, and this is how its provider says so.</summary>
    public void Retire(string pin)
    {
        (MayRetry, MayFallBack) = (false, true);
        _unreached = new GatewayError(
            ErrorKind.NotFound, Retirement.Code, $"{pin} was retired by its provider (it answered {Status}). The operator rolls the channel out to a release without it; who names the model names another one.");
    }

    /// <summary>What the caller is told when there is nothing of the provider's to pass on; null: there is.</summary>
    public GatewayError? Failure(Provider provider, Protocol protocol, long maxReplyBytes)
    {
        if (_unreached is not null)
        {
            return _unreached;
        }

        if (Status is >= 300 and < 400)
        {
            return Broken(provider, "answered with a redirect, which is not followed; check its endpoint in the configuration") with { Code = "upstream_redirected" };
        }

        // Our key, not the caller's: its own 401 would send the caller looking in the wrong place.
        if (IsKeyRefused(protocol))
        {
            return KeyRefused(provider);
        }

        if (Header("content-encoding") is { } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return Broken(provider, "sent a compressed answer, which it was asked not to");
        }

        if (!IsError && Response!.Content.Headers.ContentLength > maxReplyBytes)
        {
            return Broken(provider, $"sent an answer of more than {maxReplyBytes:N0} bytes (limits.response)") with { Code = "upstream_reply_too_large" };
        }

        return !IsError && IsHtml(Response!) ? Broken(provider, "answered with a web page; check its endpoint in the configuration") : null;
    }

    public void Dispose() => Response?.Dispose();

    private static bool IsHtml(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out System.Net.Http.Headers.HeaderStringValues type)
        && type.ToString().StartsWith("text/html", StringComparison.OrdinalIgnoreCase);

    // 404: a model that was retired under the caller's feet; a path that never was is the configuration's fault, not the caller's either.
    private bool IsNoFaultOfTheCaller(Protocol protocol) =>
        Status is 404 or 408 or 424 or 429 or >= 500 or (>= 300 and < 400) || _error.SpendExhausted || IsKeyRefused(protocol) || (!IsError && IsHtml(Response!));

    private bool IsKeyRefused(Protocol protocol) => IsError && KeyRefusal.Is(protocol, Status, Header("x-amzn-errortype"), ErrorBody.Span);

    private async Task ReadErrorAsync(Protocol protocol, ProviderSecret secret, TimeProvider time, CancellationToken cancellation)
    {
        byte[] body = new byte[MaxErrorBody];
        int length = 0;
        Stream stream = await Response!.Content.ReadAsStreamAsync(cancellation);
        while (length < body.Length && await stream.ReadAsync(body.AsMemory(length), cancellation) is > 0 and int read)
        {
            length += read;
        }

        secret.HideIn(body.AsSpan(0, length));
        secret.HideIn(Response.Headers);
        ErrorBody = body.AsMemory(0, length);
        _error = UpstreamError.Scan(protocol, ErrorBody.Span);
        RetryDelay = ReadRetryAfter(time) ?? _error.RetryDelay;
        ShouldRetry = Header("x-should-retry") switch
        {
            "true" => true,
            "false" => false,
            _ => null,
        };
        MayRetry = !_error.SpendExhausted && (ShouldRetry ?? Status is 408 or 429 or (>= 500 and < 600));
    }

    private TimeSpan? ReadRetryAfter(TimeProvider time)
    {
        if (double.TryParse(Header("retry-after-ms"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double milliseconds) && milliseconds < int.MaxValue)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        System.Net.Http.Headers.RetryConditionHeaderValue? after = Response!.Headers.RetryAfter;
        return after?.Delta ?? (after?.Date is { } date && date - (Response.Headers.Date ?? time.GetUtcNow()) is { Ticks: > 0 } wait ? wait : null);
    }

    private string? Header(string name) =>
        Response!.Headers.NonValidated.TryGetValues(name, out System.Net.Http.Headers.HeaderStringValues values) || Response.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? values.ToString()
            : null;

    private static GatewayError KeyRefused(Provider provider) =>
        new(ErrorKind.UpstreamFailed, "upstream_key_refused", $"{provider.Name} refused the key that it is configured with. The operator replaces it (causeway doctor shows which).") { ShouldRetry = false };

    private static GatewayError Unreachable(Provider provider, string why) => new(ErrorKind.Unavailable, "upstream_unreachable", $"{provider.Name} {why}.");

    private static GatewayError Broken(Provider provider, string why) => new(ErrorKind.UpstreamFailed, "upstream_protocol", $"{provider.Name} {why}.");

    private static GatewayError Timeout(Provider provider, string why) => new(ErrorKind.Timeout, "upstream_timeout", $"{provider.Name} {why}.");
}
