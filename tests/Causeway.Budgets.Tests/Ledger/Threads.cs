namespace Causeway.Budgets.Tests.Ledger;

internal static class Threads
{
    /// <summary>Runs all at once, on a thread each, from one barrier on; what one throws is thrown.</summary>
    public static T[] All<T>(int count, Func<int, T> work)
    {
        using Barrier barrier = new(count);
        T[] results = new T[count];
        Exception?[] failures = new Exception?[count];
        Thread[] threads =
        [
            .. Enumerable.Range(0, count).Select(i => new Thread(
                () =>
                {
                    barrier.SignalAndWait();
                    try
                    {
                        results[i] = work(i);
                    }
                    catch (Exception failure)
                    {
                        failures[i] = failure;
                    }
                },
                256 * 1024)),
        ];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        return failures.FirstOrDefault(failure => failure is not null) is { } first ? throw new InvalidOperationException(first.Message, first) : results;
    }
}
