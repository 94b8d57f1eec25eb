using Causeway.Configuration;

namespace Causeway.Tests.Configuration;

/// <summary>Providers of every platform, as the file describes them.</summary>
public class PlatformFileTests
{
    private const string Head = "store: sqlite:a.db\nadmin:\n  token: ${ADMIN_TOKEN}\nproviders:\n  - name: p\n";

    public static TheoryData<string, string, string> Defaults => new()
    {
        { "protocol: openai, key: '${OPENAI_KEY}'", "https://api.openai.com/v1", "openai" },
        { "protocol: openai, server: groq, key: '${OPENAI_KEY}'", "https://api.groq.com/openai/v1", "none" },
        { "protocol: openai, server: together, key: '${OPENAI_KEY}'", "https://api.together.xyz/v1", "none" },
        { "protocol: openai, server: mistral, key: '${OPENAI_KEY}'", "https://api.mistral.ai/v1", "mistral" },
        { "protocol: openai, server: deepseek, key: '${OPENAI_KEY}'", "https://api.deepseek.com/v1", "deepseek" },
        { "protocol: openai, server: xai, key: '${OPENAI_KEY}'", "https://api.x.ai/v1", "xai" },
        { "protocol: openai, server: openrouter, key: '${OPENAI_KEY}'", "https://openrouter.ai/api/v1", "none" },
        { "protocol: openai, server: vllm, endpoint: http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1", "none" },
        { "protocol: anthropic, key: '${OPENAI_KEY}'", "https://api.anthropic.com/", "anthropic" },
        { "protocol: anthropic, endpoint: https://bedrock-mantle.eu-west-1.api.aws/anthropic, region: eu-west-1, aws: { access_key_id: '${K}', secret_access_key: '${K}' }", "https://bedrock-mantle.eu-west-1.api.aws/anthropic", "anthropic" },
        { "protocol: gemini, key: '${OPENAI_KEY}'", "https://generativelanguage.googleapis.com/", "gemini" },
        { "protocol: bedrock, region: eu-central-1, key: '${OPENAI_KEY}'", "https://bedrock-runtime.eu-central-1.amazonaws.com/", "bedrock" },
        { "protocol: bedrock, endpoint: http://127.0.0.1:9000", "http://127.0.0.1:9000/", "bedrock" },
        { "protocol: azure-openai, endpoint: https://r.openai.azure.com, key: '${OPENAI_KEY}'", "https://r.openai.azure.com/", "azure" },
        { "protocol: vertex, project: p, location: europe-west4, google: { credentials: metadata }", "https://europe-west4-aiplatform.googleapis.com/", "gemini" },
        { "protocol: vertex, project: p, location: global, google: { credentials: metadata }", "https://aiplatform.googleapis.com/", "gemini" },
        { "protocol: vertex, project: p, location: eu, key: '${OPENAI_KEY}'", "https://aiplatform.eu.rep.googleapis.com/", "gemini" },
    };

    public static TheoryData<string, string> Mistakes => new()
    {
        { "protocol: bedrok, key: '${OPENAI_KEY}'", "6:16 providers[0].protocol: \"bedrok\" is not a protocol; did you mean \"bedrock\"?" },
        { "protocol: openai, server: grok, key: '${OPENAI_KEY}'", "providers[0].server: \"grok\" is not a server; did you mean \"groq\"? (openai, vllm, llamacpp, ollama, groq, together, mistral, deepseek, xai or openrouter, default openai)" },
        { "protocol: anthropic, server: vllm, key: '${OPENAI_KEY}'", "6:35 providers[0].server: is for openai, and the protocol of this provider is anthropic" },
        { "protocol: openai, project: p, key: '${OPENAI_KEY}'", "providers[0].project: is for vertex, and the protocol of this provider is openai" },
        { "protocol: gemini, api_version: 2025-01-01, key: '${OPENAI_KEY}'", "providers[0].api_version: is for azure-openai, and" },
        { "protocol: vertex, project: p, location: global, aws: { access_key_id: '${K}', secret_access_key: '${K}' }", "providers[0].aws: is for bedrock, openai or anthropic, and" },
        { "protocol: openai, server: ollama", "5:5 providers[0].endpoint: is required for server ollama: an endpoint (https://HOST" },
        { "protocol: azure-openai, key: '${OPENAI_KEY}'", "providers[0].endpoint: is required for azure-openai: an endpoint" },
        { "protocol: azure-openai, endpoint: https://r.openai.azure.com/openai/v1, key: '${OPENAI_KEY}'", "providers[0].endpoint: has a path that is added to it anyway; write https://RESOURCE.openai.azure.com" },
        { "protocol: azure-openai, endpoint: https://r.openai.azure.com", "providers[0].key: is required at the vendor's endpoint, or write azure: a secret" },
        { "protocol: azure-openai, endpoint: https://r.openai.azure.com, api_version: latest, key: '${OPENAI_KEY}'", "providers[0].api_version: \"latest\" is not a version (YYYY-MM-DD or YYYY-MM-DD-preview, default the v1 API)" },
        { "protocol: azure-openai, endpoint: https://r.openai.azure.com, azure: { tenant: t, client_id: c, client_secret: '${K}', authority: http://10.0.0.1 }", "providers[0].azure.authority: is http:// to another machine: the secret would travel in the clear" },
        { "protocol: azure-openai, endpoint: https://r.openai.azure.com, azure: { tenant: a/b, client_id: c, client_secret: '${K}' }", "providers[0].azure.tenant: \"a/b\" is not a directory" },
        { "protocol: azure-openai, endpoint: https://r.openai.azure.com, azure: { tenant: t, client_id: c }", "providers[0].azure.client_secret: is required: a secret" },
        { "protocol: bedrock, key: '${OPENAI_KEY}'", "5:5 providers[0].region: is required where there is no endpoint: a region's name" },
        { "protocol: bedrock, region: eu-west-1", "providers[0].key: is required at the vendor's endpoint, or write aws: a secret" },
        { "protocol: bedrock, endpoint: https://h, aws: { access_key_id: '${K}', secret_access_key: '${K}' }", "providers[0].region: is required since requests are signed for one" },
        { "protocol: bedrock, region: eu-west-1, aws: { access_key_id: '${K}' }", "providers[0].aws.secret_access_key: is required: a secret (${NAME} or file:PATH)" },
        { "protocol: bedrock, region: eu-west-1, aws: { access_key: '${K}', access_key_id: '${K}', secret_access_key: '${K}' }", "providers[0].aws.access_key: is not a field; did you mean" },
        { "protocol: bedrock, region: eu-west-1, key: '${OPENAI_KEY}', aws: { access_key_id: '${K}', secret_access_key: '${K}' }", "providers[0].aws: is a credential, and so is key; keep one of the two" },
        { "protocol: bedrock, region: eu-west-1, aws: { access_key_id: '${K}', secret_access_key: '${K}', service: bedrok }", "providers[0].aws.service: \"bedrok\" is not a service; did you mean \"bedrock\"?" },
        { "protocol: bedrock, region: eu-west-1, aws: ", "providers[0].aws: has no fields; write them, or leave the line out (access_key_id, secret_access_key, session_token or service)" },
        { "protocol: bedrock, region: eu-west-1, aws: canary", "providers[0].aws: has a single value where a group of fields belongs" },
        { "protocol: vertex, location: global, google: { credentials: metadata }", "5:5 providers[0].project: is required for the path of every call: a project's id" },
        { "protocol: vertex, project: p, google: { credentials: metadata }", "5:5 providers[0].location: is required for the path of every call: a location" },
        { "protocol: vertex, project: p, location: global", "providers[0].key: is required at the vendor's endpoint, or write google: a secret" },
        { "protocol: vertex, project: p, location: global, google: { credentials: canary }", "providers[0].google.credentials: is not credentials; a key stands in a file of its own (file:PATH or metadata)" },
        { "protocol: vertex, project: p, location: global, google: { credentials: 'file:none.json' }", "providers[0].google.credentials: the file \"none.json\" does not exist" },
    };

