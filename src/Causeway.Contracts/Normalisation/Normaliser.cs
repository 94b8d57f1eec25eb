using System.Buffers;
using System.Collections.Immutable;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;
using Causeway.Contracts.Validation.Evaluation;

namespace Causeway.Contracts.Normalisation;

/// <summary>Makes of an answer the document that the contract describes: undoes what the compiler introduced, then mends what the policy allows, then validates.</summary>
public sealed class Normaliser(Validator canonical, CompiledContract compiled, Coercions allowed)
{
    private static readonly byte[] s_noArguments = [.. "{}"u8];

    /// <summary>The canonical schema's validator.</summary>
    public Validator Canonical { get; } = canonical;

    /// <summary>What was sent.</summary>
    public CompiledContract Compiled { get; } = compiled;

    /// <summary>What may be mended.</summary>
    public Coercions Allowed { get; } = allowed;

    /// <summary>Normalises one complete answer.</summary>
    /// <param name="text">The answer's text, UTF-8, unescaped.</param>
    /// <remarks>
    /// An object in which a name stands twice is no document: which value is meant cannot be told. The same goes for a key that comes twice where a map was
    /// sent as an array of pairs. Nothing is allocated beyond the result where nothing has to be changed.
    /// </remarks>
    public NormalisedAnswer Run(ReadOnlyMemory<byte> text)
    {
        if (Compiled.Carrier == Carrier.ForcedTool && IsNoArguments(text.Span))
        {
            // A call without arguments is spelled as nothing, or as null (protocols of OpenAI's and Cohere's kind).
            return new NormalisedAnswer(AnswerVerdict.Valid, s_noArguments, IsChanged: true, [], []);
        }

        if (AnswerText.IsBlank(text.Span))
        {
            return new NormalisedAnswer(AnswerVerdict.Blank, text, IsChanged: false, [], []);
        }

        if (AsDue(text) is { } due)
        {
            return new NormalisedAnswer(AnswerVerdict.Valid, due, IsChanged: !due.Equals(text), [], []);
        }

        MendTally tally = new();
        ReadOnlyMemory<byte> found = Find(text, tally, out Violation? lost);
        if (lost is not null)
        {
            return new NormalisedAnswer(AnswerVerdict.Violated, text, IsChanged: false, [], [lost]);
        }

        return found.Length < text.Length && AsDue(found) is { } inside
            ? new NormalisedAnswer(AnswerVerdict.Valid, inside, IsChanged: true, tally.ToMended(), [])
            : AfterMending(text, Undone(found), tally);
    }

    private NormalisedAnswer AfterMending(ReadOnlyMemory<byte> text, ReadOnlyMemory<byte> document, MendTally tally)
    {
        ReadOnlyMemory<byte> mended = Allowed == Coercions.None ? document : Mender.Mend(document.Span, Canonical, Allowed, tally) ?? document;
        IReadOnlyList<Violation> violations = Canonical.Validate(mended);
        return violations.Count > 0
            ? new NormalisedAnswer(AnswerVerdict.Violated, text, IsChanged: false, [], violations)
            : new NormalisedAnswer(AnswerVerdict.Valid, mended, !mended.Span.SequenceEqual(text.Span), tally.ToMended(), []);
    }

    // The common cases: JSON that follows the contract as it is, without a byte of memory, or as soon as what the compiler introduced is taken out. Null:
    // there is more to do, or nothing helps.
    private ReadOnlyMemory<byte>? AsDue(ReadOnlyMemory<byte> text)
    {
        if ((Allowed & Coercions.KeyOrder) != Coercions.None || text.Length > SchemaLimits.MaxDocumentBytes)
        {
            return null;
        }

        Workspace work = Workspace.Rent();
        ReadOnlyMemory<byte>? due = null;
        if (work.Tape.Read(text.Span).Reason is null)
        {
            JsonView view = new(text.Span, work.Tape.Nodes);
            if (!Undoing.Applies(Compiled.Undo, view, 0))
            {
                if (IsDue(view, work))
                {
                    due = text;
                }
            }
            else if (Undone(Compiled.Undo!, view) is { } undone && IsDue(undone.Span))
            {
                due = undone;
            }
        }

        work.Return();
        return due;
    }

    private bool IsDue(ReadOnlySpan<byte> text)
    {
        Workspace work = Workspace.Rent();
        bool isDue = work.Tape.Read(text).Reason is null && IsDue(new JsonView(text, work.Tape.Nodes), work);
        work.Return();
        return isDue;
    }

    private bool IsDue(JsonView view, Workspace work)
    {
        Evaluator evaluator = new(view, work, Canonical.Schema.Graph, Canonical.AssertsFormats, EvaluationBudget.Steps(view.Text.Length));
        return evaluator.Evaluate(Canonical.Schema.Graph.Root, 0, -1) && !evaluator.IsExhausted && !MayRespell(view);
    }

