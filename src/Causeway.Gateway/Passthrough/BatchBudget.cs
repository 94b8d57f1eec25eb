using System.Buffers;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Wire;
using Causeway.Wire.Anthropic.Batches;
using Causeway.Wire.Errors;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Passthrough;

/// <summary>
/// The budget policy of a batch whose requests stand in its body: each is authorised and bounded as if it were asked alone, and the sum is held at once.
/// Nothing is changed in it: what needs a cap states one that its grant allows. Batches are billed below the price that is held, never above.
/// </summary>
internal static class BatchBudget
{
    public static Verdict<NativeBudget.Bounded> Run(Call call, Caller caller, NativeCall native, PooledBody body)
    {
        if (!MessageBatch.TryRead(body.Memory.Span, out IReadOnlyList<ByteRange> requests, out RequestFault fault))
        {
            return Compose.Refused(fault);
        }

        Amounts sum = default;
        for (int place = 0; place < requests.Count; place++)
        {
            if (Refuse(call, caller, native, body.Memory.Slice(requests[place].Start, requests[place].Length), place, out Amounts bound) is { } error)
            {
                return error;
            }

            sum += bound;
        }

        return new NativeBudget.Bounded(native with { IsBatch = true }, sum);
    }

    private static GatewayError? Refuse(Call call, Caller caller, NativeCall native, ReadOnlyMemory<byte> request, int place, out Amounts bound)
    {
        bound = default;
        string where = $"requests[{place}].params";
        if (!RequestScanner.TryScan(Operation.Messages, request.Span, out RequestScan scan, out RequestFault fault))
        {
            return new GatewayError(ErrorKind.Malformed, fault.Code, $"{where}: {fault.Message}") { Param = fault.Param is { } field ? $"{where}.{field}" : where, ShouldRetry = false };
        }

        PinRoute pin = new(native.Pin.Route, scan.Model!);
        if (Authorize.OfModel(caller, scan.Model!, pin) is { } denied)
        {
            return denied with { Param = where + ".model" };
        }

        using PooledBody alone = new(request.Length);
        alone.Append(new ReadOnlySequence<byte>(request));
        Received received = new(alone, scan, scan.Model!);
        Plan plan = Reserve.Capped(caller, received, new Plan(scan.Model!, [pin]));
        if (plan.OutputCap is { } cap)
        {
            return Authorize.Denied(caller, "request_exceeds_limit", $"{where}: its grant holds output to {cap} tokens, and a batch is sent as it is. State that as max_tokens, or less.", where + ".max_tokens") with { Kind = ErrorKind.Spent };
        }

        if (Bounds.Of(call, received, pin, plan.CapAt(pin), Reserve.NeedsPrice(caller)) is not { } most)
        {
            return Reserve.Unpriced(caller, pin);
        }

        bound = most;
        return null;
    }
}
