namespace Causeway.Wire.Neutral;

/// <summary>What became of setting an answer in a reply.</summary>
internal enum AnswerPlace : byte
{
    /// <summary>The reply has no place that is surely the answer's; nothing was changed.</summary>
    Missing,

    /// <summary>The document is the answer already, in one part; nothing was changed.</summary>
    Same,

    /// <summary>The document was put in the answer's place.</summary>
    Set,
}
