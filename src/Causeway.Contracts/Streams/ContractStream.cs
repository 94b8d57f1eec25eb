using System.Buffers;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Streams;

/// <summary>
/// Lets the text of a natively enforced answer flow while it is proven: undoes what the compiler introduced on the way (nulls that stand for absence, a
/// wrapped root), and stops at the first violation. One stream each; not safe for several threads at once.
/// </summary>
/// <remarks>
/// What flows is the answer byte for byte, white space included, without the members whose null stands for absence (each with its comma and the white space
/// before it) and without the wrapper. What stands before the document and is no JSON, prose or a fence, is a violation at once. Of a piece with a
/// violation nothing flows that the piece brought.
/// </remarks>
/// <param name="canonical">The canonical schema's validator.</param>
/// <param name="compiled">What was sent.</param>
/// <param name="maxBytes">How large the document may become, since it is kept until it is complete; what is larger is a violation of the <c>budget</c>.</param>
public sealed class ContractStream(Validator canonical, CompiledContract compiled, int maxBytes = SchemaLimits.MaxDocumentBytes)
{
    private readonly PrefixValidator _proof = new(canonical, maxBytes);
    private readonly UndoFlow? _undo = compiled.Undo is null ? null : new UndoFlow(compiled.Undo);
    private readonly ArrayBufferWriter<byte> _piece = new();

    /// <summary>Whether what has to be undone can be undone in passing; otherwise answers are gathered first.</summary>
    public static bool CanFlow(CompiledContract compiled) =>
        compiled.Undo is not { } root || ArePassing(root.Kind == UndoKind.Unwrap ? root.Items : root);

    /// <summary>The first violation; null: none so far.</summary>
    public Violation? Violation { get; private set; }

    /// <summary>Takes the next piece of text, cut anywhere, and writes what may flow.</summary>
    /// <returns>False at a violation: nothing more may flow.</returns>
    public bool Append(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        if (Violation is not null)
        {
            return false;
        }

        if (_undo is null)
        {
            Violation = _proof.Append(utf8) ? null : _proof.Violation;
            return Violation is null && Flow(utf8, output);
        }

        _piece.ResetWrittenCount();
        Violation = _undo.Take(utf8, _piece) ?? (_proof.Append(_piece.WrittenSpan) ? null : _proof.Violation);
        return Violation is null && Flow(_piece.WrittenSpan, output);
    }

    /// <summary>The text is complete: writes the rest.</summary>
    /// <returns>Every violation; empty when the document that flowed follows the contract.</returns>
    public IReadOnlyList<Violation> Complete(IBufferWriter<byte> output)
    {
        Violation ??= _undo?.Complete();
        if (Violation is not null)
        {
            return [Violation];
        }

        IReadOnlyList<Violation> violations = _proof.Complete();
        Violation = violations.Count > 0 ? violations[0] : null;
        return violations;
    }

    private static bool Flow(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        output.Write(utf8);
        return true;
    }

    // All that a node leads to, without recursion: nodes lead into one another as far as a schema's references do.
    private static bool ArePassing(UndoNode? root)
    {
        HashSet<UndoNode> seen = new(ReferenceEqualityComparer.Instance);
        Stack<UndoNode?> left = new([root]);
        while (left.TryPop(out UndoNode? node))
        {
            if (node is null || !seen.Add(node))
            {
                continue;
            }

            if (node.Kind != UndoKind.None || !node.Branches.IsEmpty)
            {
                return false;
            }

            left.Push(node.Items);
            foreach (UndoNode? below in node.PrefixItems.Concat(node.Members.Values.Select(member => member.Value)))
            {
                left.Push(below);
            }
        }

        return true;
    }
}
