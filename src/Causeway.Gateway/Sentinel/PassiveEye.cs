using System.Collections.Concurrent;
using System.Threading.Channels;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Releases.Releases;
using Causeway.Releases.Sentinel;

namespace Causeway.Gateway.Sentinel;

/// <summary>
/// Looks at what answers say of themselves while they pass: the model that they name, and the backend; and counts how they look. What is known costs two comparisons; what is not is
/// handed to whoever judges it. Only calls that a release is behind are looked at: the pins of releases are few, what callers name is not.
/// </summary>
public sealed class PassiveEye
{
    private const int MaxPins = 10_000;
    private const int MaxWaiting = 1_024;

    private readonly ConcurrentDictionary<(string Provider, string Model), Known> _known = new();
    private readonly ConcurrentDictionary<(string Provider, string Model, ReleaseId Release), AnswerTally> _tallies = new();

    // Of a flood the first thousand say as much as all of them.
    private readonly Channel<PinSaid> _said = Channel.CreateBounded<PinSaid>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>What was said that is not known.</summary>
    internal ChannelReader<PinSaid> Said => _said.Reader;

    /// <summary>Takes what is known of a pin: it is not handed over again.</summary>
    internal void Know(WatchedPin pin)
    {
        if (_known.Count < MaxPins || _known.ContainsKey((pin.Provider, pin.Model)))
        {
            _known[(pin.Provider, pin.Model)] = new Known(pin.Echoes.Count == 0 ? [] : [pin.Model, "models/" + pin.Model, .. pin.Echoes], [.. pin.Fingerprints.Select(seen => seen.Value)]);
        }
    }

    /// <summary>Looks at an answer.</summary>
    internal void Observe(Call call, Course course, Ending ending, Settlement settled)
    {
        if (ending.Outcome == Outcome.Completed && course.Turn?.Found is null && course is { Plan.Release: { } release, Pin: { } pin, Meter: { } meter })
        {
            Observe(pin.Provider.Name, pin.Model, meter.Model, meter.Fingerprint, call.Request, call.At);
            TallyOf((pin.Provider.Name, pin.Model, release.Release.Id))?.Add(call, meter, settled);
        }
    }

    /// <summary>Takes what was counted of how answers look: it is not given again.</summary>
    internal IReadOnlyList<PinAnswers> TakeAnswers()
    {
        List<PinAnswers> taken = [];
        foreach (((string provider, string model, ReleaseId release), AnswerTally tally) in _tallies)
        {
            AnswerShape seen = tally.Take();
            if (seen.Answers > 0)
            {
                taken.Add(new PinAnswers(provider, model, release.ToString(), seen));
            }
        }

        return taken;
    }

    internal void Observe(string provider, string model, string? echo, string? fingerprint, Guid request, DateTimeOffset at)
    {
        if (echo is null && fingerprint is null)
        {
            return;
        }

        Known known = _known.TryGetValue((provider, model), out Known? found) ? found : Known.Nothing;
        bool isNewName = echo is not null && !known.Echoes.Contains(echo);
        if (isNewName || (fingerprint is not null && !known.Fingerprints.Contains(fingerprint)))
        {
            _said.Writer.TryWrite(new PinSaid(provider, model, echo, fingerprint, request, at));
        }
    }

    private AnswerTally? TallyOf((string Provider, string Model, ReleaseId Release) key) =>
        _tallies.TryGetValue(key, out AnswerTally? tally) ? tally
        : _tallies.Count < MaxPins ? _tallies.GetOrAdd(key, static _ => new AnswerTally())
        : null;

    // Swapped whole.
    private sealed record Known(string[] Echoes, string[] Fingerprints)
    {
        public static Known Nothing { get; } = new([], []);
    }
}

/// <summary>What an answer said of who gave it.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Model">The model as it was sent.</param>
/// <param name="Echo">The model that the answer names; null: none.</param>
/// <param name="Fingerprint">The backend that it names; null: none.</param>
/// <param name="Request">The request.</param>
/// <param name="At">When the request came, UTC.</param>
internal sealed record PinSaid(string Provider, string Model, string? Echo, string? Fingerprint, Guid Request, DateTimeOffset At);

/// <summary>How answers looked that one pin gave to one release since they were taken last.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Model">The model as it was sent.</param>
/// <param name="Release">The release's digest, as it is written.</param>
/// <param name="Seen">The counts.</param>
internal sealed record PinAnswers(string Provider, string Model, string Release, AnswerShape Seen);
