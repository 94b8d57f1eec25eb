using Causeway.Simulator.Bill;
using Causeway.Simulator.Providers.Anthropic;
using Causeway.Simulator.Providers.Azure;
using Causeway.Simulator.Providers.Bedrock;
using Causeway.Simulator.Providers.Compatible;
using Causeway.Simulator.Providers.Gemini;
using Causeway.Simulator.Providers.OpenAI;
using Causeway.Simulator.Providers.OpenAI.Kept;
using Causeway.Simulator.Providers.Vertex;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Providers;

/// <summary>Every vendor of one simulator, each with what it keeps between requests.</summary>
internal sealed class Vendors
{
    private readonly Dictionary<Vendor, IProvider> _all;

    /// <param name="run">What the script does to one request of a batch.</param>
    /// <param name="till">Where the requests of a batch are billed.</param>
    public Vendors(Func<Ask, Behaviour> run, Till till, TimeProvider time)
    {
        BatchDesk desk = new(run, till);
        _all = Servers.All.ToDictionary(server => server.Vendor, IProvider (server) => new CompatibleProvider(server));
        _all[Vendor.Openai] = new OpenAIProvider(ChatStyle.OpenAI, StrictSchemas.OpenAI, served: null, desk);
        _all[Vendor.Anthropic] = new AnthropicProvider(new Anthropic.Batches.KeptBatches(run, till));
        _all[Vendor.Gemini] = new GeminiProvider();
        _all[Vendor.Bedrock] = new BedrockProvider();
        _all[Vendor.Azure] = new AzureProvider(desk);
        _all[Vendor.Vertex] = new VertexProvider(time);
    }

    public IProvider Of(Vendor vendor) => _all[vendor];
}
