using Causeway.Commands;
using Causeway.Releases.Cache;
using Causeway.Releases.Releases;
using Causeway.Tests.Admin;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Tests.Commands;

public sealed class CacheCommandTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private string _release = "";

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _release = await _host.PointAsync("support", "warn", "openai/gpt-5.5");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_cache_is_set_looked_at_and_purged()
    {
        (int set, string shown, string error) = await RunAsync("cache", "set", "support", "--ttl", "10m");
        Assert.True(ReleaseId.TryParse(_release, out ReleaseId release));
        await _host.Services.GetRequiredService<IAnswerStore>().PutAsync(
            new AnswerKey("support", release, new string('a', 64)), new byte[1234], _host.Time.GetUtcNow().AddSeconds(-1), long.MaxValue, TestContext.Current.CancellationToken);
        (int status, string looked, _) = await RunAsync("cache", "status", "support");
        (_, string channel, _) = await RunAsync("channel", "show", "support");
        (int purged, string gone, _) = await RunAsync("cache", "purge", "support", "--reason", "the price list has changed");
        (_, string off, _) = await RunAsync("cache", "set", "support", "--ttl", "off");

        Assert.Equal((0, 0, 0, ""), (set, status, purged, error));
        Assert.Contains("Answers  may be given again for 10m", shown, StringComparison.Ordinal);
        Assert.Contains($"{_release[..16]}  serving        1  1,234", looked, StringComparison.Ordinal);
        Assert.Contains("Answers kept        10m", channel, StringComparison.Ordinal);
        Assert.StartsWith("1 answer of support is forgotten.", gone, StringComparison.Ordinal);
        Assert.Contains("are not kept", off, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("0m")]
    [InlineData("31d")]
    [InlineData("600")]
    public async Task A_time_that_is_none_is_refused_before_anything_is_asked(string ttl)
    {
        (int code, string output, string error) = await RunAsync("cache", "set", "support", "--ttl", ttl);

        Assert.Equal((ExitCodes.Usage, ""), (code, output));
        Assert.Contains($"--ttl: \"{ttl}\" is not", error, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.ToString()) }, arguments);
}
