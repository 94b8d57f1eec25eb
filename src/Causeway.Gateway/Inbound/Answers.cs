using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Cache;
using Causeway.Gateway.Conversations;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Upstream;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.Http1;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Inbound;

/// <summary>Writes heads and errors of answers, in the caller's protocol.</summary>
internal static class Answers
{
    /// <summary>An error of the gateway's own, in the envelope from which the vendor's SDK raises its own exception.</summary>
    public static Task ErrorAsync(Call call, GatewayError error, Course? course = null) =>
        ErrorAsync(call.Context, call.Protocol, error, call.Id, course);

    /// <summary>As above, and what the call has come to by that.</summary>
    public static async Task<Ending> EndAsync(Call call, GatewayError error, Course course, Outcome outcome)
    {
        await ErrorAsync(call, error, course);
        return new Ending(outcome, call.Context.Response.StatusCode, error.Code);
    }

    /// <summary>As above, for a request that is not a call of inference.</summary>
    public static async Task ErrorAsync(HttpContext context, Protocol protocol, GatewayError error, string requestId, Course? course = null)
    {
        HttpResponse response = context.Response;
        if (response.HasStarted)
        {
            context.Abort();
            return;
        }

        response.StatusCode = ErrorEnvelope.StatusFor(protocol, error.Kind);
        response.ContentType = "application/json";
        SetOwnHeaders(protocol, response.Headers, requestId, course);
        response.Headers["x-causeway-error"] = error.HeaderCode ?? error.Code;
        if (error.RetryAfter is { } after)
        {
            response.Headers.RetryAfter = Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        if (error.ShouldRetry is { } should)
        {
            response.Headers["x-should-retry"] = should ? "true" : "false";
        }

        var body = new ArrayBufferWriter<byte>(512);
        ErrorEnvelope.Write(body, protocol, error.Kind, error.Code, error.Message, error.Param, requestId);
        response.ContentLength = body.WrittenCount;
        await response.BodyWriter.WriteAsync(body.WrittenMemory, CancellationToken.None);
    }

    /// <summary>A provider's error as it came: status, headers that SDKs act on, and as much of the body as was read to judge it.</summary>
    public static async Task RelayErrorAsync(Call call, Course course, Reply reply)
    {
        HttpResponse response = call.Context.Response;
        CopyHead(call, course, reply.Response!);
        response.Headers["x-causeway-error"] = CodeOfRelayed(reply);
        if (course.Attempts > 1)
        {
            response.Headers["x-should-retry"] = "false"; // Tried again here already: the SDK's own retries would multiply.
        }

        await response.BodyWriter.WriteAsync(reply.ErrorBody, CancellationToken.None);
    }

    /// <summary>Whose error a relayed one is: the provider's trouble, or something that it would not take.</summary>
    public static string CodeOfRelayed(Reply reply) => reply.Status >= 500 ? "upstream_failed" : "upstream_rejected";

    /// <summary>The head of an answer that is written here.</summary>
    public static void Head(Call call, Course course, int status, string contentType)
    {
        HttpResponse response = call.Context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        SetOwnHeaders(call.Protocol, response.Headers, call.Id, course);
    }

    /// <summary>Status and headers of a provider's response that the caller may see, and the gateway's own.</summary>
    public static void CopyHead(Call call, Course course, HttpResponseMessage from)
    {
        HttpResponse response = call.Context.Response;
        response.StatusCode = (int)from.StatusCode;
        Copy(call.Protocol, from.Headers.NonValidated, response.Headers);
        Copy(call.Protocol, from.Content.Headers.NonValidated, response.Headers);
        if (from.Content.Headers.NonValidated.Contains("Content-Length") && !from.Content.Headers.NonValidated.Contains("Content-Encoding"))
        {
            response.ContentLength = from.Content.Headers.ContentLength;
        }

        SetOwnHeaders(call.Protocol, response.Headers, call.Id, course);
    }

    private static void Copy(Protocol protocol, HttpHeadersNonValidated from, IHeaderDictionary to)
    {
        foreach (KeyValuePair<string, HeaderStringValues> header in from)
        {
            if (ProtocolHeaders.ReturnsResponse(protocol, header.Key) && header.Value.ToString() is { } value && FieldText.IsVisible(value))
            {
                to[header.Key] = value;
            }
        }
    }

    // An answer that is given again was served by whoever served it first.
    private static void TellCache(IHeaderDictionary headers, CacheTurn turn)
    {
        headers[Recall.Header] = turn.Word;
        if (turn.Found is not { } found)
        {
            return;
        }

        if (found.ServedBy is { } servedBy)
        {
            headers["x-causeway-served-by"] = servedBy;
        }

        if (found.ContractOutcome is "native" or "enforced" or "repaired")
        {
            headers[Bind.Header] = found.ContractOutcome;
        }

        if (found.Dropped is { } dropped)
        {
            headers["x-causeway-dropped"] = dropped;
        }
    }

    /// <summary>What an answer cost that was read whole before any of it is sent on; of one that is passed on as it comes nobody knows yet.</summary>
    public static void TellCost(Call call, Received received, Course course)
    {
        if (Settle.Run(call, received, course, new Ending(Outcome.Completed, StatusCodes.Status200OK, null)).CostNanoUsd is { } cost)
        {
            call.Context.Response.Headers["x-causeway-cost-usd"] = Limit.Write(Meter.Usd, cost);
        }
    }

    /// <summary>Names the request, also where the vendor's SDK looks for its id (<c>_request_id</c>), unless a provider named it there.</summary>
    public static void Name(Protocol protocol, IHeaderDictionary headers, string requestId)
    {
        headers["x-causeway-request"] = requestId;
        if (ProtocolHeaders.RequestId(protocol) is { } theirs)
        {
            headers.TryAdd(theirs, requestId);
        }
    }

    private static void SetOwnHeaders(Protocol protocol, IHeaderDictionary headers, string requestId, Course? course)
    {
        Name(protocol, headers, requestId);
        if (course is null)
        {
            return;
        }

        if (course.Hold?.Reservation.LeftNanoUsd is { } left)
        {
            headers["x-causeway-grant-remaining-usd"] = Limit.Write(Meter.Usd, left);
        }

        if (course.Hold?.ClampedTo is { } cap)
        {
            headers["x-causeway-budget-clamped"] = cap.ToString(CultureInfo.InvariantCulture);
        }

        if (course.Plan.Space is { } space)
        {
            headers[EmbeddingSpace.Header] = space;
        }

        if (course.Plan.Release is { } release)
        {
            headers["x-causeway-release"] = release.Name;
            if (course.Plan.Routed is { } routed)
            {
                routed.Tell(headers, course.Plan.Revision);
            }

            if (course.Plan.Conversation is { From: { } from } turn)
            {
                headers[ConversationTurn.Header] = $"from={from}; lost={turn.Lost}";
            }
        }

        if (course.Pin is { } pin)
        {
            headers["x-causeway-served-by"] = pin.ServedBy;
            headers["x-causeway-attempts"] = course.Attempts == 1 ? "1" : course.Attempts.ToString(CultureInfo.InvariantCulture);
        }

        if (course.ContractOutcome is "native" or "enforced" or "repaired")
        {
            headers[Bind.Header] = course.ContractOutcome;
        }

        if (course.Turn is { } cached)
        {
            TellCache(headers, cached);
        }

        if (DroppedFields.Text(course.Dropped) is { } dropped)
        {
            headers["x-causeway-dropped"] = dropped;
        }
    }
}
