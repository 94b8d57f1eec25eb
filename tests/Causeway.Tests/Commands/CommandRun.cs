using System.CommandLine;
using Causeway.Commands;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

/// <summary>Runs the command line in this process and takes what it writes.</summary>
internal static class CommandRun
{
    /// <summary>A verb of the command line. Those that serve are not run: they would answer 5 (up), 6 (simulate) and 7.</summary>
    public static Task<(int Code, string Output, string Error)> InvokeAsync(Surroundings surroundings, params string[] arguments) => InvokeAsync(
        CommandLine.Create((_, _) => Task.FromResult(5), (_, _) => Task.FromResult(6), (_, _) => Task.FromResult(7), surroundings), arguments);

    public static async Task<(int Code, string Output, string Error)> InvokeAsync(RootCommand root, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = await root.RunAsync(arguments, new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>An environment that names a server and its token, and nothing else.</summary>
    public static Func<string, string?> Towards(string url) =>
        name => name switch { "CAUSEWAY_URL" => url, "CAUSEWAY_TOKEN" => AdminHost.Token, _ => null };
}
