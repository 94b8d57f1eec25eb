using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;

namespace Causeway.Gateway.Upstream;

/// <summary>
/// What a provider says of its limits in the heads of its answers, by model: what an account may ask in a minute. Looked at once in a second for each model; in between it
/// costs one look at a dictionary.
/// </summary>
public sealed class PinLimits
{
    private const int MaxModels = 1_000;
    private const long BetweenMs = 1_000;
    private readonly ConcurrentDictionary<string, Look> _looks = new(StringComparer.Ordinal);

    /// <summary>What was said last of a model; null: nothing was.</summary>
    public SeenLimit? Of(string model) => _looks.GetValueOrDefault(model).Seen;

    /// <summary>Takes note of an answer's head.</summary>
    internal void Observe(string model, HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (_looks.TryGetValue(model, out Look look) ? (now - look.At).TotalMilliseconds < BetweenMs : _looks.Count >= MaxModels)
        {
            return;
        }

        long? requests = Number(headers, "x-ratelimit-limit-requests") ?? Number(headers, "anthropic-ratelimit-requests-limit");
        long? tokens = Number(headers, "x-ratelimit-limit-tokens") ?? Number(headers, "anthropic-ratelimit-tokens-limit") ?? Number(headers, "anthropic-ratelimit-input-tokens-limit");
        _looks[model] = new Look(now, requests is null && tokens is null ? look.Seen : new SeenLimit(requests, tokens, now));
    }

    private static long? Number(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out HeaderStringValues values) && long.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0 ? number : null;

    // Most providers say nothing of it, and are looked at as seldom.
    private readonly record struct Look(DateTimeOffset At, SeenLimit? Seen);
}

/// <summary>What an account may ask of a model in a minute.</summary>
/// <param name="Requests">Requests; null: not said.</param>
/// <param name="Tokens">Tokens; null: not said.</param>
/// <param name="At">When it was said, UTC.</param>
public sealed record SeenLimit(long? Requests, long? Tokens, DateTimeOffset At);
