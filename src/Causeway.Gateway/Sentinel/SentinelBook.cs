using System.Collections.Frozen;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;
using Causeway.Releases.Sentinel;

namespace Causeway.Gateway.Sentinel;

/// <summary>What is known of who answers behind pins: kept in the store, the newest in memory for whoever asks.</summary>
public sealed class SentinelBook(ISentinelStore store, PassiveEye eye)
{
    private const int MaxTries = 8;
    private volatile FrozenDictionary<(string Provider, string Model), WatchedPin> _pins = FrozenDictionary<(string Provider, string Model), WatchedPin>.Empty;

    /// <summary>Every pin of which something is known.</summary>
    public IReadOnlyCollection<WatchedPin> All => _pins.Values;

    /// <summary>What is known of a pin; null: nothing.</summary>
    public WatchedPin? Find(string provider, string model) => _pins.GetValueOrDefault((provider, model));

    /// <summary>Why a release's pins are not what they were, each in a sentence; empty: nothing speaks for it.</summary>
    public IReadOnlyList<string> DriftOf(Release release) => [.. release.Pins.Select(DriftOf).OfType<string>()];

    /// <summary>The same for one pin; null: nothing does.</summary>
    public string? DriftOf(Pin pin) => Find(pin.Provider, pin.Model) is { Drift: { } drift } ? $"{pin} has drifted: {drift.Evidence}; accept it, if it is sound, with: causeway sentinel accept {pin} --reason TEXT" : null;

    /// <summary>Reads what the store holds.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        IReadOnlyList<WatchedPin> pins = await store.ListAsync(cancellation);
        _pins = pins.ToFrozenDictionary(pin => (pin.Provider, pin.Model));
        foreach (WatchedPin pin in pins)
        {
            eye.Know(pin);
        }
    }

    /// <summary>Changes what is known of a pin, on what the store holds of it by then.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="model">The model as it is sent.</param>
    /// <param name="change">The pin as it becomes; null: it stays as it is.</param>
    /// <param name="cancellation">Ends the waiting before anything is written.</param>
    /// <returns>The pin before and after; the same where nothing was changed.</returns>
    /// <exception cref="InvalidOperationException">Others changed it faster than it could be read.</exception>
    public async Task<(WatchedPin Before, WatchedPin After)> ChangeAsync(string provider, string model, Func<WatchedPin, WatchedPin?> change, CancellationToken cancellation)
    {
        for (int tries = 0; tries < MaxTries; tries++)
        {
            WatchedPin before = Find(provider, model) ?? new WatchedPin { Provider = provider, Model = model };
            if (change(before) is not { } wanted)
            {
                return (before, before);
            }

            WatchedPin? after = await store.PutAsync(wanted, cancellation);
            await LoadAsync(cancellation);
            if (after is not null)
            {
                return (before, after);
            }
        }

        throw new InvalidOperationException($"What is known of {provider}/{model} was changed by others faster than it could be read.");
    }
}
