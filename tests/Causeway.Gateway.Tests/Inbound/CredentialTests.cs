using System.Net.Sockets;
using System.Text.Json;
using Causeway.Budgets.Keys;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Inbound;

public sealed class CredentialTests
{
    [Theory]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "bearer  ")]
    [InlineData("x-api-key", "")]
    [InlineData("x-goog-api-key", "")]
    public async Task A_key_is_found_where_any_vendors_sdk_puts_it(string header, string scheme)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        foreach (Saying saying in Saying.Plain.Values)
        {
            Answer answer = await house.SendAsync(With(saying.ToMessage(key: null), (header, scheme + house.Secret)));

            Assert.Equal(200, answer.Status);
        }
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini")]
    public async Task Every_no_to_a_key_is_an_error_of_the_callers_protocol(string plain)
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Time = time });
        Saying saying = Saying.Plain[plain];
        string expiring = KeySecret.New();
        string revoked = KeySecret.New();
        house.Policies.Publish(policy => policy
            .With(GatewayHouse.NewKey(expiring, time, time.GetUtcNow().AddHours(1)))
            .With(GatewayHouse.NewKey(revoked, time) with { RevokedAt = time.GetUtcNow() }));

        Assert.Equal(200, (await house.SendAsync(saying.ToMessage(expiring))).Status);
        await house.UntilOpenAsync(0); // Or the hour would be the first request's time-out.
        time.Advance(TimeSpan.FromHours(1));

        Refused(saying, await house.SendAsync(saying.ToMessage(key: null)), 401, "key_missing");
        Refused(saying, await house.SendAsync(saying.ToMessage("")), 401, "key_missing");
        Refused(saying, await house.SendAsync(saying.ToMessage("cw0_wrong")), 401, "key_unknown");
        Refused(saying, await house.SendAsync(saying.ToMessage(new string('k', 5000))), 401, "key_unknown");
        Refused(saying, await house.SendAsync(saying.ToMessage(expiring)), 401, "key_expired");
        Refused(saying, await house.SendAsync(saying.ToMessage(revoked)), 401, "key_revoked");
        Refused(saying, await house.SendAsync(With(saying.ToMessage(key: null), ("Authorization", "Basic abc"))), 400, "key_ambiguous");
        Refused(saying, await house.SendAsync(With(saying.ToMessage(key: null), ("x-api-key", "one"), ("x-goog-api-key", "two"))), 400, "key_ambiguous");
        Refused(saying, await house.SendAsync((saying with { Path = saying.Path + "?key=" + house.Secret }).ToMessage(house.Secret)), 400, "key_in_url");
        Assert.Single(await house.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task The_same_key_in_two_places_is_one_key()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.SendAsync(With(Saying.Chat.ToMessage(house.Secret), ("x-api-key", house.Secret)));

        Assert.Equal(200, answer.Status);
    }

    // A proxy's connection carries many callers: what is remembered of the last one must be nobody else's.
    [Fact]
    public async Task Keys_that_take_turns_on_one_connection_are_each_their_own()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        string other = KeySecret.New();
        Key others = GatewayHouse.NewKey(other, TimeProvider.System) with { Attribution = GatewayHouse.Attribution with { Team = "other" } };
        house.Policies.Publish(policy => policy.With(others));
        int connections = 0;
        using HttpClient one = new(new SocketsHttpHandler
        {
            UseProxy = false,
            MaxConnectionsPerServer = 1,
            ConnectCallback = async (context, cancellation) =>
            {
                connections++;
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = house.Address };

        List<int> statuses = [];
        List<string> requests = [];
        foreach (string key in (string[])[house.Secret, house.Secret, other, other, house.Secret, "cw0_wrong", "cw0_wrong", other])
        {
            using HttpResponseMessage response = await one.SendAsync(Saying.Chat.ToMessage(key), GatewayHouse.Token);
            await response.Content.ReadAsByteArrayAsync(GatewayHouse.Token);
            statuses.Add((int)response.StatusCode);
            requests.AddRange(response.Headers.GetValues("x-causeway-request"));
        }

        house.Policies.Publish(policy => policy.With(others with { RevokedAt = DateTimeOffset.UnixEpoch }));
        using HttpResponseMessage revoked = await one.SendAsync(Saying.Chat.ToMessage(other), GatewayHouse.Token);

        Assert.Equal([200, 200, 200, 200, 200, 401, 401, 200], statuses);
        Assert.Equal(401, (int)revoked.StatusCode);
        Assert.Equal(1, connections);
        string mine = GatewayHouse.Attribution.Team;
        Dictionary<string, string> teams = (await house.RecordsAsync()).ToDictionary(record => RequestId.Format(record.Request), record => record.Attribution.Team);
        Assert.Equal([mine, mine, "other", "other", mine, null, null, "other"], requests.Select(request => teams.GetValueOrDefault(request)));
    }

    [Fact]
    public async Task A_revocation_holds_on_the_very_next_request_and_not_on_the_one_that_runs()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"first_byte_delay_ms":300}""");
        Task<Answer> running = house.AskAsync(Saying.ChatStream);
        await house.Simulator.OpenStreamsAsync(until: 1);

        house.Policies.Publish(policy => policy.With(Assert.Single(policy.Keys.All) with { RevokedAt = DateTimeOffset.UnixEpoch }));

        Assert.Equal("key_revoked", (await house.AskAsync(Saying.Chat)).Error);
        Assert.Equal("[DONE]", (await running).Events[^1]);
    }

    [Fact]
    public async Task A_caller_without_a_right_cannot_make_the_gateway_read_its_body()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);

        await caller.SendAsync($"POST {Saying.ChatPath} HTTP/1.1\r\nhost: gateway\r\nx-api-key: nobody\r\ncontent-length: 30000000\r\n\r\n");

        Assert.Contains("key_unknown", await caller.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    private static HttpRequestMessage With(HttpRequestMessage message, params (string Name, string Value)[] headers)
    {
        foreach ((string name, string value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private static void Refused(Saying saying, Answer answer, int status, string code)
    {
        Assert.Equal((status, code, "false"), (answer.Status, answer.Error, answer.Header("x-should-retry")));
        Assert.StartsWith("req_", answer.Header("x-causeway-request"), StringComparison.Ordinal);
        JsonElement error = answer.Json.GetProperty("error");
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        switch (saying.Protocol)
        {
            case Wire.Protocol.OpenAI:
                Assert.Equal((code, "invalid_request_error"), (error.GetProperty("code").GetString(), error.GetProperty("type").GetString()));
                break;
            case Wire.Protocol.Anthropic:
                Assert.Equal("error", answer.Json.GetProperty("type").GetString());
                Assert.Equal(status == 401 ? "authentication_error" : "invalid_request_error", error.GetProperty("type").GetString());
                Assert.Equal(code, error.GetProperty("code").GetString());
                break;
            default:
                Assert.Equal(status == 401 ? "UNAUTHENTICATED" : "INVALID_ARGUMENT", error.GetProperty("status").GetString());
                Assert.Equal((status, code), (error.GetProperty("code").GetInt32(), error.GetProperty("details")[0].GetProperty("reason").GetString()));
                break;
        }
    }
}
