using BenchmarkDotNet.Attributes;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;

namespace Causeway.Benchmarks.Contracts;

/// <summary>Watches "a schema of 100 properties is prepared in under 1 ms", which parsing and compiling share.</summary>
[MemoryDiagnoser]
public class ContractPreparation
{
    private readonly byte[] _schema = ContractTexts.Wide(100);

    [Benchmark]
    public Validator Prepare_100_properties() => Validator.Of(JsonSchema.Parse(_schema));
}
