using System.Diagnostics;
using Causeway.Budgets.Keys;
using Causeway.Gateway.Flow;
using Causeway.Wire;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Telemetry;

/// <summary>One span per attributed request, under OpenTelemetry's GenAI names. Costs nothing while nobody listens.</summary>
internal static class InferenceTrace
{
    private static readonly ActivitySource s_source = new(GenAiNames.Source);

    public static Activity? Start(Call call, Key key)
    {
        if (!s_source.HasListeners())
        {
            return null;
        }

        IHeaderDictionary headers = call.Context.Request.Headers;
        _ = ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out ActivityContext parent);
        Activity? span = s_source.StartActivity(Operations.GenAiName(call.Operation), ActivityKind.Server, parent);
        span?.SetTag(GenAiNames.OperationName, Operations.GenAiName(call.Operation));
        span?.SetTag(GenAiNames.ProviderName, InferenceMetrics.ProviderNameOf(call, pin: null));
        span?.SetTag(GenAiNames.Request, call.Id);
        span?.SetTag(GenAiNames.Team, key.Attribution.Team);
        span?.SetTag(GenAiNames.Feature, key.Attribution.Feature);
        span?.SetTag(GenAiNames.Environment, key.Attribution.Environment);
        return span;
    }

    public static void End(Activity? span, Call call, Course course, Ending ending, Settlement settled)
    {
        if (span is null)
        {
            return;
        }

        span.DisplayName = $"{span.OperationName} {course.Pin?.Model ?? course.Plan.Asked}";
        span.SetTag(GenAiNames.ProviderName, InferenceMetrics.ProviderNameOf(call, course.Pin));
        span.SetTag(GenAiNames.ProviderAccount, course.Pin?.Provider.Name);
        span.SetTag(GenAiNames.RequestModel, course.Pin?.Model);
        span.SetTag(GenAiNames.ResponseModel, course.Meter?.Model);
        span.SetTag(GenAiNames.Release, course.Plan.Release?.Name);
        span.SetTag(GenAiNames.Attempts, course.Attempts);
        span.SetTag(GenAiNames.InputTokens, settled.Tokens.AllInput);
        span.SetTag(GenAiNames.OutputTokens, settled.Tokens.Output);
        span.SetTag(GenAiNames.CacheReadTokens, settled.Tokens.CacheRead);
        span.SetTag(GenAiNames.CacheCreationTokens, settled.Tokens.CacheWrite);
        span.SetTag(GenAiNames.ReasoningTokens, settled.Tokens.Reasoning);
        if (course.Meter?.StopReason is { } reason)
        {
            span.SetTag(GenAiNames.FinishReasons, new[] { reason });
        }

        Fail(span, ending.ErrorCode);
    }

    public static void Fail(Activity? span, string? code)
    {
        if (code is not null)
        {
            span?.SetTag(GenAiNames.ErrorType, code);
            span?.SetStatus(ActivityStatusCode.Error, code);
        }
    }
}
