using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Providers;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Answers;

/// <summary>Makes up what the model says: a function of the request and the script, nothing else.</summary>
internal static class Composition
{
    private const int EchoedChars = 400;

    public static Answer Compose(Ask ask, Behaviour then)
    {
        if (then.Empty is true)
        {
            return new Answer
            {
                Model = then.ServedModel ?? ask.ServedModel ?? ask.Model,
                Empty = true,
                FinishReason = then.FinishReason,
                Tokens = Count(ask, then.Usage, reasoning: 0, said: 0),
                SystemFingerprint = then.SystemFingerprint,
                OmitUsage = then.OmitUsage is true,
                UsageJson = then.UsageJson,
            };
        }

        string? reasoning = then.ReasoningText ?? (ask.Reasons ? "The user wants an answer; a short friendly one will do." : null);
        IReadOnlyList<ToolCall> calls = then.Refusal is null ? Calls(ask, then) : [];
        string text = then.Refusal is not null ? ""
            : then.Text ?? (calls.Count == 0 ? OwnWords(ask) : then.ToolCalls is null ? ask.Preamble ?? "" : "");

        StopKind stop = then.Refusal is not null ? StopKind.Refusal : calls.Count > 0 ? StopKind.ToolCall : StopKind.Done;
        string? met = null;
        if (stop == StopKind.Done && FirstStop(text, ask.Stops) is var (at, sequence))
        {
            text = text[..at];
            met = sequence;
            stop = StopKind.StopSequence;
        }

        long reasoningTokens = reasoning is null ? 0 : TokenRule.Of(reasoning);
        if (ask.MaxOutputTokens is { } limit && calls.Count == 0 && reasoningTokens + TokenRule.Of(text) > limit)
        {
            // Reasoning comes first and eats the limit first, as at the vendors.
            reasoning = reasoning is null ? null : TokenRule.Truncate(reasoning, limit);
            reasoningTokens = reasoning is null ? 0 : TokenRule.Of(reasoning);
            text = TokenRule.Truncate(text, limit - reasoningTokens);
            stop = StopKind.Length;
            met = null;
        }

        IReadOnlyList<TextPart> parts = Parts(text, then.TextParts ?? 1, then.EventChars);
        long said = TokenRule.Of(text) + TokenRule.Of(then.Refusal ?? "") + calls.Sum(call => TokenRule.Of(call.Name + call.Arguments));
        return new Answer
        {
            Model = then.ServedModel ?? ask.ServedModel ?? ask.Model,
            Text = text,
            Pieces = [.. parts.SelectMany(part => part.Pieces)],
            Parts = parts,
            Reasoning = reasoning,
            RedactsReasoning = then.RedactReasoning is true,
            Refusal = then.Refusal,
            ToolCalls = calls,
            Stop = stop,
            StopSequence = met,
            FinishReason = then.FinishReason,
            Tokens = Count(ask, then.Usage, reasoningTokens, said),
            SystemFingerprint = then.SystemFingerprint,
            OmitUsage = then.OmitUsage is true,
            UsageJson = then.UsageJson,
        };
    }

    /// <summary>Deltas of a stream: words, or so many characters; never half a surrogate pair.</summary>
    public static IReadOnlyList<string> Split(string text, int? chars)
    {
        List<string> pieces = [];
        int start = 0;
        for (int i = 1; i < text.Length; i++)
        {
            bool border = chars is { } size ? i - start >= size : text[i - 1] == ' ' && text[i] != ' ';
            if (border && !char.IsLowSurrogate(text[i]))
            {
                pieces.Add(text[start..i]);
                start = i;
            }
        }

        if (start < text.Length)
        {
            pieces.Add(text[start..]);
        }

        return pieces;
    }

    /// <summary>Parts of about the same length, never half a surrogate pair.</summary>
    private static IReadOnlyList<TextPart> Parts(string text, int count, int? chars) =>
        [.. (text.Length == 0 ? [] : count == 1 ? [text] : Split(text, (text.Length + count - 1) / count)).Select(part => new TextPart(part, Split(part, chars)))];

