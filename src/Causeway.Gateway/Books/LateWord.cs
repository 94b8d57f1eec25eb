using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;

namespace Causeway.Gateway.Books;

/// <summary>What is said of a request, once it was read.</summary>
/// <param name="Place">Its number in the list, from 0.</param>
/// <param name="Line">The line of the file it stands in; null: it was in none.</param>
/// <param name="Request">The request.</param>
/// <param name="NanoUsd">What it cost; null: by its tokens.</param>
/// <param name="Tokens">What it used; null: it is not said.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">By what.</param>
public sealed record LateWord(int Place, int? Line, Guid Request, long? NanoUsd, TokenCounts? Tokens, string Reason, string Evidence)
{
    /// <summary>
    /// Causeway found it itself. Anybody else's word stands above it, also an earlier one. Tokens without a cost are those of a model without a price, and where neither is said what is held
    /// stands as used.
    /// </summary>
    public bool IsOwn { get; init; }
}

/// <summary>What became of a word.</summary>
/// <param name="Word">The word.</param>
/// <param name="Account">What the ledger knew of the request.</param>
/// <param name="Before">What counted as used of it before, in doubt included.</param>
/// <param name="After">What counts as used of it now.</param>
/// <param name="Result">In a word.</param>
public sealed record LateOutcome(LateWord Word, RequestAccount Account, Amounts Before, Amounts After, LateResult Result);

/// <summary>What becomes of a word.</summary>
public enum LateResult
{
    /// <summary>It was booked.</summary>
    Booked,

    /// <summary>The same was said before, so nothing was changed.</summary>
    Same,

    /// <summary>Somebody said before what the request used; that stands.</summary>
    Told,
}

/// <summary>What is wrong with a word.</summary>
/// <param name="Word">The word.</param>
/// <param name="Member">Which part of it, as the API names it.</param>
/// <param name="Message">What.</param>
public sealed record LateProblem(LateWord Word, string Member, string Message);
