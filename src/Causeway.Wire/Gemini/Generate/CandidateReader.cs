using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Reads one candidate over all chunks. Text that follows text is one block until another kind comes, or a signature closes it.</summary>
internal sealed class CandidateReader(int index, ReplyBlocks blocks)
{
    private readonly HashSet<(string, string?)> _cited = [];
    private BlockKind _kind;
    private int _open = -1;
    private bool _isSealed;
    private bool _hasCalls;
    private string? _reason;
    private string? _message;
    private PartialCall? _call;

    public int Index => index;

    public bool IsFinished => _reason is not null;

    public void Take(JsonElement candidate)
    {
        if (candidate.TryGetProperty("content"u8, out JsonElement content) && content.ValueKind == JsonValueKind.Object && content.TryGetProperty("parts"u8, out JsonElement parts))
        {
            foreach (JsonElement part in parts.EnumerateArray())
            {
                TakePart(part);
            }
        }

        if (candidate.TryGetProperty("logprobsResult"u8, out JsonElement logProbs) && _open >= 0 && TokenLogProbs.Read(logProbs) is { Count: > 0 } tokens)
        {
            blocks.Sink.LogProbs(_open, tokens);
        }

        if (candidate.TryGetProperty("groundingMetadata"u8, out JsonElement grounding) && grounding.ValueKind == JsonValueKind.Object)
        {
            Cite(Grounding.Read(grounding));
        }

        if (candidate.TryGetProperty("citationMetadata"u8, out JsonElement citations) && citations.ValueKind == JsonValueKind.Object)
        {
            Cite(Grounding.ReadRecited(citations));
        }

        // Several chunks may carry one when there are several calls; parts may still come after it.
        _reason = GenerateReplyReader.Text(candidate, "finishReason"u8) ?? _reason;
        _message = GenerateReplyReader.Text(candidate, "finishMessage"u8) ?? _message;
    }

    /// <param name="blockReason">Why the provider stopped the reply as a whole; null: it did not.</param>
    public void End(string? blockReason)
    {
        EndCall();
        EndBlock();
        blocks.Sink.Stop(index, _reason is null && blockReason is not null
            ? new ReplyStop(StopKind.ContentFilter, Detail: blockReason)
            : FinishReasons.Read(_reason ?? "STOP", _message, _hasCalls));
    }

    private void TakePart(JsonElement part)
    {
        string? signature = GenerateReplyReader.Text(part, "thoughtSignature"u8);
        if (part.TryGetProperty("functionCall"u8, out JsonElement call) && call.ValueKind == JsonValueKind.Object)
        {
            TakeCall(call, signature);
            return;
        }

        EndCall();
        if (part.TryGetProperty("text"u8, out JsonElement text) && text.ValueKind == JsonValueKind.String)
        {
            bool isThought = part.TryGetProperty("thought"u8, out JsonElement thought) && thought.ValueKind == JsonValueKind.True;
            Say(isThought ? BlockKind.Reasoning : BlockKind.Text, JsonMarshal.GetRawUtf8Value(text)[1..^1], signature);
            return;
        }

        foreach (byte[] piece in SpokenParts.Of(part))
        {
            Say(BlockKind.Text, piece, null);
        }

        Say(BlockKind.Text, default, signature);
    }

    private void Say(BlockKind kind, ReadOnlySpan<byte> escaped, string? signature)
    {
        if (escaped.IsEmpty && signature is null)
        {
            return;
        }

        if (_open < 0 || _kind != kind || (_isSealed && !escaped.IsEmpty))
        {
            EndBlock();
            _kind = escaped.IsEmpty ? BlockKind.Reasoning : kind; // A signature on nothing is state, not text.
            _open = blocks.Begin(_kind, index);
        }

        if (!escaped.IsEmpty)
        {
            blocks.Sink.Delta(_open, escaped);
        }

        if (signature is not null && !_isSealed)
        {
            blocks.Seal(_open, signature);
            _isSealed = true;
        }
    }

    private void TakeCall(JsonElement call, string? signature)
    {
        EndBlock();
        string? name = GenerateReplyReader.Text(call, "name"u8);
        if (_call is not null && !string.IsNullOrEmpty(name))
        {
            EndCall(); // The next one begins: the one before is whole.
        }

        if (_call is null)
        {
            _hasCalls = true;
            string id = GenerateReplyReader.Text(call, "id"u8) is { Length: > 0 } told ? told : blocks.CallId(call.GetRawText());
            _call = new PartialCall(blocks.Begin(BlockKind.ToolCall, index, id, ToolNames.FromTarget(name ?? "")));
        }

        if (signature is not null)
        {
            blocks.Seal(_call.Block, signature);
        }

        _call.Take(call);
        if (!(call.TryGetProperty("willContinue"u8, out JsonElement more) && more.ValueKind == JsonValueKind.True))
        {
            EndCall();
        }
    }

    private void EndCall()
    {
        if (_call is { } call)
        {
            _call = null;
            call.WriteArguments(blocks.Sink);
            blocks.Sink.EndBlock(call.Block);
        }
    }

    private void EndBlock()
    {
        if (_open >= 0)
        {
            blocks.Sink.EndBlock(_open);
        }

        (_open, _isSealed) = (-1, false);
    }

    private void Cite(IEnumerable<Citation> citations)
    {
        foreach (Citation citation in citations)
        {
            if (!_cited.Add((citation.Url, citation.CitedText)))
            {
                continue; // Chunks repeat what earlier ones told.
            }

            if (_open < 0 || _kind != BlockKind.Text)
            {
                EndCall();
                EndBlock();
                (_kind, _open) = (BlockKind.Text, blocks.Begin(BlockKind.Text, index));
            }

            blocks.Sink.Cite(_open, citation);
        }
    }
}
