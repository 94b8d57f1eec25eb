using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Pins;
using Causeway.Releases.Sentinel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Sentinel;

/// <summary>
/// Judges what answers said of themselves, on every instance, as it comes, and once a minute how they look; reads what others have found; and, on the instance that leads, holds the rollouts
/// that drift concerns and has pins asked that are due.
/// </summary>
public sealed class SentinelWatch(
    SentinelDesk desk, SentinelBook book, SentinelNews news, PassiveEye eye, PolicyPublisher policies, Leadership leadership, TimeProvider time, ILogger<SentinelWatch> log) : BackgroundService
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_again = TimeSpan.FromMinutes(5); // A pin that could not be judged is not asked again before.
    private static readonly TimeSpan s_counted = TimeSpan.FromMinutes(1); // What answers look like is a matter of thousands: it need not be written oftener.
    private readonly Dictionary<(string Provider, string Model), EchoCount> _wrong = [];
    private readonly Dictionary<string, DateTimeOffset> _tried = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Provider, string Model, string Release), AnswerShape> _unwritten = [];
    private DateTimeOffset _countedAt = time.GetUtcNow();

    /// <summary>Judges one answer's word.</summary>
    internal async Task TakeAsync(PinSaid said, CancellationToken cancellation)
    {
        if (said.Fingerprint is { } fingerprint && book.Find(said.Provider, said.Model)?.Fingerprints.Any(seen => seen.Value == fingerprint) is not true)
        {
            (WatchedPin before, WatchedPin after) = await book.ChangeAsync(
                said.Provider,
                said.Model,
                pin => pin.Fingerprints.Any(seen => seen.Value == fingerprint) ? null : pin with { Fingerprints = [.. pin.Fingerprints.TakeLast(WatchedPin.MaxNames - 1), new SeenFingerprint(fingerprint, said.At)] },
                cancellation);
            if (before.Fingerprints.Count > 0 && after.Version != before.Version)
            {
                LogEvents.NewBackend(log, after.Name, fingerprint);
            }
        }

        if (said.Echo is not { } echo)
        {
            return;
        }

        switch (EchoRule.Judge(book.Find(said.Provider, said.Model) ?? new WatchedPin { Provider = said.Provider, Model = said.Model }, echo, name => IsAnother(said, name)))
        {
            case EchoVerdict.First:
                await book.ChangeAsync(said.Provider, said.Model, pin => pin.Echoes.Count > 0 ? null : pin with { Echoes = [echo] }, cancellation);
                break;
            case EchoVerdict.Other when Count(said):
                (WatchedPin before, WatchedPin after) = await book.ChangeAsync(
                    said.Provider,
                    said.Model,
                    pin => pin.Drift is not null || pin.Echoes.Contains(echo) ? null : pin with
                    {
                        Drift = new PinDrift(said.At, DriftKind.Echo, $"{EchoRule.Wrong} answers within {EchoRule.Within.TotalSeconds:0} s named {echo}", echo),
                    },
                    cancellation);
                await news.ChangedAsync(before, after, cancellation);
                break;
        }
    }

    /// <summary>Adds how answers looked since to what is known, and says where they have come to look otherwise. What the store does not take now waits for the next time.</summary>
    internal async Task CountAsync(CancellationToken cancellation)
    {
        foreach (PinAnswers answers in eye.TakeAnswers())
        {
            (string, string, string) key = (answers.Provider, answers.Model, answers.Release);
            _unwritten[key] = _unwritten.TryGetValue(key, out AnswerShape? waiting) ? waiting.Plus(answers.Seen) : answers.Seen;
        }

        foreach ((string provider, string model, string release) in _unwritten.Keys.ToArray())
        {
            AnswerShape seen = _unwritten[(provider, model, release)];
            (WatchedPin before, WatchedPin after) = await book.ChangeAsync(provider, model, pin => ShapeRules.After(pin, release, seen, time.GetUtcNow()), cancellation);
            _unwritten.Remove((provider, model, release));
            await news.LooksAsync(before, after, cancellation);
        }
    }

    /// <summary>What is done every two seconds.</summary>
    internal async Task TurnAsync(CancellationToken cancellation)
    {
        await book.LoadAsync(cancellation);
        if (time.GetUtcNow() - _countedAt >= s_counted)
        {
            _countedAt = time.GetUtcNow();
            await CountAsync(cancellation);
        }

        if (leadership.IsLeader)
        {
            await news.HoldAsync(cancellation);
            await AskDueAsync(cancellation);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(ListenAsync(stoppingToken), WatchAsync(stoppingToken));
        await TryAsync(() => CountAsync(CancellationToken.None), CancellationToken.None); // What was counted since the last minute.
    }

    private async Task ListenAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (PinSaid said in eye.Said.ReadAllAsync(stopping))
            {
                await TryAsync(() => TakeAsync(said, stopping), stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private async Task WatchAsync(CancellationToken stopping)
    {
        using PeriodicTimer turns = new(s_between, time);
        try
        {
            do
            {
                await TryAsync(() => TurnAsync(stopping), stopping);
            }
            while (await turns.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private async Task TryAsync(Func<Task> act, CancellationToken stopping)
    {
        try
        {
            await act();
        }
#pragma warning disable CA1031 // The owner's edge: a store that does not answer now must not end the watch for good.
        catch (Exception failure) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogEvents.SentinelFailed(log, failure);
        }
    }

    private bool Count(PinSaid said)
    {
        if (!_wrong.TryGetValue((said.Provider, said.Model), out EchoCount? count))
        {
            _wrong[(said.Provider, said.Model)] = count = new EchoCount();
        }

        return count.Add(said.At);
    }

    // A name that the catalogue has, of a model that the pin is not, nor an alias of.
    private bool IsAnother(PinSaid said, string name)
    {
        if (policies.Current.FindProvider(said.Provider) is not { } route || !route.Catalogued.TryGetValue(name, out CatalogueModel? other) || !route.Catalogued.TryGetValue(said.Model, out CatalogueModel? own))
        {
            return false;
        }

        return (own.ResolvesTo ?? own.Id) != (other.ResolvesTo ?? other.Id);
    }

    private async Task AskDueAsync(CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (desk.Last is { IsOver: false } || !book.All.Any(pin => pin is { Baseline: not null, Drift: null }))
        {
            return;
        }

        foreach (UsedPin used in await desk.UsedAsync(cancellation))
        {
            string name = used.Pin.ToString();
            if (book.Find(used.Pin.Provider, used.Pin.Model) is { } pin
                && SentinelRules.IsDue(pin, desk.Timetable.Every, used.Pin.Class == PinClass.Float, now)
                && now - _tried.GetValueOrDefault(name) >= (pin.AlarmAt is null ? s_again : s_between)
                && desk.PlanOf(used, baseline: false, maxNanoUsd: null) is { } plan
                && (plan.CeilingNanoUsd ?? 0) <= plan.MaxNanoUsd)
            {
                _tried[name] = now;
                desk.TryStart(used, plan, ReleaseDesk.Automatic, null, out _);
                return;
            }
        }
    }
}
