using Causeway.Admin.Events;
using Causeway.Budgets.Keys;
using Microsoft.Extensions.Hosting;

namespace Causeway.Admin.Identity;

/// <summary>
/// Whether sessions were signed out, asked once for all streams that they opened: whoever asks within a turn of another one gets the answer of that one, which was about every session that
/// had been asked about lately.
/// </summary>
internal sealed class SpentLook(ISpentTokenStore spent, IHostApplicationLifetime lifetime, TimeProvider time)
{
    // A stream asks every second or two. What was not asked about for so long has ended.
    private static readonly TimeSpan s_lately = TimeSpan.FromSeconds(10);

    private readonly Lock _asking = new();
    private readonly Dictionary<KeyHash, long> _asked = [];
    private Task<IReadOnlySet<KeyHash>>? _answer;
    private HashSet<KeyHash> _about = [];
    private long _askedAt;

    /// <summary>Whether a session was signed out, as it was a turn ago at most.</summary>
    /// <param name="token">Its digest.</param>
    /// <param name="cancellation">Ends the waiting of this stream alone.</param>
    /// <exception cref="Storage.StoreUnavailableException">The store did not answer; whoever shared the question gets this too, and the next turn asks again.</exception>
    public async ValueTask<bool> IsSpentAsync(KeyHash token, CancellationToken cancellation)
    {
        Task<IReadOnlySet<KeyHash>> answer;
        lock (_asking)
        {
            long now = time.GetTimestamp();
            _asked[token] = now;
            if (_answer is null || !_about.Contains(token) || time.GetElapsedTime(_askedAt, now) >= EventStream.Turn)
            {
                foreach (KeyHash gone in _asked.Where(one => time.GetElapsedTime(one.Value, now) > s_lately).Select(one => one.Key).ToArray())
                {
                    _asked.Remove(gone);
                }

                (_about, _askedAt) = ([.. _asked.Keys], now);
                _answer = spent.SpentAmongAsync(_about, lifetime.ApplicationStopping);
            }

            answer = _answer;
        }

        return (await answer.WaitAsync(cancellation)).Contains(token);
    }
}
