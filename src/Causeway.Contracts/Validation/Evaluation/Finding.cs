using System.Runtime.InteropServices;
using Causeway.Contracts.Schemas.Graph;

namespace Causeway.Contracts.Validation.Evaluation;

/// <summary>A violation before it is put into words.</summary>
/// <param name="Node">The schema; null: the text itself is at fault.</param>
/// <param name="Keyword">The keyword that is broken.</param>
/// <param name="At">The value in the document.</param>
/// <param name="Detail">Which of the keyword's names, types and so on; its meaning depends on the keyword.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Finding(SchemaNode Node, Keyword Keyword, int At, int Detail);
