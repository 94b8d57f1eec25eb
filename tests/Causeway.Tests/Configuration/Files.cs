using System.Text;
using Causeway.Configuration;

namespace Causeway.Tests.Configuration;

/// <summary>Loads configurations from memory: a file name, its bytes, and an environment.</summary>
internal static class Files
{
    public const string Token = "0f8c2b1d9e7a4635b0c8d1e2f3a49576";

    /// <summary>A good file, line by line: cases replace one line and know where it stands.</summary>
    public const string Good =
        """
        listen: 127.0.0.1:8080
        store: sqlite:data/causeway.db
        admin:
          token: ${ADMIN_TOKEN}
          listen: 127.0.0.1:8081
        providers:
          - name: openai-eu
            protocol: openai
            key: ${OPENAI_KEY}
            region: eu-west-1
            data: [public, internal]
            timeouts:
              idle: 60s
            headers:
              x-team: "${TEAM:-platform}"
          - name: local
            protocol: anthropic
            endpoint: http://127.0.0.1:9000
            catalogue: none
            prices:
              house-7b:
                input: 0.5
                output: 1.25
        telemetry:
          logs:
            level: info
        limits:
          body: 32MiB
          header_count: 64

        """;

    public static Dictionary<string, string> Environment => new()
    {
        ["ADMIN_TOKEN"] = Token,
        ["OPENAI_KEY"] = "sk-live-canary-4711",
        ["BAD_ADDRESS"] = "canary-host:1",
        ["EMPTY"] = "",
    };

    public static ConfigurationResult Load(string yaml, Dictionary<string, string>? environment = null, Dictionary<string, byte[]>? files = null) =>
        Load(Encoding.UTF8.GetBytes(yaml), environment, files);

    public static ConfigurationResult Load(
        byte[] yaml, Dictionary<string, string>? environment = null, Dictionary<string, byte[]>? files = null)
    {
        environment ??= Environment;
        ConfigurationSources sources = new(
            name => environment.GetValueOrDefault(name),
            (path, maxBytes) =>
            {
                byte[] bytes = path == "/etc/causeway/causeway.yaml" ? yaml
                    : files?.GetValueOrDefault(path) ?? throw new FileNotFoundException();
                return bytes.Length > maxBytes ? bytes[..maxBytes] : bytes;
            });
        return ConfigurationFile.Load("/etc/causeway/causeway.yaml", sources);
    }

    /// <summary>Errors without the file's name, as <c>14:12 path: message</c>.</summary>
    public static string Text(IEnumerable<ConfigurationError> errors) => string.Join(
        '\n', errors.Select(error => $"{error.Line}:{error.Column} {(error.Path.Length == 0 ? "" : error.Path + ": ")}{error.Message}"));
}
