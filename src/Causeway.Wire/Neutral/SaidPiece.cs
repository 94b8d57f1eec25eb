using System.Runtime.InteropServices;

namespace Causeway.Wire.Neutral;

/// <summary>What a piece of a request is.</summary>
public enum SaidKind : byte
{
    /// <summary>System or developer text, a JSON string.</summary>
    System,

    /// <summary>User text, a JSON string.</summary>
    User,

    /// <summary>Assistant text, a JSON string.</summary>
    Assistant,

    /// <summary>An image, sound, film or document beside text: its data, address or name, a JSON string.</summary>
    Media,

    /// <summary>A call that the model made: its arguments, an object or a JSON string that holds one.</summary>
    ToolCall,

    /// <summary>A piece of what a tool answered, any JSON. A tool that answered nothing has one empty piece.</summary>
    ToolResult,

    /// <summary>A part that only its own protocol knows, any JSON.</summary>
    Native,
}

/// <summary>One piece of what a request says, in whichever protocol: for those who compare requests and do not read them.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">Bytes of the request's body; valid as long as that is.</param>
/// <param name="Turn">The number of the message that it stands in, from 0. Messages that a protocol splits count as one where the neutral form joins them.</param>
/// <param name="Name">Tool calls: the tool's name, a JSON string.</param>
/// <param name="CallId">Tool calls and results: which belong together.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SaidPiece(SaidKind Kind, ReadOnlyMemory<byte> Value, int Turn, ReadOnlyMemory<byte> Name = default, string? CallId = null)
{
    /// <summary>Goes through a request from its latest piece to its first. Reasoning is left out: it is the model's, and never twice the same.</summary>
    internal static IEnumerable<SaidPiece> LatestFirst(NeutralRequest request)
    {
        for (int turn = request.Turns.Count - 1; turn >= 0; turn--)
        {
            List<Part> parts = request.Turns[turn].Parts;
            for (int part = parts.Count - 1; part >= 0; part--)
            {
                switch (parts[part])
                {
                    case TextPart text:
                        yield return new SaidPiece(KindOf(request.Turns[turn].Role), text.Text.Raw, turn);
                        break;
                    case RefusalPart refusal:
                        yield return new SaidPiece(SaidKind.Assistant, refusal.Text.Raw, turn);
                        break;
                    case MediaPart media:
                        yield return new SaidPiece(SaidKind.Media, Content(media), turn);
                        break;
                    case ToolCallPart call:
                        yield return new SaidPiece(SaidKind.ToolCall, call.Arguments.Raw, turn, call.Name.Raw, call.Id);
                        break;
                    case ToolResultPart result:
                        foreach (ReadOnlyMemory<byte> piece in Content(result))
                        {
                            yield return new SaidPiece(SaidKind.ToolResult, piece, turn, CallId: result.CallId);
                        }

                        break;
                    case NativePart native:
                        yield return new SaidPiece(SaidKind.Native, native.Raw.Raw, turn);
                        break;
                }
            }
        }
    }

    private static SaidKind KindOf(Role role) => role switch
    {
        Role.System => SaidKind.System,
        Role.Assistant => SaidKind.Assistant,
        _ => SaidKind.User,
    };

    private static IEnumerable<ReadOnlyMemory<byte>> Content(ToolResultPart result)
    {
        if (!result.Json.IsAbsent || result.Content.Count == 0)
        {
            return [result.Json.Raw];
        }

        return result.Content.AsEnumerable().Reverse().Select(part => part switch
        {
            TextPart text => text.Text.Raw,
            MediaPart media => Content(media),
            NativePart native => native.Raw.Raw,
            _ => default,
        });
    }

    private static ReadOnlyMemory<byte> Content(MediaPart media) =>
        !media.Data.IsAbsent ? media.Data.Raw
        : !media.Url.IsAbsent ? media.Url.Raw
        : !media.FileId.IsAbsent ? media.FileId.Raw
        : media.Text.Raw;
}
