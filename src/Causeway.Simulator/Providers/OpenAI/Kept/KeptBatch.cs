using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI.Kept;

/// <summary>A batch as the vendor keeps it.</summary>
/// <param name="Body">What began it.</param>
/// <param name="Requests">In their order; empty where the file is not well made.</param>
internal sealed record KeptBatch(string Id, string Account, JsonElement Body, IReadOnlyList<BatchRequest> Requests)
{
    public BatchStatus Status { get; init; }

    /// <summary>What is wrong with its file; null: nothing.</summary>
    public BatchFault? Fault { get; init; }

    /// <summary>What became of its requests; null: it has not run.</summary>
    public IReadOnlyList<BatchLine>? Lines { get; init; }

    /// <summary>Where the lines are of those that were answered; null: none were.</summary>
    public string? OutputFile { get; init; }

    /// <summary>Where the others are; null: there are none.</summary>
    public string? ErrorFile { get; init; }

    public void Write(Utf8JsonWriter w)
    {
        w.WriteStartObject();
        w.WriteString("id", Id);
        w.WriteString("object", "batch");
        w.Echo(Body, "endpoint", "null");
        w.WritePropertyName("errors");
        Errors(w);
        w.Echo(Body, "input_file_id", "null");
        w.Echo(Body, "completion_window", "null");
        w.WriteString("status", JsonNamingPolicy.SnakeCaseLower.ConvertName(Status.ToString()));
        w.WriteString("output_file_id", OutputFile);
        w.WriteString("error_file_id", ErrorFile);
        w.WriteNumber("created_at", Fingerprint.CreatedUnixSeconds);
        w.WriteNumber("expires_at", Fingerprint.CreatedUnixSeconds + 86_400);
        w.WriteStartObject("request_counts");
        w.WriteNumber("total", Requests.Count);
        w.WriteNumber("completed", Lines?.Count(line => line.IsAnswered) ?? 0);
        w.WriteNumber("failed", Lines?.Count(line => !line.IsAnswered) ?? 0);
        w.WriteEndObject();
        w.Echo(Body, "metadata", "null");
        w.WriteEndObject();
    }

    private void Errors(Utf8JsonWriter w)
    {
        if (Fault is not { } fault)
        {
            w.WriteNullValue();
            return;
        }

        w.WriteStartObject();
        w.WriteString("object", "list");
        w.WriteStartArray("data");
        w.WriteStartObject();
        w.WriteString("code", fault.Code);
        w.WriteString("message", fault.Message);
        w.WriteNull("param");
        w.WriteNumber("line", fault.Line);
        w.WriteEndObject();
        w.WriteEndArray();
        w.WriteEndObject();
    }
}

/// <summary>How far a batch is, in the vendor's words.</summary>
internal enum BatchStatus
{
    Validating,
    InProgress,
    Completed,
    Failed,
    Cancelling,
    Cancelled,
}

/// <param name="Name">The caller's <c>custom_id</c>.</param>
/// <param name="Read">The request as it would be asked alone, or why it is not taken.</param>
internal sealed record BatchRequest(string Name, Reading Read);

/// <summary>Why a file is none for a batch.</summary>
internal sealed record BatchFault(string Code, string Message, int Line);
