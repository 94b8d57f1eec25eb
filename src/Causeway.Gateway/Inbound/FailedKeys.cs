using System.Net;
using Causeway.Budgets.Alerts;

namespace Causeway.Gateway.Inbound;

/// <summary>
/// Counts requests whose key is no good, by where they come from: guessed keys, stolen ones that were revoked, a client that was forgotten. Beyond the bound the answer is that there were too
/// many, and a person is told. A good key is looked up before this is asked, so it is never locked out, wherever it comes from. Safe to call from any thread.
/// </summary>
/// <param name="perAddress">A minute, from one address.</param>
/// <param name="overall">A minute, in all; also how many addresses are remembered.</param>
/// <param name="time">The clock.</param>
public sealed class FailedKeys(int perAddress, int overall, TimeProvider time)
{
    /// <summary>A minute, from one address, where nothing else is said.</summary>
    public const int StandardPerAddress = 120;

    /// <summary>A minute, in all, where nothing else is said.</summary>
    public const int StandardInAll = 12_000;

    /// <summary>What is told in an hour at most.</summary>
    public const int MaxTold = 64;

    private readonly Turnstile _turnstile = new(perAddress, overall, time);
    private readonly ToldOnce<IPAddress> _told = new(TimeSpan.FromHours(1), MaxTold); // A flood from everywhere fills it; what is beyond it is in the metric.

    /// <summary>Told, once an hour of each address, of one that met its bound or the bound of all. It must return at once.</summary>
    public Action<GuessedKeys>? Follower { get; set; }

    /// <summary>Counts one.</summary>
    /// <param name="from">Where it came from.</param>
    /// <param name="code">What is wrong with the key.</param>
    /// <returns>Null: it is within the bounds. Otherwise after how long it will be again.</returns>
    public TimeSpan? Take(IPAddress? from, string code)
    {
        if (_turnstile.Pass(from) is not { } wait)
        {
            return null;
        }

        IPAddress place = Turnstile.PlaceOf(from);
        DateTimeOffset now = time.GetUtcNow();
        if (_told.Take(place, now.ToUnixTimeMilliseconds()))
        {
            Follower?.Invoke(new GuessedKeys(place, code, perAddress, overall, now));
        }

        return wait;
    }
}

/// <summary>Too many requests came whose key is no good.</summary>
/// <param name="From">The address, or of IPv6 its network of 64 bits, that met a bound.</param>
/// <param name="Code">What was wrong with the last key.</param>
/// <param name="PerAddress">How many a minute may come from one address.</param>
/// <param name="Overall">How many a minute may come in all.</param>
/// <param name="At">When.</param>
public sealed record GuessedKeys(IPAddress From, string Code, int PerAddress, int Overall, DateTimeOffset At);
