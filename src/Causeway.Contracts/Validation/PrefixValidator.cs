using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation.Prefixes;

namespace Causeway.Contracts.Validation;

/// <summary>
/// Proves a document as it arrives: after every piece, either what came so far may still become a document that follows the schema as far as can
/// be decided without looking ahead, or the first violation. One stream each; not safe for several threads at once.
/// </summary>
/// <remarks>
/// At every open container it knows the schemas that apply for certain, through <c>$ref</c> and <c>allOf</c>. Kinds, unknown members, lengths and counts
/// above the most, and values of scalars are judged as soon as they are certain; unions and conditions when their value is complete. What is left, and
/// schemas with dynamic references altogether, is judged at the end, when the whole document is validated.
/// </remarks>
/// <param name="validator">The schema's validator.</param>
/// <param name="maxBytes">How large a document may become, since it is kept until it is complete; from 0 to <see cref="SchemaLimits.MaxDocumentBytes"/>. What
/// is larger breaks the keyword <c>budget</c>.</param>
public sealed class PrefixValidator(Validator validator, int maxBytes = SchemaLimits.MaxDocumentBytes)
{
    private readonly JsonLexer _lexer = new();
    private readonly OpenValues _open = new(validator);
    private byte[] _buffer = new byte[1024];
    private int _length;

    /// <summary>The schema's validator.</summary>
    public Validator Validator { get; } = validator;

    /// <summary>The first violation; null: none so far.</summary>
    public Violation? Violation { get; private set; }

    /// <summary>Takes the next piece, cut anywhere, in the middle of a character too.</summary>
    /// <returns>False when the document is beyond saving; <see cref="Violation"/> says why.</returns>
    public bool Append(ReadOnlySpan<byte> utf8)
    {
        if (Violation is not null)
        {
            return false;
        }

        if (utf8.Length > Math.Min(maxBytes, SchemaLimits.MaxDocumentBytes) - _length)
        {
            Violation = new Violation("", "budget", "", $"The document has more than {maxBytes} bytes, which is the most that is kept while it arrives.");
            return false;
        }

        int start = _length;
        Keep(utf8);
        int at = 0;
        while (Violation is null)
        {
            LexEvent found = _lexer.Next(utf8, ref at);
            if (found == LexEvent.Fault)
            {
                Violation = ViolationText.Json(new JsonFault((int)_lexer.FaultPosition, _lexer.Fault));
                break;
            }

            Violation = _open.Take(found, _lexer, _buffer.AsSpan(0, start + at));
            if (found == LexEvent.None)
            {
                break;
            }
        }

        return Violation is null;
    }

    /// <summary>The document is complete.</summary>
    /// <returns>Every violation; empty when it follows the schema.</returns>
    public IReadOnlyList<Violation> Complete()
    {
        if (Violation is null && _lexer.Finish() == LexEvent.Fault)
        {
            Violation = ViolationText.Json(new JsonFault((int)_lexer.FaultPosition, _lexer.Fault));
        }

        if (Violation is not null)
        {
            return [Violation];
        }

        IReadOnlyList<Violation> violations = Validator.Validate(_buffer.AsMemory(0, _length));
        Violation = violations.Count > 0 ? violations[0] : null;
        return violations;
    }

    private void Keep(ReadOnlySpan<byte> utf8)
    {
        if (_length + utf8.Length > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_length + utf8.Length, (int)Math.Min(_buffer.Length * 2L, Math.Max(maxBytes, 1024))));
        }

        utf8.CopyTo(_buffer.AsSpan(_length));
        _length += utf8.Length;
    }
}
