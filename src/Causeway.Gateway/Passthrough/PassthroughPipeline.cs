using System.Diagnostics;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Labels;
using Causeway.Gateway.Objects;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Runaway;
using Causeway.Gateway.Telemetry;
using Causeway.Wire.Requests;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Passthrough;

/// <summary>
/// A native call through the house: identify → read labels → receive → find the provider → authorize → look whose it is → watch the run → admit → once → read a batch's file → reserve → forward → settle → record. The same key checks and the
/// same books as for inference that is understood, so that there is no way around them.
/// </summary>
internal sealed class PassthroughPipeline(
    PolicyPublisher policies, Identify identify, Receive receive, Func<EndUsers> users, Func<OutgoingGuard> guard, FindProvider find, WatchRun runs, Admit admit, Once once, Owners owners, ReadBatchFile files, Reserve reserve, Forward forward, Record record, TimeProvider time, ILogger log)
{
    /// <param name="call">The request; its protocol is only known once its provider is, until then OpenAI's.</param>
    /// <param name="provider">The provider's name of the path; null: the request's model says it.</param>
    public async Task RunAsync(Call call, string? provider)
    {
        PolicyRevision policy = policies.Current;
        if (provider is not null && policy.FindProvider(provider) is { } route)
        {
            call.Protocol = route.Provider.Protocol; // Denials, too, are told in the words of the SDK that calls this provider.
        }

        if ((await identify.RunAsync(call.Context.Request, policy)).Failed(out Caller? caller, out GatewayError? error))
        {
            record.Unidentified(call, error);
            await Answers.ErrorAsync(call, error);
            return;
        }

        using Activity? span = InferenceTrace.Start(call, caller.Key);
        string asked = provider ?? "";
        try
        {
            if (call.Context.Request.Headers.ContainsKey(Bind.Header))
            {
                await DenyAsync(call, caller, asked, Bind.Unsupported($"A native call is passed on as it is: nothing here can hold its answer to a contract. Leave {Bind.Header} out, or use an inference path."), span);
                return;
            }

            if ((error = ReadLabels.Run(call.Enter(RequestStep.Receive), users())) is not null)
            {
                await DenyAsync(call, caller, asked, error, span);
                return;
            }

            if ((await receive.BodyAsync(call)).Failed(out PooledBody? body, out error))
            {
                await DenyAsync(call, caller, asked, error, span);
                return;
            }

            if (guard().Run(call.Enter(RequestStep.Guard), caller.Key.Attribution, body).Failed(out body, out error))
            {
                await DenyAsync(call, caller, asked, error, span);
                return;
            }

            using (body)
            {
                call.Enter(RequestStep.Resolve);
                Verdict<NativeCall> found = provider is not null ? FindProvider.ByName(call, provider, body, policy) : await find.ByModelAsync(call, caller, body, policy);
                if (found.Failed(out NativeCall? native, out error)
                    || NativeBudget.Run(call.Enter(RequestStep.Authorize), caller, native, body, policy.Classes).Failed(out NativeBudget.Bounded? bounded, out error)
                    || (await owners.RunAsync(call, caller, bounded, body)).Failed(out bounded, out error)
                    || (error = native.BeginsBatch ? reserve.RefuseBatch(caller) : null) is not null
                    || (error = Covered.Refuse(call, new Plan(native.Asked, [native.Pin]), policies.Current, time.GetUtcNow())) is not null
                    || (error = runs.Run(call.Enter(RequestStep.Admit), caller, body, out RunCheck? check)) is not null
                    || admit.Run(stream: false).Failed(out Admit.Admission? admission, out error))
                {
                    await DenyAsync(call, caller, asked, error, span);
                    return;
                }

                using (admission)
                {
                    if (once.Enter(call, caller).Failed(out Once.Entry? entry, out error))
                    {
                        await DenyAsync(call, caller, asked, error, span);
                        return;
                    }

                    using (entry)
                    {
                        call.Held = (admission, entry);
                        call.Enter(RequestStep.Reserve);
                        if (bounded.File is { } file && (await files.RunAsync(call, caller, bounded.Call, file)).Failed(out bounded, out error))
                        {
                            await DenyAsync(call, caller, asked, error, span);
                            return;
                        }

                        if ((await reserve.RunAsync(call, caller, native.Pin, native.Asked, bounded.Bound)).Failed(out Hold? hold, out error))
                        {
                            await DenyAsync(call, caller, asked, error, span);
                            return;
                        }

                        if (bounded.Understood is { } understood)
                        {
                            Reserve.Followed(hold, call, caller, understood, bounded.Cap, native.Pin, bounded.Bound.TokensIn);
                        }

                        await ServeAsync(call, caller, bounded.Call, hold, bounded.Understood?.Scan.BilledTools ?? default, check, span);
                    }
                }
            }
        }
        catch (Exception failure) when (call.ClientGone.IsCancellationRequested || failure is ConnectionResetException)
        {
            record.Left(call, caller, asked, stream: false);
            InferenceTrace.Fail(span, "client_gone");
        }
#pragma warning disable CA1031 // The edge: what nobody expected becomes one answer with an id, and one line in the log.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.Failed(log, call.Id, failure);
            await DenyAsync(call, caller, asked, GatewayError.Internal(call.Id), span);
        }
    }

    private async Task ServeAsync(Call call, Caller caller, NativeCall native, Hold hold, ToolAllowance tools, RunCheck? check, Activity? span)
    {
        call.Protocol = native.Pin.Protocol;
        Course course = new(native.Plan is { } plan ? plan with { Pins = [native.Pin] } : new Plan(native.Asked, [native.Pin]), hold, call.Data!.Value.Rank, time) { Caller = caller, Arrived = call.Arrived, Tools = tools };
        Ending ending = new(Outcome.Failed, 500, "internal");
        bool stream = false;
        try
        {
            call.Enter(RequestStep.Keep);
            if (runs.Hold(call, caller, hold, ref check) is { } beyond)
            {
                ending = await Answers.EndAsync(call, beyond, course, Outcome.Denied);
            }
            else if (await hold.IsDurableAsync())
            {
                (ending, stream) = await forward.RunAsync(call.Enter(RequestStep.Call), native, course);
                if (call.Restoring is { } restoring)
                {
                    await restoring.EndAsync(call.ClientGone);
                }
            }
            else
            {
                ending = await Answers.EndAsync(call, Hold.Unkept, course, Outcome.Failed);
            }
        }
        catch (Exception failure) when (!call.ClientGone.IsCancellationRequested)
        {
            LogEvents.Failed(log, call.Id, failure);
            await Answers.ErrorAsync(call, GatewayError.Internal(call.Id), course);
        }
        catch (Exception)
        {
            ending = Ending.Gone(null);
        }
        finally
        {
            Settlement settled = Settle.Native(call.Enter(RequestStep.Settle), native.Body.Length, course, ending);
            record.Completed(call, caller, course, stream, ending, settled);
            runs.Ended(check, ending, settled);
            InferenceTrace.End(span, call, course, ending, settled);
        }
    }

    private async Task DenyAsync(Call call, Caller caller, string asked, GatewayError error, Activity? span)
    {
        await Answers.ErrorAsync(call, error);
        record.Denied(call, caller, asked, error, stream: false);
        InferenceTrace.Fail(span, error.Code);
    }
}
