using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI.Kept;

/// <summary>Uploaded files, for the account that brought them: bounded in number and in bytes, the oldest dropped first.</summary>
internal sealed class KeptFiles
{
    /// <summary>What the file of a batch is uploaded as.</summary>
    public const string BatchPurpose = "batch";

    /// <summary>What the vendor calls the files that a batch leaves.</summary>
    public const string OutputPurpose = "batch_output";

    private const int MaxKept = 1_000;
    private const long MaxKeptBytes = 256L << 20;
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, KeptFile> _kept = [];

    public Reading Read(Incoming incoming)
    {
        if (incoming.Route.Model is { } id)
        {
            return Find(incoming.Account, id) is not { } file
                ? new Rejection(404, "invalid_request_error", $"No such File object: {id}") { Param = "id" }
                : Act(id, incoming.Route.Verb is null ? Operation.Files : ContentOf(file), () => incoming.Request.Method == "DELETE" ? Reply.Json(Delete(id))
                    : incoming.Route.Verb is null ? Reply.Json(JsonWriting.Bytes(w => Write(w, file)))
                    : new Reply(200, "application/octet-stream", [new Frame(file.Content)], default));
        }

        if (incoming.Request.Method == "GET")
        {
            return Act("", Operation.Files, () => Reply.Json(List(incoming.Account)));
        }

        Form? form = Form.Read(incoming.Request.ContentType, incoming.Body);
        return form?.File("file") is not { } sent ? Missing.Parameter("file")
            : form.Field("purpose") is not { Length: > 0 } purpose ? Missing.Parameter("purpose")
            : Act("", Operation.Files, () => Reply.Json(Keep(new KeptFile(IdOf(incoming.Account, sent, purpose), incoming.Account, sent.Name, purpose, sent.Content))));
    }

    /// <summary>Keeps a file that the vendor itself makes.</summary>
    /// <returns>Its id.</returns>
    public string Keep(string account, string name, string purpose, byte[] content)
    {
        KeptFile file = new(IdOf(account, new FormFile("file", name, content), purpose), account, name, purpose, content);
        Keep(file);
        return file.Id;
    }

    public KeptFile? Find(string account, string id)
    {
        lock (_gate)
        {
            return _kept.TryGetValue(id, out KeptFile? file) && file.Account == account ? file : null;
        }
    }

    // So that a script can tell what became of a batch from what it is to do.
    private static Operation ContentOf(KeptFile file) => file.Purpose == OutputPurpose ? Operation.BatchResults : Operation.Files;

    private static Ask Act(string id, Operation operation, Func<Reply> act) => new() { Protocol = Protocol.Openai, Operation = operation, Model = id, Act = act };

    private static string IdOf(string account, FormFile file, string purpose) =>
        "file-" + Fingerprint.Id(Fingerprint.Of($"{account}/{file.Name}/{purpose}", file.Content), "file");

    private byte[] Keep(KeptFile file)
    {
        lock (_gate)
        {
            _kept[file.Id] = file;
            while (_kept.Count > MaxKept || (_kept.Count > 1 && _kept.Values.Sum(kept => (long)kept.Content.Length) > MaxKeptBytes))
            {
                _kept.RemoveAt(0);
            }
        }

        return JsonWriting.Bytes(w => Write(w, file));
    }

    private byte[] Delete(string id)
    {
        lock (_gate)
        {
            _kept.Remove(id);
        }

        return StoredResponses.Deleted(id, "file");
    }

    private byte[] List(string account)
    {
        KeptFile[] files;
        lock (_gate)
        {
            files = [.. _kept.Values.Where(file => file.Account == account)];
        }

        return JsonWriting.Bytes(w =>
        {
            w.WriteStartObject();
            w.WriteString("object", "list");
            w.WriteStartArray("data");
            foreach (KeptFile file in files)
            {
                Write(w, file);
            }

            w.WriteEndArray();
            w.WriteString("first_id", files.FirstOrDefault()?.Id);
            w.WriteString("last_id", files.LastOrDefault()?.Id);
            w.WriteBoolean("has_more", value: false);
            w.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter w, KeptFile file)
    {
        w.WriteStartObject();
        w.WriteString("id", file.Id);
        w.WriteString("object", "file");
        w.WriteNumber("bytes", file.Content.Length);
        w.WriteNumber("created_at", Fingerprint.CreatedUnixSeconds);
        w.WriteNull("expires_at");
        w.WriteString("filename", file.Name);
        w.WriteString("purpose", file.Purpose);
        w.WriteString("status", "processed");
        w.WriteEndObject();
    }
}

/// <summary>A file as the vendor keeps it.</summary>
internal sealed record KeptFile(string Id, string Account, string Name, string Purpose, byte[] Content);
