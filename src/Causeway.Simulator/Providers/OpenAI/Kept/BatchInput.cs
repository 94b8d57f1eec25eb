using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI.Kept;

/// <summary>Reads the file that a batch names: what is wrong with it is found when the batch is validated, what is wrong with a request when that is run.</summary>
internal static class BatchInput
{
    private const int MaxRequests = 50_000;

    /// <param name="incoming">What began the batch.</param>
    /// <param name="endpoint">Where its requests go.</param>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="read">Reads a request as one that is asked alone.</param>
    public static (IReadOnlyList<BatchRequest> Requests, BatchFault? Fault) Read(Incoming incoming, string endpoint, byte[] file, Func<Incoming, Reading> read)
    {
        List<BatchRequest> requests = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in System.Text.Encoding.UTF8.GetString(file).Split('\n'))
        {
            number++;
            if (line.AsSpan().Trim(" \t\r").IsEmpty)
            {
                continue;
            }

            if (Parse(line) is not { } json || json.Member("custom_id").Text() is not { Length: > 0 } name || json.Member("body") is not { ValueKind: JsonValueKind.Object } body)
            {
                return ([], new BatchFault("invalid_json_line", "This line is not parseable as valid JSON, or lacks a required key.", number));
            }

            if (json.Member("method").Text() != "POST" || json.Member("url").Text() != endpoint)
            {
                return ([], new BatchFault("mismatched_endpoint", "The URL or method provided for this request does not match the batch endpoint.", number));
            }

            if (!names.Add(name))
            {
                return ([], new BatchFault("duplicate_custom_id", "The custom_id for this request is a duplicate of another request.", number));
            }

            requests.Add(new BatchRequest(name, Alone(incoming, endpoint, name, body, read)));
        }

        return requests.Count switch
        {
            0 => ([], new BatchFault("empty_file", "The input file is empty. Please ensure that the batch contains at least one request.", 1)),
            > MaxRequests => ([], new BatchFault("too_many_tasks", $"The batch input file contains more than {MaxRequests} requests.", number)),
            _ => (requests, null),
        };
    }

    private static Reading Alone(Incoming incoming, string endpoint, string name, JsonElement body, Func<Incoming, Reading> read)
    {
        Route route = OpenAIRoutes.Of(incoming.Route.Vendor, endpoint.StartsWith("/v1/", StringComparison.Ordinal) ? endpoint : "/v1" + endpoint);
        Reading reading = read(incoming with { Route = route, Json = body, Fingerprint = Fingerprint.Of("batch/" + name, JsonWriting.Bytes(body.WriteTo)) });
        return reading.Ask is { } ask ? ask with { Vendor = route.Vendor, Key = incoming.Key, Account = incoming.Account, Stream = false } : reading;
    }

    private static JsonElement? Parse(string line)
    {
        try
        {
            return JsonElement.Parse(line) is { ValueKind: JsonValueKind.Object } json ? json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
