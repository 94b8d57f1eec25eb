using System.Buffers.Binary;
using System.Text;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;
using Causeway.Wire.OpenAI.Responses;

namespace Causeway.Gateway.Conversations;

/// <summary>
/// Seals turns of conversations under the deployment's master key (<see cref="SecretBox"/>), so that whoever has the store alone reads none. Team and id are sealed in: a row that is put in another's
/// place does not open.
/// </summary>
internal sealed class TranscriptSeal(MasterKeys masters)
{
    // VERSION BOX, and in the box: RANK LENGTH RELEASE INPUT OUTPUT
    private const byte Version = 1;
    private const byte Unsaid = 255;
    private const int Release = 5;
    private const int Head = Release + ReleaseId.Length;
    private readonly SecretBox _box = new(masters, "causeway transcripts");

    /// <summary>Seals a team's turn.</summary>
    public byte[] Seal(string team, SaidTurn said)
    {
        byte[] text = new byte[Head + said.Size];
        text[0] = (byte)(said.DataRank ?? Unsaid);
        BinaryPrimitives.WriteInt32LittleEndian(text.AsSpan(1), said.Turn.Input.Length);
        said.Release.ToDigest().CopyTo(text.AsSpan(Release));
        said.Turn.Input.Span.CopyTo(text.AsSpan(Head));
        said.Turn.Output.Span.CopyTo(text.AsSpan(Head + said.Turn.Input.Length));
        byte[] content = new byte[1 + SecretBox.Overhead + text.Length];
        content[0] = Version;
        _box.Seal(text, content.AsSpan(1), Bound(team, said.Turn.Id));
        return content;
    }

    /// <summary>Opens one.</summary>
    /// <returns>Null: it was altered, is another's, or the master key that it was sealed under is no longer there.</returns>
    public SaidTurn? Open(SealedTranscript sealedTurn)
    {
        if (sealedTurn.Content is not [Version, ..] || _box.Open(sealedTurn.Content.AsSpan(1), Bound(sealedTurn.Team, sealedTurn.Response)) is not { Length: >= Head } text)
        {
            return null;
        }

        int input = BinaryPrimitives.ReadInt32LittleEndian(text.AsSpan(1));
        return input < 0 || input > text.Length - Head ? null : new SaidTurn(
            new ResponseTurn(sealedTurn.Response, text.AsMemory(Head, input), text.AsMemory(Head + input)), ReleaseId.FromDigest(text.AsSpan(Release, ReleaseId.Length)), text[0] == Unsaid ? null : text[0]);
    }

    private static byte[] Bound(string team, string response) => [Version, .. Encoding.UTF8.GetBytes(team), 0, .. Encoding.UTF8.GetBytes(response)];
}
