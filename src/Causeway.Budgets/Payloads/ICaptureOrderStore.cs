namespace Causeway.Budgets.Payloads;

/// <summary>Where orders to keep prompts and answers are kept, for good. Safe to call from many threads.</summary>
public interface ICaptureOrderStore
{
    /// <summary>Orders that may be given, ended ones too.</summary>
    const int MaxKept = 10_000;

    /// <summary>Keeps a new order.</summary>
    /// <returns>False: there are <see cref="MaxKept"/> already.</returns>
    Task<bool> AddAsync(CaptureOrder order, CancellationToken cancellation);

    /// <summary>Keeps that an order was ended, unless it was already.</summary>
    /// <param name="ended">The order, with its end.</param>
    /// <param name="cancellation">Ends the waiting before the work begins.</param>
    /// <returns>False: it was ended before, or there is none; nothing is changed.</returns>
    Task<bool> EndAsync(CaptureOrder ended, CancellationToken cancellation);

    /// <summary>All orders, the newest first.</summary>
    Task<IReadOnlyList<CaptureOrder>> ListAsync(CancellationToken cancellation);
}
