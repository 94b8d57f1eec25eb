using System.Collections.Concurrent;
using Causeway.Budgets.Keys;
using Causeway.Gateway.Flow;
using Causeway.Releases.Routing;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Sheds what the way back cannot carry: while the provider that a channel was rolled back to throttles, requests of the lowest environment are told to come again, then of the next, and those of
/// the highest never. Nothing goes back to the release that was taken back. Of each instance by itself; nothing is kept.
/// </summary>
internal sealed class Shedding(TimeProvider time)
{
    /// <summary>So long after the last throttled call one environment fewer is shed.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    /// <summary>So long what is shed has to show whether it is enough, before the next environment is.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    private const int MaxPins = 4_096;
    private static readonly int s_most = Attribution.Environments.Count - 1;
    private readonly ConcurrentDictionary<(string Provider, string Model), Shed> _shed = new();

    /// <summary>Why a request is to come again; null: it is carried. One look at the plan where no rollback is in force.</summary>
    public GatewayError? Refuse(Caller caller, Plan plan)
    {
        if (!IsWayBack(plan) || !_shed.TryGetValue(Key(plan.Pins[0]), out Shed? shed))
        {
            return null;
        }

        string environment = caller.Key.Attribution.Environment;
        return RankOf(environment) < shed.LevelAt(time)
            ? new GatewayError(
                ErrorKind.Overloaded, "capacity_shed", $"Channel \"{plan.Asked}\" was rolled back to {plan.Pins[0].ServedBy}, which carries less than is asked of it. Requests of environment \"{environment}\" wait until there is room again.")
            { RetryAfter = Settling }
            : null;
    }

    /// <summary>A pin was asked too much.</summary>
    public void Throttled(Plan plan, PinRoute pin)
    {
        if (IsWayBack(plan) && (_shed.Count < MaxPins || _shed.ContainsKey(Key(pin))))
        {
            _shed.GetOrAdd(Key(pin), static _ => new Shed()).Raise(time);
        }
    }

    private static bool IsWayBack(Plan plan) => plan.Routed?.Rule is RoutingRule.Override or RoutingRule.Local;

    private static (string Provider, string Model) Key(PinRoute pin) => (pin.Provider.Name, pin.Model);

    private static int RankOf(string environment)
    {
        for (int rank = 0; rank < s_most; rank++)
        {
            if (Attribution.Environments[rank] == environment)
            {
                return rank;
            }
        }

        return s_most;
    }

    /// <summary>How many environments are shed at a pin, the lowest first.</summary>
    private sealed class Shed
    {
        private readonly Lock _turn = new();
        private int _level;
        private long _raisedAt;
        private long _throttledAt;

        public int LevelAt(TimeProvider time)
        {
            lock (_turn)
            {
                if (_level > 0 && time.GetElapsedTime(_throttledAt) >= Quiet)
                {
                    _level--;
                    _throttledAt = time.GetTimestamp(); // The next one when it was quiet for as long again.
                }

                return _level;
            }
        }

        public void Raise(TimeProvider time)
        {
            lock (_turn)
            {
                _throttledAt = time.GetTimestamp();
                if (_level < s_most && (_level == 0 || time.GetElapsedTime(_raisedAt) >= Settling))
                {
                    _level++;
                    _raisedAt = _throttledAt;
                }
            }
        }
    }
}
