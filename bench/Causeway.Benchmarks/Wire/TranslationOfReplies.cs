using BenchmarkDotNet.Attributes;
using Causeway.Wire;
using Causeway.Wire.Neutral;

namespace Causeway.Benchmarks.Wire;

/// <summary>Watches CPU per translated request: a whole reply of 1 KiB read from the provider's protocol and written in the caller's.</summary>
[MemoryDiagnoser]
public class TranslationOfReplies
{
    private static readonly RequestTranslation s_chat = TranslationCorpus.Read(Operation.ChatCompletions, stream: false);
    private static readonly RequestTranslation s_messages = TranslationCorpus.Read(Operation.Messages, stream: false);
    private static readonly RequestTranslation s_responses = TranslationCorpus.Read(Operation.Responses, stream: false);

    private readonly FixedBuffer _output = new(64 * 1024);
    private readonly byte[] _fromChat = TranslationCorpus.Reply(Operation.ChatCompletions);
    private readonly byte[] _fromMessages = TranslationCorpus.Reply(Operation.Messages);
    private readonly byte[] _fromGemini = TranslationCorpus.Reply(Operation.GenerateContent);
    private readonly byte[] _fromBedrock = TranslationCorpus.Reply(Operation.Converse);

    [Benchmark]
    public int Chat_for_a_Messages_caller() => Translate(s_messages, Operation.ChatCompletions, _fromChat);

    [Benchmark]
    public int Chat_for_a_Responses_caller() => Translate(s_responses, Operation.ChatCompletions, _fromChat);

    [Benchmark]
    public int Messages_for_a_chat_caller() => Translate(s_chat, Operation.Messages, _fromMessages);

    [Benchmark]
    public int Gemini_for_a_chat_caller() => Translate(s_chat, Operation.GenerateContent, _fromGemini);

    [Benchmark]
    public int Bedrock_for_a_chat_caller() => Translate(s_chat, Operation.Converse, _fromBedrock);

    private int Translate(RequestTranslation request, Operation upstream, byte[] reply)
    {
        _output.Rewind();
        ReplyTranslation translation = new(
            request, TranslationCorpus.Target(upstream), TranslationCorpus.RequestId, TranslationCorpus.Created, arrayStream: false, estimatedInputTokens: 7, stream: null);
        return translation.Plain(reply, _output) is { } problem ? throw new InvalidOperationException(problem.Message) : _output.Written;
    }
}
