namespace Causeway.Simulator.Providers.OpenAI.Kept;

/// <summary>What <c>store</c> keeps at the vendor, for the account that made it: the last responses, bounded.</summary>
internal sealed class StoredResponses
{
    private const int MaxKept = 10_000;
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, StoredResponse> _kept = [];

    public void Keep(StoredResponse response)
    {
        lock (_gate)
        {
            _kept[response.Id] = response;
            if (_kept.Count > MaxKept)
            {
                _kept.RemoveAt(0);
            }
        }
    }

    /// <returns>Null where it was never stored here, or for another account.</returns>
    public StoredResponse? Find(string account, string id)
    {
        lock (_gate)
        {
            return _kept.TryGetValue(id, out StoredResponse? response) && response.Account == account ? response : null;
        }
    }

    /// <summary>Reads or deletes the one that the path names.</summary>
    public Reading Read(Incoming incoming)
    {
        string id = incoming.Route.Model!;
        if (Find(incoming.Account, id) is not { } response)
        {
            return new Rejection(404, "invalid_request_error", $"Response with id '{id}' not found.");
        }

        return new Ask
        {
            Protocol = Protocol.Openai,
            Operation = Operation.StoredResponses,
            Model = id,
            Act = () => incoming.Request.Method == "GET" ? Reply.Json(response.Body) : Reply.Json(Delete(id)),
        };
    }

    public bool HasItem(string account, string id)
    {
        lock (_gate)
        {
            return _kept.Values.Any(response => response.Account == account && response.Items.Contains(id));
        }
    }

    /// <summary>What the vendor says of a thing that is gone.</summary>
    public static byte[] Deleted(string id, string kind) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteString("id", id);
        w.WriteString("object", kind);
        w.WriteBoolean("deleted", value: true);
        w.WriteEndObject();
    });

    private byte[] Delete(string id)
    {
        lock (_gate)
        {
            _kept.Remove(id);
        }

        return Deleted(id, "response");
    }
}

/// <param name="Body">The response object as it was answered.</param>
/// <param name="ContextTokens">Its input and output together: what a response that goes on from it is charged for again.</param>
/// <param name="OpenCalls">Calls that the next request has to answer.</param>
/// <param name="Items">Ids of its output items.</param>
internal sealed record StoredResponse(string Id, string Account, byte[] Body, long ContextTokens, IReadOnlySet<string> OpenCalls, IReadOnlySet<string> Items);
