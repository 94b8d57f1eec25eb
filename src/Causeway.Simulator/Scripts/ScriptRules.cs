namespace Causeway.Simulator.Scripts;

/// <summary>Ranges and exclusions, in the words of the script.</summary>
internal static class ScriptRules
{
    private const int Hour = 3_600_000;
    private const int Minute = 60_000;
    private const long Tera = 1L << 40;

    public static IEnumerable<string> Check(Script script)
    {
        IReadOnlyList<Rule> rules = script.Rules ?? [];
        if (rules.Count > 1_000)
        {
            yield return "$.rules: at most 1,000 rules";
        }

        for (int i = 0; i < rules.Count; i++)
        {
            if (rules[i] is null)
            {
                yield return $"$.rules[{i}]: a rule is an object";
                continue;
            }

            if (rules[i].Times is < 1)
            {
                yield return $"$.rules[{i}].times: {rules[i].Times} is outside 1 and up";
            }

            foreach (string complaint in Check(rules[i].Then ?? Behaviour.Ordinary))
            {
                yield return $"$.rules[{i}].then.{complaint}";
            }
        }
    }

    private static IEnumerable<string> Check(Behaviour then)
    {
        (string Name, long? Value, long Least, long Most)[] ranges =
        [
            ("delay_ms", then.DelayMs, 0, Hour),
            ("head_gap_ms", then.HeadGapMs, 0, Minute),
            ("first_byte_delay_ms", then.FirstByteDelayMs, 0, Hour),
            ("event_gap_ms", then.EventGapMs, 0, Hour),
            ("event_chars", then.EventChars, 1, 1_000_000),
            ("text_parts", then.TextParts, 1, 64),
            ("chunk_bytes", then.ChunkBytes, 1, 1 << 20),
            ("chunk_gap_ms", then.ChunkGapMs, 0, Minute),
            ("status", then.Status, 200, 599),
            ("body_bytes", then.BodyBytes, 0, Tera),
            ("error_at_event", then.ErrorAtEvent, 0, int.MaxValue),
            ("malformed_at_event", then.MalformedAtEvent, 0, int.MaxValue),
            ("limit_ms", then.LimitMs, 1, Hour),
            ("content_length_delta", then.ContentLengthDelta, -1_000_000, 1_000_000),
            ("extra_headers", then.ExtraHeaders, 0, 2_000_000),
            ("error.retry_delay_ms", then.Error?.RetryDelayMs, 0, int.MaxValue),
            ("usage.input_uncached", then.Usage?.InputUncached, 0, 1_000_000_000_000),
            ("usage.cache_read", then.Usage?.CacheRead, 0, 1_000_000_000_000),
            ("usage.cache_write_5m", then.Usage?.CacheWrite5m, 0, 1_000_000_000_000),
            ("usage.cache_write_1h", then.Usage?.CacheWrite1h, 0, 1_000_000_000_000),
            ("usage.output", then.Usage?.Output, 0, 1_000_000_000_000),
            ("usage.reasoning", then.Usage?.Reasoning, 0, 1_000_000_000_000),
            ("usage.web_searches", then.Usage?.WebSearches, 0, 100),
            ("usage.file_searches", then.Usage?.FileSearches, 0, 100),
            ("cut.at_event", then.Cut?.AtEvent, 0, int.MaxValue),
            ("cut.at_byte", then.Cut?.AtByte, 0, Tera),
            ("cut.plus_bytes", then.Cut?.PlusBytes, 0, int.MaxValue),
            ("huge_line.at_event", then.HugeLine?.AtEvent, 0, int.MaxValue),
            ("huge_line.bytes", then.HugeLine?.Bytes, 1, Tera),
            ("endless.from_event", then.Endless?.FromEvent, 0, int.MaxValue),
            ("insert", then.Insert?.Count, 0, 1_000),
            ("tool_calls", then.ToolCalls?.Count, 0, 64),
        ];
        foreach ((string name, long? value, long least, long most) in ranges)
        {
            if (value < least || value > most)
            {
                yield return $"{name}: {value} is outside {least} to {most}";
            }
        }

        (bool Broken, string Complaint)[] laws =
        [
            (Count(then.Body, then.BodyBase64, then.BodyBytes) > 1, "body: only one of body, body_base64, body_bytes"),
            (Count(then.RawReply, then.RawReplyBase64) > 1, "raw_reply: only one of raw_reply, raw_reply_base64"),
            (then.Cut is { } cut && Count(cut.BeforeHead, cut.AtEvent, cut.AtByte) > 1, "cut: only one of before_head, at_event, at_byte"),
            (then.Cut is { PlusBytes: not null, AtEvent: null }, "cut.plus_bytes: needs at_event"),
            (then.Cut is { BeforeHead: true, How: CutHow.End }, "cut.how: end is not possible before_head; use rst, fin or stall"),
            (then.Empty is true && Count(then.Text, then.ReasoningText, then.Refusal, then.ToolCalls) > 0, "empty: not together with text, reasoning_text, refusal or tool_calls"),
            (then.Texts is { } texts && (texts.Count is 0 or > 64 || texts.Any(one => one?.Text is null || one.Weight is < 1 or > 1_000_000)), "texts: 1 to 64, each with a text and a weight of 1 to 1,000,000"),
            (Count(then.Text, then.Texts) > 1, "text: only one of text, texts"),
            (then.UsageJson is "", "usage_json: is empty; use omit_usage"),
            (then.HugeLine is { Bytes: null }, "huge_line.bytes: is needed"),
            (then.Endless is { Kind: null }, "endless.kind: is needed, events or comments"),
            (then.Usage is { Output: { } output, Reasoning: { } reasoning } && reasoning > output, "usage.reasoning: is part of output and cannot exceed it"),
            (then.Encoding is not null && then.NeedsSocket, "encoding: not together with a wire-level fault; use raw_reply_base64"),
            (then.ToolCalls?.Any(call => string.IsNullOrEmpty(call?.Name)) is true, "tool_calls: each needs a name"),
            (then.Insert?.Any(insert => insert is null || Count(insert.Text, insert.Base64) > 1) is true, "insert: only one of text, base64"),
            (then.Headers?.Any(h => !IsHeader(h.Key, h.Value)) is true, "headers: a name is letters, digits and -, a value has no line breaks"),
            (then.Headers?.Keys.Any(IsFraming) is true, "headers: content-length and transfer-encoding follow from the body; use content_length_delta, broken_chunking or raw_reply"),
        ];
        foreach ((bool broken, string complaint) in laws)
        {
            if (broken)
            {
                yield return complaint;
            }
        }
    }

    private static int Count(params ReadOnlySpan<object?> values)
    {
        int given = 0;
        foreach (object? value in values)
        {
            given += value is null ? 0 : 1;
        }

        return given;
    }

    private static bool IsFraming(string name) =>
        name.Equals("content-length", StringComparison.OrdinalIgnoreCase) || name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase);

    private static bool IsHeader(string name, string? value) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && value?.AsSpan().IndexOfAny('\r', '\n', '\0') is null or -1;
}
