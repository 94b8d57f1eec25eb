using BenchmarkDotNet.Attributes;
using Causeway.Gateway.Relay;
using Causeway.Wire;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Benchmarks.Wire;

/// <summary>
/// Watches the figures of a translated stream: under 3 us and under 1 KiB allocated per event. One event is framed, metered and translated as the
/// relay does it. Whole streams are run, so what their first and last events cost is in it, a thousandth each.
/// </summary>
[MemoryDiagnoser]
public class TranslationOfStreams
{
    private const int Pieces = 1000;

    private static readonly RequestTranslation s_chat = TranslationCorpus.Read(Operation.ChatCompletions, stream: true);
    private static readonly RequestTranslation s_messages = TranslationCorpus.Read(Operation.Messages, stream: true);
    private static readonly RequestTranslation s_responses = TranslationCorpus.Read(Operation.Responses, stream: true);

    private readonly FixedBuffer _output = new(1024 * 1024);
    private readonly byte[] _fromChat = TranslationStreams.Of(Operation.ChatCompletions, Pieces);
    private readonly byte[] _fromMessages = TranslationStreams.Of(Operation.Messages, Pieces);
    private readonly byte[] _fromResponses = TranslationStreams.Of(Operation.Responses, Pieces);
    private readonly byte[] _fromGemini = TranslationStreams.Of(Operation.StreamGenerateContent, Pieces);
    private readonly byte[] _fromBedrock = TranslationStreams.Of(Operation.ConverseStream, Pieces);

    [Benchmark(OperationsPerInvoke = Pieces)]
    public long Chat_for_a_Messages_caller() => Translate(s_messages, Operation.ChatCompletions, _fromChat);

    [Benchmark(OperationsPerInvoke = Pieces)]
    public long Chat_for_a_Responses_caller() => Translate(s_responses, Operation.ChatCompletions, _fromChat);

    [Benchmark(OperationsPerInvoke = Pieces)]
    public long Messages_for_a_chat_caller() => Translate(s_chat, Operation.Messages, _fromMessages);

    [Benchmark(OperationsPerInvoke = Pieces)]
    public long Responses_for_a_Messages_caller() => Translate(s_messages, Operation.Responses, _fromResponses);

    [Benchmark(OperationsPerInvoke = Pieces)]
    public long Gemini_for_a_chat_caller() => Translate(s_chat, Operation.StreamGenerateContent, _fromGemini);

    [Benchmark(OperationsPerInvoke = Pieces)]
    public long Bedrock_for_a_chat_caller() => Translate(s_chat, Operation.ConverseStream, _fromBedrock, StreamShape.Frames);

    private long Translate(RequestTranslation request, Operation upstream, byte[] stream, StreamShape shape = StreamShape.Events)
    {
        ReplyTranslation translation = new(
            request, TranslationCorpus.Target(upstream), TranslationCorpus.RequestId, TranslationCorpus.Created, arrayStream: false, estimatedInputTokens: 7, _output);
        ResponseMeter meter = new(upstream, stream: true);
        UpstreamEvents events = new(shape);
        ReadOnlyMemory<byte> rest = stream;
        long written = 0;
        while (events.TryNext(rest, out int length, out ReadOnlySpan<byte> name, out ReadOnlyMemory<byte> data, out bool isEvent))
        {
            rest = rest[length..];
            if (isEvent)
            {
                meter.Event(name, data.Span);
                translation.Event(name, data);
                written += _output.Written;
                _output.Rewind();
            }
        }

        events.Dispose();
        bool isWhole = translation.Close() && !translation.Failed && meter.Usage.Output == 128;
        return isWhole ? written : throw new InvalidOperationException("The stream was not translated whole.");
    }
}
