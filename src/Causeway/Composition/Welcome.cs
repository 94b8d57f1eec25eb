using Spectre.Console;

namespace Causeway.Composition;

/// <summary>What a person reads who starts a server: where it is, what to call it with, what to do next.</summary>
/// <param name="Settings">What it was started with.</param>
/// <param name="Version">The build.</param>
/// <param name="Inference">Base address of inference.</param>
/// <param name="Admin">Base address of the admin API.</param>
/// <param name="FirstKey">The first key when it was made just now: it is shown this once.</param>
/// <param name="AdminToken">The administrator's token when it was generated just now: it is shown this once.</param>
/// <param name="Keys">How many keys there are.</param>
internal sealed record Welcome(ServerSettings Settings, string Version, Uri Inference, Uri Admin, string? FirstKey, string? AdminToken, int Keys)
{
    private const string Model = "gpt-5.4-mini";

    /// <summary>The secret of a link that signs in once; null: there is none, as of a server whose output goes to a log.</summary>
    public string? SignIn { get; init; }

    // A key or a command that is broken over two lines cannot be copied.
    private const int NeverWrap = 1000;

    /// <summary>Writes it. Plain text without a terminal: what is pasted from it works either way.</summary>
    public void Write(IAnsiConsole console)
    {
        console.Profile.Width = NeverWrap;
        string inference = Inference.AbsoluteUri.TrimEnd('/');
        console.MarkupLine($"[bold]Causeway {Version}[/] is listening on [teal]{inference}[/]");
        Heading(console, "Console");
        Pair(console, "Open", Admin.AbsoluteUri + "console/" + (SignIn is null ? "" : "#/sign-in/" + SignIn), secret: SignIn is not null);
        console.MarkupLine(SignIn is null ? "  [grey]Sign in with the administrator's token, or an operator's.[/]" : "  [grey]Signs in once, within 15 minutes; afterwards with the administrator's token.[/]");
        Heading(console, "Base URLs for the SDKs");
        Pair(console, "OpenAI", inference + "/v1");
        Pair(console, "Anthropic", inference);
        Pair(console, "Google Gen AI", inference);
        Heading(console, "Secrets");
        WriteSecrets(console);
        if (Settings.Development)
        {
            Heading(console, "Try it");
            WriteTry(console, inference);
        }

        Heading(console, "Server");
        Pair(console, "Data", Settings.Configuration.Store.DataDirectory);
        Pair(console, "Providers", string.Join(", ", Settings.Configuration.Providers.Select(provider => provider.Name)) + (Settings.Development ? " (simulated: no account, nothing leaves this machine)" : ""));
        Pair(console, "Admin API", Admin.AbsoluteUri + "api/v1");
        Pair(console, "Configuration", Settings.File ?? "none; docs/configuration.md shows how to use real providers");
        console.WriteLine();
        console.MarkupLine("[grey]Ctrl-C ends it: running requests are finished first.[/]");
    }

    private void WriteSecrets(IAnsiConsole console)
    {
        if (Settings.Development)
        {
            Pair(console, "First key", FirstKey is null ? $"shown at the first start ({Keys} there now); make another with: causeway key new --team T --feature F --env dev" : FirstKey, secret: FirstKey is not null);
        }

        Pair(
            console,
            "Admin token",
            AdminToken ?? (Settings.Configuration.Admin.Token is { } configured ? $"as configured ({configured.Source})" : "shown at the first start; replace it with: causeway up --reset-admin-token"),
            secret: AdminToken is not null);
        if (FirstKey is not null || AdminToken is not null)
        {
            console.MarkupLine("  [grey]Shown once, kept across restarts; only digests are stored.[/]");
        }
    }

    private void WriteTry(IAnsiConsole console, string inference)
    {
        string key = FirstKey ?? "$CAUSEWAY_KEY";
        console.WriteLine(
            $$"""
              curl {{inference}}/v1/chat/completions \
                -H "Authorization: Bearer {{key}}" \
                -H "Content-Type: application/json" \
                -d '{"model": "{{Model}}", "messages": [{"role": "user", "content": "Hello, Causeway!"}]}'
            """);
        if (AdminToken is not null)
        {
            console.WriteLine($"\n  CAUSEWAY_URL={Admin.AbsoluteUri.TrimEnd('/')} CAUSEWAY_TOKEN={AdminToken} causeway spend --by team,feature,model");
        }
    }

    private static void Heading(IAnsiConsole console, string text)
    {
        console.WriteLine();
        console.MarkupLine($"[bold]{text}[/]");
    }

    private static void Pair(IAnsiConsole console, string name, string value, bool secret = false) =>
        console.MarkupLine($"  {name,-15}{(secret ? "[bold teal]" : "[default]")}{Markup.Escape(value)}[/]");
}
