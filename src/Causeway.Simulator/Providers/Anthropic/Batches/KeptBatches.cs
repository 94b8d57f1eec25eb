using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Providers.Anthropic.Batches;

/// <summary>
/// Batches of messages. One is taken at once and run when a look finds it ended: the first one, unless the script has it go on. Its requests are answered as they would be alone, each by the
/// script as well, and billed apart. What was cancelled before is not run.
/// </summary>
internal sealed class KeptBatches(Func<Ask, Behaviour> script, Till till)
{
    private const int MaxKept = 1_000;
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, KeptBatch> _kept = [];

    public Reading Read(Incoming incoming)
    {
        if (incoming.Route.Model is not { } id)
        {
            return incoming.Request.Method == "GET" ? Act(incoming, "", () => Reply.Json(List(incoming.Account))) : Take(incoming);
        }

        if (Find(incoming.Account, id) is not { } batch)
        {
            return new Rejection(404, "not_found_error", $"Message batch {id} not found");
        }

        return incoming switch
        {
            { Route.Verb: "cancel" } when batch.Lines is not null => new Rejection(400, "invalid_request_error", $"Batch {id} has ended and cannot be canceled"),
            { Route.Verb: "cancel" } => Act(incoming, id, () => Change(id, kept => kept with { IsCancelled = true })),
            { Route.Operation: Operation.BatchResults } when batch.Lines is null => new Rejection(404, "not_found_error", $"Batch {id} has no available results: it has not ended"),
            { Route.Operation: Operation.BatchResults } => Act(incoming, id, () => new Reply(200, "application/x-jsonl", [.. batch.Lines!.Select(line => new Frame(line.Json))], default)),
            { Request.Method: "DELETE" } when batch.Lines is null => new Rejection(400, "invalid_request_error", $"Batch {id} is in progress; cancel it first"),
            { Request.Method: "DELETE" } => Ask(incoming, id) with { Look = _ => Delete(id) },
            _ => Ask(incoming, id) with { Look = then => Change(id, kept => kept.Lines is null && then.BatchInProgress is not true ? kept with { Lines = Run(kept) } : kept) },
        };
    }

    private Reading Take(Incoming incoming)
    {
        List<BatchRequest> requests = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (JsonElement request in incoming.Json.Member("requests").Items())
        {
            string place = $"requests.{requests.Count}";
            if (request.Member("custom_id").Text() is not { Length: > 0 and <= 64 } name)
            {
                return new Rejection(400, "invalid_request_error", $"{place}.custom_id: Field required");
            }

            if (!names.Add(name))
            {
                return new Rejection(400, "invalid_request_error", $"{place}.custom_id: {name} is not unique");
            }

            if (request.Member("params") is not { ValueKind: JsonValueKind.Object } alone)
            {
                return new Rejection(400, "invalid_request_error", $"{place}.params: Field required");
            }

            requests.Add(new BatchRequest(name, ReadAlone(incoming, name, alone)));
        }

        if (requests.Count == 0)
        {
            return new Rejection(400, "invalid_request_error", "requests: List should have at least 1 item after validation");
        }

        KeptBatch made = new("msgbatch_" + Fingerprint.Id(incoming.Fingerprint, incoming.Account), incoming.Account, Results(incoming), requests);
        return Act(incoming, "", () => Keep(made));
    }

    /// <summary>A request of a batch is judged when the batch runs, by the rules of one that is asked alone.</summary>
    private static Reading ReadAlone(Incoming incoming, string name, JsonElement alone)
    {
        Reading read = MessagesRequest.Read(incoming with { Json = alone, Fingerprint = Fingerprint.Of("batch/" + name, JsonWriting.Bytes(alone.WriteTo)) });
        return read.Ask is { } ask ? ask with { Vendor = incoming.Route.Vendor, Key = incoming.Key, Account = incoming.Account, Stream = false } : read;
    }

    private BatchLine[] Run(KeptBatch batch)
    {
        BatchLine[] lines = [.. batch.Requests.Select(request => batch.IsCancelled ? BatchLine.Canceled(request.Name) : BatchLine.Of(request, script))];
        foreach ((BatchRequest request, BatchLine line) in batch.Requests.Zip(lines))
        {
            if (request.Read.Ask is { } ask && !batch.IsCancelled)
            {
                till.Add(ask.Vendor, ask.Protocol, ask.Model, BillCounts.Of(line.Tokens) with { Requests = 1, Rejected = line.Result == BatchResult.Succeeded ? 0 : 1 }, batch: true);
            }
        }

        return lines;
    }

    private static Reading Act(Incoming incoming, string id, Func<Reply> act) => Ask(incoming, id) with { Act = act };

    private static Ask Ask(Incoming incoming, string id) => new() { Protocol = Protocol.Anthropic, Operation = incoming.Route.Operation!.Value, Model = id };

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

        return Reply.Json(batch.Json());
    }

    private Reply Change(string id, Func<KeptBatch, KeptBatch> change)
    {
        lock (_gate)
        {
            return Reply.Json((_kept[id] = change(_kept[id])).Json());
        }
    }

    private Reply Delete(string id)
    {
        lock (_gate)
        {
            _kept.Remove(id);
        }

        return Reply.Json(JsonWriting.Bytes(w =>
        {
            w.WriteStartObject();
            w.WriteString("id", id);
            w.WriteString("type", "message_batch_deleted");
            w.WriteEndObject();
        }));
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
            batches = [.. _kept.Values.Where(batch => batch.Account == account).Reverse()];
        }

        return JsonWriting.Bytes(w =>
        {
            w.WriteStartObject();
            w.WriteStartArray("data");
            foreach (KeptBatch batch in batches)
            {
                w.WriteRawValue(batch.Json());
            }

            w.WriteEndArray();
            w.WriteBoolean("has_more", value: false);
            w.WriteString("first_id", batches.FirstOrDefault()?.Id);
            w.WriteString("last_id", batches.LastOrDefault()?.Id);
            w.WriteEndObject();
        });
    }

    /// <summary>Where results are, as the vendor says it: the address that the batch was sent to.</summary>
    private static string Results(Incoming incoming) => $"{incoming.Request.Scheme}://{incoming.Request.Host}{incoming.Target.Split('?')[0]}";
}
