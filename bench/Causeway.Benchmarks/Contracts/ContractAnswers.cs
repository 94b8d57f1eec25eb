using System.Buffers;
using BenchmarkDotNet.Attributes;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Normalisation;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Streams;
using Causeway.Contracts.Validation;

namespace Causeway.Benchmarks.Contracts;

/// <summary>Watches "validate and normalise 1 KiB in under 15 microseconds, allocating nothing beyond the result", and what a piece of a stream costs that flows.</summary>
[MemoryDiagnoser]
public class ContractAnswers
{
    private const int Piece = 20;
    private readonly Validator _validator = Validator.Of(JsonSchema.Parse(ContractTexts.Schema));
    private readonly byte[] _asItIs = ContractTexts.Document(1 << 10);
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private byte[] _fenced = [];
    private byte[] _withNulls = [];
    private Normaliser _normaliser = null!;
    private CompiledContract _compiled = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _compiled = ContractCompiler.Compile(_validator.Schema, DialectCatalogue.Find("openai")!, new ContractAsk("gpt-5.4-mini"));
        _normaliser = new Normaliser(_validator, _compiled, Coercions.Default);
        _fenced = [.. "```json\n"u8, .. _asItIs, .. "\n```"u8];
        _withNulls = [.. System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(_asItIs).Replace("\"tags\":[\"a\",\"express\"]", "\"tags\":null", StringComparison.Ordinal))];
    }

    [Benchmark]
    public NormalisedAnswer Nothing_to_change() => Valid(_normaliser.Run(_asItIs));

    [Benchmark]
    public NormalisedAnswer A_fence() => Valid(_normaliser.Run(_fenced));

    [Benchmark]
    public NormalisedAnswer Nulls_that_stand_for_absence() => Valid(_normaliser.Run(_withNulls));

    [Benchmark(OperationsPerInvoke = 50)]
    public bool Flow_a_piece()
    {
        var stream = new ContractStream(_validator, _compiled);
        bool flows = true;
        for (int at = 0; at < 50 * Piece; at += Piece)
        {
            _output.ResetWrittenCount();
            flows &= stream.Append(_withNulls.AsSpan(Math.Min(at, _withNulls.Length), Math.Min(Piece, Math.Max(0, _withNulls.Length - at))), _output);
        }

        return flows ? flows : throw new InvalidOperationException(stream.Violation!.Message);
    }

    private static NormalisedAnswer Valid(NormalisedAnswer answer) =>
        answer.Verdict == AnswerVerdict.Valid ? answer : throw new InvalidOperationException(answer.Violations[0].Message);
}
