using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Anthropic;
using Causeway.Wire.Bedrock;
using Causeway.Wire.Endings;
using Causeway.Wire.Errors;
using Causeway.Wire.Gemini;
using Causeway.Wire.Models;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Wire;

/// <summary>
/// Everything that one protocol's folder gives to the room. A new protocol is a folder with a subclass, a member of <see cref="Protocol"/>
/// and its line in <c>Formats</c>. Instances are stateless.
/// </summary>
internal abstract class WireFormat
{
    private static readonly WireFormat[] Formats = [new OpenAIFormat(), new AnthropicFormat(), new GeminiFormat(), new BedrockFormat()];

    public static WireFormat Of(Protocol protocol) => Formats[(int)protocol];

    public static WireFormat Of(Operation operation) => Formats[(int)Operations.ProtocolOf(operation)];

    public static Codec? CodecOf(Operation operation) => Of(operation).TranslatorOf(operation);

    /// <summary>The operation's way to and from the neutral form; null for operations that have none (embeddings, token counts).</summary>
    public virtual Codec? TranslatorOf(Operation operation) => null;

    public abstract HeaderRules Headers { get; }

    /// <summary>The top-level members of a request that the gateway acts upon.</summary>
    public abstract RequestField[] FieldsOf(Operation operation);

    /// <summary>The path names the model, so a body may leave it out.</summary>
    public virtual bool ModelInPath => false;

    /// <summary>What stands before the model's name where a body names it.</summary>
    public virtual string ModelPrefix => "";

    /// <summary>Plans what a stream needs besides the model in order to be metered.</summary>
    public virtual void PlanMetering(in RequestScan scan, ReadOnlySpan<byte> body, ref BodyEdits edits)
    {
    }

    /// <summary>What ends a stream of the operation for its length; null: it is not streamed, or not to callers.</summary>
    public virtual LengthEnd? LengthEndOf(Operation operation) => null;

    public abstract string PathOf(Operation operation, string model, bool sse);

    /// <summary>The path of the provider's list of models; null: it has none where inference is served.</summary>
    public abstract string? ModelsPath { get; }

    public abstract ReplyReader ReaderOf(Operation operation);

    public virtual int StatusOf(ErrorKind kind) => ErrorTable.StatusOf(kind);

    /// <summary>Writes the error object that is the whole body of an error reply.</summary>
    public abstract void WriteError(Utf8JsonWriter json, in ErrorText error);

    /// <summary>Writes the error as an event after the first byte of a stream.</summary>
    public abstract void WriteErrorEvent(IBufferWriter<byte> output, Operation operation, in ErrorText error, long sequence);

    /// <summary>Values in a provider's error that say its account has no money left (F-02).</summary>
    public abstract ReadOnlySpan<string> SpentWords { get; }

    /// <summary>The member of a model list that holds the models, and how to read one; null when it cannot be read.</summary>
    public abstract string ModelListMember { get; }

    public abstract ListedModel? ReadModel(JsonElement model);

    public abstract void WriteModels(Utf8JsonWriter json, IReadOnlyList<ListedModel> models, bool hasMore);

    public abstract void WriteModel(Utf8JsonWriter json, ListedModel model);
}
