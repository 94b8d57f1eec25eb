using System.Text;
using BenchmarkDotNet.Attributes;
using Causeway.Wire;
using Causeway.Wire.Usage;

namespace Causeway.Benchmarks.Wire;

/// <summary>Watches CPU per request: reading usage out of a reply that is passed on in pieces.</summary>
[MemoryDiagnoser]
public class PlainReply
{
    private readonly byte[] _reply = Encoding.UTF8.GetBytes(
        """{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"gpt-5.4-mini","choices":[{"index":0,"message":{"role":"assistant","content":" """
        + new string('x', 600)
        + """ ","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":24,"completion_tokens":128,"total_tokens":152,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}""");

    [Benchmark]
    public TokenUsage Read_usage_in_passing()
    {
        var meter = new ResponseMeter(Operation.ChatCompletions, stream: false);
        meter.Body(_reply);
        return meter.Usage;
    }
}
