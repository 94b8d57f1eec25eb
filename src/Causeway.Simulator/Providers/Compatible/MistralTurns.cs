using System.Text.Json;
using System.Text.RegularExpressions;

namespace Causeway.Simulator.Providers.Compatible;

internal static partial class MistralTurns
{
    /// <summary>Ids of calls have this length and no other.</summary>
    public const int IdChars = 9;

    public static Rejection? Check(Incoming incoming, string model)
    {
        JsonElement[] messages = [.. incoming.Json.Member("messages").Items()];
        IEnumerable<string?> ids = messages.SelectMany(message => message.Member("tool_calls").Items().Select(call => call.Member("id").Text())
            .Concat(message.Member("role").Text() == "tool" ? [message.Member("tool_call_id").Text()] : []));
        if (ids.FirstOrDefault(id => !Id().IsMatch(id ?? "")) is { } odd)
        {
            return new(400, "invalid_request_error", $"Tool call id was {odd} but must be a-z, A-Z, 0-9, with a length of 9.") { Code = "3280" };
        }

        JsonElement last = messages.LastOrDefault();
        return last.Member("role").Text() == "assistant" && !last.Member("prefix").IsTrue()
            ? new(400, "invalid_request_error", "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant") { Code = "3230" }
            : null;
    }

    [GeneratedRegex("^[a-zA-Z0-9]{9}$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Id();
}
