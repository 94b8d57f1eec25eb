using Causeway.Commands;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

/// <summary>What is said where a span holds nothing.</summary>
public sealed class EmptySpanTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("Nothing was spent and nothing was asked for. Look further back: the same with --since 30d", "spend", "--team", "search")]
    [InlineData("Nothing was spent and nothing was asked for.", "spend", "--since", "365d")]
    [InlineData("Nothing was spent and nothing was asked for.", "spend", "--window", "this-month")]
    [InlineData("Nothing was asked for in either. Look further back: the same with --since 30d", "explain", "--team", "search")]
    [InlineData("Nothing was asked for in either.", "explain", "--since", "30d")]
    [InlineData("Nothing went anywhere. Look further back: the same with --since 90d", "residency", "report", "--since", "30d")]
    [InlineData("Nothing went anywhere.", "residency", "report", "--since", "90d")]
    public async Task A_longer_span_is_advised_only_where_it_is_longer(string sentence, params string[] line)
    {
        (int code, string output, string error) = await CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri) }, line);

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(sentence, output.TrimEnd('\n').Split('\n')[^1]);
    }
}
