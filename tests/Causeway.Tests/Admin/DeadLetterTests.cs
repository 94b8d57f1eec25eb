using System.Text;
using System.Text.Json;
using Causeway.Budgets.Alerts;
using Causeway.Commands;
using Causeway.Tests.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Causeway.Tests.Admin;

/// <summary>What a webhook did not take, by the API.</summary>
public sealed class DeadLetterTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Letters_are_listed_in_pages_and_shown_with_what_they_tell()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        DeadLetter[] letters = await KeepAsync(host, 3);

        (_, JsonElement first) = await host.GetAsync("api/v1/webhook/dead?limit=2");
        (_, JsonElement second) = await host.GetAsync($"api/v1/webhook/dead?limit=2&cursor={first.GetProperty("next").GetString()}");
        (int status, JsonElement one) = await host.GetAsync($"api/v1/webhook/dead/{NameOf(letters[1])}");

        Assert.Equal([NameOf(letters[2]), NameOf(letters[1]), NameOf(letters[0])], first.GetProperty("letters").EnumerateArray().Concat(second.GetProperty("letters").EnumerateArray()).Select(letter => letter.GetProperty("id").GetString()));
        Assert.False(second.TryGetProperty("next", out _));
        Assert.False(first.GetProperty("letters")[0].TryGetProperty("body", out _));
        Assert.Equal((200, """{"n":1}""", "alert 1", 3), (status, one.GetProperty("body").GetString(), one.GetProperty("what").GetString(), one.GetProperty("tries").GetInt32()));
        Assert.Equal(s_noon.AddMinutes(1), one.GetProperty("at").GetDateTimeOffset());
    }

    [Fact]
    public async Task One_that_is_taken_is_forgotten_and_one_that_is_not_says_why()
    {
        int answer = 503;
        List<(string Body, string Delivery)> heard = [];
        await using WebApplication hook = await HookAsync(async context =>
        {
            using StreamReader body = new(context.Request.Body);
            heard.Add((await body.ReadToEndAsync(), context.Request.Headers["X-Causeway-Delivery"].ToString()));
            context.Response.StatusCode = answer;
        });
        AdminHost.Hook = new Uri(hook.Urls.Single());
        await using AdminHost host = await AdminHost.StartAsync();
        DeadLetter letter = (await KeepAsync(host, 1))[0];

        (_, JsonElement refused) = await host.SendAsync(HttpMethod.Post, $"api/v1/webhook/dead/{NameOf(letter)}/redeliver");
        (_, JsonElement kept) = await host.GetAsync($"api/v1/webhook/dead/{NameOf(letter)}");
        answer = 204;
        (int status, JsonElement taken) = await host.SendAsync(HttpMethod.Post, $"api/v1/webhook/dead/{NameOf(letter)}/redeliver");
        (int gone, JsonElement problem) = await host.SendAsync(HttpMethod.Post, $"api/v1/webhook/dead/{NameOf(letter)}/redeliver");

        Assert.Equal((false, "status 503"), (refused.GetProperty("delivered").GetBoolean(), refused.GetProperty("problem").GetString()));
        Assert.Equal((4, "status 503"), (kept.GetProperty("tries").GetInt32(), kept.GetProperty("problem").GetString()));
        Assert.Equal((200, true), (status, taken.GetProperty("delivered").GetBoolean()));
        Assert.Equal((404, "dead_letter_unknown"), (gone, problem.GetProperty("code").GetString()));
        Assert.Equal([("""{"n":0}""", letter.Id.ToString()), ("""{"n":0}""", letter.Id.ToString())], heard);
    }

    [Fact]
    public async Task Without_its_webhook_a_letter_stays_and_can_be_dropped()
    {
        AdminHost.Hook = null;
        await using AdminHost host = await AdminHost.StartAsync();
        DeadLetter letter = (await KeepAsync(host, 1))[0];

        (int status, JsonElement problem) = await host.SendAsync(HttpMethod.Post, $"api/v1/webhook/dead/{NameOf(letter)}/redeliver");
        using HttpResponseMessage dropped = await host.Http.DeleteAsync($"api/v1/webhook/dead/{NameOf(letter)}");
        using HttpResponseMessage again = await host.Http.DeleteAsync($"api/v1/webhook/dead/{NameOf(letter)}");
        using HttpResponseMessage malformed = await host.Http.DeleteAsync("api/v1/webhook/dead/everything");

        Assert.Equal((409, "webhook_missing"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal((200, 404, 404), ((int)dropped.StatusCode, (int)again.StatusCode, (int)malformed.StatusCode));
    }

    [Fact]
    public async Task All_are_sent_again_the_oldest_first_until_one_is_not_taken()
    {
        List<string> heard = [];
        await using WebApplication hook = await HookAsync(async context =>
        {
            using StreamReader body = new(context.Request.Body);
            heard.Add(await body.ReadToEndAsync());
            context.Response.StatusCode = heard.Count == 2 ? 500 : 200;
        });
        AdminHost.Hook = new Uri(hook.Urls.Single());
        await using AdminHost host = await AdminHost.StartAsync();
        DeadLetter[] letters = await KeepAsync(host, 3);

        (int first, string said, _) = await RunAsync(host, "webhook", "redeliver", "--all");
        (int second, _, _) = await RunAsync(host, "webhook", "redeliver", "--all");
        (_, string list, _) = await RunAsync(host, "webhook", "dead");

        Assert.Equal((ExitCodes.Failed, ExitCodes.Ok), (first, second));
        Assert.Equal([$"{NameOf(letters[0])}  taken", $"{NameOf(letters[1])}  not taken: status 500"], said.TrimEnd().Split('\n'));
        Assert.Equal(["""{"n":0}""", """{"n":1}""", """{"n":1}""", """{"n":2}"""], heard);
        Assert.Equal("There are none: every event was taken.\n", list);
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(AdminHost host, params string[] arguments)
    {
        Dictionary<string, string?> variables = new() { ["CAUSEWAY_URL"] = host.Address.AbsoluteUri, ["CAUSEWAY_TOKEN"] = AdminHost.Token };
        return CommandRun.InvokeAsync(
            CommandLine.Create((_, _) => Task.FromResult(5), (_, _) => Task.FromResult(6), (_, _) => Task.FromResult(7), new Surroundings { Variable = variables.GetValueOrDefault, IsTerminal = _ => false }), arguments);
    }

    private static string NameOf(DeadLetter letter) => $"dlv_{letter.Id:N}";

    private static async Task<DeadLetter[]> KeepAsync(AdminHost host, int count)
    {
        DeadLetter[] letters = [.. Enumerable.Range(0, count).Select(number => new DeadLetter(
            Guid.CreateVersion7(s_noon.AddMinutes(number)), "alerts", $"alert {number}", Encoding.UTF8.GetBytes($$"""{"n":{{number}}}"""), "status 503", 3, s_noon.AddHours(1)))];
        foreach (DeadLetter letter in letters)
        {
            await host.DeadLetters.KeepAsync(letter, CancellationToken.None);
        }

        return letters;
    }

    private static async Task<WebApplication> HookAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }
}
