using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Payloads;

namespace Causeway.Gateway.Capture;

/// <summary>
/// Seals payloads under the deployment's master key (<see cref="SecretBox"/>), so that whoever has the store alone reads none. The request's id is sealed in: a row that is put in another's place
/// does not open.
/// </summary>
public sealed class PayloadSeal(MasterKeys masters)
{
    // VERSION BOX
    private const byte Version = 1;
    private readonly SecretBox _box = new(masters, "causeway captured payloads");

    /// <summary>Seals what a request said and was answered.</summary>
    public SealedPayload Seal(Guid request, DateTimeOffset until, Payload payload)
    {
        byte[] text = payload.Write();
        byte[] content = new byte[1 + SecretBox.Overhead + text.Length];
        content[0] = Version;
        _box.Seal(text, content.AsSpan(1), Bound(request));
        return new SealedPayload(request, until, content);
    }

    /// <summary>Opens it.</summary>
    /// <returns>Null: it was altered, is of another request, or the master key that it was sealed under is no longer there.</returns>
    public Payload? Open(SealedPayload payload) =>
        payload.Content is [Version, ..] && _box.Open(payload.Content.AsSpan(1), Bound(payload.Request)) is { } text ? Payload.Read(text) : null;

    private static byte[] Bound(Guid request) => [Version, .. request.ToByteArray(bigEndian: true)];
}
