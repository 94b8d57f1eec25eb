using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.Anthropic.Batches;

/// <summary>A batch as the vendor keeps it.</summary>
/// <param name="Address">The address of all batches.</param>
/// <param name="Requests">In their order.</param>
internal sealed record KeptBatch(string Id, string Account, string Address, IReadOnlyList<BatchRequest> Requests)
{
    private static readonly DateTimeOffset s_created = DateTimeOffset.FromUnixTimeSeconds(Fingerprint.CreatedUnixSeconds);

    /// <summary>It was asked to end early.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>What became of its requests; null: it has not ended.</summary>
    public IReadOnlyList<BatchLine>? Lines { get; init; }

    public byte[] Json() => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteString("id", Id);
        w.WriteString("type", "message_batch");
        w.WriteString("processing_status", Lines is not null ? "ended" : IsCancelled ? "canceling" : "in_progress");
        w.WriteStartObject("request_counts");
        w.WriteNumber("processing", Lines is null ? Requests.Count : 0);
        foreach (BatchResult result in Enum.GetValues<BatchResult>())
        {
            w.WriteNumber(BatchLine.Word(result), Lines?.Count(line => line.Result == result) ?? 0);
        }

        w.WriteEndObject();
        w.WriteString("created_at", Moment(s_created));
        w.WriteString("expires_at", Moment(s_created.AddDays(1)));
        w.WriteString("ended_at", Lines is null ? null : Moment(s_created));
        w.WriteString("cancel_initiated_at", IsCancelled ? Moment(s_created) : null);
        w.WriteNull("archived_at");
        w.WriteString("results_url", Lines is null ? null : $"{Address}/{Id}/results");
        w.WriteEndObject();
    });

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

/// <param name="Name">The caller's <c>custom_id</c>.</param>
/// <param name="Read">The request as it would be asked alone, or why it is not taken.</param>
internal sealed record BatchRequest(string Name, Reading Read);
