using System.Text;
using Causeway.Contracts.Validation;
using Causeway.Gateway.Flow;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Shape;

/// <summary>How a caller is told what is wrong with an answer: by JSON Pointers, never by the answer's text alone.</summary>
internal static class Violated
{
    private const int MaxTold = 8;

    /// <summary>A reply that is no document of the contract: <c>answer_empty</c> or <c>contract_violated</c>.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="pin">Who answered.</param>
    /// <param name="judged">The reply; <see cref="JudgedReply.IsBroken"/>.</param>
    public static GatewayError Problem(BoundContract contract, PinRoute pin, JudgedReply judged) => judged.Outcome == "blank"
        ? new GatewayError(ErrorKind.UpstreamFailed, "answer_empty", $"{pin.ServedBy} gave an empty answer where the contract ({contract.Label}) asks for a document. Ask again, with more room for the answer where reasoning may have used it up.")
        : new GatewayError(ErrorKind.UpstreamFailed, "contract_violated", Message(contract, judged.Violations)) { Param = judged.Violations is [var worst, ..] ? worst.Path : null };

    /// <summary>An error that speaks of the schema: <c>contract_violated</c> where the provider judged its own model's answer, else <c>schema_rejected</c>.</summary>
    public static GatewayError Problem(BoundContract contract, PinRoute pin, in UpstreamError error, bool isModels)
    {
        string said = error.Message is { Length: > 0 } message ? $" It said: {message}" : "";
        return isModels
            ? new GatewayError(ErrorKind.UpstreamFailed, "contract_violated", $"{pin.ServedBy} found its model's answer to break the contract ({contract.Label}).{said}")
            : new GatewayError(ErrorKind.UpstreamFailed, "schema_rejected", $"{pin.ServedBy} does not take the schema that was made of the contract ({contract.Label}) for it.{said} \"causeway dialect probe\" shows what has changed there.");
    }

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
