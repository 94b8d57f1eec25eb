using System.Text.Json;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.Pages;

/// <summary>Debian's Chromium, driven by the cases of a script in <c>node/</c> against a gateway's console.</summary>
internal static class Browser
{
    // Two shared cores may be busy with other things.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(8);

    /// <summary>Where pictures are put for people to look at. Continuous integration, where nobody does, takes none.</summary>
    public static string Pictures { get; } = Environment.GetEnvironmentVariable("CI") == "true" ? "" : Path.Combine(Repository.Root, "artifacts/console");

    /// <param name="gateway">The gateway.</param>
    /// <param name="name">The case.</param>
    /// <param name="script">The script, without its ending.</param>
    /// <param name="console">Where the browser finds the console; null: at the gateway itself.</param>
    /// <param name="operatorToken">The token of an operator, where there is one.</param>
    /// <param name="person">Who signs in at an OpenID provider.</param>
    /// <param name="verification">Where a device's code is confirmed.</param>
    /// <param name="more">What the case needs beside; null: nothing.</param>
    /// <param name="port">Where a proxy of the case listens.</param>
    /// <returns>What the case printed. Nothing went wrong in the pages: no script threw, no policy was broken, no other host was asked.</returns>
    public static async Task<JsonElement> RunAsync(RunningGateway gateway, string name, string script = "console", Uri? console = null, string operatorToken = "", string person = "", string verification = "", int port = 0, object? more = null)
    {
        Uri admin = gateway.Welcome.Admin;
        Uri admins = new(admin.GetLeftPart(UriPartial.Authority) + "/");
        JsonElement printed = await NodeSdk.RunAsync(
            script,
            name,
            gateway.Address,
            "",
            input: new
            {
                chromium = Chromium(),
                admin = admins,
                console = console ?? new Uri(admins, "console/"),
                link = gateway.Welcome.Console,
                token = gateway.AdminToken,
                @operator = operatorToken,
                pid = gateway.Process.Id,
                person,
                verification,
                port,
                pictures = Pictures,
                more,
            },
            patience: s_patience);
        if (printed.TryGetProperty("wrong", out JsonElement wrong))
        {
            Assert.Empty(wrong.EnumerateArray().Select(one => one.GetString()));
        }

        return printed;
    }

    /// <summary>The texts of a list that a case printed.</summary>
    public static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(one => one.GetString()!)];

    // Where it is missing the test is skipped, or fails in continuous integration.
    private static string Chromium()
    {
        string? found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);
        if (found is null && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail("There is no Chromium; eng/test installs it.");
        }

        Assert.SkipWhen(found is null, "There is no Chromium; eng/test installs it.");
        return found!;
    }
}
