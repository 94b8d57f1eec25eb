using System.Diagnostics.Metrics;
using Causeway.Gateway.Telemetry;

namespace Causeway.Gateway.Alerts;

/// <summary>Tells what happens to channels: counted, and posted where a webhook is configured. Never blocks, never fails.</summary>
public sealed class ReleaseNews
{
    private readonly SignedWebhook? _webhook;
    private readonly Counter<long> _told;

    /// <param name="webhook">Who is told; null: nobody. It is the caller's to dispose.</param>
    /// <param name="meters">Where events are counted.</param>
    public ReleaseNews(SignedWebhook? webhook, IMeterFactory meters)
    {
        _webhook = webhook;
        _told = meters.Create(GenAiNames.Source).CreateCounter<long>(GenAiNames.ReleaseEvents, "{event}", "Events of channels: stages, guards, rollbacks, drills, readiness");
    }

    /// <summary>Tells one event.</summary>
    /// <param name="what">Its name, as <c>readiness.changed</c>.</param>
    /// <param name="channel">The channel; <c>*</c>: all of them.</param>
    /// <param name="text">In a sentence, for people.</param>
    /// <param name="at">When, UTC.</param>
    /// <param name="members">What else it has to say, by name.</param>
    public void Tell(string what, string channel, string text, DateTimeOffset at, params ReadOnlySpan<(string Name, string? Value)> members)
    {
        _told.Add(1, new KeyValuePair<string, object?>(GenAiNames.ReleaseEvent, what));
        _webhook?.Tell($"{what} of {channel}", EventBody.Write(what, text, ("channel", channel), at, members));
    }
}
