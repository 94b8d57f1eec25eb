using System.Net.Http.Headers;
using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Tests.House;

/// <summary>A grant of a house, with a key that speaks for it.</summary>
internal sealed record Granted(GatewayHouse House, GrantNode Node, string Secret)
{
    public GrantId Id => Node.Grant.Id;

    /// <summary>Reads <c>requests 10/day</c>.</summary>
    public static Limit LimitOf(string text)
    {
        string[] words = text.Split(' ');
        Assert.True(Meters.TryParse(words[0], out Meter meter), text);
        Assert.True(Limit.TryParse(meter, words[1], "UTC", out Limit limit, out string problem), problem);
        return limit;
    }

    /// <summary>Sends a request with the grant's key.</summary>
    public Task<Answer> AskAsync(Saying saying) => House.SendAsync(saying.ToMessage(Secret));

    /// <summary>Sends a request by any method, with the grant's key where OpenAI's SDK puts it.</summary>
    public Task<Answer> AskAsync(HttpMethod method, string path, string? body = null)
    {
        HttpRequestMessage message = new(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        return House.SendAsync(message);
    }

    /// <summary>Sends the same request so many times at once.</summary>
    public Task<Answer[]> AskAtOnceAsync(Saying saying, int times) => Task.WhenAll(Enumerable.Range(0, times).Select(_ => AskAsync(saying)));

    /// <summary>What became of the grant's only limit.</summary>
    public LimitUse Use() => Assert.Single(House.Ledger.Use(Node));

    /// <summary>Once everything so far is over and booked, what the ledger says of a request, in its order.</summary>
    public async Task<IReadOnlyList<LedgerEvent>> EventsOfAsync(Answer answer)
    {
        Guid request = (await House.RecordOfAsync(answer)).Request;
        return [.. House.Store.Events.Where(one => one.Request == request)];
    }

    /// <summary>The ledger's last word on the grant's last request.</summary>
    public async Task<LedgerEvent> LastAsync()
    {
        await House.RecordsAsync();
        return House.Store.Events.Last(one => one.Grant == Id && one.Request is not null);
    }

    /// <summary>What a request would hold under a grant that limits money and has room for anything.</summary>
    public static async Task<Amounts> BoundOfAsync(GatewayHouse house, Saying saying)
    {
        Granted wide = house.Grant("usd 1000000");
        Answer answer = await wide.AskAsync(saying);
        Assert.True(answer.Status == 200, answer.Text);
        return (await wide.EventsOfAsync(answer))[0].Held;
    }
}
