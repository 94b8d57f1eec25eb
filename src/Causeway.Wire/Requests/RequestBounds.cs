using System.Runtime.InteropServices;

namespace Causeway.Wire.Requests;

/// <summary>What lists of a request may have at most: work that few bytes can ask for. A request beyond one is refused where it is first seen, not when all of it was read.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RequestBounds
{
    /// <summary>No bounds but those of the body's bytes and of OpenAI's <c>n</c>.</summary>
    public RequestBounds()
    {
    }

    /// <summary>Messages, or the items or contents that other protocols have in their place.</summary>
    public int Messages { get; init; } = int.MaxValue;

    /// <summary>Tools; Gemini: function declarations.</summary>
    public int Tools { get; init; } = int.MaxValue;

    /// <summary>Images in messages; Gemini: parts of media, of whatever kind.</summary>
    public int Images { get; init; } = int.MaxValue;

    /// <summary>Answers that one request may ask for, 1 to <see cref="RequestScanner.MaxChoices"/>.</summary>
    public int Choices { get; init; } = RequestScanner.MaxChoices;
}
