using System.Globalization;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.Objects;
using Causeway.Wire.OpenAI.Batches;

namespace Causeway.Gateway.Passthrough;

/// <summary>What the requests of a batch's file may use together, line by line. Lines that cannot be asked are told, the first of them with its reason.</summary>
/// <param name="call">The request that begins the batch.</param>
/// <param name="caller">Who asks.</param>
/// <param name="native">The same on its way.</param>
/// <param name="batch">What it asks for.</param>
/// <param name="operation">What each request asks for.</param>
internal sealed class BatchFileBound(Call call, Caller caller, NativeCall native, FileBatch batch, Operation operation)
{
    /// <summary>The code of a file that is none for this batch.</summary>
    public const string InvalidCode = "batch_file_invalid";

    private const int MaxNamed = 20;
    private readonly List<int> _others = [];
    private Amounts _sum;
    private GatewayError? _first;
    private int _requests;
    private int _wrong;

    /// <summary>What the lines name of what the provider keeps.</summary>
    public NamedObjects Named { get; } = new(native.Pin.Protocol, FileBatch.MaxRequests);

    /// <summary>There are more lines than a batch may have: what follows changes nothing.</summary>
    public bool IsFull => _requests > FileBatch.MaxRequests;

    /// <summary>Takes the next line.</summary>
    public void Add(in BatchFileLine line)
    {
        _requests++;
        Named.Read(line.Request.Span);
        if (Refuse(line, out Amounts bound) is not { } error)
        {
            _sum += bound;
            return;
        }

        _wrong++;
        if (_first is null)
        {
            _first = error;
        }
        else if (_others.Count < MaxNamed)
        {
            _others.Add(line.Number);
        }
    }

    /// <summary>The batch with what is to be held for it, or what is wrong with its file.</summary>
    public Verdict<NativeBudget.Bounded> End()
    {
        if (IsFull)
        {
            return Invalid($"File {batch.File} has more than {FileBatch.MaxRequests:N0} requests, which no batch may. Split it.");
        }

        return _requests == 0 ? Invalid($"File {batch.File} has no request in it. Write one JSON object a line.")
            : _first is { } first ? first with { Message = first.Message + Others() }
            : new NativeBudget.Bounded(native with { IsBatch = true }, _sum);
    }

    /// <summary>What is wrong with a file, in the shape of an error.</summary>
    public static GatewayError Invalid(string message) => new(ErrorKind.Malformed, InvalidCode, message) { Param = "input_file_id" };

    private GatewayError? Refuse(in BatchFileLine line, out Amounts bound)
    {
        bound = default;
        string words = string.Create(CultureInfo.InvariantCulture, $"Line {line.Number} of {batch.File}{(line.Name is { } name ? $" (custom_id \"{name}\")" : "")}");
        if (line.Fault is { } fault)
        {
            return Invalid($"{words}: {fault}. Write {{\"custom_id\":…,\"method\":\"POST\",\"url\":\"{batch.Endpoint}\",\"body\":{{…}}}}.");
        }

        return NativePath.Unversioned(line.Url!) != NativePath.Unversioned(batch.Endpoint)
            ? Invalid($"{words}: its \"url\" is another than the batch's \"endpoint\", {batch.Endpoint}. A batch has requests of one kind.")
            : BatchBudget.Refuse(call, caller, native, operation, line.Request, new BatchPlace(words, string.Create(CultureInfo.InvariantCulture, $"line {line.Number}: body")), out bound);
    }

    private string Others() => _others.Count == 0 ? ""
        : $" Also wrong: line{(_others.Count == 1 ? "" : "s")} {string.Join(", ", _others)}{(_wrong - 1 > _others.Count ? $" and {_wrong - 1 - _others.Count} more" : "")}.";
}
