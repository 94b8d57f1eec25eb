using System.Collections.Concurrent;
using Causeway.Budgets.Alerts;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Alerts;

public sealed class DeadLetterTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] s_body = """{"event":"budget.threshold"}"""u8.ToArray();

    [Fact]
    public async Task What_is_not_taken_in_three_tries_is_kept_and_can_be_sent_again()
    {
        var time = new FakeTimeProvider(s_now);
        bool isUp = false;
        ConcurrentQueue<string> heard = [];
        SemaphoreSlim answered = new(0);
        await using RawUpstream hook = RawUpstream.Start(async connection =>
        {
            heard.Enqueue(connection.Head);
            await connection.WriteAsync(isUp ? "HTTP/1.1 204 X\r\nconnection: close\r\n\r\n" : "HTTP/1.1 503 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            answered.Release();
        });
        var store = new MemoryDeadLetters();
        await using var webhook = new SignedWebhook(hook.Address, "secret", time, NullLogger.Instance, SignedWebhook.Alerts, store);

        webhook.Tell("an alert", s_body);
        for (int attempt = 1; attempt <= SignedWebhook.MaxTries; attempt++)
        {
            // It may be between two tries, or on its way: time goes on by less than its patience.
            while (!await answered.WaitAsync(TimeSpan.FromMilliseconds(100), GatewayHouse.Token))
            {
                time.Advance(TimeSpan.FromSeconds(2));
            }
        }

        DeadLetter letter = await store.Kept.Task.Soon();
        Assert.Equal(("alerts", "an alert", "status 503", 3), (letter.Hook, letter.What, letter.Problem, letter.Tries));
        Assert.Equal(s_body, letter.Body);
        Assert.Equal(3, heard.Count(one => one.Contains($"X-Causeway-Delivery: {letter.Id}", StringComparison.OrdinalIgnoreCase)));

        Assert.Equal("status 503", await webhook.TryAgainAsync(letter));
        isUp = true;
        Assert.Null(await webhook.TryAgainAsync(letter));
        Assert.Equal(5, heard.Count(one => one.Contains(letter.Id.ToString(), StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task What_waits_when_the_process_ends_is_kept()
    {
        var time = new FakeTimeProvider(s_now);
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawUpstream hook = RawUpstream.Start(async connection =>
        {
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, connection.End); // It never answers.
        });
        var store = new MemoryDeadLetters { Wanted = 2 };
        var webhook = new SignedWebhook(hook.Address, secret: null, time, NullLogger.Instance, SignedWebhook.Alerts, store);
        webhook.Tell("the first", s_body);
        webhook.Tell("the second", s_body);
        await reached.Task.Soon();

        Task ending = webhook.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(10));
        await store.Kept.Task.Soon();
        await ending.Soon();

        Assert.Equal(["the first", "the second"], store.Letters.Select(letter => letter.What));
        Assert.Equal("the process ended before it could be told", store.Letters[1].Problem);
        Assert.Equal(0, store.Letters[1].Tries);
    }

    [Fact]
    public async Task A_store_that_is_away_stops_no_event_behind()
    {
        var time = new FakeTimeProvider(s_now);
        await using RawUpstream hook = RawUpstream.Start(async connection => await connection.WriteAsync("HTTP/1.1 503 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
        var store = new MemoryDeadLetters { Failures = 1 };
        await using var webhook = new SignedWebhook(hook.Address, secret: null, time, NullLogger.Instance, SignedWebhook.Alerts, store);
        webhook.Tell("lost to the log", s_body);
        webhook.Tell("kept", s_body);

        while (!store.Kept.Task.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(4));
            await Task.Yield();
        }

        Assert.Equal("kept", (await store.Kept.Task).What);
    }

    private sealed class MemoryDeadLetters : IDeadLetterStore
    {
        public List<DeadLetter> Letters { get; } = [];

        /// <summary>Ends when so many are kept.</summary>
        public int Wanted { get; init; } = 1;

        public TaskCompletionSource<DeadLetter> Kept { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Calls that fail first.</summary>
        public int Failures { get; set; }

        public Task KeepAsync(DeadLetter letter, CancellationToken cancellation)
        {
            if (Failures-- > 0)
            {
                throw new IOException("The disk is full.");
            }

            Letters.Add(letter);
            if (Letters.Count == Wanted)
            {
                Kept.TrySetResult(letter);
            }

            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<DeadLetter>> ListAsync(Guid? before, int limit, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<DeadLetter?> FindAsync(Guid id, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<bool> RemoveAsync(Guid id, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<long> DropAsync(DateTimeOffset before, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
