using System.Collections.Frozen;
using System.Collections.Immutable;
using Causeway.Contracts.Compilation.Shapes;
using Causeway.Contracts.Compilation.Writing;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Schemas;

namespace Causeway.Contracts.Compilation;

/// <summary>Canonical schema to dialect. Pure: the same input gives the same bytes.</summary>
public static class ContractCompiler
{
    // Levels of a recursion that are written out, from the most; fewer where the dialect's limits are broken.
    private const int MostUnrolled = 3;

    private static readonly KeywordSupport s_taken = new() { Support = Support.Enforced, Evidence = Evidence.None, Date = "2026", Means = OmittedMeans.Open };

    private static readonly CarrierOption s_strictTool = new() { Carrier = Carrier.ForcedTool, IsEnforced = true, Strict = true };

    /// <summary>Compiles for one dialect and model.</summary>
    /// <param name="schema">The canonical schema.</param>
    /// <param name="dialect">The dialect.</param>
    /// <param name="ask">What of the request decides the carrier.</param>
    public static CompiledContract Compile(JsonSchema schema, DialectProfile dialect, ContractAsk ask)
    {
        DialectProfile profile = dialect.For(ask.Model) with { TrustsRoots = ask.IsOwn };
        if (ask.AsTool && !profile.ToolsAreStrict)
        {
            return AsItStands(schema, profile, ask.IsStrict);
        }

        if (ask.IsStrictTool || ask.AsTool)
        {
            CompiledContract strict = Written(schema, profile, s_strictTool);
            return ask.AsTool && strict.IsVerbatim ? AsItStands(schema, profile, ask.IsStrict) : strict;
        }

        CarrierOption carrier = profile.Carriers.FirstOrDefault(option => option.Takes(ask)) ?? profile.Carriers[^1];
        CompiledContract compiled = carrier switch
        {
            { Carrier: Carrier.JsonMode } => InJsonMode(schema, profile, carrier),
            { Carrier: Carrier.Prompt } => Shown(schema, profile, carrier),
            { IsEnforced: false } => Guidance(schema, profile, carrier),
            _ => Written(schema, profile, carrier),
        };
        bool needsInstruction = compiled.Impossible.IsEmpty && (carrier.Carrier is Carrier.JsonMode or Carrier.Prompt || !carrier.IsShown);
        return needsInstruction ? compiled with { Instruction = Instructions.Of(compiled.Schema.Span) } : compiled;
    }

    // A caller's tool is not compiled: closed objects or a strict decoder would change what its caller may receive. Only where it is strict already, and is
    // written for the dialect as it would be here, does the provider hold it.
    private static CompiledContract AsItStands(JsonSchema schema, DialectProfile profile, bool isStrict)
    {
        CarrierOption? held = isStrict ? profile.Carriers.FirstOrDefault(option => option is { Carrier: Carrier.ForcedTool, IsEnforced: true }) : null;
        if (held is not null && Written(schema, profile, held) is { IsNative: true, IsVerbatim: true } native)
        {
            return native with { IsCallersTool = true };
        }

        return new CompiledContract
        {
            Canonical = schema,
            Dialect = profile.Name,
            Carrier = Carrier.ForcedTool,
            Schema = schema.Text,
            IsCallersTool = true,
            Losses = [new Loss("", Features.Type, "The tool goes as its caller wrote it, and nothing is relied on to hold its arguments.")],
        };
    }

    // The schema is words: the model gets it as it was written.
    private static CompiledContract Shown(JsonSchema schema, DialectProfile profile, CarrierOption carrier) => new()
    {
        Canonical = schema,
        Dialect = profile.Name,
        Carrier = carrier.Carrier,
        Schema = schema.Text,
        Losses = [new Loss("", Features.Type, "The schema stands in the prompt; nothing holds the model to it.")],
    };

    // JSON mode answers with an object, whatever is asked for.
    private static CompiledContract InJsonMode(JsonSchema schema, DialectProfile profile, CarrierOption carrier) => Written(schema, Lenient(profile), carrier) with
    {
        Losses = [new Loss("", Features.Type, $"{profile.Title} has JSON mode at most here; the schema stands in the prompt.")],
    };

