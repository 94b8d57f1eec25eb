using System.Runtime.CompilerServices;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Compilation;

/// <summary>
/// Schemas, validators and compiled contracts that were made before: many requests bring the same schema. Bounded, and safe to use from many threads. When
/// schemas or compiled contracts are too many, the older half of them is forgotten.
/// </summary>
/// <param name="capacity">How many schemas, and how many compiled contracts, are kept at most; at least 1.</param>
/// <param name="maxBytes">How many bytes of schemas are kept at most, and how many, as estimated, of compiled contracts; what is larger than a quarter of it is
/// made each time.</param>
public sealed class ContractCache(int capacity = 1024, long maxBytes = 64L << 20)
{
    // A rewrite or loss with its strings; a compiled contract with what is undone in its answers, by what is sent.
    private const int BytesPerNote = 400;
    private const int BytesPerByteSent = 4;
    private readonly Generations<SchemaKey, ParsedContract> _schemas = new(capacity, maxBytes);
    private readonly Generations<CompileKey, CompiledContract> _compiled = new(capacity, maxBytes);
    private readonly Generations<ModelKey, ResolvedModel> _models = new(capacity, maxBytes);

    /// <summary>The schema of a text as a request brought it, with its validator.</summary>
    /// <param name="utf8">The schema's JSON; copied where it is kept.</param>
    /// <exception cref="SchemaException">It is no schema. Nothing is kept of that.</exception>
    public ParsedContract Parse(ReadOnlyMemory<byte> utf8)
    {
        SchemaKey key = new(utf8);
        if (_schemas.Find(key) is { } known)
        {
            return known;
        }

        JsonSchema schema = JsonSchema.Parse(utf8);
        return _schemas.Add(new SchemaKey(utf8.ToArray()), new ParsedContract(schema, Validator.Of(schema)), utf8.Length);
    }

    /// <summary>The schema as a dialect gets it.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="dialect">The dialect; profiles with other measurements are other dialects here.</param>
    /// <param name="ask">What of the request decides the carrier. Models of which the profile says the same share what is compiled.</param>
    public CompiledContract Compile(JsonSchema schema, DialectProfile dialect, ContractAsk ask)
    {
        CompileKey key = new(schema, dialect, RuleOf(dialect, ask.Model), ask);
        if (_compiled.Find(key) is { } known)
        {
            return known;
        }

        CompiledContract compiled = ContractCompiler.Compile(schema, dialect, ask);
        return _compiled.Add(key, compiled, Weigh(compiled));
    }

    // Patterns of models take microseconds to match. Names are the caller's, so these are bounded by themselves.
    private ModelRule? RuleOf(DialectProfile dialect, string? model)
    {
        if (model is null || dialect.Models.IsEmpty)
        {
            return null;
        }

        ModelKey key = new(dialect, model);
        return (_models.Find(key) ?? _models.Add(key, new ResolvedModel(dialect.RuleOf(model)), 2L * model.Length)).Rule;
    }

    // The canonical schema is kept alive by what was compiled of it.
    private static long Weigh(CompiledContract compiled) =>
        (BytesPerByteSent * (compiled.Canonical.Text.Length + (long)compiled.Schema.Length)) + (2L * (compiled.Instruction?.Length ?? 0))
        + (BytesPerNote * (1L + compiled.Rewrites.Length + compiled.Losses.Length + compiled.Impossible.Length));

    private readonly struct SchemaKey(ReadOnlyMemory<byte> utf8) : IEquatable<SchemaKey>
    {
        private readonly ReadOnlyMemory<byte> _utf8 = utf8;
        private readonly int _hash = NameHash.Of(utf8.Span);

        public bool Equals(SchemaKey other) => _hash == other._hash && _utf8.Span.SequenceEqual(other._utf8.Span);

        public override bool Equals(object? obj) => obj is SchemaKey other && Equals(other);

        public override int GetHashCode() => _hash;
    }

    private sealed record ResolvedModel(ModelRule? Rule);

    private readonly struct ModelKey(DialectProfile dialect, string model) : IEquatable<ModelKey>
    {
        private readonly DialectProfile _dialect = dialect;
        private readonly string _model = model;

        public bool Equals(ModelKey other) => ReferenceEquals(_dialect, other._dialect) && _model == other._model;

        public override bool Equals(object? obj) => obj is ModelKey other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(_dialect), _model);
    }

    // A profile is compared by identity: there is one of each, and one more for every measurement. A model is what the profile says of it: names are free.
    private readonly struct CompileKey(JsonSchema schema, DialectProfile dialect, ModelRule? rule, ContractAsk ask) : IEquatable<CompileKey>
    {
        private readonly JsonSchema _schema = schema;
        private readonly DialectProfile _dialect = dialect;
        private readonly ModelRule? _rule = rule;
        private readonly (bool HasTools, bool Stream, bool Thinking, bool AsTool, bool IsStrict, bool HasForcedTool, bool IsOwn, bool IsStrictTool) _ask = (ask.HasTools, ask.Stream, ask.Thinking, ask.AsTool, ask.IsStrict, ask.HasForcedTool, ask.IsOwn, ask.IsStrictTool);

        public bool Equals(CompileKey other) => ReferenceEquals(_dialect, other._dialect) && ReferenceEquals(_rule, other._rule) && _ask == other._ask
            && (ReferenceEquals(_schema, other._schema) || _schema.Digest == other._schema.Digest);

        public override bool Equals(object? obj) => obj is CompileKey other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(_schema.Digest.Text, _dialect.Name, _rule is null ? 0 : RuntimeHelpers.GetHashCode(_rule), _ask);
    }
}

/// <summary>A schema that is ready to validate with.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Validator">Its validator; <c>format</c> is a rule.</param>
public sealed record ParsedContract(JsonSchema Schema, Validator Validator);
