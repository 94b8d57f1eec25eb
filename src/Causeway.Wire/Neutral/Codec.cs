using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Causeway.Wire.Neutral;

/// <summary>One operation between its wire format and the neutral form. Stateless; what has a state is made per reply.</summary>
internal abstract class Codec
{
    /// <summary>The request's members and what they ask for, for docs/translation.md: every path that <see cref="Read"/> marks.</summary>
    public abstract IReadOnlyList<Use> Fields { get; }

    /// <summary>What becomes of each concept when this operation is the target.</summary>
    public abstract CarriageTable Carriage { get; }

    /// <summary>What becomes of one use, where the model or the rest of the request matters. By default the table says.</summary>
    public virtual Carriage Judge(in Use use, NeutralRequest request, Target target) => Carriage[use.Concept];

    /// <summary>
    /// Whether the target can be told to make the call that the request forces, of its own callers too: a model that refuses it is asked for the same
    /// arguments by another way.
    /// </summary>
    public virtual bool Forces(NeutralRequest request, Target target) =>
        request.ToolChoice?.Mode is (ToolChoiceMode.Required or ToolChoiceMode.Named) and var mode
        && Judge(new Use(mode == ToolChoiceMode.Named ? Concept.ToolChoiceNamed : Concept.ToolChoiceRequired, "tool_choice"), request, target).Verdict is Verdict.Carried or Verdict.Emulated;

    /// <summary>Reads a request; every member ends in a property, in <see cref="NeutralRequest.Fields"/> or in some <see cref="Extras"/>, and is marked.</summary>
    /// <param name="body">The parsed body, an object.</param>
    /// <param name="request">Empty but for its origin and, where the path says it, its stream.</param>
    /// <exception cref="RequestException">The body does not make sense in this protocol.</exception>
    public abstract void Read(JsonBody body, NeutralRequest request);

    /// <summary>Writes a request for the target. Whether a concept is kept is asked of <paramref name="plan"/>, never decided here.</summary>
    public abstract void Write(NeutralRequest request, TranslationPlan plan, Utf8JsonWriter json);

    /// <summary>Sets what the provider is told of the shape of its answer, in place of what the body says of it.</summary>
    /// <param name="body">A body that was written for the target.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="target">The target.</param>
    public abstract void Shape(JsonObject body, AnswerShape shape, Target target);

    /// <summary>Makes a document the whole answer of one choice of a reply, in one part, and leaves the rest of the reply as it is.</summary>
    /// <param name="reply">A parsed reply of status 200.</param>
    /// <param name="choice">The choice's number.</param>
    /// <param name="document">JSON.</param>
    /// <param name="tool">The tool whose call is the answer; null: text.</param>
    /// <exception cref="ArgumentException">Some object on the way has two members of one name.</exception>
    /// <exception cref="InvalidOperationException">Some text on the way is none: half a surrogate pair.</exception>
    public abstract AnswerPlace SetAnswer(JsonObject reply, int choice, string document, string? tool);

    /// <summary>Says in the caller's words what a reply repeats of its request. By default it repeats nothing.</summary>
    /// <returns>Whether there was something to say.</returns>
    public virtual bool RepeatRequest(JsonObject reply, NeutralRequest request) => false;

    /// <summary>Reads a whole reply of status 200.</summary>
    /// <exception cref="JsonException">It is not a reply of this operation.</exception>
    public abstract void ReadReply(JsonBody body, ReplySink sink);

    /// <summary>As above, for replies that do not say which model made them (Bedrock): the target does.</summary>
    public virtual void ReadReply(JsonBody body, ReplySink sink, Target target) => ReadReply(body, sink);

    /// <summary>Reads a stream, event by event.</summary>
    public abstract ReplyEvents Events(ReplySink sink);

    /// <summary>As above, for replies that do not say which model made them (Bedrock): the target does.</summary>
    public virtual ReplyEvents Events(ReplySink sink, Target target) => Events(sink);

    /// <summary>Writes a whole reply.</summary>
    public abstract void WriteReply(NeutralReply reply, ReplyContext context, Utf8JsonWriter json);

    /// <summary>Writes a stream. The request in the context is valid during this call only.</summary>
    public abstract ReplySink EventWriter(ReplyContext context, IBufferWriter<byte> output);
}

/// <summary>The reader of one stream.</summary>
internal abstract class ReplyEvents
{
    /// <summary>The stream came to its own end (or to an error of the provider's), so that what follows is nothing.</summary>
    public bool Ended { get; protected set; }

    /// <summary>Reads one event.</summary>
    /// <param name="name">The event's name; empty where it has none.</param>
    /// <param name="data">Its data; empty for comments.</param>
    /// <exception cref="JsonException">The event cannot be read.</exception>
    public abstract void Read(ReadOnlySpan<byte> name, ReadOnlyMemory<byte> data);

    /// <summary>The connection closed. A protocol whose stream has no terminator (Gemini) ends here, if what came is whole.</summary>
    /// <returns>False when the stream was cut.</returns>
    public virtual bool Close() => Ended;
}

/// <summary>A request that makes no sense in its own protocol.</summary>
internal sealed class RequestException : Exception
{
    public RequestException(string message, string? param)
        : base(message) => Param = param;

    public RequestException()
    {
    }

    public RequestException(string message)
        : base(message)
    {
    }

    public RequestException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The member at fault, dotted from the top.</summary>
    public string? Param { get; }
}

/// <summary>What the writer of a reply needs to know besides the reply.</summary>
internal sealed class ReplyContext
{
    /// <summary>The gateway's id of the request (<c>req_</c> and 32 hex digits): ids that the provider does not give are made of it.</summary>
    public required string RequestId { get; init; }

    /// <summary>The provider that answers.</summary>
    public required Target Target { get; init; }

    /// <summary>The request in its caller's words. Points into the request's body: valid while a writer is being made, or a plain reply is written.</summary>
    public required NeutralRequest Request { get; init; }

    /// <summary>When the reply began.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Chat: send the usage chunk.</summary>
    public bool StreamUsage { get; init; }

    /// <summary>Gemini: send one JSON array instead of events.</summary>
    public bool ArrayStream { get; init; }

    /// <summary>What the prompt may come to, for a head that must name a number before the provider has told it (Anthropic's <c>message_start</c>).</summary>
    public long EstimatedInputTokens { get; init; }
}
