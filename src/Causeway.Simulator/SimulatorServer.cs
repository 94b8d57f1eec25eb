using System.Text;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Causeway.Simulator;

/// <summary>A running simulator: every vendor on one port, with a control endpoint under <c>/sim</c>.</summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SimulatorServer(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
    }

    /// <summary>Where it listens, as in <c>http://127.0.0.1:40123</c>.</summary>
    public Uri Address { get; }

    /// <summary>Starts listening.</summary>
    /// <exception cref="FormatException"><see cref="SimulatorOptions.Script"/> is refused; the message names every complaint.</exception>
    public static async Task<SimulatorServer> StartAsync(SimulatorOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ScriptShelf scripts = new();
        if (options.Script is { } text)
        {
            (Script? script, IReadOnlyList<string> complaints) = ScriptReader.Read(Encoding.UTF8.GetBytes(text));
            scripts.Put(script ?? throw new FormatException(string.Join('\n', complaints)));
        }

        Till till = new();
        OpenStreams open = new();
        ReceivedRequests received = new(options.KeptRequests, options.KeptBodyBytes);
        Exchange exchange = new(scripts, till, open, received, options.Time);
        Control control = new(scripts, till, open, received, options.Time);

        WebApplication app = Build(options);
        CancellationToken stopping = app.Lifetime.ApplicationStopping;
        app.Run(context => context.Request.Path.StartsWithSegments("/sim", StringComparison.Ordinal)
            ? control.RunAsync(context)
            : exchange.RunAsync(context, stopping));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        string bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new SimulatorServer(app, new Uri(bound));
    }

    /// <summary>Stops; open streams are cut at once.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>An empty builder reads no configuration, no environment and no command line: what the simulator does is in its options.</summary>
    private static WebApplication Build(SimulatorOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, HostedByCaller>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(options.Listen);
            kestrel.AddServerHeader = false;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 1 << 20;
            kestrel.Limits.MaxRequestHeaderCount = 10_000;
            // Slow clients are what some tests are about.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        return builder.Build();
    }

    /// <summary>Signals belong to the program that hosts the simulator, not to the simulator.</summary>
    private sealed class HostedByCaller : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
