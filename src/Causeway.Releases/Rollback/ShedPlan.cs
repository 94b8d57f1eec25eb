namespace Causeway.Releases.Rollback;

/// <summary>Whose requests wait where the way back carries less than is asked of it: the lowest environment first, the highest never. Pure.</summary>
/// <param name="Waiting">Environments that wait, the lowest first; empty: none has to.</param>
/// <param name="Carried">The part of the requests that is left then, 0 to 1.</param>
/// <param name="Suffices">The way back carries that part.</param>
public sealed record ShedPlan(IReadOnlyList<string> Waiting, double Carried, bool Suffices)
{
    /// <summary>Plans.</summary>
    /// <param name="headroom">What the way back carries, in parts of what it would be asked; 1 and more: all of it.</param>
    /// <param name="requests">Requests of each environment, the lowest first.</param>
    public static ShedPlan Of(double headroom, IReadOnlyList<(string Environment, long Requests)> requests)
    {
        long all = requests.Sum(one => one.Requests);
        long left = all;
        List<string> waiting = [];
        foreach ((string environment, long its) in requests.Take(requests.Count - 1))
        {
            if (left <= headroom * all)
            {
                break;
            }

            if (its > 0)
            {
                waiting.Add(environment);
                left -= its;
            }
        }

        return new ShedPlan(waiting, all == 0 ? 0 : (double)left / all, left <= headroom * all);
    }
}
