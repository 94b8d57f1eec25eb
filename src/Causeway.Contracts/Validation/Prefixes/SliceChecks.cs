using System.Text.RegularExpressions;
using System.Text.Unicode;
using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas.Graph;
using Causeway.Contracts.Schemas.Patterns;
using Causeway.Contracts.Validation.Evaluation;

namespace Causeway.Contracts.Validation.Prefixes;

/// <summary>Evaluations of complete values within a document that is not, all on one budget.</summary>
internal sealed class SliceChecks(Validator validator)
{
    // Every value is evaluated at most once by itself and once within the value that is judged as a whole; whoever needs more waits for the end.
    private const int Share = 4;
    private long _used;
    private long _patternMilliseconds;

    /// <summary>The budget is used up: the rest is judged at the end.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Evaluates one value.</summary>
    /// <param name="slice">Its text.</param>
    /// <param name="start">Where it stands in the document.</param>
    /// <param name="length">Bytes of the document so far.</param>
    /// <param name="node">The schema.</param>
    /// <returns>The first violation, its path from the value on; null: none, or it cannot be told yet.</returns>
    public Violation? Check(ReadOnlySpan<byte> slice, int start, int length, SchemaNode node)
    {
        Workspace work = Workspace.Rent();
        JsonFault fault = work.Tape.Read(slice);
        Violation? violation = fault.Reason is null
            ? Evaluate(new JsonView(slice, work.Tape.Nodes), work, length, node)
            : ViolationText.Json(fault with { Position = start + fault.Position });
        work.Return();
        return violation;
    }

    /// <summary>Whether a member's name matches a pattern; false where it cannot be told.</summary>
    public bool IsMatch(SchemaPattern pattern, ReadOnlySpan<byte> name)
    {
        Workspace work = Workspace.Rent();
        Span<char> room = work.Chars(name.Length);
        Utf8.ToUtf16(name, room, out _, out int length);
        bool isMatch = false;
        try
        {
            IsExhausted |= pattern.Backtracks && length > SchemaPattern.MaxBacktrackingInput;
            isMatch = !IsExhausted && pattern.IsMatch(room[..length]);
        }
        catch (RegexMatchTimeoutException)
        {
            IsExhausted = true;
        }

        work.Return();
        return isMatch;
    }

    private Violation? Evaluate(JsonView view, Workspace work, int length, SchemaNode node)
    {
        long steps = (EvaluationBudget.Steps(length) * Share) - _used;
        var evaluator = new Evaluator(view, work, validator.Schema.Graph, validator.AssertsFormats, steps) { PatternMilliseconds = _patternMilliseconds };
        bool isValid = evaluator.Evaluate(node, 0, -1);
        _used += steps - evaluator.Steps;
        _patternMilliseconds = evaluator.PatternMilliseconds;
        IsExhausted |= evaluator.IsExhausted;
        if (isValid || IsExhausted)
        {
            return null;
        }

        var findings = new List<Finding>();
        var again = new Evaluator(view, work, validator.Schema.Graph, validator.AssertsFormats, EvaluationBudget.Steps(length) * Share, findings, 1);
        again.Evaluate(node, 0, -1);
        return findings.Count > 0 ? ViolationText.Of(findings[0], view, validator.Schema.Graph.Document) : ViolationText.Budget(again.Exhaustion);
    }
}
