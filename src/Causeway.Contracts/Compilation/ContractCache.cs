using System.Collections.Concurrent;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Compilation;

/// <summary>
/// Schemas, validators and compiled contracts that were made before: many requests bring the same schema. Bounded, and safe to use from many threads. When it
/// is full, everything is forgotten: what is still asked for comes back within a few milliseconds, and no order of use has to be kept on the hot path.
/// </summary>
/// <param name="capacity">How many schemas, and how many compiled contracts, are kept at most; at least 1.</param>
/// <param name="maxBytes">How many bytes of schemas are kept at most; larger ones are made each time.</param>
public sealed class ContractCache(int capacity = 1024, long maxBytes = 64L << 20)
{
    private readonly ConcurrentDictionary<SchemaKey, ParsedContract> _schemas = new();
    private readonly ConcurrentDictionary<CompileKey, CompiledContract> _compiled = new();
    private long _bytes;

    /// <summary>The schema of a text as a request brought it, with its validator.</summary>
    /// <param name="utf8">The schema's JSON; copied where it is kept.</param>
    /// <exception cref="SchemaException">It is no schema. Nothing is kept of that.</exception>
    public ParsedContract Parse(ReadOnlyMemory<byte> utf8)
    {
        SchemaKey key = new(utf8);
        if (_schemas.TryGetValue(key, out ParsedContract? known))
        {
            return known;
        }

        JsonSchema schema = JsonSchema.Parse(utf8);
        ParsedContract parsed = new(schema, Validator.Of(schema));
        if (utf8.Length > maxBytes / 4)
        {
            return parsed;
        }

        if (_schemas.Count >= capacity || Interlocked.Read(ref _bytes) + utf8.Length > maxBytes)
        {
            Forget();
        }

        if (_schemas.TryAdd(new SchemaKey(utf8.ToArray()), parsed))
        {
            Interlocked.Add(ref _bytes, utf8.Length);
        }

        return parsed;
    }

    /// <summary>The schema as a dialect gets it.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="dialect">The dialect; profiles with other measurements are other dialects here.</param>
    /// <param name="ask">What of the request decides the carrier.</param>
    public CompiledContract Compile(JsonSchema schema, DialectProfile dialect, ContractAsk ask)
    {
        CompileKey key = new(schema, dialect, ask);
        if (_compiled.TryGetValue(key, out CompiledContract? known))
        {
            return known;
        }

        CompiledContract compiled = ContractCompiler.Compile(schema, dialect, ask);
        if (_compiled.Count >= capacity)
        {
            Forget();
        }

        return _compiled.GetOrAdd(key, compiled);
    }

    private void Forget()
    {
        _schemas.Clear();
        _compiled.Clear();
        Interlocked.Exchange(ref _bytes, 0);
    }

    private readonly struct SchemaKey(ReadOnlyMemory<byte> utf8) : IEquatable<SchemaKey>
    {
        private readonly ReadOnlyMemory<byte> _utf8 = utf8;
        private readonly int _hash = NameHash.Of(utf8.Span);

        public bool Equals(SchemaKey other) => _hash == other._hash && _utf8.Span.SequenceEqual(other._utf8.Span);

        public override bool Equals(object? obj) => obj is SchemaKey other && Equals(other);

        public override int GetHashCode() => _hash;
    }

    // A profile is compared by identity: there is one of each, and one more for every measurement.
    private readonly struct CompileKey(JsonSchema schema, DialectProfile dialect, ContractAsk ask) : IEquatable<CompileKey>
    {
        private readonly JsonSchema _schema = schema;
        private readonly DialectProfile _dialect = dialect;
        private readonly ContractAsk _ask = ask;

        public bool Equals(CompileKey other) =>
            ReferenceEquals(_dialect, other._dialect) && _ask.Equals(other._ask) && (ReferenceEquals(_schema, other._schema) || _schema.Digest == other._schema.Digest);

        public override bool Equals(object? obj) => obj is CompileKey other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(_schema.Digest.Text, _dialect.Name, _ask);
    }
}

/// <summary>A schema that is ready to validate with.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Validator">Its validator; <c>format</c> is a rule.</param>
public sealed record ParsedContract(JsonSchema Schema, Validator Validator);
