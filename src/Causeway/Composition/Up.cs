using Causeway.Commands;
using Causeway.Configuration;
using Causeway.Simulator;
using Causeway.Storage;
using Spectre.Console;

namespace Causeway.Composition;

/// <summary><c>causeway up</c>: reads the configuration, or does without one, and serves until it is told to end.</summary>
internal static class Up
{
    /// <summary>Taken without being named when it is in the current directory.</summary>
    public const string DefaultFile = "causeway.yaml";

    public static async Task<int> RunAsync(UpOptions options, CancellationToken cancellation)
    {
        TimeProvider time = TimeProvider.System;
        bool startsWithNothing = options.Listen is not null || options.DataDirectory is not null;
        string? file = options.ConfigFile ?? (!startsWithNothing && File.Exists(DefaultFile) ? DefaultFile : null);
        if (file is not null)
        {
            return Read(file, options) is { } settings ? await ServeAsync(settings, time, cancellation) : ExitCodes.Usage;
        }

        ListenAddress? listen = ListenAddress.Default;
        if (options.Listen is { } text && !ListenAddress.TryParse(text, out listen, out string problem))
        {
            await Console.Error.WriteLineAsync($"--listen: \"{text}\" {problem}");
            return ExitCodes.Usage;
        }

        await using SimulatorServer simulator = await SimulatorServer.StartAsync(new SimulatorOptions { Time = time }, cancellation);
        return await ServeAsync(
            ServerSettings.FromNothing(listen!, options.DataDirectory ?? ServerSettings.DefaultDataDirectory, simulator.Address, options.ResetAdminToken), time, cancellation);
    }

    private static ServerSettings? Read(string file, UpOptions options)
    {
        ConfigurationResult read = ConfigurationFile.Load(file);
        foreach (string warning in ConfigurationError.Lines(read.Warnings))
        {
            Console.Error.WriteLine($"warning: {warning}");
        }

        if (read.Configuration is { } configuration)
        {
            return new ServerSettings(configuration, file, Development: false, options.ResetAdminToken);
        }

        foreach (string error in ConfigurationError.Lines(read.Errors))
        {
            Console.Error.WriteLine(error);
        }

        Console.Error.WriteLine($"{read.Errors.Count} {(read.Errors.Count == 1 ? "mistake" : "mistakes")}; nothing was started. docs/configuration.md lists every field.");
        return null;
    }

    private static async Task<int> ServeAsync(ServerSettings settings, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            await using Server server = await Server.StartAsync(settings, time, cancellation);
            server.Welcome.Write(AnsiConsole.Console);
            using CancellationTokenRegistration stopping = server.Stopping.Register(
                () => _ = SayAsync($"Ending: {Figures.Plural(server.OpenRequests, "running request")} to be finished first (at most {settings.Configuration.Limits.Drain.TotalSeconds:0} s).", time));
            await server.RunAsync();
        }
        catch (StoreUnavailableException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return ExitCodes.Failed;
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"Cannot listen: {failure.Message} Another process may use the address; choose one with --listen HOST:PORT or \"listen\" in the configuration.");
            return ExitCodes.Failed;
        }

        await SayAsync("Ended. Every request is booked.", time);
        return ExitCodes.Ok;
    }

    // Whoever reads standard error may stand still: the process ends all the same (F-44).
    private static Task<Task> SayAsync(string text, TimeProvider time) =>
        Task.WhenAny(Task.Run(() => Console.Error.WriteLine(text)), Task.Delay(TimeSpan.FromSeconds(1), time));
}
