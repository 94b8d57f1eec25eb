using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Writes what this instance has seen of rollouts, and takes in what was written before it was there and by others: every instance decides by the requests of all of them, and a start forgets nothing. Five times a
/// second; of a store that is not shared only once, at the start.
/// </summary>
public sealed class GuardSync(IGuardStore store, RolloutBook book, PolicyPublisher policies, Leadership leadership, TimeProvider time, ILogger<GuardSync> log) : BackgroundService
{
    /// <summary>How long evidence is kept: longer than a rollout lasts.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private const int Page = 1000;
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_betweenDrops = TimeSpan.FromHours(6);
    private readonly SemaphoreSlim _turn = new(1); // What is read is counted once, whoever asks for it.
    private readonly Dictionary<RolloutId, long> _read = [];
    private long _dropped;
    private long _listed = -1;
    private (string Channel, Rollout Rollout)[] _active = [];
    private bool _isAway;

    /// <summary>One turn: reads what is there, writes what was seen.</summary>
    public Task TurnAsync(CancellationToken cancellation) => TakingTurnsAsync(
        async () =>
        {
            // Read first: what this process writes of a rollout that nobody else writes of is not read again.
            await ReadAsync(cancellation);
            if (await WriteAsync(cancellation) && book.Mode == EvidenceMode.Shared)
            {
                await ReadAsync(cancellation);
            }

            await DropAsync(cancellation);
        },
        cancellation);

    /// <summary>
    /// What guards know of a channel's last rollout, with what was written of it since it ended: for one that is over nobody reads on by himself, so that whoever called it off would know less than who is asked later. As much
    /// as is known here where the store is away; null: no request was seen of it.
    /// </summary>
    public async Task<GuardReport?> ReportAsync(string channel, Rollout rollout, CancellationToken cancellation)
    {
        if (book.Mode != EvidenceMode.Memory)
        {
            await TakingTurnsAsync(
                async () =>
                {
                    await WriteAsync(cancellation);
                    await ReadAsync(channel, rollout, cancellation);
                },
                cancellation);
        }

        return book.ReportOf(rollout);
    }

    private async Task TakingTurnsAsync(Func<Task> turn, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await turn();
            _isAway = false;
        }
#pragma warning disable CA1031 // What was not written is kept and written when the store is back; until then the lease keeps candidates from being served where instances share it.
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (!_isAway)
            {
                LogEvents.EvidenceAway(log, failure);
            }

            _isAway = true;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    /// <summary>Writes what is left, so that the next process knows it.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await TakingTurnsAsync(() => WriteAsync(cancellationToken), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The process ends: what cannot be written now is lost, and less is known.
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer turns = new(s_between, time);
        try
        {
            do
            {
                await TurnAsync(stoppingToken);
            }
            while (await turns.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private async Task<bool> WriteAsync(CancellationToken cancellation)
    {
        bool hasWritten = false;
        bool isMore = true;
        while (isMore && book.TakeNotes() is { Count: > 0 } taken)
        {
            try
            {
                await store.AppendAsync(taken, time.GetUtcNow(), cancellation);
                hasWritten = true;
            }
            catch
            {
                book.ReturnNotes(taken);
                throw;
            }

            foreach ((RolloutId rollout, _) in taken)
            {
                _read.TryAdd(rollout, 0);
            }

            // What came meanwhile waits for the next turn: under traffic there is always something.
            isMore = taken.Any(one => one.Evidence.Notes.Count == GuardEvidence.MaxNotes);
        }

        return hasWritten;
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        foreach ((string channel, Rollout rollout) in Active())
        {
            await ReadAsync(channel, rollout, cancellation);
        }
    }

    private async Task ReadAsync(string channel, Rollout rollout, CancellationToken cancellation)
    {
        // Where nobody else writes, everything that is there was written before this process was: it is read once.
        if (!_read.TryGetValue(rollout.Id, out long after))
        {
            _read[rollout.Id] = await ReadAsync(channel, rollout, 0, isReplay: true, cancellation);
        }
        else if (book.Mode == EvidenceMode.Shared)
        {
            _read[rollout.Id] = await ReadAsync(channel, rollout, after, isReplay: false, cancellation);
        }
    }

    private async Task<long> ReadAsync(string channel, Rollout rollout, long after, bool isReplay, CancellationToken cancellation)
    {
        while (await store.ReadAsync(rollout.Id, after, Page, cancellation) is { Count: > 0 } page)
        {
            book.Take(channel, rollout, page.Select(row => row.Evidence), isReplay);
            after = page[^1].Seq;
            if (page.Count < Page)
            {
                break;
            }
        }

        return after;
    }

    // Looked for anew where routing has changed, and not five times a second among ten thousand channels.
    private (string Channel, Rollout Rollout)[] Active()
    {
        RoutingPolicy routing = policies.Current.Routing;
        if (routing.Revision != _listed)
        {
            (string Channel, Rollout Rollout)[] last = [.. routing.Channels.Keys.Select(name => (name, routing.RoutingOf(name).Rollout)).Where(one => one.Rollout is not null).Select(one => (one.name, one.Rollout!))];
            _active = [.. last.Where(one => one.Rollout.IsActive)];
            foreach (RolloutId replaced in _read.Keys.Except(last.Select(one => one.Rollout.Id)).ToArray())
            {
                _read.Remove(replaced);
            }

            _listed = routing.Revision;
        }

        return _active;
    }

    private async Task DropAsync(CancellationToken cancellation)
    {
        long now = time.GetTimestamp();
        if (leadership.IsLeader && (_dropped == 0 || time.GetElapsedTime(_dropped, now) >= s_betweenDrops))
        {
            await store.DropBeforeAsync(time.GetUtcNow() - Kept, cancellation);
            _dropped = now;
        }
    }
}
