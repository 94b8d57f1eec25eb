using Causeway.Commands;
using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;
using Causeway.Tests.Admin;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Tests.Commands;

public sealed class ConversationCommandTests : IAsyncLifetime
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
    public async Task Conversations_are_set_previewed_and_shown()
    {
        Assert.True(ReleaseId.TryParse(_release, out ReleaseId release));
        await _host.Services.GetRequiredService<IConversationStore>().PutAsync(
            [Conversation.Begun(new ConversationKey("support", "search", "s-1"), release, "openai", Portability.P1, _host.Time.GetUtcNow())], TestContext.Current.CancellationToken);

        (int set, string policy, string error) = await RunAsync("conversation", "set", "support", "--policy", "migrate");
        (int preview, string counts, _) = await RunAsync("conversation", "preview", "support", "--release", _release[..16]);
        (int show, string shown, _) = await RunAsync("conversation", "show", "support", "s-1", "--team", "search");
        (int missing, _, string why) = await RunAsync("conversation", "show", "support", "s-2", "--team", "search");

        Assert.Equal((0, 0, 0, ""), (set, preview, show, error));
        Assert.Contains("Policy            migrate", policy, StringComparison.Ordinal);
        Assert.Contains("Lose reasoning    1 (P1)", counts, StringComparison.Ordinal);
        Assert.StartsWith("s-1 of search on support", shown, StringComparison.Ordinal);
        Assert.Contains(_release, shown, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, missing);
        Assert.Contains("conversation_unknown", why, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("conversation", "set", "support", "--policy", "replay")).Code);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.ToString()) }, arguments);
}
