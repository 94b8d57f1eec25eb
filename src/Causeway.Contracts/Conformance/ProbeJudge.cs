using System.Globalization;
using System.Text.Json;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Conformance;

/// <summary>Tells from a reply what a dialect did with a probe's feature.</summary>
public static class ProbeJudge
{
    /// <summary>Characters of a detail.</summary>
    public const int MaxDetail = 256;

    // Below this a difference of two calls is the network's.
    private static readonly TimeSpan s_noise = TimeSpan.FromMilliseconds(100);

    /// <summary>Judges one reply.</summary>
    public static ProbeFinding Judge(Probe probe, ProbeReply reply)
    {
        ProbeFinding finding = Verdict(probe, reply);
        return finding.Detail is { Length: > MaxDetail } detail ? finding with { Detail = string.Concat(detail.AsSpan(0, MaxDetail - 1), "…") } : finding;
    }

    private static ProbeFinding Verdict(Probe probe, ProbeReply reply) => reply.Kind switch
    {
        ProbeReplyKind.Failed => Inconclusive(reply.Message ?? "no answer"),

        // A cap of five tokens is refused by some for its own sake, and an unsafe prompt by a filter: neither says anything of the schema.
        ProbeReplyKind.Rejected when probe.Rule is ProbeRule.Truncation => Inconclusive(reply.Message),
        ProbeReplyKind.Rejected when probe.Rule is ProbeRule.Refusal => new(ProbeVerdict.Enforced, "refused the call: " + reply.Message),
        ProbeReplyKind.Rejected when IsModelFailure(reply) => Inconclusive("the model failed under the schema: " + reply.Message),
        ProbeReplyKind.Rejected => new(ProbeVerdict.Rejected, reply.Message),
        _ => probe.Rule switch
        {
            ProbeRule.Truncation => Truncation(probe, reply),
            ProbeRule.Refusal => Refusal(probe, reply),
            _ => Answer(probe, reply),
        },
    };

    // Groq answers 400 when what its model wrote is not what the schema says (dialects, 3.9): that is the model, not the schema.
    private static bool IsModelFailure(ProbeReply reply) => reply.Code is "json_validate_failed" or "tool_use_failed";

    private static ProbeFinding Answer(Probe probe, ProbeReply reply)
    {
        if (Unusable(reply) is { } why)
        {
            return Inconclusive(why);
        }

        return probe.Rule switch
        {
            ProbeRule.Absence => Absence(probe, reply),
            ProbeRule.Order => Order(probe, reply),
            ProbeRule.Exact => Exact(probe, reply),
            ProbeRule.CacheLatency => CacheLatency(reply),
            _ => Follows(probe, reply, null),
        };
    }

    private static string? Unusable(ProbeReply reply) =>
        reply.IsRefusal ? "the model declined" :
        reply.IsTruncated ? "the answer was cut" :
        reply.IsToolCall ? "the model called the tool" :
        IsBlank(reply.Text.Span) ? "the answer is blank" : null;

    private static ProbeFinding Follows(Probe probe, ProbeReply reply, string? detail)
    {
        IReadOnlyList<Violation> violations = Validator.Of(probe.Schema).Validate(reply.Text, 1);
        return violations is [var first, ..]
            ? new(ProbeVerdict.Ignored, first.Path.Length == 0 ? first.Message : $"{first.Path}: {first.Message}")
            : new(ProbeVerdict.Enforced, detail);
    }

    private static ProbeFinding Absence(Probe probe, ProbeReply reply)
    {
        using JsonDocument? answer = Read(reply);
        string? seen = answer?.RootElement is { ValueKind: JsonValueKind.Object } root
            ? root.TryGetProperty("nickname", out JsonElement member) ? member.ValueKind == JsonValueKind.Null ? "null in place of absence" : "filled" : "left out"
            : null;
        return Follows(probe, reply, seen);
    }

    private static ProbeFinding Order(Probe probe, ProbeReply reply)
    {
        ProbeFinding follows = Follows(probe, reply, null);
        if (follows.Verdict != ProbeVerdict.Enforced)
        {
            return follows;
        }

        using JsonDocument answer = Read(reply)!;
        string seen = string.Concat(answer.RootElement.EnumerateObject().Select(member => member.Name));
        return seen switch
        {
            "bac" => new(ProbeVerdict.Enforced, "the schema's order"),
            "ac" => Inconclusive("the optional member was left out, so that the order cannot be told"),
            "acb" => new(ProbeVerdict.Ignored, "required members first, then optional ones"),
            "abc" => new(ProbeVerdict.Ignored, "alphabetical"),
            "cab" => new(ProbeVerdict.Ignored, "as the prompt asked"),
            _ => new(ProbeVerdict.Ignored, "another order"),
        };
    }

    private static ProbeFinding Exact(Probe probe, ProbeReply reply)
    {
        ProbeFinding follows = Follows(probe, reply, null);
        if (follows.Verdict != ProbeVerdict.Enforced)
        {
            return follows;
        }

        using JsonDocument answer = Read(reply)!;
        using JsonDocument wish = JsonDocument.Parse(probe.Wish);
        return JsonElement.DeepEquals(answer.RootElement, wish.RootElement) ? follows : new(ProbeVerdict.Ignored, "the value came back changed");
    }

    private static ProbeFinding Truncation(Probe probe, ProbeReply reply) =>
        reply.IsRefusal ? Inconclusive("the model declined") :
        reply.IsTruncated ? new(ProbeVerdict.Enforced, IsBlank(reply.Text.Span) ? "says so, with no text at all" : "says so") :
        Follows(probe, reply, null).Verdict == ProbeVerdict.Enforced ? Inconclusive("the answer was not cut")
        : new(ProbeVerdict.Ignored, "cut, and ended as if it were whole");

    private static ProbeFinding Refusal(Probe probe, ProbeReply reply) =>
        reply.IsRefusal ? new(ProbeVerdict.Enforced, "says so") :
        IsBlank(reply.Text.Span) ? new(ProbeVerdict.Ignored, "a blank answer with a normal end") :
        new(ProbeVerdict.Ignored, Follows(probe, reply, null).Verdict == ProbeVerdict.Enforced ? "answered in the schema's shape" : "declined in prose");

    private static ProbeFinding CacheLatency(ProbeReply reply)
    {
        if (reply.Again is not { Kind: ProbeReplyKind.Answered } again)
        {
            return Inconclusive("the second call was not answered");
        }

        string times = string.Create(CultureInfo.InvariantCulture, $"{reply.Took.TotalMilliseconds:0} ms, then {again.Took.TotalMilliseconds:0} ms");
        bool cached = again.CacheReadTokens > reply.CacheReadTokens || (reply.Took - again.Took > s_noise && again.Took * 2 < reply.Took);
        return new(cached ? ProbeVerdict.Enforced : ProbeVerdict.Ignored, again.CacheReadTokens > 0 ? $"{times}, {again.CacheReadTokens} input tokens from a cache" : times);
    }

    private static ProbeFinding Inconclusive(string? why) => new(ProbeVerdict.Inconclusive, why);

    // DeepSeek replaces what it cannot read as JSON with spaces, and ends as usual (dialects, 1.5).
    private static bool IsBlank(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private static JsonDocument? Read(ProbeReply reply)
    {
        try
        {
            return JsonDocument.Parse(reply.Text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
