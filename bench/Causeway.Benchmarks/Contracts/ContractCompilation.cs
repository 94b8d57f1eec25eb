using BenchmarkDotNet.Attributes;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Schemas;

namespace Causeway.Benchmarks.Contracts;

/// <summary>Watches "a schema of 100 properties is compiled in under 1 ms" and "a cached look-up takes under 1 microsecond", schema bytes of a request included.</summary>
[MemoryDiagnoser]
public class ContractCompilation
{
    private static readonly ContractAsk s_ask = new("gpt-5.4-mini");
    private readonly byte[] _bytes = ContractTexts.Wide(100);
    private readonly ContractCache _cache = new();
    private JsonSchema _schema = null!;
    private DialectProfile _dialect = null!;

    /// <summary>The dialect: one that asks for every rewrite, and two with losses of their own.</summary>
    [Params("openai", "anthropic", "gemini")]
    public string Dialect { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        _schema = JsonSchema.Parse(_bytes);
        _dialect = DialectCatalogue.Find(Dialect)!;
        Look_up();
    }

    [Benchmark]
    public CompiledContract Compile_100_properties() => ContractCompiler.Compile(_schema, _dialect, s_ask);

    [Benchmark]
    public CompiledContract Look_up() => _cache.Compile(_schema, _dialect, s_ask);

    [Benchmark]
    public ParsedContract Look_up_by_bytes() => _cache.Parse(_bytes);
}
