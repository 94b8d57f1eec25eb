using Causeway.Budgets.Grants;
using Causeway.Budgets.Raises;

namespace Causeway.Admin.Raises;

/// <summary>The seam between the room's faults and the API's problems.</summary>
internal static class RaiseProblems
{
    /// <summary>The problem of a fault.</summary>
    public static Problem Of(DelegationFault fault, AdminError otherwise)
    {
        string text = fault.Message.EndsWith('.') ? fault.Message : fault.Message + ".";
        return new Problem(
            fault.Code switch
            {
                "grant_unknown" => AdminError.GrantUnknown,
                "raise_unknown" => AdminError.RaiseUnknown,
                "self_approval" => AdminError.SelfApproval,
                "raise_decided" => AdminError.RaiseDecided,
                "raise_expired" => AdminError.RaiseExpired,
                "raise_changed" => AdminError.RaiseChanged,
                "seal_missing" => AdminError.SealMissing,
                "seal_exceeded" => AdminError.SealExceeded,
                _ => otherwise,
            },
            text[..text.IndexOf(' ', StringComparison.Ordinal)].Contains('_', StringComparison.Ordinal) ? text : char.ToUpperInvariant(text[0]) + text[1..]); // An id stays as it is: it is copied.
    }

    /// <summary>The answer to an id that names no request.</summary>
    public static Problem Unknown(string id) => new(AdminError.RaiseUnknown, $"No request is called \"{Printable.Cut(id)}\". List them with: causeway grant inbox --all");

    /// <summary>What is wrong with a reason that has to be given.</summary>
    public static IEnumerable<FieldProblem> Reason(string? reason, bool isRequired = true)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            return isRequired ? [new FieldProblem("reason", "is missing; say what for, in a sentence that others understand later")] : [];
        }

        return reason.Length > Raise.MaxReason ? [new FieldProblem("reason", $"is longer than {Raise.MaxReason} characters")] : [];
    }

    /// <summary>Reads an amount without a window.</summary>
    public static bool TryAmount(Meter meter, string text, out long amount, out string problem)
    {
        amount = 0;
        if (!Limit.TryParse(meter, text, "UTC", out Limit limit, out problem))
        {
            return false;
        }

        (amount, problem) = (limit.Amount, text.Contains('/', StringComparison.Ordinal) ? $"\"{Printable.Cut(text)}\" has a window; write the amount alone, which is added to the limit's" : "");
        return problem.Length == 0;
    }
}
