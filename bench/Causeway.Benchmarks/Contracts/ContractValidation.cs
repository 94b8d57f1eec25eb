using BenchmarkDotNet.Attributes;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;

namespace Causeway.Benchmarks.Contracts;

/// <summary>Watches "validate 1 KiB in a few microseconds without an allocation" and "5 MiB in linear time": a million bytes must cost a thousand times a thousand.</summary>
[MemoryDiagnoser]
public class ContractValidation
{
    private readonly Validator _validator = Validator.Of(JsonSchema.Parse(ContractTexts.Schema));
    private byte[] _document = [];

    /// <summary>Bytes of the document.</summary>
    [Params(1 << 10, 1 << 20, 5 << 20)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Prepare() => _document = ContractTexts.Document(Bytes);

    [Benchmark]
    public bool Validate_an_answer() => _validator.IsValid(_document);
}
