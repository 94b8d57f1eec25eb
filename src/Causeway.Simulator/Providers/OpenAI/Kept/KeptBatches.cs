using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI.Kept;

/// <summary>Batches are taken and kept, never run: they stay in progress until they are cancelled.</summary>
internal sealed class KeptBatches
{
    private const int MaxKept = 1_000;
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, KeptBatch> _kept = [];

    public Reading Read(Incoming incoming)
    {
        if (incoming.Route.Model is { } id)
        {
            return Find(incoming.Account, id) is not { } batch
                ? new Rejection(404, "invalid_request_error", $"No batch found with id '{id}'.")
                : Act(id, () => Reply.Json(incoming.Route.Verb is null ? One(batch) : Keep(batch with { Status = "cancelled" })));
        }

        if (incoming.Request.Method == "GET")
        {
            return Act("", () => Reply.Json(List(incoming.Account)));
        }

        JsonElement body = incoming.Json;
        foreach (string name in new[] { "input_file_id", "endpoint", "completion_window" })
        {
            if (body.Member(name).Text() is not { Length: > 0 })
            {
                return Missing.Parameter(name);
            }
        }

        KeptBatch made = new("batch_" + Fingerprint.Id(incoming.Fingerprint, incoming.Account), incoming.Account, body, "in_progress");
        return Act("", () => Reply.Json(Keep(made)));
    }

    private static Ask Act(string id, Func<Reply> act) => new() { Protocol = Protocol.Openai, Operation = Operation.Batches, Model = id, Act = act };

    private byte[] Keep(KeptBatch batch)
    {
        lock (_gate)
        {
            _kept[batch.Id] = batch;
            if (_kept.Count > MaxKept)
            {
                _kept.RemoveAt(0);
            }
        }

        return One(batch);
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
                Write(w, batch);
            }

            w.WriteEndArray();
            w.WriteBoolean("has_more", value: false);
            w.WriteEndObject();
        });
    }

    private static byte[] One(KeptBatch batch) => JsonWriting.Bytes(w => Write(w, batch));

    private static void Write(Utf8JsonWriter w, KeptBatch batch)
    {
        w.WriteStartObject();
        w.WriteString("id", batch.Id);
        w.WriteString("object", "batch");
        w.Echo(batch.Body, "endpoint", "null");
        w.WriteNull("errors");
        w.Echo(batch.Body, "input_file_id", "null");
        w.Echo(batch.Body, "completion_window", "null");
        w.WriteString("status", batch.Status);
        w.WriteNull("output_file_id");
        w.WriteNull("error_file_id");
        w.WriteNumber("created_at", Fingerprint.CreatedUnixSeconds);
        w.WriteStartObject("request_counts");
        w.WriteNumber("total", 0);
        w.WriteNumber("completed", 0);
        w.WriteNumber("failed", 0);
        w.WriteEndObject();
        w.Echo(batch.Body, "metadata", "null");
        w.WriteEndObject();
    }

    private sealed record KeptBatch(string Id, string Account, JsonElement Body, string Status);
}
