namespace Causeway.Budgets.Agreements;

/// <summary>Where what went, from the booked records themselves: every call that was made, and what was not let go.</summary>
public interface IResidencyStore
{
    /// <summary>Counts calls of requests that arrived in a span.</summary>
    /// <param name="since">From this moment on.</param>
    /// <param name="until">Before this moment. A day is read well within the time that a store gives a reader.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>A row for each group, in no order.</returns>
    Task<IReadOnlyList<ResidencyRow>> CountAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellation);
}

/// <summary>What became of data of one class at one place.</summary>
/// <param name="DataClass">The class; null: the request is older than classes are kept.</param>
/// <param name="Provider">The provider; null: none was called.</param>
/// <param name="Region">Where it was bound to process; null: bound to no region.</param>
/// <param name="Agreement">The agreement that let it go; null: the configuration did, or it is older than agreements.</param>
/// <param name="Team">Whose it was.</param>
/// <param name="Kind">What became of it.</param>
/// <param name="Calls">How many calls, of <see cref="ResidencyKind.Refused"/> and <see cref="ResidencyKind.GivenAgain"/> requests.</param>
/// <param name="InputTokens">Input of the calls that answered, caches included.</param>
/// <param name="OutputTokens">Their output.</param>
/// <param name="First">When the first of the requests arrived.</param>
/// <param name="Last">When the last one did.</param>
public sealed record ResidencyRow(
    string? DataClass, string? Provider, string? Region, string? Agreement, string Team, ResidencyKind Kind, long Calls, long InputTokens, long OutputTokens, DateTimeOffset First, DateTimeOffset Last);

/// <summary>What became of data. The numbers are those of the stores' question.</summary>
public enum ResidencyKind
{
    /// <summary>It went there, or may have: what was not answered counts unless no connection came about.</summary>
    Went,

    /// <summary>An answer that was kept was given again: nothing went anywhere.</summary>
    GivenAgain,

    /// <summary>The request was refused, and nothing went anywhere.</summary>
    Refused,

    /// <summary>The provider was passed over, and another one was tried.</summary>
    PassedOver,
}
