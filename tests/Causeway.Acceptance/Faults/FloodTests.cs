using System.Net.Sockets;
using System.Text;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Faults;

/// <summary>512 files may be open, and of connections 60 to each address; the admin API has an address of its own.</summary>
public sealed class FloodHouse() : WrappedHouse("ulimit -n 512")
{
    internal const int Connections = 60;

    private protected override string Configured() =>
        base.Configured().Replace("admin:\n", "admin:\n  listen: 127.0.0.1:0\n", StringComparison.Ordinal) + $"limits:\n  connections: {Connections}\n  header_timeout: 2s\n";
}

/// <summary>F-26 and F-23: callers that take connections and say nothing, or next to nothing.</summary>
public sealed class FloodTests(FloodHouse house) : IClassFixture<FloodHouse>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Beyond_the_bound_connections_are_refused_the_admin_API_answers_and_afterwards_everybody_does()
    {
        string key = await house.Gateway.NewKeyAsync();
        List<TcpClient> flood = [];
        try
        {
            for (int i = 0; i < 1_000; i++)
            {
                TcpClient client = new();
                await client.ConnectAsync(house.Gateway.Address.Host, house.Gateway.Address.Port).WaitAsync(s_patience);
                flood.Add(client);
            }

            // Nothing was said yet: those within the bound have two seconds for their headers, and the others are closed at once.
            int closed = (await Task.WhenAll(flood.Skip(2 * FloodHouse.Connections).Select(ClosedAsync))).Count(isClosed => isClosed);
            Assert.Equal(1_000 - (2 * FloodHouse.Connections), closed);
            using HttpResponseMessage status = await house.Gateway.Admin.GetAsync("/api/v1/status").WaitAsync(s_patience);
            Assert.True(status.IsSuccessStatusCode);
        }
        finally
        {
            flood.ForEach(client => client.Dispose());
        }

        Assert.Equal(200, await AnsweredAsync(key));
    }

    [Fact]
    public async Task Who_drips_its_headers_is_given_up_and_an_honest_caller_beside_it_is_answered()
    {
        string key = await house.Gateway.NewKeyAsync();
        using CancellationTokenSource over = new(s_patience);
        Task<string>[] drips = [.. Enumerable.Range(0, 40).Select(_ => DripAsync(over.Token))];

        int honest = 0;
        while (!drips.All(drip => drip.IsCompleted))
        {
            Assert.Equal(200, await AnsweredAsync(key));
            honest++;
        }

        Assert.True(honest > 3, $"{honest} honest calls");
        Assert.All(await Task.WhenAll(drips), answer => Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal));
    }

    // One byte of a header twice a second: only a bound on the whole ends it.
    private async Task<string> DripAsync(CancellationToken over)
    {
        using TcpClient client = new();
        await client.ConnectAsync(house.Gateway.Address.Host, house.Gateway.Address.Port, over);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync("POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nX-Slow: "u8.ToArray(), over);
        byte[] answer = new byte[1024];
        Task<int> reading = stream.ReadAsync(answer, over).AsTask();
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(500));
        while (!reading.IsCompleted && await timer.WaitForNextTickAsync(over))
        {
            try
            {
                await stream.WriteAsync("a"u8.ToArray(), over);
            }
            catch (IOException)
            {
                break;
            }
        }

        return Encoding.ASCII.GetString(answer, 0, await reading);
    }

    private static async Task<bool> ClosedAsync(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(s_patience) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private async Task<int> AnsweredAsync(string key)
    {
        using CancellationTokenSource patience = new(s_patience);
        while (true)
        {
            try
            {
                return (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status;
            }
            catch (HttpRequestException) when (!patience.IsCancellationRequested)
            {
                await Task.Yield(); // What was closed is not counted as gone yet.
            }
        }
    }
}
