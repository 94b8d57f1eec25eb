using System.Globalization;
using Causeway.Wire.Batches;
using Causeway.Wire.Json;

namespace Causeway.Wire.OpenAI.Batches;

/// <summary>Batches of OpenAI's: their requests stand in a file that was uploaded before (<see cref="FileBatch"/>), what became of them in two files.</summary>
internal sealed class OpenAIBatches : BatchFormat
{
    private const string List = "/batches";
    private const int Answered = 200;

    private const int IdPath = 0;
    private const int StatusPath = 1;
    private const int EndpointPath = 2;
    private const int WindowPath = 3;
    private const int OutputPath = 4;
    private const int ErrorPath = 5;
    private const int TotalPath = 6;
    private const int CompletedPath = 7;

    private static readonly TimeSpan s_longest = TimeSpan.FromDays(30);
    private static readonly JsonPaths s_paths = new("id", "status", "endpoint", "completion_window", "output_file_id", "error_file_id", "request_counts.total", "request_counts.completed");

    public override int MaxRequests => FileBatch.MaxRequests;

    /// <summary>128 MiB: one request may ask for 2,048 vectors of 3,072 numbers.</summary>
    public override int MaxLineBytes => 128 << 20;

    public override NativeBatch ActOf(string path) =>
        path == List ? NativeBatch.InFile : IsCancel(path, List + "/") ? NativeBatch.Cancel : NativeBatch.None;

    public override string PathOf(string batch) => $"{List}/{batch}";

    public override bool TryRead(ReadOnlySpan<byte> body, out BatchObject batch)
    {
        string?[] words = new string?[ErrorPath + 1];
        (long? total, long? completed) = (null, null);
        JsonTap tap = new(s_paths);
        while (tap.TryRead(ref body, out int path, out ReadOnlySpan<byte> value))
        {
            switch (path)
            {
                case TotalPath:
                    total = JsonText.TryCount(value, MaxRequests, out long all) ? all : null;
                    break;
                case CompletedPath:
                    completed = JsonText.TryCount(value, MaxRequests, out long answered) ? answered : null;
                    break;
                default:
                    words[path] = JsonText.Word(value);
                    break;
            }
        }

        string[] files = [.. new[] { words[OutputPath], words[ErrorPath] }.OfType<string>()];
        bool hasEnded = words[StatusPath] is "completed" or "expired" or "cancelled" or "failed";
        batch = new BatchObject(words[IdPath] ?? "", hasEnded)
        {
            Operation = FileBatch.OperationOf(words[EndpointPath] ?? "") ?? Operation.Native,
            Requests = total,
            Answered = completed,
            Unlisted = words[StatusPath] switch { "expired" => BatchOutcome.Expired, "cancelled" => BatchOutcome.Canceled, "failed" => BatchOutcome.Errored, _ => null },
            Window = WindowOf(words[WindowPath]),
            Results = hasEnded ? [.. files.Select(FileBatch.ContentOf)] : [],
        };
        return tap.IsDone && words[StatusPath] is not null && BatchObject.IsId(batch.Id) && files.All(BatchObject.IsId);
    }

    internal override string AnswerPath => "response.body";

    // A request that was not run has no response, and its reason in "error".
    internal override string[] OutcomePaths { get; } = ["response.status_code", "error.code"];

    internal override BatchOutcome? OutcomeOf(int path, ReadOnlySpan<byte> value) =>
        path == 0
            ? JsonText.TryCount(value, short.MaxValue, out long status) ? status == Answered ? BatchOutcome.Succeeded : BatchOutcome.Errored : null
            : JsonText.Word(value) switch
            {
                null => null,
                "batch_expired" => BatchOutcome.Expired,
                "batch_cancelled" => BatchOutcome.Canceled,
                _ => BatchOutcome.Errored,
            };

    /// <summary><c>24h</c> at OpenAI and Azure; others take up to <c>7d</c>.</summary>
    private static TimeSpan? WindowOf(string? text) =>
        text is { Length: > 1 } && int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is > 0 and <= 24 * 30
            ? text[^1] switch
            {
                'h' => TimeSpan.FromHours(count),
                'd' => TimeSpan.FromDays(Math.Min(count, s_longest.Days)),
                _ => null,
            }
            : null;
}
