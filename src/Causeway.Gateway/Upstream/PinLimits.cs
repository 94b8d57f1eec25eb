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
    private readonly ConcurrentDictionary<string, SeenLimit> _seen = new(StringComparer.Ordinal);

    /// <summary>What was said last of a model; null: nothing was.</summary>
    public SeenLimit? Of(string model) => _seen.GetValueOrDefault(model);

    /// <summary>Takes note of an answer's head.</summary>
    internal void Observe(string model, HttpResponseHeaders headers, DateTimeOffset now)
    {
        SeenLimit? seen = _seen.GetValueOrDefault(model);
        if (seen is null ? _seen.Count >= MaxModels : (now - seen.At).TotalMilliseconds < BetweenMs)
        {
            return;
        }

        long? requests = Number(headers, "x-ratelimit-limit-requests") ?? Number(headers, "anthropic-ratelimit-requests-limit");
        long? tokens = Number(headers, "x-ratelimit-limit-tokens") ?? Number(headers, "anthropic-ratelimit-tokens-limit") ?? Number(headers, "anthropic-ratelimit-input-tokens-limit");
        if (requests is not null || tokens is not null)
        {
            _seen[model] = new SeenLimit(requests, tokens, now);
        }
    }

    private static long? Number(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out HeaderStringValues values) && long.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0 ? number : null;
}

/// <summary>What an account may ask of a model in a minute.</summary>
/// <param name="Requests">Requests; null: not said.</param>
/// <param name="Tokens">Tokens; null: not said.</param>
/// <param name="At">When it was said, UTC.</param>
public sealed record SeenLimit(long? Requests, long? Tokens, DateTimeOffset At);
