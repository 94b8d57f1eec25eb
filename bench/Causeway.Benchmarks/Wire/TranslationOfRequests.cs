using BenchmarkDotNet.Attributes;
using Causeway.Wire;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;

namespace Causeway.Benchmarks.Wire;

/// <summary>Watches CPU per translated request: a body of 1 KiB read from the caller's protocol and written in the provider's.</summary>
[MemoryDiagnoser]
public class TranslationOfRequests
{
    private static readonly Target s_messages = TranslationCorpus.Target(Operation.Messages);
    private static readonly Target s_responses = TranslationCorpus.Target(Operation.Responses);
    private static readonly Target s_generate = TranslationCorpus.Target(Operation.StreamGenerateContent);
    private static readonly Target s_chat = TranslationCorpus.Target(Operation.ChatCompletions, "vllm");
    private static readonly Target s_converse = TranslationCorpus.Target(Operation.ConverseStream);

    private readonly byte[] _chat = TranslationCorpus.Request(Operation.ChatCompletions);
    private readonly byte[] _messages = TranslationCorpus.Request(Operation.Messages);
    private readonly byte[] _responses = TranslationCorpus.Request(Operation.Responses);
    private readonly FixedBuffer _output = new(64 * 1024);

    [Benchmark]
    public int Chat_to_Messages() => Translate(Operation.ChatCompletions, _chat, s_messages);

    [Benchmark]
    public int Chat_to_Converse() => Translate(Operation.ChatCompletions, _chat, s_converse);

    [Benchmark]
    public int Messages_to_chat() => Translate(Operation.Messages, _messages, s_chat);

    [Benchmark]
    public int Messages_to_Responses() => Translate(Operation.Messages, _messages, s_responses);

    [Benchmark]
    public int Responses_to_generateContent() => Translate(Operation.Responses, _responses, s_generate);

    private int Translate(Operation caller, byte[] body, Target target)
    {
        _output.Rewind();
        if (!RequestTranslation.TryRead(caller, body, stream: true, out RequestTranslation? translation, out RequestFault fault)
            || !translation.TryWrite(target, changes: null, Unsupported.Deny, shape: null, _output, out _, out fault))
        {
            throw new InvalidOperationException(fault.Message);
        }

        return _output.Written;
    }
}
