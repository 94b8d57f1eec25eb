using System.Net;
using Causeway.Commands;
using Causeway.Simulator;

namespace Causeway.Composition;

/// <summary><c>causeway simulate</c>: the simulated providers alone, for tests and demonstrations.</summary>
internal static class Simulate
{
    public static async Task<int> RunAsync(SimulateOptions options, CancellationToken cancellation)
    {
        if (!IPEndPoint.TryParse(options.Listen, out IPEndPoint? listen))
        {
            await Console.Error.WriteLineAsync($"--listen: \"{options.Listen}\" is not ADDRESS:PORT, such as 127.0.0.1:8090");
            return ExitCodes.Usage;
        }

        await using SimulatorServer simulator = await SimulatorServer.StartAsync(new SimulatorOptions { Listen = listen }, cancellation);
        string address = simulator.Address.AbsoluteUri.TrimEnd('/');
        Console.WriteLine(
            $"""
            Simulated providers are listening on {address}
              OpenAI         {address}/openai/v1
              Anthropic      {address}/anthropic
              Gemini         {address}/gemini
              Bedrock        {address}/bedrock
              Azure OpenAI   {address}/azure
              Vertex         {address}/vertex
              Compatible     {address}/SERVER/v1, where SERVER is vllm, llamacpp, ollama, groq,
                             together, mistral, deepseek, xai or openrouter
              Control        {address}/sim
            docs/simulator.md says which keys they take, and how to script them.
            Ctrl-C ends it.
            """);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCodes.Ok;
    }
}
