using Causeway.Budgets.Agreements;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Cache;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Cache;

/// <summary>Looks for an answer that may be given again, and says what becomes of the one that is made where there is none. Asked only where a channel keeps its answers.</summary>
internal sealed class Recall(AnswerCache? cache, PolicyPublisher policies, TimeProvider time)
{
    /// <summary>What became of it, in answers; in requests, that none is wanted.</summary>
    public const string Header = "x-causeway-cache";

    private const string Bypass = "bypass";
    private static readonly CacheTurn s_off = new("off");
    private static readonly CacheTurn s_bypass = new(Bypass);

    public async ValueTask<Verdict<CacheTurn>> RunAsync(Call call, Caller caller, Received received, Plan plan, CacheRule rule)
    {
        StringValues asked = call.Context.Request.Headers[Header];
        if (asked.Count > 0 && asked is not [Bypass])
        {
            return new GatewayError(ErrorKind.Malformed, "request_malformed", $"{Header} takes one word: {Bypass}. Leave it out to be given an answer again that is kept.") { Param = Header };
        }

        if (cache is null)
        {
            return s_off;
        }

        CacheCounts counts = cache.CountsOf(plan.Channel!.Channel.Name);
        if (asked.Count > 0 || AnswerKeys.Of(call, caller, received, plan) is not { } key)
        {
            counts.Bypass();
            return s_bypass;
        }

        if (await cache.FindAsync(key, rule, call.ClientGone) is { } found && CoverageOf(found, call.Data!.Value.Rank) is { } coverage)
        {
            counts.Hit();
            return new CacheTurn("hit") { Found = found, Coverage = coverage };
        }

        counts.Miss();
        return new CacheTurn("miss") { Key = key };
    }

    // Who made it has the data already; it is given again only as long as it might be asked again.
    private Coverage? CoverageOf(CachedAnswer found, int rank)
    {
        PolicyRevision policy = policies.Current;
        int slash = found.ServedBy?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        return slash > 0 && policy.FindProvider(found.ServedBy.AsSpan(0, slash)) is { } route ? Covered.By(policy, route.Provider, found.ServedBy![(slash + 1)..], rank, time.GetUtcNow()) : null;
    }

    /// <summary>Gives an answer again.</summary>
    public async Task<Ending> GiveAsync(Call call, Course course, CachedAnswer answer)
    {
        course.Cite(course.Turn!.Coverage!);
        Answers.Head(call, course, StatusCodes.Status200OK, answer.ContentType);
        HttpResponse response = call.Context.Response;
        response.Headers.Age = ((long)Math.Max(0, (time.GetUtcNow() - answer.MadeAt).TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        response.ContentLength = answer.Body.Length;
        await response.BodyWriter.WriteAsync(answer.Body, CancellationToken.None);
        call.MarkFirstByte();
        return call.ClientGone.IsCancellationRequested ? Ending.Gone(StatusCodes.Status200OK) : new Ending(Outcome.Completed, StatusCodes.Status200OK, null);
    }

    /// <summary>Begins to record the answer that is made now.</summary>
    public RecordedBody? Record(Call call, CacheTurn? turn) => turn?.Key is null ? null : RecordedBody.Begin(call.Context, cache!.Limits.AnswerBytes);

    /// <summary>The answer is over: kept if it is whole, sound, and of the release that was looked under.</summary>
    public ValueTask KeepAsync(Call call, Course course, RecordedBody? recorded, Ending ending, Settlement settled)
    {
        if (recorded is null)
        {
            return ValueTask.CompletedTask;
        }

        recorded.End(call.Context);
        HttpResponse response = call.Context.Response;
        if (recorded.Whole is not { Length: > 0 } body
            || course.Turn?.Key is not { } key
            || ending is not { Outcome: Outcome.Completed, Status: StatusCodes.Status200OK, ErrorCode: null }
            || course is not { Hold.ClampedTo: null, Plan.Release: { } release }
            || release.Release.Id != key.Release
            || Badness.Of(course, ending, settled) != Causeway.Releases.Guards.Bad.None
            || response.ContentType is not { } type
            || response.Headers.ContentEncoding.Count > 0)
        {
            return ValueTask.CompletedTask;
        }

        return cache!.KeepAsync(key, new CachedAnswer(call.Request, time.GetUtcNow(), type, body)
        {
            ServedBy = course.Pin?.ServedBy,
            Model = course.Meter?.Model,
            StopReason = course.Meter?.StopReason,
            ContractOutcome = course.ContractOutcome,
            Mended = course.Mended,
            Dropped = DroppedFields.Text(course.Dropped),
        });
    }
}

/// <summary>What the cache says of a request.</summary>
/// <param name="Word">As answers say it: <c>hit</c>, <c>miss</c>, <c>bypass</c>, <c>off</c>.</param>
internal sealed record CacheTurn(string Word)
{
    /// <summary>The answer; null: there is none.</summary>
    public CachedAnswer? Found { get; init; }

    /// <summary>What would let its data go to whoever made the answer; null: there is none.</summary>
    public Coverage? Coverage { get; init; }

    /// <summary>Under which the answer that is made now is kept; null: it is not.</summary>
    public AnswerKey? Key { get; init; }
}
