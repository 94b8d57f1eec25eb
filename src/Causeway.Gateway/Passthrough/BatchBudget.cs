using System.Buffers;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Wire;
using Causeway.Wire.Anthropic.Batches;
using Causeway.Wire.Errors;
using Causeway.Wire.OpenAI;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Passthrough;

/// <summary>
/// The budget policy of a batch: each of its requests is authorised and bounded as if it were asked alone, and the sum is held at once.
/// Nothing is changed in it: what needs a cap states one that its grant allows. Batches are billed below the price that is held, never above.
/// </summary>
internal static class BatchBudget
{
    /// <summary>A batch whose requests stand in its body.</summary>
    public static Verdict<NativeBudget.Bounded> Run(Call call, Caller caller, NativeCall native, PooledBody body)
    {
        if (!MessageBatch.TryRead(body.Memory.Span, out IReadOnlyList<ByteRange> requests, out RequestFault fault))
        {
            return Compose.Refused(fault);
        }

        Amounts sum = default;
        for (int place = 0; place < requests.Count; place++)
        {
            string where = $"requests[{place}].params";
            if (Refuse(call, caller, native, Operation.Messages, body.Memory.Slice(requests[place].Start, requests[place].Length), new BatchPlace(where, where), out Amounts bound) is { } error)
            {
                return error;
            }

            sum += bound;
        }

        return new NativeBudget.Bounded(native with { IsBatch = true }, sum);
    }

    /// <summary>Why a request of a batch cannot be asked; null: it can, and may use the bound at most.</summary>
    public static GatewayError? Refuse(Call call, Caller caller, NativeCall native, Operation operation, ReadOnlyMemory<byte> request, BatchPlace place, out Amounts bound)
    {
        bound = default;
        if (!RequestScanner.TryScan(operation, request.Span, out RequestScan scan, out RequestFault fault))
        {
            return place.Of(Compose.Refused(fault));
        }

        PinRoute pin = new(native.Pin.Route, scan.Model!);
        if ((Authorize.OfModel(caller, scan.Model!, pin) ?? Authorize.OfOthers(caller, scan.OtherModels, pin)) is { } denied)
        {
            return place.Of(denied);
        }

        using PooledBody alone = new(request.Length);
        alone.Append(new ReadOnlySequence<byte>(request));
        Received received = new(alone, scan, scan.Model!);
        Plan plan = Reserve.Capped(caller, received, new Plan(scan.Model!, [pin]));
        if (plan.OutputCap is { } cap)
        {
            string field = OutputCapEdit.FieldOf(operation, OpenAIEndpoint.CapFieldOf(pin.Provider.Server)) ?? "its output cap";
            return place.Of(Authorize.Denied(caller, "request_exceeds_limit", $"Its grant holds output to {cap} tokens, and a batch is sent as it is. State that as {field}, or less.", field) with { Kind = ErrorKind.Spent });
        }

        if (Bounds.Of(call, received, pin, plan.CapAt(pin), Reserve.NeedsPrice(caller)) is not { } most)
        {
            return place.Of(Reserve.Unpriced(call, caller, pin, received));
        }

        bound = most;
        return null;
    }
}

/// <summary>Where a request of a batch stands.</summary>
/// <param name="Words">As its caller finds it.</param>
/// <param name="Path">What stands before the name of a field of it.</param>
internal readonly record struct BatchPlace(string Words, string Path)
{
    /// <summary>What is wrong there, with the place.</summary>
    public GatewayError Of(GatewayError error) =>
        error with { Message = $"{Words}: {error.Message}", Param = error.Param is { } field ? $"{Path}.{field}" : Path, ShouldRetry = false };
}
