using System.Text.Json.Nodes;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Wire;
using Causeway.Wire.Objects;

namespace Causeway.Gateway.Tests.Objects;

/// <summary>A house with two teams whose providers, one of each protocol, are in the test's own hand: each request is answered as the test says, and noted.</summary>
internal sealed class TwoTeams : IAsyncDisposable
{
    private readonly RawUpstream _upstream;
    private readonly List<string> _asked;
    private readonly Queue<string> _answers;

    private TwoTeams(RawUpstream upstream, GatewayHouse house, HouseOptions options, List<string> asked, Queue<string> answers)
    {
        (_upstream, House, Options, _asked, _answers) = (upstream, house, options, asked, answers);
        (One, Other) = (house.Team("search"), house.Team("billing"));
    }

    public GatewayHouse House { get; }

    public HouseOptions Options { get; }

    /// <summary>Who has things made.</summary>
    public Granted One { get; }

    /// <summary>Who has not.</summary>
    public Granted Other { get; }

    /// <summary>What reached the providers: method and target.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_asked)
            {
                return [.. _asked];
            }
        }
    }

    public static async Task<TwoTeams> OpenAsync(ObjectSharing sharing = ObjectSharing.Owned)
    {
        List<string> asked = [];
        Queue<string> answers = new();
        var upstream = RawUpstream.Start(connection =>
        {
            string answer;
            lock (asked)
            {
                asked.Add(string.Join(' ', connection.Head.Split(' ').Take(2)));
                answer = answers.Count > 1 ? answers.Dequeue() : answers.Peek();
            }

            return connection.AnswerAsync(answer);
        });
        HouseOptions options = new()
        {
            Sharing = sharing,
            Providers = near => [near.At("openai", Protocol.OpenAI, new Uri(upstream.Address, "/v1")), near.At("anthropic", Protocol.Anthropic, upstream.Address), near.At("gemini", Protocol.Gemini, upstream.Address)],
        };
        return new TwoTeams(upstream, await GatewayHouse.OpenAsync(options), options, asked, answers);
    }

    /// <summary>What the providers answer from now on, one each; the last of them for good.</summary>
    public void Say(params string[] answers)
    {
        lock (_asked)
        {
            _answers.Clear();
            foreach (string answer in answers)
            {
                _answers.Enqueue(answer);
            }
        }
    }

    /// <summary>Where a list stands, as its vendor's SDK calls it behind the provider's name.</summary>
    public static string PathOf(Protocol protocol, string list) => protocol switch
    {
        Protocol.Gemini => $"/passthrough/gemini/v1beta/{list}",
        Protocol.Anthropic => $"/passthrough/anthropic/v1/{list}",
        _ => $"/passthrough/openai/v1/{list}",
    };

    /// <summary>What a path names one by, of an id as it is kept: Gemini's has its list before it.</summary>
    public static string NameOf(string id) => id[(id.LastIndexOf('/') + 1)..];

    /// <summary>A body that every list takes.</summary>
    public static string BodyFor(string list) => list switch
    {
        "batches" => """{"input_file_id":"file-nobody","endpoint":"/v1/elsewhere","completion_window":"24h"}""",
        "messages/batches" => """{"requests":[{"custom_id":"a","params":{"model":"claude-sonnet-4-6","max_tokens":5,"messages":[{"role":"user","content":"x"}]}}]}""",
        _ => """{"model":"gpt-5.4-mini","messages":[],"input":"x","store":true}""",
    };

    /// <summary>The answer of a provider that made one.</summary>
    public static string MadeAs(KeptKind kind, string id)
    {
        JsonObject answer = [];
        JsonObject at = answer;
        string[] path = kind.Made[0].Split('.');
        foreach (string member in path[..^1])
        {
            at[member] = new JsonObject();
            at = at[member]!.AsObject();
        }

        at[path[^1]] = id;
        return answer.ToJsonString();
    }

    /// <summary>A page of a provider's list.</summary>
    public static string PageOf(KeptListing listing, string? next, params string[] ids)
    {
        JsonObject page = new() { [listing.Entries] = new JsonArray([.. ids.Select(id => new JsonObject { [listing.Name] = id })]) };
        page[listing.Next] = next ?? (listing.More is null ? null : ids.LastOrDefault());
        if (listing.More is { } more)
        {
            page[more] = next is not null;
        }

        return page.ToJsonString();
    }

    public async ValueTask DisposeAsync()
    {
        await House.DisposeAsync();
        await _upstream.DisposeAsync();
    }
}
