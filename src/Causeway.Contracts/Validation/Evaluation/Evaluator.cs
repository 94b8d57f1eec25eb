using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas.Graph;

namespace Causeway.Contracts.Validation.Evaluation;

/// <summary>Evaluates schemas on the values of one document. Without a list of findings it stops at the first fault and allocates nothing.</summary>
/// <remarks>
/// A <c>track</c> is a set of the workspace into which schemas put the members or items that they evaluated, for <c>unevaluatedProperties</c> and
/// <c>unevaluatedItems</c> around them; -1: nobody asks.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal ref partial struct Evaluator
{
    private readonly JsonView _view;
    private readonly Workspace _work;
    private readonly bool _assertsFormats;
    private readonly bool _isDynamic;
    private List<Finding>? _findings;
    private int _mostFindings;
    private long _steps;
    private int _depth;

    /// <summary>An evaluation of a document.</summary>
    /// <param name="view">The document.</param>
    /// <param name="work">Memory; its tape is the document's.</param>
    /// <param name="graph">What the schemas belong to.</param>
    /// <param name="assertsFormats">Whether <c>format</c> is a rule.</param>
    /// <param name="steps">What it may cost.</param>
    /// <param name="findings">Gets what is wrong; null: only whether something is.</param>
    /// <param name="most">How many findings at most.</param>
    public Evaluator(JsonView view, Workspace work, SchemaGraph graph, bool assertsFormats, long steps, List<Finding>? findings = null, int most = 0)
    {
        _view = view;
        _work = work;
        _isDynamic = graph.HasDynamicReferences;
        _assertsFormats = assertsFormats;
        _steps = steps;
        _findings = findings;
        _mostFindings = most;
    }

    /// <summary>It cost more than it may: what it returned means nothing.</summary>
    public readonly bool IsExhausted => _steps < 0;

    /// <summary>Why; null: the steps were used up.</summary>
    public string? Exhaustion { get; private set; }

    /// <summary>Milliseconds that backtracking patterns took.</summary>
    public long PatternMilliseconds { get; set; }

    /// <summary>Steps left.</summary>
    public readonly long Steps => _steps;

    private readonly bool IsCollecting => _findings is not null && _findings.Count < _mostFindings && _steps >= 0;

    /// <summary>Whether a value follows a schema.</summary>
    public bool Evaluate(SchemaNode node, int at, int track)
    {
        if (node.Always is { } always)
        {
            return always || Fail(node, Keyword.False, at);
        }

        if (--_steps < 0 || !Enter())
        {
            return false;
        }

        bool isOther = _isDynamic && (_work.ScopeDepth == 0 || _work.Scope[^1] != node.Resource);
        if (isOther)
        {
            _work.Push(node.Resource);
        }

        bool isValid = node.TracksEvaluated ? Tracked(node, at, track) : Apply(node, at, track);
        if (isOther)
        {
            _work.Pop();
        }

        _depth--;
        return isValid;
    }

    private bool Enter()
    {
        if (++_depth > EvaluationBudget.MaxDepth || ((_depth & 15) == 0 && !RuntimeHelpers.TryEnsureSufficientExecutionStack()))
        {
            Exhaust("its schemas refer to each other too deeply");
            return false;
        }

        return true;
    }

    private void Exhaust(string why)
    {
        _steps = -1;
        Exhaustion ??= why;
    }

    private readonly bool Fail(SchemaNode node, Keyword keyword, int at, int detail = -1)
    {
        if (IsCollecting)
        {
            _findings!.Add(new Finding(node, keyword, at, detail));
        }

        return false;
    }

    private bool Apply(SchemaNode node, int at, int track)
    {
        TokenKind kind = _view.Kind(at);
        bool isValid = Values(node, at, kind);
        if (!isValid && !IsCollecting)
        {
            return false;
        }

        isValid &= kind switch
        {
            TokenKind.Number => node.Numbers is null || Number(node, node.Numbers, at),
            TokenKind.String => node.Strings is null || String(node, node.Strings, at),
            TokenKind.Array => node.Arrays is null || Array(node, node.Arrays, at, track),
            TokenKind.Object => node.Objects is null || Object(node, node.Objects, at, track),
            _ => true,
        };
        return (isValid || IsCollecting) && References(node, at, track) && isValid;
    }

    private bool References(SchemaNode node, int at, int track)
    {
        bool isValid = node.Ref is null || Evaluate(node.Ref, at, track);
        if (node.DynamicRef is not null && (isValid || IsCollecting))
        {
            isValid &= Evaluate(DynamicTarget(node), at, track);
        }

        if (node.Branches is not null && (isValid || IsCollecting))
        {
            isValid &= Branches(node, node.Branches, at, track);
        }

        return isValid;
    }

    /// <summary>The outermost resource on the way that has the anchor decides (2020-12 core, section 8.2.3.2).</summary>
    private readonly SchemaNode DynamicTarget(SchemaNode node)
    {
        if (node.DynamicAnchor is { } anchor)
        {
            foreach (SchemaResource resource in _work.Scope)
            {
                if (resource.DynamicAnchors.TryGetValue(anchor, out SchemaNode? target))
                {
                    return target;
                }
            }
        }

        return node.DynamicRef!;
    }

    private bool Values(SchemaNode node, int at, TokenKind kind)
    {
        if (node.Types != TypeSet.Any && !IsOfType(node.Types, at, kind))
        {
            // A value of another kind breaks enum and const as well; once is enough to say.
            return Fail(node, Keyword.Type, at);
        }

        if (node.Const is not null && !Contains(node.Const, at, kind))
        {
            return Fail(node, Keyword.Const, at);
        }

        return node.Enum is null || Contains(node.Enum, at, kind) || Fail(node, Keyword.Enum, at);
    }

    private bool Contains(ValueSet values, int at, TokenKind kind)
    {
        TypeSet type = kind == TokenKind.Number ? TypeSet.Number : TypeOf(kind);
        return (values.Types & type) != TypeSet.None && values.Contains(_view, at, ref _steps);
    }

    private readonly bool IsOfType(TypeSet types, int at, TokenKind kind) =>
        kind == TokenKind.Number
            ? (types & TypeSet.Number) != TypeSet.None || ((types & TypeSet.Integer) != TypeSet.None && _view.Number(at).IsInteger)
            : (types & TypeOf(kind)) != TypeSet.None;

    private static TypeSet TypeOf(TokenKind kind) => kind switch
    {
        TokenKind.Null => TypeSet.Null,
        TokenKind.False or TokenKind.True => TypeSet.Boolean,
        TokenKind.Number => TypeSet.Number,
        TokenKind.String => TypeSet.String,
        TokenKind.Array => TypeSet.Array,
        _ => TypeSet.Object,
    };

    /// <summary>A schema with an <c>unevaluated…</c> keyword: everything else first, then what nothing else looked at.</summary>
    private bool Tracked(SchemaNode node, int at, int track)
    {
        TokenKind kind = _view.Kind(at);
        SchemaNode? rest = kind == TokenKind.Object ? node.Objects?.Unevaluated : kind == TokenKind.Array ? node.Arrays?.Unevaluated : null;
        if (rest is null)
        {
            return Apply(node, at, track);
        }

        int count = _view.Nodes[at].Count;
        int set = _work.NewSet(count);
        bool isValid = Apply(node, at, set) && Rest(node, rest, at, set);
        if (isValid && track >= 0)
        {
            _work.Join(set, track, count);
        }

        _work.Release(set);
        return isValid;
    }

    private bool Rest(SchemaNode node, SchemaNode rest, int at, int set)
    {
        bool isObject = _view.Kind(at) == TokenKind.Object;
        Keyword keyword = isObject ? Keyword.UnevaluatedProperties : Keyword.UnevaluatedItems;
        bool isValid = true;
        int ordinal = 0;
        for (int child = at + 1; child < _view.Nodes[at].Next && (isValid || IsCollecting); ordinal++)
        {
            int value = isObject ? child + 1 : child;
            if (!_work.IsMarked(set, ordinal))
            {
                isValid &= rest.Always == false ? Fail(node, keyword, child) : Evaluate(rest, value, -1);
                _work.Mark(set, ordinal);
            }

            child = _view.Nodes[value].Next;
        }

        return isValid;
    }
}
