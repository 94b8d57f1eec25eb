using System.Text.RegularExpressions;
using Causeway.Shadow.Scan;

namespace Causeway.Shadow.Adopt;

/// <summary>How a call site of each SDK and language is pointed at Causeway: one line in place of another, or why that cannot be done by a line.</summary>
/// <param name="gateway">Causeway's address without a slash at its end, such as <c>https://causeway.example.com</c>.</param>
public sealed partial class AdoptRecipes(string gateway)
{
    private const int Milliseconds = 1_000;
    private readonly string _v1 = gateway + "/v1";

    /// <summary>The line with the call site pointed at Causeway.</summary>
    /// <param name="rule">The rule that found it.</param>
    /// <param name="file">The name of its file.</param>
    /// <param name="line">The line.</param>
    /// <param name="start">Where the match begins in it.</param>
    /// <param name="length">How long it is.</param>
    /// <returns>The new line, or why there is none: exactly one of the two.</returns>
    public (string? Line, string? Why) Point(ScanRule rule, string file, string line, int start, int length)
    {
        if (rule.Kind == FindingKind.Host)
        {
            return Host(rule, file, line, start, length);
        }

        string call = line.Substring(start, length);
        int inside = start + length;
        string extension = Path.GetExtension(file).ToLowerInvariant();
        return rule.Id switch
        {
            _ when call.Contains("Azure", StringComparison.Ordinal) => (null, "an Azure client builds its own paths: use the OpenAI client of the same SDK, with Causeway's address"),
            "openai_client_python" => Python(line, inside, $"base_url={Quote(_v1, extension)}"),
            "anthropic_client_python" when call.Contains("Bedrock", StringComparison.Ordinal) || call.Contains("Vertex", StringComparison.Ordinal) => (null, "a client for another cloud: use Anthropic(…) with Causeway's address"),
            "anthropic_client_python" => Python(line, inside, $"base_url={Quote(gateway, extension)}"),
            "gemini_client_python" when call.StartsWith("genai.Client", StringComparison.Ordinal) => line.Contains("http_options", StringComparison.Ordinal) || line.Contains("vertexai", StringComparison.Ordinal)
                ? (null, "it has options of its own: add base_url to its http_options")
                : Python(line, inside, $"http_options={{{Quote("base_url", extension)}: {Quote(gateway, extension)}}}"),
            "gemini_client_python" when call.StartsWith("genai.configure", StringComparison.Ordinal) => Python(line, inside, $"transport={Quote("rest", extension)}, client_options={{{Quote("api_endpoint", extension)}: {Quote(gateway, extension)}}}"),
            "gemini_client_python" => (null, "the address is set where the library is configured: genai.configure, or genai.Client of the newer one"),
            "langchain_client" when extension is ".py" or ".ipynb" => call is "ChatOpenAI(" ? Python(line, inside, $"base_url={Quote(_v1, extension)}")
                : call is "ChatAnthropic(" ? Python(line, inside, $"base_url={Quote(gateway, extension)}")
                : (null, "use ChatOpenAI or ChatAnthropic with Causeway's address; every provider's models are there"),
            "langchain_client" => call is "ChatOpenAI(" ? Script(line, inside, $"configuration: {{ baseURL: \"{_v1}\" }}")
                : call is "ChatAnthropic(" ? Script(line, inside, $"anthropicApiUrl: \"{gateway}\"")
                : (null, "use ChatOpenAI or ChatAnthropic with Causeway's address; every provider's models are there"),
            "litellm_call" => Python(line, inside, $"api_base={Quote(_v1, extension)}"),
            "openai_client_js" => Script(line, inside, $"baseURL: \"{_v1}\""),
            "anthropic_client_js" => Script(line, inside, $"baseURL: \"{(call.StartsWith("create", StringComparison.Ordinal) ? _v1 : gateway)}\""),
            "gemini_client_js" when call.Contains("GoogleGenAI", StringComparison.Ordinal) => Script(line, inside, $"httpOptions: {{ baseUrl: \"{gateway}\" }}"),
            "gemini_client_js" when call.StartsWith("create", StringComparison.Ordinal) => Script(line, inside, $"baseURL: \"{gateway}/v1beta\""),
            "gemini_client_js" => (null, "the older library takes an address where a model is made: getGenerativeModel({ … }, { baseUrl })"),
            "openai_client_dotnet" => DotNet(line, start, inside, call),
            "openai_client_java" when call.EndsWith("builder(", StringComparison.Ordinal) && inside < line.Length && line[inside] == ')' => (line.Insert(inside + 1, $".baseUrl(\"{_v1}\")"), null),
            "openai_client_java" => (null, $"it reads its address from the environment: set OPENAI_BASE_URL={_v1}"),
            "openai_client_go" => (null, $"add option.WithBaseURL(\"{_v1}\") (openai-go), or make it with a config whose BaseURL is {_v1} (go-openai)"),
            "anthropic_client_go" => (null, $"add option.WithBaseURL(\"{gateway}\") and its import"),
            "bedrock_client" => (null, "AWS clients sign for AWS: use an OpenAI or Anthropic client with Causeway's address; Bedrock's models are there"),
            _ => (null, $"there is no recipe for this client: give it Causeway's address, {_v1} for OpenAI's protocol, {gateway} for Anthropic's and Gemini's"),
        };
    }