    private bool MayRespell(JsonView view)
    {
        if ((Allowed & Coercions.IntegerSpelling) == Coercions.None)
        {
            return false;
        }

        for (int i = 0; i < view.Nodes.Length; i++)
        {
            if (view.Kind(i) == TokenKind.Number && view.Spelled(i).IndexOfAny(".eE"u8) >= 0 && view.Number(i).IsInteger)
            {
                return true;
            }
        }

        return false;
    }

    private ReadOnlyMemory<byte> Find(ReadOnlyMemory<byte> text, MendTally tally, out Violation? lost)
    {
        lost = null;
        Workspace work = Workspace.Rent();
        ReadOnlyMemory<byte> found = text;
        if (work.Tape.Read(text.Span).Reason is not null)
        {
            (int start, int length) = (Allowed & Coercions.Fences) != Coercions.None ? AnswerText.Inside(text.Span) : (0, text.Length);
            bool isInside = length < text.Length && work.Tape.Read(text.Span.Slice(start, length)).Reason is null;
            if (isInside)
            {
                tally.Add(Coercions.Fences);
                found = text.Slice(start, length);
            }
            else if ((Allowed & Coercions.Prose) != Coercions.None)
            {
                found = InProse(text, start, length, work, tally, out lost);
            }
        }

        work.Return();
        return found;
    }

    private ReadOnlyMemory<byte> InProse(ReadOnlyMemory<byte> text, int start, int length, Workspace work, MendTally tally, out Violation? lost)
    {
        lost = null;
        (bool objects, bool arrays) = RootKinds();
        (int at, int size) = AnswerText.InProse(text.Span.Slice(start, length), work.Tape, objects, arrays);
        if (size < 0)
        {
            lost = new Violation("", "json", "", "Several JSON documents stand in the text; one alone was expected.");
        }

        if (size > 0)
        {
            tally.Add(Coercions.Prose);
            return text.Slice(start + at, size);
        }

        return text;
    }

    private (bool Objects, bool Arrays) RootKinds()
    {
        switch (Compiled.Undo?.Kind)
        {
            case UndoKind.Unwrap or UndoKind.MembersToTuple:
                return (true, false);
            case UndoKind.PairsToMap:
                return (false, true);
            default:
                Kinds kinds = Kinds.Of(Expectations.WithReferences(Canonical.Schema.Graph.Root));
                return (kinds.Object, kinds.Array);
        }
    }

    private ReadOnlyMemory<byte> Undone(ReadOnlyMemory<byte> document)
    {
        if (Compiled.Undo is not { } undo)
        {
            return document;
        }

        Workspace work = Workspace.Rent();
        ReadOnlyMemory<byte> undone = document;
        if (work.Tape.Read(document.Span).Reason is null)
        {
            undone = Undone(undo, new JsonView(document.Span, work.Tape.Nodes)) ?? document;
        }

        work.Return();
        return undone;
    }

    private static ReadOnlyMemory<byte>? Undone(UndoNode undo, JsonView view)
    {
        ArrayBufferWriter<byte> output = new(view.Text.Length + 16);
        return Undoing.Write(undo, view, 0, output) ? output.WrittenMemory : default(ReadOnlyMemory<byte>?);
    }

    private bool IsNoArguments(ReadOnlySpan<byte> text) =>
        (AnswerText.IsBlank(text) || text.SequenceEqual("null"u8)) && !Canonical.IsValid("null"u8) && Canonical.IsValid("{}"u8);
}

/// <summary>What came of an answer.</summary>
/// <param name="Verdict">In one word.</param>
/// <param name="Document">The document in the contract's shape where it is valid; the text as it came otherwise. The input's own memory where nothing changed.</param>
/// <param name="IsChanged">The document's bytes differ from the text.</param>
/// <param name="Mended">What was mended, with how often; what the compiler introduced is not counted.</param>
/// <param name="Violations">Why it is no valid document; at most 16.</param>
public sealed record NormalisedAnswer(
    AnswerVerdict Verdict, ReadOnlyMemory<byte> Document, bool IsChanged, ImmutableArray<Mended> Mended, IReadOnlyList<Violation> Violations);

/// <summary>One kind of mending.</summary>
/// <param name="Coercion">A single flag.</param>
/// <param name="Count">At how many places.</param>
public readonly record struct Mended(Coercions Coercion, int Count);

/// <summary>What an answer is.</summary>
public enum AnswerVerdict
{
    /// <summary>It follows the contract.</summary>
    Valid,

    /// <summary>It is text and does not follow the contract.</summary>
    Violated,

    /// <summary>It is empty or white space only: no answer at all.</summary>
    Blank,
}