    [Theory]
    [MemberData(nameof(Defaults))]
    public void What_is_left_out_is_known(string provider, string endpoint, string catalogue)
    {
        ConfigurationResult result = Load(provider);

        Assert.Equal("", Files.Text(result.Errors));
        Assert.Equal((endpoint, catalogue), (result.Configuration!.Providers[0].Endpoint.ToString(), result.Configuration.Providers[0].Catalogue));
    }

    [Theory]
    [InlineData("protocol: bedrock", "bedrock")]
    [InlineData("protocol: anthropic, endpoint: https://h", "bedrock-mantle")]
    [InlineData("protocol: openai, endpoint: https://h", "bedrock-mantle")]
    public void Requests_are_signed_for_the_service_that_goes_with_the_protocol(string provider, string service)
    {
        ConfigurationResult result = Load(provider + ", region: eu-west-1, aws: { access_key_id: '${K}', secret_access_key: '${K}' }");

        Assert.Equal("", Files.Text(result.Errors));
        Assert.Equal(service, result.Configuration!.Providers[0].Aws!.Service);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void What_does_not_go_together_is_reported_where_it_stands(string provider, string expected)
    {
        ConfigurationResult result = Load(provider);

        string said = Files.Text(result.Errors);
        Assert.Contains(expected, said, StringComparison.Ordinal);
        Assert.Null(result.Configuration);
        Assert.DoesNotContain("canary", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("type", "authorized_user", "is not the JSON of a service account's key")]
    [InlineData("client_email", null, "lacks client_email, private_key_id, private_key or token_uri")]
    [InlineData("token_uri", "http://10.0.0.1/token", "has a token_uri that is not https:// to a host")]
    [InlineData("token_uri", "file:///etc/passwd", "has a token_uri that is not https:// to a host")]
    [InlineData("private_key", "canary", "has a private_key that is not RSA in PEM")]
    public void A_key_file_must_be_one(string member, string? value, string problem)
    {
        string said = Files.Text(WithKeyFile(GoogleKeys.File((member, value))).Errors);

        Assert.Contains($"providers[0].google.credentials: the file \"sa.json\" {problem}", said, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_may_be_got_from_this_machine()
    {
        ConfigurationResult result = WithKeyFile(GoogleKeys.File(("token_uri", "http://127.0.0.1:9/token")));

        Assert.Equal("", Files.Text(result.Errors));
        Assert.DoesNotContain("PRIVATE KEY", result.Configuration!.Providers[0].ToString(), StringComparison.Ordinal);
    }

    private static ConfigurationResult WithKeyFile(byte[] file) => Load(
        "protocol: vertex, project: p, location: global, google: { credentials: file:sa.json }", new() { ["/etc/causeway/sa.json"] = file });

    private static ConfigurationResult Load(string provider, Dictionary<string, byte[]>? files = null)
    {
        Dictionary<string, string> environment = Files.Environment;
        environment["K"] = "k-1";
        return Files.Load(Head.Replace("  - name: p\n", $"  - {{ name: p,\n     {provider} }}\n", StringComparison.Ordinal), environment, files);
    }
}
