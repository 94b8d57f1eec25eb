using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Budgets.Keys;

namespace Causeway.Commands;

/// <summary>What can be told of a project from its directory: what it is called, and which SDKs of the vendors it uses. Reads a few small files and nothing else.</summary>
internal sealed partial class Project(string directory)
{
    private const int MaxFileBytes = 1 << 20;
    private const int MaxFiles = 200;
    private static readonly EnumerationOptions s_near = new() { RecurseSubdirectories = true, MaxRecursionDepth = 2, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>A name for what the project's requests are for: of its git remote, its package, its project file, its directory.</summary>
    public string? Feature => new[] { Remote()?.Name, PackageName(), Files("*.csproj").Select(Path.GetFileNameWithoutExtension).FirstOrDefault(), Path.GetFileName(Path.GetFullPath(directory).TrimEnd(Path.DirectorySeparatorChar)) }
        .Select(name => name is null ? null : Named(name)).FirstOrDefault(name => name is not null);

    /// <summary>Whose project it is, as the git remote says; null: it says nothing that could be a team.</summary>
    public string? Owner => Remote() is { Owner: { } owner } ? Named(owner) : null;

    /// <summary>The SDKs that it uses, each once.</summary>
    public IReadOnlyList<ProjectSdk> Sdks()
    {
        string node = Text("package.json");
        string python = string.Concat(Text("pyproject.toml"), "\n", Text("requirements.txt"), "\n", Text("setup.cfg"), "\n", Text("Pipfile"));
        string dotnet = string.Concat(Files("*.csproj").Concat(Files("Directory.Packages.props")).Select(Read));
        return
        [
            .. ProjectSdk.All.Where(sdk => sdk.Language switch
            {
                "Node" => node.Contains($"\"{sdk.Package}\"", StringComparison.Ordinal),
                "Python" => Regex.IsMatch(python, $@"(^|[\s""'\[,]){Regex.Escape(sdk.Package)}($|[\s""'\[=<>~!;,@])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Multiline, TimeSpan.FromSeconds(1)),
                _ => dotnet.Contains($"\"{sdk.Package}\"", StringComparison.OrdinalIgnoreCase),
            }),
        ];
    }

    /// <summary>A name as teams and features are written; null: none can be made of it.</summary>
    public static string? Named(string text)
    {
        string name = Stranger().Replace(text.ToLowerInvariant(), "-").Trim('-', '.', '_');
        name = name.Length > 64 ? name[..64] : name;
        return Attribution.NameProblem(name) is null ? name : null;
    }

    private (string? Owner, string Name)? Remote()
    {
        Match remote = Origin().Match(Text(Path.Combine(".git", "config")));
        if (!remote.Success)
        {
            return null;
        }

        // https://host/owner/name.git, git@host:owner/name.git
        string[] parts = remote.Groups["url"].Value.TrimEnd('/').Split('/', ':');
        string name = parts[^1].EndsWith(".git", StringComparison.Ordinal) ? parts[^1][..^4] : parts[^1];
        return (parts.Length > 2 ? parts[^2] : null, name);
    }

    private string? PackageName()
    {
        try
        {
            using var package = JsonDocument.Parse(Text("package.json") is { Length: > 0 } text ? text : "{}");
            return package.RootElement.ValueKind == JsonValueKind.Object && package.RootElement.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String
                ? name.GetString()!.Split('/')[^1]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private IEnumerable<string> Files(string pattern)
    {
        try
        {
            return [.. Directory.EnumerateFiles(directory, pattern, s_near).Take(MaxFiles).Order(StringComparer.Ordinal)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private string Text(string name) => Read(Path.Combine(directory, name));

    private static string Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists && file.Length <= MaxFileBytes ? File.ReadAllText(path) : "";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [GeneratedRegex(@"\[remote ""origin""\][^\[]*?\burl\s*=\s*(?<url>\S+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Origin();

    [GeneratedRegex("[^a-z0-9._-]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Stranger();
}

/// <summary>An SDK of a vendor.</summary>
/// <param name="Vendor">Whose protocol it speaks.</param>
/// <param name="Language">Of which language.</param>
/// <param name="Package">What it is called there.</param>
/// <param name="Lines">What changes in the code; empty: nothing, it reads the variables itself.</param>
internal sealed record ProjectSdk(SdkVendor Vendor, string Language, string Package, params IReadOnlyList<string> Lines)
{
    /// <summary>Those that are known.</summary>
    public static IReadOnlyList<ProjectSdk> All { get; } =
    [
        new(SdkVendor.OpenAI, "Python", "openai"),
        new(SdkVendor.OpenAI, "Node", "openai"),
        new(SdkVendor.OpenAI, ".NET", "OpenAI", "new ApiKeyCredential(Environment.GetEnvironmentVariable(\"OPENAI_API_KEY\")!)", "new OpenAIClientOptions { Endpoint = new Uri(Environment.GetEnvironmentVariable(\"OPENAI_BASE_URL\")!) }"),
        new(SdkVendor.Anthropic, "Python", "anthropic"),
        new(SdkVendor.Anthropic, "Node", "@anthropic-ai/sdk"),
        new(SdkVendor.Anthropic, ".NET", "Anthropic"),
        new(SdkVendor.Google, "Python", "google-genai"),
        new(SdkVendor.Google, "Node", "@google/genai", "apiKey: process.env.GEMINI_API_KEY", "httpOptions: { baseUrl: process.env.GOOGLE_GEMINI_BASE_URL }"),
        new(SdkVendor.Google, ".NET", "Google.GenAI", "apiKey: Environment.GetEnvironmentVariable(\"GEMINI_API_KEY\")", "httpOptions: new HttpOptions { BaseUrl = Environment.GetEnvironmentVariable(\"GOOGLE_GEMINI_BASE_URL\") }"),
    ];
}

/// <summary>A vendor whose protocol is spoken, and the variables that its SDKs read.</summary>
/// <param name="Name">The vendor.</param>
/// <param name="BaseVariable">Where to.</param>
/// <param name="KeyVariable">With which key.</param>
/// <param name="Path">What is behind the gateway's address.</param>
internal sealed record SdkVendor(string Name, string BaseVariable, string KeyVariable, string Path)
{
    public static readonly SdkVendor OpenAI = new("OpenAI", "OPENAI_BASE_URL", "OPENAI_API_KEY", "/v1");
    public static readonly SdkVendor Anthropic = new("Anthropic", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY", "");
    public static readonly SdkVendor Google = new("Google Gen AI", "GOOGLE_GEMINI_BASE_URL", "GEMINI_API_KEY", "");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SdkVendor> All { get; } = [OpenAI, Anthropic, Google];
}
