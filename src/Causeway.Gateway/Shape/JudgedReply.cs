using System.Globalization;
using System.Text;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Normalisation;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Validation;
using Causeway.Wire.Neutral;

namespace Causeway.Gateway.Shape;

/// <summary>What a gathered reply comes to under its contract: every choice is judged, and put into the contract's shape where it can be.</summary>
internal sealed class JudgedReply
{
    // As much of a wrong answer as its model is shown again.
    private const int MaxWrongText = 64 * 1024;

    private readonly Dictionary<int, ReadOnlyMemory<byte>> _documents = [];

    private JudgedReply(GatheredReply reply, bool isMoved) => (Reply, IsMoved) = (reply, isMoved);

    public GatheredReply Reply { get; }

    /// <summary>What is told and booked of it: <c>native</c>, <c>enforced</c>, <c>violated</c>, <c>blank</c>, <c>refused</c>, <c>truncated</c>; null: the contract does not speak of it.</summary>
    public string? Outcome { get; private set; }

    /// <summary>The caller waits for a call and the answer came as text, or the other way round.</summary>
    public bool IsMoved { get; }

    /// <summary>By choice: what has to stand in the place of its answer, whether or not it stands there already.</summary>
    public IReadOnlyDictionary<int, ReadOnlyMemory<byte>> Documents => _documents;

    /// <summary>Something was changed in one of several calls, which have no one place.</summary>
    public bool IsInSeveralCalls { get; private set; }

    /// <summary>Nothing had to be changed.</summary>
    public bool IsAsItCame { get; private set; } = true;

    public IReadOnlyList<Violation> Violations { get; private set; } = [];

    /// <summary>The wrong answer's text.</summary>
    public string WrongText { get; private set; } = "";

    /// <summary>What was mended, as <c>fences:1,integer_spelling:2</c>; null: nothing.</summary>
    public string? Mended { get; private set; }

    /// <summary>The answer cannot be given to the caller.</summary>
    public bool IsBroken => Outcome is "violated" or "blank";

    /// <summary>Judges a complete reply.</summary>
    /// <param name="reply">The reply; its answers are replaced by documents in the contract's shape.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="compiled">As the pin got it.</param>
    /// <param name="requestId">The gateway's id of the request.</param>
    public static JudgedReply Of(GatheredReply reply, BoundContract contract, CompiledContract compiled, string requestId)
    {
        JudgedReply judged = new(reply, (contract.Tool is not null) != (compiled.Carrier == Carrier.ForcedTool));
        Normaliser normaliser = new(contract.Validator, compiled, contract.Policy.Coerce);
        Dictionary<Coercions, int> mended = [];
        foreach (int choice in reply.Choices.ToArray())
        {
            judged.Take(choice, reply.Answer(choice), contract, compiled, normaliser, requestId, mended);
            if (judged.IsBroken)
            {
                break;
            }
        }

        if (reply.Choices.Count == 0)
        {
            judged.Outcome = "blank";
        }

        judged.Mended = mended.Count == 0 ? null : string.Join(',', mended.OrderBy(pair => pair.Key).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{PolicyWords.WordsOf(pair.Key).Single()}:{pair.Value}")));
        return judged;
    }

    private void Take(
        int choice, GatheredAnswer answer, BoundContract contract, CompiledContract compiled, Normaliser normaliser, string requestId, Dictionary<Coercions, int> mended)
    {
        switch (answer.Kind)
        {
            case AnswerKind.Document when Reply.Calls(choice) is { Count: > 1 } calls:
                TakeCalls(choice, calls, compiled, normaliser, mended);
                break;
            case AnswerKind.Document:
                TakeDocument(choice, normaliser.Run(answer.Text), answer, contract, compiled, requestId, mended);
                break;
            case AnswerKind.Malformed:
                Break("violated", [new Violation("", "json", "", "The model made another call than the one that it was told to make, or one that cannot be read.")], answer.Text);
                break;
            case AnswerKind.Refused:
                Outcome ??= "refused";
                break;
            case AnswerKind.Truncated:
                // A prefix is never passed off as a document: it goes on as it is, with the word that it is cut.
                Outcome = "truncated";
                if (IsMoved)
                {
                    Reply.Replace(choice, answer.Text.Span, contract.Tool, requestId, isWhole: false);
                    IsAsItCame = false;
                }

                break;
        }
    }

    private void TakeDocument(
        int choice,
        NormalisedAnswer answer,
        GatheredAnswer came,
        BoundContract contract,
        CompiledContract compiled,
        string requestId,
        Dictionary<Coercions, int> mended)
    {
        switch (answer.Verdict)
        {
            case AnswerVerdict.Blank:
                Break("blank", [], default);
                return;
            case AnswerVerdict.Violated:
                Break("violated", answer.Violations, came.Text);
                return;
        }

        Count(answer, compiled, mended);
        bool isOther = answer.IsChanged || IsMoved || Reply.IsOutOfPlace(choice);
        if (isOther || contract.Tool is null)
        {
            _documents[choice] = answer.Document; // Text that is right may have come in several parts, which only its protocol tells apart.
        }

        if (isOther)
        {
            Reply.Replace(choice, answer.Document.Span, contract.Tool, requestId);
            IsAsItCame = false;
        }
    }

    // Every call of the caller's own tool is one document: that there are several is the caller's affair.
    private void TakeCalls(int choice, IReadOnlyList<ReadOnlyMemory<byte>> calls, CompiledContract compiled, Normaliser normaliser, Dictionary<Coercions, int> mended)
    {
        for (int i = 0; i < calls.Count; i++)
        {
            NormalisedAnswer answer = normaliser.Run(calls[i]);
            if (answer.Verdict != AnswerVerdict.Valid)
            {
                Break(answer.Verdict == AnswerVerdict.Blank ? "blank" : "violated", answer.Violations, calls[i]);
                return;
            }

            Count(answer, compiled, mended);
            if (answer.IsChanged)
            {
                Reply.ReplaceCall(choice, i, answer.Document.Span);
                IsInSeveralCalls = true;
                IsAsItCame = false;
            }
        }
    }

    private void Count(NormalisedAnswer answer, CompiledContract compiled, Dictionary<Coercions, int> mended)
    {
        foreach (Mended mend in answer.Mended)
        {
            mended[mend.Coercion] = mended.GetValueOrDefault(mend.Coercion) + mend.Count;
        }

        bool isNative = compiled.IsNative && answer.Mended.IsEmpty;
        Outcome = isNative && Outcome is null or "native" ? "native" : Outcome is "truncated" or "refused" ? Outcome : "enforced";
    }

    private void Break(string outcome, IReadOnlyList<Violation> violations, ReadOnlyMemory<byte> text)
    {
        (Outcome, Violations, WrongText) = (outcome, violations, Encoding.UTF8.GetString(text.Span[..Math.Min(text.Length, MaxWrongText)]));
    }
}
