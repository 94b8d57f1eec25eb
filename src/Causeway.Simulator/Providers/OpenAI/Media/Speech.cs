using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Providers.OpenAI.Media;

/// <summary><c>/v1/audio/speech</c>: noise of a length that fits the text. The vendor reports no usage; it is billed.</summary>
internal static class Speech
{
    private const int BytesPerToken = 64;

    /// <summary>How many tokens of audio a token of text becomes.</summary>
    private const long AudioPerText = 20;

    public static Reading Read(Incoming incoming)
    {
        foreach (string name in new[] { "model", "input", "voice" })
        {
            if (incoming.Json.Member(name) is null)
            {
                return Missing.Parameter(name);
            }
        }

        string text = incoming.Json.Member("input").Text() ?? "";
        return new Ask
        {
            Protocol = Protocol.Openai,
            Operation = Operation.Speech,
            Model = incoming.Json.Member("model").Text() ?? "",
            Said = text,
            InputTokens = TokenRule.Of(text),
            Body = incoming.Json,
            Fingerprint = incoming.Fingerprint,
        };
    }

    public static Reply Answer(Ask ask, Behaviour then)
    {
        Tokens tokens = new()
        {
            InputUncached = then.Usage?.InputUncached ?? ask.InputTokens,
            Output = then.Usage?.Output ?? (ask.InputTokens * AudioPerText),
        };
        string type = ask.Body.Member("response_format").Text() switch
        {
            null or "mp3" => "audio/mpeg",
            "opus" => "audio/ogg",
            "pcm" => "audio/pcm",
            string other => "audio/" + other,
        };
        byte[] noise = [.. Enumerable.Range(0, (int)Math.Min(ask.InputTokens, 100_000) * BytesPerToken).Select(i => (byte)ask.Fingerprint[i % ask.Fingerprint.Length])];
        return new Reply(200, type, [new Frame(noise)], tokens);
    }
}
