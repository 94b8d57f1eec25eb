using System.Text;
using Causeway.Wire.Batches;
using Causeway.Wire.Json;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Anthropic.Batches;

/// <summary>Batches of messages: their requests stand in the body that begins them (<see cref="MessageBatch"/>), their results at an address of their own.</summary>
internal sealed class AnthropicBatches : BatchFormat
{
    private const string List = "/messages/batches";

    private const int IdPath = 0;
    private const int StatusPath = 1;
    private const int UrlPath = 2;
    private const int AnsweredPath = 3;

    private static readonly JsonPaths s_paths = new(
        "id", "processing_status", "results_url", "request_counts.succeeded", "request_counts.processing", "request_counts.errored", "request_counts.canceled", "request_counts.expired");

    private static readonly int s_counts = s_paths.Count - AnsweredPath;

    public override int MaxRequests => MessageBatch.MaxRequests;

    /// <summary>16 MiB: an answer of the most tokens that a model writes has about 2 MiB.</summary>
    public override int MaxLineBytes => 16 << 20;

    public override NativeBatch ActOf(string path) =>
        path == List ? NativeBatch.Inline : IsCancel(path, List + "/") ? NativeBatch.Cancel : NativeBatch.None;

    public override bool HoldsAddress(string path) => IsOne(path, List + "/") || IsCancel(path, List + "/");

    public override BodyEdit? OwnAddress(ReadOnlySpan<byte> body, BatchObject batch)
    {
        BodyEdit? found = null;
        ReadOnlySpan<byte> rest = body;
        JsonTap tap = new(s_paths);
        while (tap.TryRead(ref rest, out int path, out ReadOnlySpan<byte> value))
        {
            if (path == UrlPath && value.StartsWith("\""u8) && body.Overlaps(value, out int start))
            {
                found = new BodyEdit(new ByteRange(start, value.Length), Encoding.ASCII.GetBytes($"\"{ResultsOf(batch.Id)}\""));
            }
        }

        return found;
    }

    public override string PathOf(string batch) => $"/v1{List}/{batch}";

    public override bool TryRead(ReadOnlySpan<byte> body, out BatchObject batch)
    {
        (string? id, string? status, long? answered) = (null, null, null);
        (long sum, int seen) = (0, 0);
        JsonTap tap = new(s_paths);
        while (tap.TryRead(ref body, out int path, out ReadOnlySpan<byte> value))
        {
            switch (path)
            {
                case IdPath:
                    id = JsonText.Word(value);
                    break;
                case StatusPath:
                    status = JsonText.Word(value);
                    break;
                case >= AnsweredPath when JsonText.TryCount(value, MaxRequests, out long count):
                    (sum, seen) = (sum + count, seen + 1);
                    answered = path == AnsweredPath ? count : answered;
                    break;
            }
        }

        bool isOne = tap.IsDone && status is not null && BatchObject.IsId(id);
        bool hasEnded = status == "ended";
        batch = new BatchObject(id ?? "", hasEnded)
        {
            Operation = Operation.Messages,
            Requests = seen == s_counts ? sum : null,
            Answered = answered,
            Results = isOne && hasEnded ? [ResultsOf(id!)] : [],
        };
        return isOne;
    }

    internal override string AnswerPath => "result.message";

    internal override string[] OutcomePaths { get; } = ["result.type"];

    internal override BatchOutcome? OutcomeOf(int path, ReadOnlySpan<byte> value) => JsonText.Word(value) switch
    {
        "succeeded" => BatchOutcome.Succeeded,
        "errored" => BatchOutcome.Errored,
        "canceled" => BatchOutcome.Canceled,
        "expired" => BatchOutcome.Expired,
        _ => null,
    };

    private static string ResultsOf(string batch) => $"/v1{List}/{batch}/results";
}
