using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Reads response objects, one or many: each holds the parts that are new.</summary>
internal sealed class GenerateReplyReader(ReplySink sink)
{
    private readonly List<CandidateReader> _candidates = [];
    private readonly ReplyBlocks _blocks = new(sink);
    private bool _started;
    private string? _blockReason;

    /// <summary>Reads a plain reply: one object, or the list of them that a stream is without <c>alt=sse</c>.</summary>
    public static void ReadWhole(JsonElement root, ReplySink sink)
    {
        GenerateReplyReader reader = new(sink);
        foreach (JsonElement chunk in Spelling.Items(root))
        {
            if (!reader.Take(chunk))
            {
                return;
            }
        }

        if (!reader.TryEnd(isWhole: true))
        {
            sink.Fail(new ReplyFailure(ErrorKind.UpstreamFailed, "upstream_empty", "The provider answered with no candidate and gave no reason."));
        }
    }

    /// <summary>Reads the next object.</summary>
    /// <returns>False when it is an error, which was told: nothing comes after it.</returns>
    public bool Take(JsonElement chunk)
    {
        if (chunk.TryGetProperty("error"u8, out JsonElement error) && error.ValueKind != JsonValueKind.Null)
        {
            Fail(chunk, error);
            return false;
        }

        if (!_started)
        {
            Start(chunk);
        }

        if (chunk.TryGetProperty("candidates"u8, out JsonElement candidates) && candidates.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement candidate in candidates.EnumerateArray())
            {
                CandidateOf(candidate, index++).Take(candidate);
            }
        }

        if (chunk.TryGetProperty("promptFeedback"u8, out JsonElement feedback) && Text(feedback, "blockReason"u8) is { } reason)
        {
            _blockReason = Text(feedback, "blockReasonMessage"u8) is { Length: > 0 } message ? $"{reason}: {message}" : reason;
        }

        if (chunk.TryGetProperty("usageMetadata"u8, out JsonElement report) && GeminiUsage.TryRead(JsonMarshal.GetRawUtf8Value(report), out TokenUsage usage))
        {
            sink.Usage(usage);
        }

        return true;
    }

    /// <summary>Ends the reply, if it is one.</summary>
    /// <param name="isWhole">A plain reply: what has no reason to end ended by itself.</param>
    /// <returns>False when something is missing.</returns>
    public bool TryEnd(bool isWhole)
    {
        bool isBlocked = _blockReason is not null;
        if (!_started || (_candidates.Count == 0 && !isBlocked) || !_candidates.TrueForAll(candidate => isWhole || isBlocked || candidate.IsFinished))
        {
            return false;
        }

        if (_candidates.Count == 0)
        {
            sink.Stop(0, new ReplyStop(StopKind.ContentFilter, Detail: _blockReason));
        }

        foreach (CandidateReader candidate in _candidates)
        {
            candidate.End(_blockReason);
        }

        sink.End();
        return true;
    }

    public static string? Text(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private void Start(JsonElement chunk)
    {
        _started = true;
        _blocks.ReplyId = Text(chunk, "responseId"u8);
        _blocks.Model = Text(chunk, "modelVersion"u8);
        sink.Start(new ReplyStart(_blocks.ReplyId, _blocks.Model));
    }

    private CandidateReader CandidateOf(JsonElement candidate, int position)
    {
        int index = candidate.TryGetProperty("index"u8, out JsonElement told) && told.TryGetInt32(out int number) ? number : position;
        foreach (CandidateReader known in _candidates)
        {
            if (known.Index == index)
            {
                return known;
            }
        }

        CandidateReader added = new(index, _blocks);
        _candidates.Add(added);
        return added;
    }

    private void Fail(JsonElement chunk, JsonElement error)
    {
        UpstreamError read = UpstreamError.Scan(Protocol.Gemini, JsonMarshal.GetRawUtf8Value(chunk));
        int status = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("code"u8, out JsonElement code) && code.TryGetInt32(out int told) ? told : 500;
        UpstreamFailure failure = UpstreamFailure.Of("The provider", status, read);
        sink.Fail(new ReplyFailure(failure.Kind, failure.Code, failure.Message));
    }
}
