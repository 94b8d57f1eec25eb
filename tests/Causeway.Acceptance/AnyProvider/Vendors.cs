using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.AnyProvider;

/// <summary>What the welcome says to each vendor's SDK.</summary>
internal static class Vendors
{
    /// <summary>Scripts and their cases that ask every model for a word.</summary>
    public static TheoryData<string, string> Asking => new()
    {
        { "openai-any", "chat" },
        { "openai-any", "responses" },
        { "anthropic-any", "messages" },
        { "google-any", "generate" },
    };

    /// <param name="gateway">The gateway.</param>
    /// <param name="script">A script of <c>node/</c>, which begins with its vendor's name.</param>
    public static Uri BaseUrl(RunningGateway gateway, string script) => script.Split('-')[0] switch
    {
        "openai" => gateway.Welcome.OpenAI,
        "anthropic" => gateway.Welcome.Anthropic,
        _ => gateway.Welcome.Gemini,
    };
}
