using Causeway.Wire.Json;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Objects;

/// <summary>Reads in passing what an answer says was made. Never keeps the answer; follows it in any pieces, as <see cref="ResponseMeter"/> does.</summary>
public sealed class MadeObjects
{
    /// <summary>Ids of one answer: beyond it nothing more is read.</summary>
    public const int MaxFound = 256;

    private static readonly (string Type, JsonPaths Paths)[] s_response =
        [("response.created", new JsonPaths("response.id")), ("response.output_item.done", new JsonPaths("item.id", "item.container_id"))];

    private static readonly (string Type, JsonPaths Paths)[] s_unstored = [("response.output_item.done", new JsonPaths("item.container_id"))];

    private static readonly (string Type, JsonPaths Paths)[] s_message =
        [("message_start", new JsonPaths("message.container.id")), ("message_delta", new JsonPaths("delta.container.id")), ("content_block_start", new JsonPaths("content_block.content.content.*.file_id"))];

    private static readonly (string Type, JsonPaths Paths)[] s_chat = [("", new JsonPaths("id"))];
    private static readonly JsonPaths s_responseBody = PathsOf("responses");
    private static readonly JsonPaths s_chatBody = PathsOf("chat/completions");
    private static readonly JsonPaths s_unstoredBody = new("output.*.container_id");
    private static readonly JsonPaths s_messageBody = new("container.id", "content.*.content.content.*.file_id"); // Files that code has written.

    private readonly Protocol _protocol;
    private readonly (string Type, JsonPaths Paths)[] _events;
    private readonly Action<string, TimeSpan> _found;
    private readonly TimeSpan _lasts;
    private readonly HashSet<string> _seen = [];
    private JsonTap _tap;

    private MadeObjects(Protocol protocol, JsonPaths body, (string Type, JsonPaths Paths)[] events, TimeSpan lasts, Action<string, TimeSpan> found) =>
        (_protocol, _tap, _events, _lasts, _found) = (protocol, new JsonTap(body), events, lasts, found);

    /// <summary>Whether the answer to a call that is understood can name anything that is kept.</summary>
    public static bool MayBeMadeBy(in RequestScan scan) => scan.Operation switch
    {
        Operation.Responses => scan.Store is not false || scan.ReachesOutside, // A container is kept for itself.
        Operation.ChatCompletions => scan.Store is true,
        Operation.Messages => scan.ReachesOutside, // What runs code runs it in a container.
        _ => false,
    };

    /// <summary>What reads the answer to a call that is understood; null: nothing is made that is kept.</summary>
    /// <param name="scan">The request.</param>
    /// <param name="found">Told of each id, and how long it has to be known.</param>
    public static MadeObjects? Of(in RequestScan scan, Action<string, TimeSpan> found) => !MayBeMadeBy(scan) ? null : scan.Operation switch
    {
        Operation.Responses when scan.Store is false => new(Protocol.OpenAI, s_unstoredBody, s_unstored, KeptKind.ForAWhile, found),
        Operation.Responses => new(Protocol.OpenAI, s_responseBody, s_response, KeptKind.ForAWhile, found),
        Operation.ChatCompletions => new(Protocol.OpenAI, s_chatBody, s_chat, KeptKind.ForAWhile, found),
        _ => new(Protocol.Anthropic, s_messageBody, s_message, KeptKind.ForLong, found),
    };

    /// <summary>What reads the answer to a call of a provider's own API.</summary>
    /// <param name="protocol">The provider's protocol.</param>
    /// <param name="kind">What its path stands at.</param>
    /// <param name="makes">Whether one is made; otherwise what came of one is read alone.</param>
    /// <param name="found">As of the other.</param>
    public static MadeObjects? Of(Protocol protocol, KeptKind kind, bool makes, Action<string, TimeSpan> found)
    {
        string[] paths = [.. (makes ? kind.Made : []).Union(kind.Left)];
        return paths.Length == 0 ? null : new MadeObjects(protocol, new JsonPaths(paths), [], kind.Lasts, found);
    }

    /// <summary>Takes the next bytes of a plain answer, in any pieces.</summary>
    public void Body(ReadOnlySpan<byte> chunk) => Take(ref _tap, chunk);

    /// <summary>Takes one event of a stream.</summary>
    /// <param name="name">The event's name; empty when it has none.</param>
    /// <param name="data">The event's data.</param>
    public void Event(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (_events.Length == 0 || (_events[0].Type.Length == 0 && _seen.Count > 0))
        {
            return; // Every piece of a chat says the same.
        }

        ReadOnlySpan<byte> type = name.IsEmpty && _events[0].Type.Length > 0 ? ReplyReader.TypeOf(data) : name;
        foreach ((string of, JsonPaths paths) in _events)
        {
            if (of.Length == 0 || System.Text.Ascii.Equals(type, of))
            {
                JsonTap tap = new(paths);
                Take(ref tap, data);
            }
        }
    }

    private static JsonPaths PathsOf(string list) => new([.. KeptKinds.Of(Protocol.OpenAI).Single(kind => kind.List == list).Made]);

    private void Take(ref JsonTap tap, ReadOnlySpan<byte> bytes)
    {
        while (_seen.Count < MaxFound && tap.TryRead(ref bytes, out _, out ReadOnlySpan<byte> value))
        {
            if (JsonText.Word(value) is { } said && ObjectId.Of(_protocol, said) is { } id && _seen.Add(id))
            {
                _found(id, _lasts);
            }
        }
    }
}