    // https://api.openai.com/v1 is https://causeway.example.com/v1: Causeway has the vendors' own paths.
    private (string? Line, string? Why) Host(ScanRule rule, string file, string line, int start, int length)
    {
        if (Path.GetExtension(file).ToLowerInvariant() is ".md" or ".txt" or ".rst" or ".adoc" or ".html" or ".ipynb")
        {
            return (null, "a document: change it by hand");
        }

        if (rule.Id is not ("openai_host" or "anthropic_host" or "google_host") || line.AsSpan(start, length).Contains("aws-external", StringComparison.Ordinal) || line.AsSpan(start, length).Contains("aiplatform", StringComparison.Ordinal))
        {
            return (null, $"its paths are not Causeway's: use an OpenAI client with {_v1}; the models of other providers are there");
        }

        const string scheme = "https://";
        int before = start - scheme.Length;
        return before >= 0 && line.AsSpan(before, scheme.Length).SequenceEqual(scheme)
            ? (string.Concat(line.AsSpan(0, before), gateway, line.AsSpan(start + length)), null)
            : (null, $"no address with https:// before it: put {gateway} in its place by hand");
    }

    private static (string? Line, string? Why) Python(string line, int inside, string argument) => (line.Insert(inside, IsClosed(line, inside) ? argument : Rest(line, inside).Length == 0 ? argument + "," : argument + ", "), null);

    private static (string? Line, string? Why) Script(string line, int inside, string member)
    {
        string rest = Rest(line, inside);
        if (IsClosed(line, inside))
        {
            return (line.Insert(inside, $"{{ {member} }}"), null);
        }

        if (!rest.StartsWith('{'))
        {
            return (null, $"its options are made elsewhere: add {member} to them");
        }

        int brace = line.IndexOf('{', inside) + 1;
        string after = Rest(line, brace);
        return (line.Insert(brace, after.Length == 0 ? $" {member}," : after.StartsWith('}') ? $" {member} " : $" {member},"), null);
    }

    private (string? Line, string? Why) DotNet(string line, int start, int inside, string call)
    {
        Match arguments = OneArgument().Match(line, inside);
        return call.EndsWith("OpenAIClient(", StringComparison.Ordinal) && arguments.Success
            ? (string.Concat(
                line.AsSpan(0, start),
                $"new OpenAI.OpenAIClient(new System.ClientModel.ApiKeyCredential({arguments.Groups["key"].Value}), new OpenAI.OpenAIClientOptions {{ Endpoint = new Uri(\"{_v1}\") }})",
                line.AsSpan(inside + arguments.Length)), null)
            : (null, $"give it OpenAIClientOptions with Endpoint = new Uri(\"{_v1}\")");
    }

    private static bool IsClosed(string line, int at) => Rest(line, at).StartsWith(')');

    private static string Rest(string line, int at) => line[at..].Trim();

    // In a notebook a double quote would have to be escaped.
    private static string Quote(string text, string extension) => extension == ".ipynb" ? $"'{text}'" : $"\"{text}\"";

    [GeneratedRegex(@"\G(?<key>[A-Za-z_][\w.]*|""[^""]*"")\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex OneArgument();
}
