using Causeway.Simulator.Providers.Anthropic;
using Causeway.Simulator.Providers.Azure;
using Causeway.Simulator.Providers.Bedrock;
using Causeway.Simulator.Providers.Compatible;
using Causeway.Simulator.Providers.Gemini;
using Causeway.Simulator.Providers.OpenAI;
using Causeway.Simulator.Providers.Vertex;

namespace Causeway.Simulator.Providers;

/// <summary>Every vendor of one simulator, each with what it keeps between requests.</summary>
internal sealed class Vendors
{
    private readonly Dictionary<Vendor, IProvider> _all;

    public Vendors(TimeProvider time)
    {
        _all = Servers.All.ToDictionary(server => server.Vendor, IProvider (server) => new CompatibleProvider(server));
        _all[Vendor.Openai] = new OpenAIProvider(ChatStyle.OpenAI, StrictSchemas.OpenAI);
        _all[Vendor.Anthropic] = new AnthropicProvider();
        _all[Vendor.Gemini] = new GeminiProvider();
        _all[Vendor.Bedrock] = new BedrockProvider();
        _all[Vendor.Azure] = new AzureProvider();
        _all[Vendor.Vertex] = new VertexProvider(time);
    }

    public IProvider Of(Vendor vendor) => _all[vendor];
}
