using System.Buffers;
using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Releases.Routing;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// <c>POST /v1/feedback</c>: a later word on an answer, from a person, a judge or an evaluation, with the id of its request and a key of its team. A bad one counts against the
/// release that answered, with the share that the rollout had then.
/// </summary>
internal sealed class FeedbackDesk(IUsageStore usage, IRoutingStore routing, PolicyPublisher policies, Identify identify, RolloutBook book)
{
    private const int MaxBody = 4096;

    /// <summary>Takes one word.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        string id = RequestId.New();
        if ((await identify.RunAsync(context.Request, policies.Current)).Failed(out Caller? caller, out GatewayError? error)
            || (await ReadAsync(context)).Failed(out Word? word, out error))
        {
            await Answers.ErrorAsync(context, Protocol.OpenAI, error, id);
            return;
        }

        // Another team's request is as unknown as one that never was.
        if (await usage.FindAsync(word.Request, context.RequestAborted) is not { } record || record.Attribution.Team != caller.Key.Attribution.Team)
        {
            await Answers.ErrorAsync(
                context,
                Protocol.OpenAI,
                new GatewayError(ErrorKind.NotFound, "request_unknown", $"{RequestId.Format(word.Request)} is no request of this key's team, or is not booked yet: its answer has to be over. Take the id from x-causeway-request.") { Param = "request" },
                id);
            return;
        }

        bool counted = word.IsBad && await CountAsync(record, context.RequestAborted);
        var body = new ArrayBufferWriter<byte>(256);
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            json.WriteString("request", RequestId.Format(word.Request));
            json.WriteString("verdict", word.IsBad ? "bad" : "good");
            json.WriteString("channel", record.Channel);
            json.WriteString("release", record.Release);
            json.WriteBoolean("counted", counted);
            json.WriteEndObject();
        }

        context.Response.ContentType = "application/json";
        context.Response.Headers["x-causeway-request"] = id;
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, CancellationToken.None);
    }

    // By the arm and the share of the time when it was answered, also when the rollout is over by now.
    private async Task<bool> CountAsync(UsageRecord record, CancellationToken cancellation)
    {
        if (record is not { Channel: { } channel, Bucket: { } bucket, RoutingRevision: { } revision, RoutingRule: (int)RoutingRule.Percent or (int)RoutingRule.Stable }
            || policies.Current.Routing.RoutingOf(channel).Rollout is not { } rollout
            || await routing.AtAsync(channel, revision, cancellation) is not { Active: { } then }
            || then.Id != rollout.Id)
        {
            return false;
        }

        book.Feedback(channel, rollout, record.Release == rollout.Candidate.ToString(), bucket, then.Exposure.Ppm, record.Request);
        return true;
    }

    private static async Task<Verdict<Word>> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaxBody)
        {
            return TooLarge();
        }

        System.IO.Pipelines.ReadResult read = await context.Request.BodyReader.ReadAtLeastAsync(MaxBody + 1, context.RequestAborted);
        if (read.Buffer.Length > MaxBody)
        {
            context.Request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            return TooLarge();
        }

        byte[] body = read.Buffer.ToArray();
        context.Request.BodyReader.AdvanceTo(read.Buffer.End);
        try
        {
            using var document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("request", out JsonElement request) && request.ValueKind == JsonValueKind.String
                && RequestId.TryParse(request.GetString()!, out Guid named)
                && root.TryGetProperty("verdict", out JsonElement verdict) && verdict.ValueKind == JsonValueKind.String && verdict.GetString() is "good" or "bad")
            {
                return new Word(named, verdict.ValueEquals("bad"));
            }
        }
        catch (JsonException)
        {
            // Said below, with what is wanted.
        }

        return new GatewayError(ErrorKind.Malformed, "request_malformed", """Send {"request": "req_…", "verdict": "bad"} or "good", with the id of x-causeway-request.""");
    }

    private static GatewayError TooLarge() => new(ErrorKind.TooLarge, "request_too_large", $"Feedback has at most {MaxBody} bytes.");

    private sealed record Word(Guid Request, bool IsBad);
}
