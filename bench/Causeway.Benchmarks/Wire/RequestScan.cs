using System.Text;
using BenchmarkDotNet.Attributes;
using Causeway.Wire;
using Causeway.Wire.Requests;

namespace Causeway.Benchmarks.Wire;

/// <summary>Watches CPU per request: the scan of a body is the largest piece of it that is ours.</summary>
[MemoryDiagnoser]
public class RequestScan
{
    private byte[] _body = [];

    /// <summary>Bytes of prompt in the body.</summary>
    [Params(1024, 32 * 1024)]
    public int PromptBytes { get; set; }

    [GlobalSetup]
    public void Prepare() => _body = Encoding.UTF8.GetBytes(
        $$"""{"model":"openai/gpt-5.4-mini","messages":[{"role":"system","content":"You are concise."},{"role":"user","content":"{{new string('x', PromptBytes)}}"}],"temperature":0.7,"max_tokens":256,"stream":true}""");

    [Benchmark]
    public bool Scan_a_chat_completion() => RequestScanner.TryScan(Operation.ChatCompletions, _body, out _, out _);

    [Benchmark]
    public int Scan_and_plan_the_splices()
    {
        RequestScanner.TryScan(Operation.ChatCompletions, _body, out Causeway.Wire.Requests.RequestScan scan, out _);
        return new SplicedBody(_body, RequestRewrite.Plan(Operation.ChatCompletions, scan, _body, "gpt-5.4-mini")).Length;
    }
}
