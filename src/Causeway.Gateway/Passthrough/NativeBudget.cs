using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Residency;
using Causeway.Wire;
using Causeway.Wire.Batches;
using Causeway.Wire.OpenAI;
using Causeway.Wire.OpenAI.Batches;
using Causeway.Wire.Requests;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Passthrough;

/// <summary>
/// The budget policy of native calls. What is understood is bounded and capped like any request of inference. What only reads or deletes costs nothing.
/// A batch is bounded by its requests (<see cref="BatchBudget"/>), which may have to be read first (<see cref="ReadBatchFile"/>). What may cost money that nobody can bound (another batch, an image,
/// a training run) is denied where money is limited, and counted as a request elsewhere.
/// </summary>
internal static class NativeBudget
{
    /// <summary>The call with its cap, and what is to be held for it; or why it is denied.</summary>
    public static Verdict<Bounded> Run(Call call, Caller caller, NativeCall native, PooledBody body, ClassRules rules)
    {
        bool isPost = HttpMethods.IsPost(call.Context.Request.Method);
        if (Authorize.Common(call, caller, rules) is { } denied)
        {
            return denied;
        }

        if (native.BatchAct == NativeBatch.Inline)
        {
            return BatchBudget.Run(call, caller, native, body); // Every request of it names a model of its own.
        }

        if (native.BatchAct == NativeBatch.InFile)
        {
            if (!FileBatch.TryRead(body.Memory.Span, out FileBatch file, out RequestFault unread))
            {
                return Compose.Refused(unread);
            }

            if (file.Operation is not null)
            {
                return new Bounded(native, default) { File = file };
            }
        }

        if (OfModel(caller, native) is { } other)
        {
            return other;
        }

        if (native.BatchAct == NativeBatch.Cancel)
        {
            return new Bounded(native, default);
        }

        if (native.BatchAct is NativeBatch.Unread or NativeBatch.InFile && (caller.Grant.HasTokenLimit || Reserve.NeedsPrice(caller)))
        {
            return Authorize.Denied(
                caller, "price_unknown", $"What the requests of this batch use cannot be bounded: they are of a kind, or stand in a form, that is not read here. Use a batch of Anthropic's, or of OpenAI's chat completions, responses or embeddings; or a grant that limits requests only.", null);
        }

        if (isPost && NativePath.KeepsFile(native.Pin.Protocol, native.Path))
        {
            return new Bounded(native, default); // No vendor charges for it; what is done with it is another call.
        }

        if (!isPost && !HttpMethods.IsPut(call.Context.Request.Method) && !HttpMethods.IsPatch(call.Context.Request.Method))
        {
            return new Bounded(native, default);
        }

        if (native.Operation is not ({ } operation and not Operation.Native))
        {
            return NotUnderstood(caller, native, body);
        }

        // What cannot be read cannot be capped, and a server that is less strict would generate without end.
        return RequestScanner.TryScan(operation, body.Memory.Span, new RequestBounds(), out RequestScan scan, out RequestFault fault, isModelNamed: native.Pin.Model.Length > 0) ? Understood(call, caller, native, new Received(body, scan, native.Asked))
            : caller.Grant.HasTokenLimit || Reserve.NeedsPrice(caller) ? Compose.Refused(fault)
            : NotUnderstood(caller, native, body);
    }

    private static GatewayError? OfModel(Caller caller, NativeCall native) => caller.Grant.Scope switch
    {
        { Models: null, ModelClasses: null } when caller.Restrictions is null or { Models: null, ModelClasses: null } => null,
        _ when native.Pin.Model.Length == 0 => Authorize.Denied(caller, "scope_model", "The grant covers certain models only, and this call names none.", "model"),
        _ => Authorize.OfModel(caller, native.Asked, native.Pin),
    };

    private static Verdict<Bounded> Understood(Call call, Caller caller, NativeCall native, Received received)
    {
        if (Authorize.OfOthers(caller, received.Scan.OtherModels, native.Pin) is { } other)
        {
            return other;
        }

        Plan plan = Reserve.Capped(caller, received, new Plan(native.Asked, [native.Pin]));
        if (Bounds.Of(call, received, native.Pin, plan.CapAt(native.Pin), Reserve.NeedsPrice(caller)) is not { } bound)
        {
            return Reserve.Unpriced(call, caller, native.Pin, received);
        }

        if (plan.OutputCap is null)
        {
            return new Bounded(native, bound) { Understood = received, Cap = plan.CapAt(native.Pin) };
        }

        BodyEdits edits = native.Body.Edits;
        OutputCapEdit.Plan(received.Scan, received.Body.Memory.Span, plan.CapAt(native.Pin)!.Value, OpenAIEndpoint.CapFieldOf(native.Pin.Provider.Server), ref edits);
        return new Bounded(native with { Body = new SplicedBody(received.Body.Memory, edits) }, bound) { Understood = received, Cap = plan.CapAt(native.Pin) };
    }

    private static Verdict<Bounded> NotUnderstood(Caller caller, NativeCall native, PooledBody body) => Reserve.NeedsPrice(caller)
        ? Authorize.Denied(caller, "price_unknown", $"What {native.Path} costs cannot be bounded, and the grant limits money. Use a path of inference, or a grant that limits requests.", null)
        : new Bounded(native, new Amounts(0, body.Length + Bounds.Overhead, caller.Grant.HasTokenLimit ? Grant.DefaultOutputTokens : 0));

    /// <summary>A call that may be made, and what it may use at most.</summary>
    internal sealed record Bounded(NativeCall Call, Amounts Bound)
    {
        /// <summary>Its requests stand there, and tell the bound: it is read before anything is held. Null: the bound is known.</summary>
        public FileBatch? File { get; init; }

        /// <summary>The request as it was read; null: it is not understood.</summary>
        public Received? Understood { get; init; }

        /// <summary>What it may generate at most; null: only the model says.</summary>
        public long? Cap { get; init; }
    }
}
