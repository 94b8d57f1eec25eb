using System.Globalization;
using System.Text;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Tests.Gemini;

/// <summary>Writes down what a reply is read into. Text of a block that comes in pieces is one line; of reports of usage the last one counts.</summary>
internal sealed class SinkLog : ReplySink
{
    private readonly StringBuilder _lines = new();
    private readonly SortedDictionary<int, StringBuilder> _text = [];
    private TokenUsage? _usage;

    public override void Start(in ReplyStart start) => Line($"start {start.Id} {start.Model} {start.ServiceTier}");

    public override void BeginBlock(int block, in BlockStart start)
    {
        Line($"begin {block} {start.Kind} choice={start.Choice} id={start.CallId} name={start.Name}");
        _text[block] = new StringBuilder();
    }

    public override void Delta(int block, ReadOnlySpan<byte> escaped) => _text[block].Append(Encoding.UTF8.GetString(escaped));

    public override void Seal(int block, ReasoningSeal seal) => Line($"seal {block} {seal.Maker} {seal.Value} {seal.Model}");

    public override void Cite(int block, in Citation citation) => Line($"cite {block} {citation.Url} {citation.Title} {citation.CitedText}");

    public override void LogProbs(int block, IReadOnlyList<TokenLogProb> tokens)
    {
        foreach (TokenLogProb token in tokens)
        {
            Line($"logprob {block} {token.Token} {token.LogProb.ToString(CultureInfo.InvariantCulture)} of {token.Top.Count}");
        }
    }

    public override void EndBlock(int block) => Line($"end {block} {_text[block]}");

    public override void Stop(int choice, in ReplyStop stop) => Line($"stop {choice} {stop.Kind} {stop.Detail}");

    public override void Usage(in TokenUsage usage) => _usage = usage;

    public override void End() => Line($"done {_usage}");

    public override void Fail(in ReplyFailure failure) => Line($"fail {failure.Kind} {failure.Code} {failure.Message}");

    public override void KeepAlive() => Line("alive");

    public override string ToString() => _lines.ToString();

    private void Line(string line) => _lines.Append(line.TrimEnd()).Append('\n');
}
