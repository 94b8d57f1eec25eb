using Causeway.Contracts.Conformance;
using Causeway.Contracts.Normalisation;
using Causeway.Contracts.Validation;
using Causeway.Wire.Neutral;

namespace Causeway.Gateway.Conformance;

/// <summary>What a provider answered to a probe, in the words of those who judge it.</summary>
internal static class ProbeAnswer
{
    // Refused with 400, and not for the schema's sake.
    private static readonly string[] s_otherCodes = ["model_not_found", "model_decommissioned", "context_length_exceeded", "content_filter", "content_policy_violation"];

    public static ProbeReply Of(Probe probe, ProbeRequest request, OwnReply reply) =>
        reply.Answer is { } answer ? OfAnswer(probe, request, answer.Answer(0), reply)
        : new ProbeReply(IsRejection(reply) ? ProbeReplyKind.Rejected : ProbeReplyKind.Failed) { Status = reply.Status, Code = reply.UpstreamCode, Message = reply.Problem!.Message };

    private static bool IsRejection(OwnReply reply) =>
        reply is { Status: 400 or 422, Error.SpendExhausted: false } && !s_otherCodes.Contains(reply.UpstreamCode);

    private static ProbeReply OfAnswer(Probe probe, ProbeRequest request, GatheredAnswer answer, OwnReply reply) => new(ProbeReplyKind.Answered)
    {
        Status = reply.Status,
        Text = request.Compiled is { } compiled && answer.Kind == AnswerKind.Document
            ? new Normaliser(Validator.Of(probe.Schema), compiled, Coercions.Default).Run(answer.Text).Document
            : answer.Text,
        IsTruncated = answer.Kind == AnswerKind.Truncated,
        IsRefusal = answer.Kind == AnswerKind.Refused,
        IsToolCall = answer.Kind is AnswerKind.ToolCalls or AnswerKind.Malformed,
        Took = reply.Took,
        CacheReadTokens = reply.Meter.HasUsage ? reply.Meter.Usage.CacheRead : 0,
    };
}
