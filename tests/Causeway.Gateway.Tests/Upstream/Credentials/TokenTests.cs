using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Upstream.Credentials;
using Causeway.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Upstream.Credentials;

public sealed class TokenTests
{
    private const string Secret = "entra-canary-51c0";
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private int _asked;

    [Fact]
    public async Task An_application_asks_for_a_token_as_the_standard_says()
    {
        TaskCompletionSource<RawConnection> seen = new();
        await using RawUpstream place = RawUpstream.Start(async connection =>
        {
            seen.TrySetResult(connection);
            await connection.AnswerAsync("""{"token_type":"Bearer","expires_in":"3599","access_token":"t-1"}""");
        });
        using UpstreamCredential credential = Entra(place);

        Assert.Equal("Bearer t-1", await AuthorizeAsync(credential));
        RawConnection asked = await seen.Task.Soon();
        Assert.StartsWith("POST /contoso.example/oauth2/v2.0/token HTTP/1.1", asked.Head, StringComparison.Ordinal);
        Assert.Equal(
            $"grant_type=client_credentials&client_id=app-1&client_secret={Secret}&scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default", asked.Body);
    }

    [Fact]
    public async Task However_many_calls_wait_a_token_is_got_once()
    {
        TaskCompletionSource released = new();
        await using RawUpstream place = RawUpstream.Start(async connection =>
        {
            await released.Task;
            await TokenAsync(connection);
        });
        using UpstreamCredential credential = Entra(place);

        Task<string>[] calls = [.. Enumerable.Range(0, 50).Select(_ => AuthorizeAsync(credential))];
        released.SetResult();

        Assert.All(await Task.WhenAll(calls).Soon(), header => Assert.Equal("Bearer t-1", header));
        Assert.Equal("Bearer t-1", await AuthorizeAsync(credential));
        Assert.Equal(1, place.Connections);
    }

    [Fact]
    public async Task A_token_is_replaced_before_its_end_and_calls_do_not_wait_for_it()
    {
        TaskCompletionSource released = new();
        await using RawUpstream place = SecondHeldBy(released);
        using UpstreamCredential credential = Entra(place);
        await AuthorizeAsync(credential);

        _time.Advance(TimeSpan.FromSeconds(3600 - 239));
        string meanwhile = await AuthorizeAsync(credential);
        released.SetResult();
        string then = meanwhile;
        while (then == meanwhile)
        {
            await Task.Yield();
            then = await AuthorizeAsync(credential);
        }

        Assert.Equal(("Bearer t-1", "Bearer t-2", 2), (meanwhile, then, place.Connections));
    }

    [Fact]
    public async Task A_call_waits_where_the_token_is_as_good_as_over()
    {
        TaskCompletionSource released = new();
        await using RawUpstream place = SecondHeldBy(released);
        using UpstreamCredential credential = Entra(place);
        await AuthorizeAsync(credential);

        _time.Advance(TimeSpan.FromSeconds(3600 - 14));
        Task<string> waiting = AuthorizeAsync(credential);
        Assert.False(waiting.IsCompleted);
        released.SetResult();

        Assert.Equal("Bearer t-2", await waiting.Soon());
    }

