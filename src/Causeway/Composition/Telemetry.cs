using Causeway.Admin;
using Causeway.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Causeway.Composition;

/// <summary>Logs to standard error, metrics for Prometheus, and both metrics and traces by OTLP where an endpoint is named.</summary>
internal static class Telemetry
{
    private const string Source = "Causeway.Gateway";
    private const int MaxQueuedLogLines = 10_000;

    public static void AddTelemetry(this WebApplicationBuilder builder, TelemetryConfiguration telemetry, string version)
    {
        AddLogs(builder.Logging, telemetry);
        if (!telemetry.Metrics && telemetry.OtlpEndpoint is null)
        {
            return;
        }

        OpenTelemetryBuilder signals = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(telemetry.ServiceName, serviceVersion: version));
        signals.WithMetrics(metrics =>
        {
            metrics.AddMeter(Source, AdminGate.Meter, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel");
            if (telemetry.Metrics)
            {
                metrics.AddPrometheusExporter();
            }

            if (telemetry.OtlpEndpoint is not null)
            {
                metrics.AddOtlpExporter(otlp => Configure(otlp, telemetry, "v1/metrics"));
            }
        });
        if (telemetry.OtlpEndpoint is not null)
        {
            signals.WithTracing(traces => traces
                .AddSource(Source)
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(telemetry.TraceSample)))
                .AddOtlpExporter(otlp => Configure(otlp, telemetry, "v1/traces")));
        }
    }

    private static void AddLogs(ILoggingBuilder logging, TelemetryConfiguration telemetry)
    {
        logging.SetMinimumLevel(telemetry.LogLevel);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        // As long as this category has a listener, the host makes an activity and a log scope of every request, and carries both through
        // every continuation: nearly a tenth of a streamed chunk's cost. It would also log URLs. InferenceTrace makes the spans that are wanted.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // What keeps a server from starting is told once, by Up.
        if (telemetry.LogFormat == LogFormat.Json)
        {
            logging.AddJsonConsole(json => json.UseUtcTimestamp = true);
        }
        else
        {
            logging.AddSimpleConsole(text =>
            {
                text.SingleLine = true;
                text.UseUtcTimestamp = true;
                text.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
            });
        }

        logging.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            console.MaxQueueLength = MaxQueuedLogLines;
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite; // A reader of standard error that stands still must not stop a request.
        });
    }

    private static void Configure(OtlpExporterOptions otlp, TelemetryConfiguration telemetry, string path)
    {
        otlp.Protocol = telemetry.OtlpProtocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        otlp.Endpoint = telemetry.OtlpProtocol == OtlpProtocol.Grpc
            ? telemetry.OtlpEndpoint!
            : new Uri(telemetry.OtlpEndpoint!.AbsoluteUri.TrimEnd('/') + "/" + path);
        otlp.Headers = string.Join(',', telemetry.OtlpHeaders.Select(header => $"{header.Key}={Uri.EscapeDataString(header.Value.Reveal())}"));
    }
}
