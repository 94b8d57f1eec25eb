using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Runaway;
using Causeway.Gateway.Flow;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Runaway;

/// <summary>
/// Stands between a request and the guard of runs: reads the request into fingerprints, asks, and says the answer in the caller's words.
/// Only requests that name a run come here; the others cost nothing.
/// </summary>
/// <param name="guard">Who remembers the runs.</param>
/// <param name="key">The process's key of fingerprints.</param>
/// <param name="time">The clock.</param>
internal sealed class RunWatch(RunGuard guard, FingerprintKey key, TimeProvider time)
{
    /// <summary>The header of an answer to a call that was let through with a warning.</summary>
    public const string WarningHeader = "x-causeway-run-warning";

    private const string Guide = "See docs/runaway.md.";

    private FrozenDictionary<string, FrozenSet<RunFingerprint>> _exempt = FrozenDictionary<string, FrozenSet<RunFingerprint>>.Empty;

    /// <summary>Sets which tools may be called again and again with equal results, by feature. Replaces what was set before.</summary>
    public void Exempt(IReadOnlyDictionary<string, IReadOnlyCollection<string>> toolsByFeature) => Volatile.Write(
        ref _exempt,
        toolsByFeature.ToFrozenDictionary(each => each.Key, each => each.Value.Select(name => key.Of(RunStepReader.Spelled(name))).ToFrozenSet()));

    /// <summary>Decides about a call, once, before it is made.</summary>
    /// <param name="call">The request.</param>
    /// <param name="received">Its body.</param>
    /// <param name="grant">The grant that pays.</param>
    /// <param name="feature">The attribution's feature.</param>
    /// <param name="run">The run that the request belongs to.</param>
    /// <param name="limits">What the run may come to.</param>
    public RunCheck Before(Call call, Received received, GrantId grant, string feature, RunId run, RunLimits limits) =>
        Judge(new RunKey(grant, run.Name), StepOf(call, received, StepOf(feature, run)), limits);

    /// <summary>The same for a native call, which is not understood: its repetitions and its limits are all that is watched.</summary>
    public RunCheck Before(Call call, ReadOnlyMemory<byte> body, GrantId grant, string feature, RunId run, RunLimits limits)
    {
        HttpRequest request = call.Context.Request;
        RunStep step = StepOf(feature, run);

        // A look at a job's state is the same each time, as it should be.
        bool looks = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        return Judge(new RunKey(grant, run.Name), looks ? step : step with { Request = Raw($"{request.Method} {request.Path}{request.QueryString}", body.Span) }, limits);
    }

    /// <summary>Holds what a call may cost of what its run may.</summary>
    /// <returns>The check with what is held, or with why there is no room.</returns>
    public RunCheck Hold(RunCheck check, long nanoUsd, RunLimits limits) =>
        limits.NanoUsd is null ? check
        : guard.Hold(check.Key, nanoUsd, limits) is { } refused ? Tell(check.Key, check.Request, refused)
        : check with { HeldNanoUsd = nanoUsd };

    /// <summary>Decides about a child grant or token, once, before a run mints it. Nothing is told afterwards.</summary>
    public RunCheck Minting(GrantId grant, string feature, RunId run)
    {
        RunKey minter = new(grant, run.Name);
        return Tell(minter, request: null, guard.Minted(minter, feature));
    }

    /// <summary>Tells how a call ended that was let through; one that was refused has no end.</summary>
    /// <param name="check">What was said of it.</param>
    /// <param name="ending">How it ended.</param>
    /// <param name="costNanoUsd">What it cost, nano-USD; null: nothing, or it is not known.</param>
    public void After(RunCheck check, Ending ending, long? costNanoUsd)
    {
        if (check.Error is not null)
        {
            return; // It was never made.
        }

        bool isOurs = ending.Outcome is Outcome.Denied or Outcome.Failed;
        bool isNobodys = isOurs && (ending.Status is StatusCodes.Status408RequestTimeout or StatusCodes.Status409Conflict or StatusCodes.Status429TooManyRequests
            || (ending.Status >= 500 && !IsOfTheRequest(ending.ErrorCode)));
        RunFingerprint? error = isOurs && !isNobodys ? key.Of(MemoryMarshal.AsBytes($"{ending.Status} {ending.ErrorCode}".AsSpan())) : null;
        guard.After(check.Key, new RunOutcome(error, costNanoUsd, isNobodys ? check.Request : null) { HeldNanoUsd = check.HeldNanoUsd });
    }

