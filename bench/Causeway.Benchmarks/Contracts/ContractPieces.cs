using BenchmarkDotNet.Attributes;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;

namespace Causeway.Benchmarks.Contracts;

/// <summary>Watches "incremental validation adds under 2 microseconds a piece", pieces of 20 bytes; the figure is for one piece.</summary>
[MemoryDiagnoser]
public class ContractPieces
{
    private const int Pieces = 200;
    private readonly Validator _validator = Validator.Of(JsonSchema.Parse(ContractTexts.Schema));
    private readonly byte[] _document = ContractTexts.Document((Pieces * 20) + 400);

    [Benchmark(OperationsPerInvoke = Pieces)]
    public bool Append_a_piece()
    {
        var prefix = new PrefixValidator(_validator);
        bool flows = true;
        for (int i = 0; i < Pieces; i++)
        {
            flows &= prefix.Append(_document.AsSpan(i * 20, 20));
        }

        return flows ? flows : throw new InvalidOperationException(prefix.Violation!.Message);
    }
}