    // A tool without a strict decoder takes any keyword and holds none.
    private static CompiledContract Guidance(JsonSchema schema, DialectProfile profile, CarrierOption carrier) => Written(schema, Lenient(profile), carrier) with
    {
        Losses = [new Loss("", Features.Type, $"The schema is guidance only: {carrier.Note ?? "the tool's arguments are not constrained."}")],
    };

    // Every keyword goes as it is; only the root has to be an object.
    private static DialectProfile Lenient(DialectProfile profile) => profile with
    {
        Keywords = Features.All.ToFrozenDictionary(row => row.Id, row => row.Id is Features.RootArray or Features.RootScalar or Features.RootAnyOf ? s_taken with { Support = Support.Rejected } : s_taken),
        Limits = new DialectLimits(),
    };

    private static CompiledContract Written(JsonSchema schema, DialectProfile profile, CarrierOption carrier)
    {
        CompilationBudget budget = new(schema.Text.Length);
        try
        {
            return Written(schema, profile, carrier, new ShapeGraph(JsonTree.Parse(schema.Text.Span), budget));
        }
        catch (CompilationLimitException limit)
        {
            return new CompiledContract
            {
                Canonical = schema,
                Dialect = profile.Name,
                Carrier = carrier.Carrier,
                Schema = ReadOnlyMemory<byte>.Empty,
                Strict = carrier.Strict,
                Impossible = [new Impossibility("", "size", limit.Message, limit.Fix)],
            };
        }
    }

    private static CompiledContract Written(JsonSchema schema, DialectProfile profile, CarrierOption carrier, ShapeGraph graph)
    {
        ImmutableHashSet<string> required = [];
        for (int unroll = MostUnrolled; ; unroll--)
        {
            Attempt attempt = Attempt.Of(graph, profile, new WritePlan(unroll, required));
            if (attempt.Journal.Impossible.Length == 0 && attempt.Writer.Count.Optional.Count > profile.Limits.Optional
                && MoreRequired(attempt.Writer.Count, profile.Limits) is { } more)
            {
                attempt = Attempt.Of(graph, profile, new WritePlan(unroll, more));
            }

            SchemaMeasure.Check(attempt.Root.Schema, profile, attempt.Writer.Count, attempt.Journal, graph.Budget);
            bool mayShrink = unroll > 0 && attempt.Journal.Losses.Any(loss => loss.Feature == Features.RecursiveRef) && !profile[Features.RecursiveRef].IsTaken;
            if (attempt.Journal.Impossible.IsEmpty || !mayShrink)
            {
                return attempt.ToContract(schema, profile, carrier);
            }
        }
    }

    // Those that may be null anyway cost nothing; each of the others takes the place of a union.
    private static ImmutableHashSet<string>? MoreRequired(SlotCount count, DialectLimits limits)
    {
        int over = count.Optional.Count - limits.Optional!.Value;
        int room = (limits.Unions ?? int.MaxValue) - count.Unions.Count;
        (string Path, bool AllowsNull)[] chosen = [.. count.Optional.OrderByDescending(optional => optional.AllowsNull).Take(over)];
        return chosen.Count(optional => !optional.AllowsNull) > room ? null : [.. chosen.Select(optional => optional.Path)];
    }

    private sealed record Attempt(SchemaWriter Writer, Journal Journal, Written Root)
    {
        public static Attempt Of(ShapeGraph graph, DialectProfile profile, WritePlan plan)
        {
            Journal journal = new(profile);
            SchemaWriter writer = new(graph, profile, plan, journal);
            return new Attempt(writer, journal, writer.WriteRoot());
        }

        public CompiledContract ToContract(JsonSchema schema, DialectProfile profile, CarrierOption carrier)
        {
            bool isPossible = Journal.Impossible.IsEmpty;
            ReadOnlyMemory<byte> written = isPossible ? Root.Schema.ToUtf8(Writer.Budget) : ReadOnlyMemory<byte>.Empty;
            return new CompiledContract
            {
                Canonical = schema,
                Dialect = profile.Name,
                Carrier = carrier.Carrier,
                Schema = written,
                IsSame = SameSchema.Are(written, schema.Text),
                Strict = carrier.Strict,
                Rewrites = Journal.Rewrites,
                Losses = Journal.Losses,
                Impossible = Journal.Impossible,
                Undo = isPossible ? new UndoBuilder(Writer.Definitions, Writer.Budget).Build(Root.Undo) : null,
            };
        }
    }
}

/// <summary>What of a request decides how a schema can travel.</summary>
/// <param name="Model">The provider's name of the model; null: any that the dialect serves natively (<c>contract check</c>).</param>
/// <param name="HasTools">The request offers tools of its own beside the contract.</param>
/// <param name="Stream">The answer is to be streamed.</param>
/// <param name="Thinking">A thinking budget or effort is asked for.</param>
/// <param name="AsTool">The schema is that of a tool which the caller forces, and the provider can be told to force it: it goes as it stands.</param>
/// <param name="IsStrict">The caller says that the tool's arguments must follow the schema.</param>
/// <param name="HasForcedTool">The request says that one of its own tools must be called, and the schema is of another answer.</param>
/// <param name="IsOwn">The schema came as a format of the provider's own protocol.</param>
/// <param name="IsStrictTool">The schema is that of a strict tool which the model may call or not.</param>
public sealed record ContractAsk(string? Model = null, bool HasTools = false, bool Stream = false, bool Thinking = false, bool AsTool = false, bool IsStrict = false, bool HasForcedTool = false, bool IsOwn = false, bool IsStrictTool = false);
