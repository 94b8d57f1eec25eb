using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Providers.OpenAI.Kept;

/// <summary>
/// Batches of requests that stand in a file. One is validated when it is taken and run when a look finds it ended: the first one, unless the script has it go on. Its requests are answered as they
/// would be alone, each by the script as well, and billed apart; what they came to is in files of the account. What was cancelled before is not run.
/// </summary>
/// <param name="vendor">Who reads and answers each request.</param>
/// <param name="files">The account's files.</param>
/// <param name="desk">What runs batches; null: they are taken, and stay in progress.</param>
internal sealed class KeptBatches(OpenAIProvider vendor, KeptFiles files, BatchDesk? desk)
{
    private const int MaxKept = 1_000;
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, KeptBatch> _kept = [];

    public Reading Read(Incoming incoming)
    {
        if (incoming.Route.Model is { } id)
        {
            return Find(incoming.Account, id) is not { } batch ? new Rejection(404, "invalid_request_error", $"No batch found with id '{id}'.")
                : incoming.Route.Verb is null ? Ask(incoming, id) with { Look = then => Change(id, kept => Looked(kept, then)) }
                : batch.Status is BatchStatus.Completed or BatchStatus.Failed or BatchStatus.Cancelled ? new Rejection(409, "invalid_request_error", $"Cannot cancel a batch with status '{JsonNamingPolicy.SnakeCaseLower.ConvertName(batch.Status.ToString())}'.")
                : Ask(incoming, id) with { Act = () => Change(id, kept => kept with { Status = BatchStatus.Cancelling }) };
        }

        return incoming.Request.Method == "GET" ? Ask(incoming, "") with { Act = () => Reply.Json(List(incoming.Account)) } : Take(incoming);
    }

    private Reading Take(Incoming incoming)
    {
        JsonElement body = incoming.Json;
        foreach (string name in new[] { "input_file_id", "endpoint", "completion_window" })
        {
            if (body.Member(name).Text() is not { Length: > 0 })
            {
                return Missing.Parameter(name);
            }
        }

        string input = body.Member("input_file_id").Text()!;
        if (files.Find(incoming.Account, input) is not { Purpose: KeptFiles.BatchPurpose } file)
        {
            return new Rejection(400, "invalid_request_error", $"Invalid input_file_id: no file with id '{input}' and purpose 'batch'.") { Param = "input_file_id" };
        }

        (IReadOnlyList<BatchRequest> requests, BatchFault? fault) = BatchInput.Read(incoming, body.Member("endpoint").Text()!, file.Content, vendor.Read);
        KeptBatch made = new("batch_" + Fingerprint.Id(incoming.Fingerprint, incoming.Account), incoming.Account, body, requests) { Fault = fault };
        return Ask(incoming, "") with { Act = () => Keep(made) };
    }

    // A look finds what the script has it find.
    private KeptBatch Looked(KeptBatch kept, Behaviour then) => kept.Status switch
    {
        BatchStatus.Validating when kept.Fault is not null => kept with { Status = BatchStatus.Failed },
        BatchStatus.Validating or BatchStatus.InProgress when desk is { } running && then.BatchInProgress is not true => Run(kept, running),
        BatchStatus.Validating or BatchStatus.InProgress => kept with { Status = BatchStatus.InProgress },
        BatchStatus.Cancelling when then.BatchInProgress is not true => kept with { Status = BatchStatus.Cancelled },
        _ => kept,
    };

    private KeptBatch Run(KeptBatch batch, BatchDesk running)
    {
        BatchLine[] lines = [.. batch.Requests.Select(request => BatchLine.Of(vendor, request, running.Script))];
        foreach ((BatchRequest request, BatchLine line) in batch.Requests.Zip(lines))
        {
            if (request.Read.Ask is { } ask)
            {
                running.Till.Add(ask.Vendor, ask.Protocol, ask.Model, BillCounts.Of(line.Tokens) with { Requests = 1, Rejected = line.IsAnswered ? 0 : 1 }, batch: true);
            }
        }

        return batch with { Status = BatchStatus.Completed, Lines = lines, OutputFile = FileOf(batch, lines, answered: true), ErrorFile = FileOf(batch, lines, answered: false) };
    }

    private string? FileOf(KeptBatch batch, BatchLine[] lines, bool answered) =>
        lines.Any(line => line.IsAnswered == answered)
            ? files.Keep(batch.Account, $"{batch.Id}_{(answered ? "output" : "error")}.jsonl", KeptFiles.OutputPurpose, [.. lines.Where(line => line.IsAnswered == answered).SelectMany(line => line.Json)])
            : null;

    private static Ask Ask(Incoming incoming, string id) => new() { Protocol = Protocol.Openai, Operation = incoming.Route.Operation!.Value, Model = id };

    private Reply Keep(KeptBatch batch)
    {
        lock (_gate)
        {
            _kept[batch.Id] = batch;
            if (_kept.Count > MaxKept)
            {
                _kept.RemoveAt(0);
            }
        }

        return Reply.Json(JsonWriting.Bytes(batch.Write));
    }

    private Reply Change(string id, Func<KeptBatch, KeptBatch> change)
    {
        lock (_gate)
        {
            return Reply.Json(JsonWriting.Bytes((_kept[id] = change(_kept[id])).Write));
        }
    }

    private KeptBatch? Find(string account, string id)
    {
        lock (_gate)
        {
            return _kept.TryGetValue(id, out KeptBatch? batch) && batch.Account == account ? batch : null;
        }
    }

    private byte[] List(string account)
    {
        KeptBatch[] batches;
        lock (_gate)
        {
            batches = [.. _kept.Values.Where(batch => batch.Account == account)];
        }

        return JsonWriting.Bytes(w =>
        {
            w.WriteStartObject();
            w.WriteString("object", "list");
            w.WriteStartArray("data");
            foreach (KeptBatch batch in batches)
            {
                batch.Write(w);
            }

            w.WriteEndArray();
            w.WriteBoolean("has_more", value: false);
            w.WriteEndObject();
        });
    }
}

/// <summary>What runs batches.</summary>
/// <param name="Script">What is done to each request.</param>
/// <param name="Till">Where it is billed.</param>
internal sealed record BatchDesk(Func<Ask, Behaviour> Script, Till Till);
