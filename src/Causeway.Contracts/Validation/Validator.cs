using System.Globalization;
using System.Runtime.InteropServices;
using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation.Evaluation;

namespace Causeway.Contracts.Validation;

/// <summary>Tells whether documents follow a schema. Immutable and safe to share.</summary>
/// <remarks>
/// A document is one JSON text of at most <see cref="SchemaLimits.MaxDocumentBytes"/> and <see cref="SchemaLimits.MaxDepth"/> levels, without a byte-order
/// mark, and stricter than RFC 8259 where parsers differ: no name twice in an object, no half of a surrogate pair. What an evaluation may cost is bounded
/// (<see cref="EvaluationBudget"/>); a document that costs more does not follow the schema, with the keyword <c>budget</c>.
/// </remarks>
public sealed class Validator
{
    private Validator(JsonSchema schema, bool assertsFormats) => (Schema, AssertsFormats) = (schema, assertsFormats);

    /// <summary>What is validated against.</summary>
    public JsonSchema Schema { get; }

    /// <summary>Whether <c>format</c> is a rule.</summary>
    internal bool AssertsFormats { get; }

    /// <summary>Prepares a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="assertFormats">Whether <c>format</c> is a rule (contracts) or a remark (the specification's default).</param>
    public static Validator Of(JsonSchema schema, bool assertFormats = true) => new(schema, assertFormats);

    /// <summary>Whether a document follows the schema; allocates nothing.</summary>
    public bool IsValid(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > SchemaLimits.MaxDocumentBytes)
        {
            return false;
        }

        Workspace work = Workspace.Rent();
        bool isValid = work.Tape.Read(utf8).Reason is null && Follows(utf8, work);
        work.Return();
        return isValid;
    }

    /// <summary>Every violation, at most <paramref name="limit"/>; empty when the document follows the schema.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="limit">At least 1.</param>
    public IReadOnlyList<Violation> Validate(ReadOnlyMemory<byte> utf8, int limit = 16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        if (utf8.Length > SchemaLimits.MaxDocumentBytes)
        {
            return [ViolationText.Json($"The document has {utf8.Length.ToString(CultureInfo.InvariantCulture)} bytes; 64 MiB is the most that is validated.")];
        }

        Workspace work = Workspace.Rent();
        JsonFault fault = work.Tape.Read(utf8.Span);
        IReadOnlyList<Violation> violations = fault.Reason is not null ? [ViolationText.Json(fault)] : Follows(utf8.Span, work) ? [] : Violations(utf8.Span, work, limit);
        work.Return();
        return violations;
    }

    private bool Follows(ReadOnlySpan<byte> utf8, Workspace work)
    {
        var evaluator = new Evaluator(new JsonView(utf8, work.Tape.Nodes), work, Schema.Graph, AssertsFormats, EvaluationBudget.Steps(utf8.Length));
        return evaluator.Evaluate(Schema.Graph.Root, 0, -1) && !evaluator.IsExhausted;
    }

    private List<Violation> Violations(ReadOnlySpan<byte> utf8, Workspace work, int limit)
    {
        var view = new JsonView(utf8, work.Tape.Nodes);
        var findings = new List<Finding>();
        // Looking for all faults costs more than looking for one, and what is known to be wrong shall not be called too dear.
        var evaluator = new Evaluator(view, work, Schema.Graph, AssertsFormats, EvaluationBudget.Steps(utf8.Length) * 4, findings, limit);
        evaluator.Evaluate(Schema.Graph.Root, 0, -1);
        var violations = new List<Violation>();
        foreach (Finding finding in CollectionsMarshal.AsSpan(findings)[..Math.Min(findings.Count, limit)])
        {
            violations.Add(ViolationText.Of(finding, view, Schema.Graph.Document));
        }

        if (evaluator.IsExhausted || violations.Count == 0)
        {
            violations = [.. violations.Take(limit - 1), ViolationText.Budget(evaluator.Exhaustion)];
        }

        return violations;
    }
}