    [Fact]
    public async Task A_place_that_refuses_is_believed_for_a_moment_and_its_words_are_kept_short()
    {
        await using RawUpstream place = RawUpstream.Start(connection => connection.AnswerAsync(
            $$"""{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret {{Secret}}"}""", status: 401));
        using UpstreamCredential credential = Entra(place);

        CredentialException refused = await Assert.ThrowsAsync<CredentialException>(() => AuthorizeAsync(credential));
        await Assert.ThrowsAsync<CredentialException>(() => AuthorizeAsync(credential));
        Assert.Equal(1, place.Connections);
        _time.Advance(TimeSpan.FromSeconds(6));
        await Assert.ThrowsAsync<CredentialException>(() => AuthorizeAsync(credential));

        Assert.Equal(2, place.Connections);
        Assert.Equal(("the token endpoint 127.0.0.1 answers 401 (invalid_client)", true), (refused.Message, refused.IsRefused));
        Assert.DoesNotContain(Secret, refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, """{"error":"server_error"}""", "answers 500 (server_error)")]
    [InlineData(302, "{}", "answers 302")]
    [InlineData(200, "{}", "answers 200")]
    [InlineData(200, """{"access_token":"a b","expires_in":60}""", "answers 200")]
    [InlineData(200, """{"access_token":"a","expires_in":-1}""", "answers 200")]
    [InlineData(200, "<html>", "answers 200")]
    [InlineData(503, """{"error":"two\nlines"}""", "answers 503")]
    public async Task A_place_that_makes_no_sense_may_make_sense_later(int status, string body, string expected)
    {
        await using RawUpstream place = RawUpstream.Start(connection => connection.AnswerAsync(body, status));
        using UpstreamCredential credential = Entra(place);

        CredentialException failure = await Assert.ThrowsAsync<CredentialException>(() => AuthorizeAsync(credential));

        Assert.EndsWith(expected, failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsRefused);
    }

    [Fact]
    public async Task A_place_that_is_not_there_is_said_to_be_so()
    {
        RawUpstream gone = RawUpstream.Start("");
        await gone.DisposeAsync();
        using UpstreamCredential credential = Entra(gone);

        CredentialException failure = await Assert.ThrowsAsync<CredentialException>(() => AuthorizeAsync(credential));

        Assert.Equal(("the token endpoint 127.0.0.1 does not answer", false), (failure.Message, failure.IsRefused));
    }

    [Fact]
    public async Task A_token_that_the_provider_refuses_is_replaced_unless_it_is_new()
    {
        await using RawUpstream place = RawUpstream.Start(TokenAsync);
        using UpstreamCredential credential = Entra(place);
        await AuthorizeAsync(credential);

        credential.Refused();
        Assert.Equal("Bearer t-1", await AuthorizeAsync(credential));
        _time.Advance(TimeSpan.FromSeconds(31));
        credential.Refused();

        Assert.Equal("Bearer t-2", await AuthorizeAsync(credential));
    }

    [Fact]
    public async Task The_machine_at_Google_has_tokens_of_its_own()
    {
        TaskCompletionSource<RawConnection> seen = new();
        await using RawUpstream place = RawUpstream.Start(async connection =>
        {
            seen.TrySetResult(connection);
            await TokenAsync(connection);
        });
        using UpstreamCredential credential = UpstreamCredential.Of(Provider(new GoogleMachine { MetadataServer = place.Address }), _time)!;

        Assert.Equal("Bearer t-1", await AuthorizeAsync(credential));
        RawConnection asked = await seen.Task.Soon();
        Assert.StartsWith("GET /computeMetadata/v1/instance/service-accounts/default/token HTTP/1.1", asked.Head, StringComparison.Ordinal);
        Assert.Equal("Google", asked.Header("Metadata-Flavor"));
    }

    private RawUpstream SecondHeldBy(TaskCompletionSource released) => RawUpstream.Start(async connection =>
    {
        if (Volatile.Read(ref _asked) == 1)
        {
            await released.Task;
        }

        await TokenAsync(connection);
    });

    private UpstreamCredential Entra(RawUpstream place) => UpstreamCredential.Of(
        Provider(new EntraApplication { Tenant = "contoso.example", ClientId = "app-1", ClientSecret = Secret, Authority = place.Address }), _time)!;

    private static Provider Provider(CloudIdentity identity) => new()
    {
        Name = "cloud",
        Protocol = Protocol.OpenAI,
        Endpoint = new Uri("https://cloud.example"),
        Identity = identity,
    };

    private Task TokenAsync(RawConnection connection) =>
        connection.AnswerAsync($$"""{"access_token":"t-{{Interlocked.Increment(ref _asked)}}","expires_in":3600,"token_type":"Bearer"}""");

    private static async Task<string> AuthorizeAsync(UpstreamCredential credential)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "https://cloud.example/");
        await credential.AuthorizeAsync(message, GatewayHouse.Token).AsTask().Soon();
        return message.Headers.NonValidated["Authorization"].ToString();
    }
}
