using System.Diagnostics;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Faults;

/// <summary>The gateway may run on one processor only.</summary>
public sealed class StarvedHouse() : WrappedHouse("command -v taskset >/dev/null && taskset -cp 0 $$ >/dev/null");

/// <summary>F-30: others take the processor. What is asked is answered, later.</summary>
public sealed class StarvedTests(StarvedHouse house) : IClassFixture<StarvedHouse>
{
    [Fact]
    public async Task Health_and_calls_are_answered_beside_others_that_take_the_processor()
    {
        string key = await house.Gateway.NewKeyAsync();
        Process[] busy = [.. Enumerable.Range(0, 6).Select(_ => Process.Start("bash", ["-c", "taskset -cp 0 $$ >/dev/null 2>&1; while kill -0 $PPID 2>/dev/null; do for i in {1..100000}; do :; done; done"]))];
        try
        {
            for (int i = 0; i < 5; i++)
            {
                using HttpResponseMessage alive = await house.Gateway.Admin.GetAsync("/healthz").WaitAsync(TimeSpan.FromSeconds(20));
                Assert.True(alive.IsSuccessStatusCode);
                (int Status, string Text, System.Net.Http.Headers.HttpResponseHeaders Headers)[] answers =
                    await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody(stream: n % 2 == 0)))).WaitAsync(TimeSpan.FromSeconds(60));
                Assert.All(answers, answer => Assert.Equal(200, answer.Status));
            }
        }
        finally
        {
            foreach (Process one in busy)
            {
                one.Kill();
                await one.WaitForExitAsync();
                one.Dispose();
            }
        }
    }
}