    private static string OwnWords(Ask ask)
    {
        string? wish = Wish.Of(ask);
        if (ask.Shape is { } shape)
        {
            return shape.Answer(wish);
        }

        if (wish is not null)
        {
            return wish;
        }

        string said = ask.Said.Length <= EchoedChars ? ask.Said : ask.Said[..(char.IsHighSurrogate(ask.Said[EchoedChars - 1]) ? EchoedChars - 1 : EchoedChars)];
        string answer = ask.HasToolResult
            ? $"Thank you, I have the tool's result. You asked: {said}"
            : $"Hello from the simulator! You said: {said}";
        return ask.JsonMode ? ask.Hand.Spell(new JsonObject { ["answer"] = answer }) : answer;
    }

    private static IReadOnlyList<ToolCall> Calls(Ask ask, Behaviour then)
    {
        if (then.ToolCalls is { } scripted)
        {
            return [.. scripted.Select((call, i) => Call(ask, i, call.Name!, call.Arguments ?? "{}"))];
        }

        OfferedTool? chosen = ask.Demand switch
        {
            ToolDemand.Never => null,
            ToolDemand.Must => ask.Tools.FirstOrDefault(tool => tool.Name == ask.DemandedTool) ?? First(ask),
            _ => ask.HasToolResult ? null : Wanted(ask),
        };
        return chosen is null ? [] : [Call(ask, 0, chosen.Name, chosen.Arguments?.Answer(Wish.Of(ask)) ?? "{}")];
    }

    /// <summary>A prompt asks for a tool when it names one, or says "tool"; what is wished for says nothing of tools.</summary>
    private static OfferedTool? Wanted(Ask ask)
    {
        string said = Wish.Without(ask.Said);
        return ask.Tools.FirstOrDefault(tool => said.Contains(tool.Name, StringComparison.OrdinalIgnoreCase)
                || said.Contains(tool.Name.Replace('_', ' '), StringComparison.OrdinalIgnoreCase))
            ?? (said.Contains("tool", StringComparison.OrdinalIgnoreCase) ? First(ask) : null);
    }

    private static OfferedTool? First(Ask ask) => ask.Tools is [OfferedTool first, ..] ? first : null;

    private static ToolCall Call(Ask ask, int index, string name, string arguments) =>
        new(Fingerprint.Id(ask.Fingerprint, "tool" + index.ToString(CultureInfo.InvariantCulture)), name, arguments);

    private static (int At, string Sequence)? FirstStop(string text, IReadOnlyList<string> stops)
    {
        (int At, string Sequence)? first = null;
        foreach (string stop in stops)
        {
            int at = stop.Length == 0 ? -1 : text.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (first is null || at < first.Value.At))
            {
                first = (at, stop);
            }
        }

        return first;
    }

    private static Tokens Count(Ask ask, ScriptedUsage? usage, long reasoning, long said)
    {
        reasoning = usage?.Reasoning ?? (usage?.Output is { } cap ? Math.Min(reasoning, cap) : reasoning);
        return new Tokens
        {
            InputUncached = usage?.InputUncached ?? ask.InputTokens,
            CacheRead = usage?.CacheRead ?? 0,
            CacheWrite5m = usage?.CacheWrite5m ?? 0,
            CacheWrite1h = usage?.CacheWrite1h ?? 0,
            Output = usage?.Output ?? ((reasoning + said) * ask.Choices),
            Reasoning = usage?.Output is null ? reasoning * ask.Choices : reasoning,
            WebSearches = ask.Operation == Operation.ChatCompletions ? (ask.Body.Member("web_search_options") is { ValueKind: JsonValueKind.Object } ? 1 : 0) : (int)(usage?.WebSearches ?? 0),
            FileSearches = ask.Operation == Operation.Responses ? (int)(usage?.FileSearches ?? 0) : 0,
        };
    }
}
