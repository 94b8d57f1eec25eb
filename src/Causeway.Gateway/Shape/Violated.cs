using System.Text;
using Causeway.Contracts.Validation;

namespace Causeway.Gateway.Shape;

/// <summary>How a caller is told what is wrong with an answer: by JSON Pointers, never by the answer's text alone.</summary>
internal static class Violated
{
    private const int MaxTold = 8;

    public static string Message(BoundContract contract, IReadOnlyList<Violation> violations)
    {
        var text = new StringBuilder($"The answer breaks the contract ({contract.Label})");
        for (int i = 0; i < Math.Min(MaxTold, violations.Count); i++)
        {
            Violation violation = violations[i];
            text.Append(i == 0 ? ": " : "; ").Append('"').Append(violation.Path).Append("\": ").Append(violation.Message.TrimEnd('.'));
        }

        return violations.Count > MaxTold ? text.Append($"; and {violations.Count - MaxTold} more.").ToString() : text.Append('.').ToString();
    }
}