    // What the model answers to this request again and again, however well its provider is.
    private static bool IsOfTheRequest(string? code) => code is "contract_violated" or "answer_empty" or "schema_rejected";

    private static RunStep StepOf(string feature, RunId run) => new() { Feature = feature, Depth = run.Depth };

    private RunStep StepOf(Call call, Received received, RunStep step)
    {
        step = step with { Exempt = Volatile.Read(ref _exempt).GetValueOrDefault(step.Feature) ?? FrozenSet<RunFingerprint>.Empty };
        if (call.Operation is Operation.MessagesCountTokens or Operation.GeminiCountTokens)
        {
            return step; // Asks no model.
        }

        // A body that makes no sense is refused elsewhere; until then it is what its bytes are.
        return Compose.Generates(call.Operation) && received.TryTranslation(call.Operation, out RequestTranslation? request, out _)
            ? RunStepReader.Read(key, request, received.Model, step with { ContextBytes = received.Scan.HoldsProviderState ? null : received.Body.Length })
            : step with { Request = Raw($"{call.Operation} {received.Model}", received.Body.Memory.Span) };
    }

    private RunFingerprint Raw(string what, ReadOnlySpan<byte> body)
    {
        using var hash = key.Begin();
        new FingerprintAllowance().Append(hash, body);
        hash.AppendData(MemoryMarshal.AsBytes(what.AsSpan()));
        return FingerprintKey.Finish(hash);
    }

    private RunCheck Judge(RunKey run, RunStep step, RunLimits limits) => Tell(run, step.Request, guard.Before(run, step, limits));

    private RunCheck Tell(RunKey run, RunFingerprint? request, RunVerdict verdict)
    {
        RunCheck check = new(run, request);
        if (verdict.Code is not { } code)
        {
            return check;
        }

        RunAction action = new(run.Run, run.Grant, code, verdict.Stage, verdict.Signal, verdict.Limit, verdict.Explanation, time.GetUtcNow());
        return verdict.Allowed
            ? check with { Action = action, Warning = $"{verdict.Explanation} The next such call waits. {Guide}" }
            : check with { Action = action, Error = ErrorOf(run, verdict, code) };
    }

    private static GatewayError ErrorOf(RunKey run, RunVerdict verdict, string code)
    {
        string lift = $"\"causeway run lift {run.Run} --grant {run.Grant} --reason TEXT\"";
        string what = $"Run \"{run.Run}\": {verdict.Explanation}";
        if (verdict.Limit is not null)
        {
            return new GatewayError(ErrorKind.Forbidden, code, $"{what} End the run, or let an operator begin its limits anew with {lift}. {Guide}") { Param = RunId.Header };
        }

        if (verdict.RetryAfter is { } wait)
        {
            return new GatewayError(ErrorKind.RateLimited, code, $"{what} Wait, then do something else: the next such call needs an operator's approval. {Guide}") { Param = RunId.Header, RetryAfter = wait };
        }

        return new GatewayError(
            ErrorKind.Forbidden,
            code,
            verdict.Stage == RunStage.NeedsApproval
                ? $"{what} To go on like this needs approval: {lift}. Something else may still be asked; the next such call suspends the run. {Guide}"
                : $"{what} The run is suspended until an operator lifts it: {lift}. {Guide}")
        { Param = RunId.Header };
    }
}
