using Microsoft.Extensions.Hosting;

namespace Causeway.Composition;

/// <summary>
/// Puts the end off for as long as a load balancer needs to notice that <c>/readyz</c> says it comes: until then connections are taken as ever, so that none is
/// refused and no request is lost.
/// </summary>
internal sealed class Announcement(TimeSpan length, TimeProvider time) : IHostedLifecycleService
{
    public Task StoppingAsync(CancellationToken cancellationToken) =>
        length == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(length, time, cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
