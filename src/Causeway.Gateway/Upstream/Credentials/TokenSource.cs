using System.Net;
using System.Text.Json;
using Causeway.Gateway.Policy;

namespace Causeway.Gateway.Upstream.Credentials;

/// <summary>A place where tokens are got (RFC 6749, section 5).</summary>
internal abstract class TokenSource(HttpMessageInvoker sockets, TimeProvider time) : IDisposable
{
    private const int MaxReplyBytes = 64 * 1024;
    private const int LongestWord = 64;
    private const int LongestLifeSeconds = 24 * 3600;

    /// <summary>The place in words, for messages.</summary>
    public abstract string Place { get; }

    protected TimeProvider Time { get; } = time;

    /// <summary>The source of an identity's tokens. The machine's own is asked directly; all others through the provider's proxy.</summary>
    public static TokenSource Of(CloudIdentity identity, Provider provider, TimeProvider time) => identity switch
    {
        GoogleServiceAccount account => new GoogleAccountTokens(account, UpstreamSockets.Open(provider.Proxy, provider.Timeouts.Connect), time),
        GoogleMachine machine => new GoogleMachineTokens(machine, UpstreamSockets.Open(null, provider.Timeouts.Connect), time),
        EntraApplication application => new EntraTokens(application, UpstreamSockets.Open(provider.Proxy, provider.Timeouts.Connect), time),
        _ => throw new ArgumentOutOfRangeException(nameof(identity)),
    };

    /// <summary>Gets a new token.</summary>
    /// <exception cref="CredentialException">The place refused, or said nothing that makes sense.</exception>
    /// <exception cref="HttpRequestException">The place could not be reached.</exception>
    public async Task<AccessToken> FetchAsync(CancellationToken cancellation)
    {
        using HttpRequestMessage message = Request();
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        DateTimeOffset asked = Time.GetUtcNow();
        using HttpResponseMessage response = await sockets.SendAsync(message, cancellation);
        await response.Content.LoadIntoBufferAsync(MaxReplyBytes, cancellation);
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation);
        return response.StatusCode == HttpStatusCode.OK && Read(body, asked) is { } token ? token : throw Refusal(response.StatusCode, body);
    }

    public void Dispose() => sockets.Dispose();

    protected abstract HttpRequestMessage Request();

    protected static HttpRequestMessage Form(Uri endpoint, params KeyValuePair<string, string>[] fields) =>
        new(HttpMethod.Post, endpoint) { Version = HttpVersion.Version11, Content = new FormUrlEncodedContent(fields) };

    private static AccessToken? Read(byte[] body, DateTimeOffset asked)
    {
        using JsonDocument? document = Parse(body);
        return document is not null
            && Text(document.RootElement, "access_token") is { Length: > 0 } token
            && !token.AsSpan().ContainsAnyExceptInRange('!', '~')
            && document.RootElement.TryGetProperty("expires_in", out JsonElement lifetime)
            && Seconds(lifetime) is { } seconds
                ? new AccessToken(token, asked, TimeSpan.FromSeconds(Math.Min(seconds, LongestLifeSeconds)))
                : null;
    }

    // Some places write the number as text.
    private static int? Seconds(JsonElement lifetime) => lifetime.ValueKind switch
    {
        JsonValueKind.Number when lifetime.TryGetInt32(out int seconds) && seconds > 0 => seconds,
        JsonValueKind.String when int.TryParse(lifetime.GetString(), out int seconds) && seconds > 0 => seconds,
        _ => null,
    };

    private CredentialException Refusal(HttpStatusCode status, byte[] body)
    {
        using JsonDocument? document = Parse(body);
        string? word = document is null ? null : Text(document.RootElement, "error");
        bool isWord = word is { Length: > 0 and <= LongestWord } && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
        return new CredentialException(
            $"{Place} answers {(int)status}{(isWord ? $" ({word})" : "")}",
            refused: status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound);
    }

    private static JsonDocument? Parse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
