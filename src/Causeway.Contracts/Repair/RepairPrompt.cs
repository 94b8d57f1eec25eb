using System.Text;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Repair;

/// <summary>What a model is told when its answer broke the contract.</summary>
public static class RepairPrompt
{
    private const int MaxBytes = 8 * 1024;
    private const string End = "\nAnswer again with the whole corrected JSON document and nothing else.";

    /// <summary>The text of the message that follows the wrong answer: what is wrong where, and that the whole document is wanted again, alone. At most 8 KiB.</summary>
    /// <remarks>The schema is repeated where it fits: some models never saw it.</remarks>
    public static string Of(JsonSchema canonical, IReadOnlyList<Violation> violations)
    {
        StringBuilder text = new("Your answer does not follow the JSON Schema that was asked for:");
        int bytes = Encoding.UTF8.GetByteCount(text.ToString()) + Encoding.UTF8.GetByteCount(End);
        for (int i = 0; i < violations.Count; i++)
        {
            string line = $"\n- {(violations[i].Path.Length == 0 ? "the document" : violations[i].Path)}: {violations[i].Message}";
            int length = Encoding.UTF8.GetByteCount(line);
            if (bytes + length > MaxBytes)
            {
                break;
            }

            text.Append(line);
            bytes += length;
        }

        const string intro = "\nThe JSON Schema:\n";
        if (bytes + intro.Length + canonical.Text.Length <= MaxBytes)
        {
            text.Append(intro).Append(Encoding.UTF8.GetString(canonical.Text.Span));
        }

        return text.Append(End).ToString();
    }
}
