using System.Text;
using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Deployment;

/// <summary>A balancer of <c>deploy/</c>.</summary>
public enum Front
{
    Haproxy,
    Nginx,
}

/// <summary>What callers see through the balancers that ship, while instances and the database come and go.</summary>
public sealed class BalancerTests(BalancedHouse house) : IClassFixture<BalancedHouse>
{
    private const string NobodyIsReady = "backend ready has no server available";
    private static readonly Front[] s_fronts = [Front.Haproxy, Front.Nginx];

    [Theory]
    [InlineData(Front.Haproxy)]
    [InlineData(Front.Nginx)]
    public async Task An_event_arrives_while_the_next_one_is_not_made_yet(Front front)
    {
        string key = await house.Gateway.NewKeyAsync();
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { cut = new { at_event = 2, how = "stall" } } } } });
        try
        {
            using HttpClient client = new();
            using HttpRequestMessage request = Request(front, key, stream: true);
            using (HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
            {
                using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
                string first = (await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)))!;

                Assert.StartsWith("data: {", first, StringComparison.Ordinal);
                await house.Providers.OpenStreamsAsync(until: 1);
            }

            await house.Providers.OpenStreamsAsync(until: 0); // Who leaves the balancer leaves the provider.
        }
        finally
        {
            await house.Providers.ClearAsync();
        }
    }

    [Fact]
    public async Task A_rolling_restart_under_load_loses_no_request()
    {
        string key = await house.Gateway.NewKeyOfAsync(await house.Gateway.NewGrantAsync("--requests", "100000/day"));
        using CancellationTokenSource over = new();
        Task<int>[] callers = [.. Enumerable.Range(0, 8).Select(i => Task.Run(() => CallAsync(s_fronts[i / 4], key, stream: i % 2 == 0, over.Token)))];
        for (int i = 0; i < house.Names.Count; i++)
        {
            string up = $"Server ready/{house.Names[i]} is UP";
            int before = house.Haproxy.Said(up);
            await house.TakeOutAsync(i);
            house.Instance(i).Process.Send(PosixSignal.Terminate);
            Assert.Equal(0, await house.Instance(i).Process.EndAsync());
            await house.StartAgainAsync(i);
            house.PutBack(i);
            await house.Haproxy.UntilSaidAsync(up, before + 1);
        }

        await over.CancelAsync();
        int[] answered = await Task.WhenAll(callers);
        Assert.All(answered, count => Assert.True(count > 20, $"{count} requests were answered."));
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);
    }

    [Fact]
    public async Task Of_one_that_is_killed_only_what_it_had_in_hand_is_lost()
    {
        string key = await house.Gateway.NewKeyAsync();
        string up = $"Server ready/{house.Names[2]} is UP", down = $"Server ready/{house.Names[2]} is DOWN";
        (int ups, int downs) = (house.Haproxy.Said(up), house.Haproxy.Said(down));
        house.Instance(2).Process.Send(PosixSignal.Kill);
        await house.Instance(2).Process.EndAsync();

        foreach (Front front in s_fronts)
        {
            // The balancer may not know yet: a refused connection goes to the next.
            using HttpClient client = new();
            for (int i = 0; i < 12; i++)
            {
                Assert.Equal((200, null), await AskAsync(client, front, key));
            }
        }

        await house.Haproxy.UntilSaidAsync(down, downs + 1);
        await house.StartAgainAsync(2);
        await house.Haproxy.UntilSaidAsync(up, ups + 1);
    }

    [Fact]
    public async Task Without_the_database_each_grant_gets_what_it_may_through_either()
    {
        Dictionary<string, string> keys = new() { ["none"] = await house.Gateway.NewKeyAsync() };
        foreach (string enforcement in (string[])["hard", "soft", "critical"])
        {
            keys[enforcement] = await house.Gateway.NewKeyOfAsync(await house.Gateway.NewGrantAsync("--usd", "5/day", "--enforcement", enforcement));
        }

        // An instance serves without the store what it has served with it.
        for (int i = 0; i < house.Names.Count; i++)
        {
            Assert.All(await Task.WhenAll(keys.Values.Select(key => Ask.SendAsync(house.Instance(i), key, Ask.Chat, Ask.ChatBody()))), answer => Assert.Equal(200, answer.Status));
        }

        int before = house.Haproxy.Said(NobodyIsReady);
        await house.Server.StopAsync();
        try
        {
            await house.Haproxy.UntilSaidAsync(NobodyIsReady, before + 1);
            using HttpClient client = new();
            using (HttpResponseMessage ready = await client.GetAsync(new Uri(house.ThroughHaproxy, "/readyz")))
            {
                Assert.Equal(503, (int)ready.StatusCode);
            }

            using (HttpResponseMessage ready = await client.GetAsync(new Uri(house.ThroughHaproxy, "/readyz?store=optional")))
            {
                Assert.Equal(200, (int)ready.StatusCode);
            }

            foreach (Front front in s_fronts)
            {
                foreach ((string enforcement, string key) in keys)
                {
                    (int status, string? code) = await AskAsync(client, front, key);
                    Assert.True(
                        enforcement == "hard" ? status == 503 && code is "journal_failed" or "store_unavailable" : status == 200, $"{enforcement} through {front}: {status} {code}");
                }
            }
        }
        finally
        {
            await house.Server.StartAsync();
        }

        for (int i = 0; i < house.Names.Count; i++)
        {
            await UntilReadyAsync(house.Instance(i));
        }

        using HttpClient again = new();
        Assert.All(await Task.WhenAll(s_fronts.Select(front => AskAsync(again, front, keys["hard"]))), answer => Assert.Equal((200, null), answer));
    }

    [Fact]
    public async Task The_admin_API_answers_on_an_address_of_its_own_only()
    {
        using HttpClient client = new() { DefaultRequestHeaders = { Authorization = new("Bearer", house.Gateway.AdminToken) } };
        using HttpResponseMessage there = await client.GetAsync(new Uri(house.AdminThroughHaproxy, "/api/v1/status"));
        Assert.Equal(200, (int)there.StatusCode);
        Assert.All(
            await Task.WhenAll(s_fronts.Select(front => client.GetAsync(new Uri(Address(front), "/api/v1/status")))),
            answer => Assert.Equal(404, (int)answer.StatusCode));
    }

    [Fact]
    public async Task A_reload_finds_the_same_master_keys_as_at_the_start()
    {
        CommandRun reload = await house.Gateway.RunAsync("reload");

        Assert.Equal(0, reload.ExitCode);
        Assert.DoesNotContain("budgets", reload.Output, StringComparison.Ordinal);
    }

    private static async Task UntilReadyAsync(RunningGateway instance)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            using HttpResponseMessage ready = await instance.Admin.GetAsync(new Uri("/readyz", UriKind.Relative), patience.Token);
            if (ready.IsSuccessStatusCode)
            {
                return;
            }
        }
    }

    private async Task<int> CallAsync(Front front, string key, bool stream, CancellationToken over)
    {
        using HttpClient client = new();
        int answered = 0;
        for (; !over.IsCancellationRequested; answered++)
        {
            using HttpRequestMessage request = Request(front, key, stream);
            using HttpResponseMessage response = await client.SendAsync(request, CancellationToken.None);
            string text = await response.Content.ReadAsStringAsync(CancellationToken.None);
            Assert.True(
                (int)response.StatusCode == 200 && (!stream || text.TrimEnd().EndsWith("[DONE]", StringComparison.Ordinal)), $"{front} {(int)response.StatusCode} {text}");
        }

        return answered;
    }

    private async Task<(int Status, string? Code)> AskAsync(HttpClient client, Front front, string key)
    {
        using HttpRequestMessage request = Request(front, key, stream: false);
        using HttpResponseMessage response = await client.SendAsync(request);
        return ((int)response.StatusCode, response.Headers.TryGetValues("x-causeway-error", out IEnumerable<string>? codes) ? codes.Single() : null);
    }

    private HttpRequestMessage Request(Front front, string key, bool stream) => new(HttpMethod.Post, new Uri(Address(front), Ask.Chat))
    {
        Headers = { Authorization = new("Bearer", key) },
        Content = new StringContent(Ask.ChatBody(stream: stream), Encoding.UTF8, "application/json"),
    };

    private Uri Address(Front front) => front is Front.Haproxy ? house.ThroughHaproxy : house.ThroughNginx;
}
