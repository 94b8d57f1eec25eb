using Causeway.Admin.Providers;
using Causeway.Composition;
using Causeway.Configuration;
using Causeway.Gateway.Policy;
using Causeway.Simulator;
using Causeway.Tests.Configuration;
using Causeway.Wire;

namespace Causeway.Tests.Composition;

public sealed class ProviderRoutesTests
{
    private const string Aws =
        """
        protocol: bedrock
            region: eu-central-1
            aws:
              access_key_id: ${AWS_ID}
              secret_access_key: ${AWS_SECRET}
        """;

    [Fact]
    public async Task A_bedrock_account_signs()
    {
        Provider provider = (await BuildAsync(Aws)).Provider;

        Assert.Equal((Platform.Bedrock, Protocol.Bedrock, true), (provider.Platform, provider.Protocol, provider.HasCredential));
        AwsIdentity identity = Assert.IsType<AwsIdentity>(provider.Identity);
        Assert.Equal(("AKIA1", "s-1", "eu-central-1", "bedrock"), (identity.AccessKeyId, identity.SecretAccessKey, identity.Region, identity.Service));
        Assert.Equal("bedrock", provider.Catalogue);
    }

    [Fact]
    public async Task An_azure_account_has_its_version_and_its_application()
    {
        Provider provider = (await BuildAsync(
            """
            protocol: azure-openai
                endpoint: https://r.openai.azure.com
                api_version: 2025-04-01
                azure: { tenant: t, client_id: c, client_secret: "${AWS_SECRET}" }
            """)).Provider;

        Assert.Equal(new PlatformAddress(Platform.AzureOpenAI, ApiVersion: "2025-04-01"), provider.Address);
        Assert.Equal(("t", "c", "s-1"), provider.Identity is EntraApplication entra ? (entra.Tenant, entra.ClientId, entra.ClientSecret) : default);
        Assert.Equal(Protocol.OpenAI, provider.ProtocolOf("claude-is-but-a-deployment"));
    }

    [Fact]
    public async Task A_vertex_account_speaks_as_the_model_wants()
    {
        Provider provider = (await BuildAsync(
            """
            protocol: vertex
                project: p
                location: global
                google: { credentials: "file:sa.json" }
            """)).Provider;

        Assert.Equal(new PlatformAddress(Platform.Vertex, Project: "p", Location: "global"), provider.Address);
        Assert.Equal((Protocol.Gemini, Protocol.Anthropic), (provider.ProtocolOf("gemini-x"), provider.ProtocolOf("claude-x")));
        Assert.Equal("gateway@my-project.iam.gserviceaccount.com", Assert.IsType<GoogleServiceAccount>(provider.Identity).Email);
    }

    [Fact]
    public async Task A_server_is_known_by_its_name()
    {
        Provider provider = (await BuildAsync("protocol: openai\n    server: vllm\n    endpoint: http://127.0.0.1:8000/v1")).Provider;

        Assert.Equal(("vllm", false, null), (provider.Server, provider.HasCredential, provider.Catalogue));
    }

    [Fact]
    public async Task A_reload_keeps_the_way_to_an_account_that_is_the_same_and_no_other()
    {
        await using ProviderRoutes routes = NewRoutes();
        ProviderRoute first = routes.Build(Read(Aws))[0];

        ProviderRoute again = routes.Build(Read(Aws))[0];
        ProviderRoute rotated = routes.Build(Read(Aws, secret: "s-2"))[0];
        ProviderRoute moved = routes.Build(Read(Aws.Replace("eu-central-1", "eu-west-1", StringComparison.Ordinal), secret: "s-2"))[0];

        Assert.Same(first.Client, again.Client);
        Assert.NotSame(again.Client, rotated.Client);
        Assert.NotSame(rotated.Client, moved.Client);
    }

    [Fact]
    public async Task A_platform_without_a_list_is_asked_whether_it_is_there()
    {
        await using SimulatorServer simulator = await SimulatorServer.StartAsync(new SimulatorOptions(), TestContext.Current.CancellationToken);
        ProviderRoute route = await BuildAsync($"protocol: bedrock\n    endpoint: {simulator.Address}\n    key: ${{AWS_SECRET}}");

        ProviderCheck check = await CheckProvider.AskAsync(route, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.True(check is { Reachable: true, Healthy: true, Models: null });
        Assert.StartsWith("p answers. Its platform lists no models", check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_whose_tokens_are_not_to_be_had_is_not_healthy()
    {
        ProviderRoute route = await BuildAsync(
            """
            protocol: azure-openai
                endpoint: http://127.0.0.1:1
                azure: { tenant: t, client_id: c, client_secret: "${AWS_SECRET}", authority: "http://127.0.0.1:1" }
            """);

        ProviderCheck check = await CheckProvider.AskAsync(route, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.True(check is { Reachable: false, Healthy: false });
        Assert.Equal("p cannot be called: the token endpoint 127.0.0.1 does not answer. Check its credential in the configuration.", check.Message);
    }

    private static async Task<ProviderRoute> BuildAsync(string provider)
    {
        await using ProviderRoutes routes = NewRoutes();
        ProviderRoute route = routes.Build(Read(provider))[0];
        return new ProviderRoute(route.Provider, new Gateway.Upstream.UpstreamClient(route.Provider), Catalogues.Read().Models, Catalogues.Read().Prices);
    }

    private static ProviderRoutes NewRoutes() => new(Catalogues.Read().Models, Catalogues.Read().Prices, TimeProvider.System);

    private static IReadOnlyList<ProviderConfiguration> Read(string provider, string secret = "s-1")
    {
        Dictionary<string, string> environment = Files.Environment;
        environment["AWS_ID"] = "AKIA1";
        environment["AWS_SECRET"] = secret;
        ConfigurationResult result = Files.Load(
            $"store: sqlite:a.db\nadmin:\n  token: ${{ADMIN_TOKEN}}\nproviders:\n  - name: p\n    {provider}\n",
            environment,
            new() { ["/etc/causeway/sa.json"] = GoogleKeys.File() });
        Assert.Equal("", Files.Text(result.Errors));
        return result.Configuration!.Providers;
    }
}
