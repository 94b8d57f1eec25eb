using System.Text;
using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Commands;

namespace Causeway.Tests.Commands;

public sealed class CapabilityCommandTests
{
    private static readonly DateTimeOffset s_now = new(2026, 9, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly MasterKey s_master = MasterKey.New(3);
    private static readonly GrantId s_grant = GrantId.New(s_now);
    private static readonly KeyId s_key = KeyId.New(s_now);
    private readonly Dictionary<string, string?> _variables = [];
    private string _input = "";

    [Fact]
    public async Task The_first_line_is_the_key_and_then_what_it_may_do()
    {
        (int code, string output, string error) = await RunAsync(
            "key", "attenuate", Key(), "--usd", "0.50", "--calls", "20", "--model", "gpt-5.4-*", "--model", "o5,o6", "--class", "small", "--env", "dev", "--feature", "triage",
            "--max-output", "800", "--max-cost", "0.05", "--route", "chat.completions", "--data", "internal", "--run", "nightly-7", "--cidr", "10.0.0.0/8", "--expires", "10m", "--no-delegate");

        Assert.Equal((0, ""), (code, error));
        string[] lines = output.Split('\n');
        Restrictions may = Verified(lines[0]).Restrictions;
        Assert.Equal((s_now.AddMinutes(10), 800L, 50_000_000L, true), (may.NotAfter, may.MaxOutput, may.MaxCostPerCall, may.NoFurther));
        Assert.Equal((500_000_000L, 20L, "nightly-7"), (may.MaxTotals.Single().Amount, may.MaxCalls.Single().Amount, may.Runs.Single().Name));
        Assert.Equal(["gpt-5.4-*", "o5", "o6"], may.Models!.Names);
        Assert.Equal("small dev triage chat.completions 10.0.0.0/8", $"{may.ModelClasses} {may.Environments} {may.Features} {may.Routes} {may.Addresses}");
        Assert.Equal(DataClasses.Rank("internal"), may.DataClassMax);
        Assert.Equal(
            $"""

              From   {s_key}
              Grant  {s_grant}
              Works  until 2026-09-21 12:10 UTC

             #  CAVEAT             A CALL IS
             1  exp                refused from 2026-09-21T12:10:00Z on
             2  route              only route chat.completions
             3  env                only in environment dev
             4  feature            only for feature triage
             5  model_class        only models of class small
             6  model              only models gpt-5.4-*, o5, o6
             7  data_class_max     no data more sensitive than internal
             8  max_cost_per_call  at most $0.05 a call
             9  max_output         at most 800 output tokens a call
            10  cidr               only from 10.0.0.0/8
            11  run                only in run nightly-7
            12  max_calls          at most 20 calls in all
            13  max_total          at most $0.50 in all
            14  no_further         may not be narrowed further

            """,
            string.Join('\n', lines[1..]));
    }

    [Fact]
    public async Task A_key_is_narrowed_to_deployments()
    {
        (int code, string output, _) = await RunAsync("key", "attenuate", Key(), "--deployment", "us-prod,eu-prod");

        Assert.Equal(0, code);
        Assert.Equal(["eu-prod", "us-prod"], Verified(output.Split('\n')[0]).Restrictions.Audiences!.Names);
        Assert.Contains("only at deployments eu-prod, us-prod", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--usd", "1")]
    [InlineData("--calls", "5")]
    [InlineData("--run", "r")]
    public async Task What_is_counted_gets_an_end_and_says_so(string option, string value)
    {
        (int code, string output, string error) = await RunAsync("key", "attenuate", Key(), option, value);

        Assert.Equal((0, "What is counted needs an end within 24 hours: it was set to 2026-09-22 12:00 UTC. Another one: --expires SPAN\n"), (code, error));
        Assert.Equal(s_now.AddHours(24), Verified(output.Split('\n')[0]).Restrictions.NotAfter);
    }

    [Fact]
    public async Task An_end_that_is_near_enough_is_kept()
    {
        (_, string output, string error) = await RunAsync("key", "attenuate", Key(Caveat.Expires(s_now.AddHours(2))), "--calls", "5");

        Assert.Equal("", error);
        Assert.Equal(["exp", "max_calls"], Types(await RunAsync("key", "attenuate", Key(Caveat.Expires(s_now.AddHours(2))), "--calls", "5", "--json")));
        Assert.Equal(s_now.AddHours(2), Verified(output.Split('\n')[0]).Restrictions.NotAfter);
    }

    [Fact]
    public async Task A_far_end_is_too_far_for_what_is_counted()
    {
        (int code, string output, string error) = await RunAsync("key", "attenuate", Key(), "--usd", "1", "--expires", "30d");

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("max_total needs an exp before it, at most 24 hours from now; the key ends at 2026-10-21T12:00:00Z.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_the_key_and_its_caveats_under_stable_names()
    {
        (int code, string output, _) = await RunAsync("key", "attenuate", Key(), "--usd", "0.5", "--expires", "10m", "--json");

        Assert.Equal(0, code);
        JsonElement root = JsonElement.Parse(output);
        Assert.Equal(["key", "key_id", "grant", "expires_at", "caveats"], root.EnumerateObject().Select(member => member.Name));
        Assert.Equal(["number", "type", "value", "says"], root.GetProperty("caveats")[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal(s_key, Verified(root.GetProperty("key").GetString()!).Key);
        Assert.Equal(s_key.ToString(), root.GetProperty("key_id").GetString());
        Assert.Equal("0.5", root.GetProperty("caveats")[1].GetProperty("value").GetString());
    }

    [Fact]
    public async Task A_key_comes_from_standard_input_or_from_the_variable()
    {
        _input = Key() + "\n";
        (int piped, string first, _) = await RunAsync("key", "attenuate", "-", "--env", "dev");
        _variables["CAUSEWAY_KEY"] = Key();
        (int read, string second, _) = await RunAsync("key", "attenuate", "--env", "dev");

        Assert.Equal((0, 0), (piped, read));
        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData("attenuate")]
    [InlineData("verify")]
    public async Task Without_a_key_it_asks_for_one(string verb)
    {
        (int code, _, string error) = await RunAsync("key", verb);

        Assert.Equal((2, "Which key? Set CAUSEWAY_KEY, or pipe it in and write - in its place.\n"), (code, error));
    }

    [Fact]
    public async Task An_opaque_key_cannot_be_narrowed_and_what_to_do_is_told()
    {
        string opaque = KeySecret.New();

        (int code, _, string error) = await RunAsync("key", "attenuate", opaque, "--env", "dev");
        (int verified, _, string said) = await RunAsync("key", "verify", opaque);
        (_, _, string broken) = await RunAsync("key", "verify", opaque[..^1]);

        Assert.Equal((2, 1), (code, verified));
        Assert.Contains("causeway key new … --capability", error, StringComparison.Ordinal);
        Assert.StartsWith("That is an opaque key with a sound checksum.", said, StringComparison.Ordinal);
        Assert.StartsWith("That is not a whole key", broken, StringComparison.Ordinal);
        Assert.DoesNotContain(opaque[4..20], error + said + broken, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--usd", "0", "--usd: \"0\" is less than 0.000000001")]
    [InlineData("--usd", "lots", "--usd: \"lots\" is not an amount of USD such as 0.50")]
    [InlineData("--usd", "0.0000000001", "--usd: \"0.0000000001\" is less than 0.000000001")]
    [InlineData("--max-cost", "1.0000000001", "--max-cost: \"1.0000000001\" has more than nine decimals")]
    [InlineData("--calls", "0", "--calls: is 1 or more")]
    [InlineData("--max-output", "-5", "--max-output: is 1 or more")]
    [InlineData("--env", "production", "--env: \"production\" is not an environment; allowed: dev, eval, staging, prod")]
    [InlineData("--feature", "A b", "--feature: may hold lower-case letters")]
    [InlineData("--model", "*", "--model: \"*\" is not a name")]
    [InlineData("--cidr", "10.0.0.1/8", "--cidr: \"10.0.0.1/8\" is not a network")]
    [InlineData("--expires", "10", "--expires: \"10\" is not a number with m, h or d")]
    [InlineData("--run", "two words", "--run: \"two words\" is not a name")]
    public async Task A_mistake_is_told_with_its_option(string option, string value, string expected)
    {
        (int code, string output, string error) = await RunAsync("key", "attenuate", Key(), option, value);

        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--model", "o5", "model: o5 is more than the key may use: gpt-*.")]
    [InlineData("--data", "secret", "data_class_max: secret is not a class of data")]
    [InlineData("--expires", "3h", "exp: 2026-09-21T15:00:00Z is after the key's own end")]
    public async Task What_would_not_narrow_is_refused(string option, string value, string expected)
    {
        (int code, string output, string error) = await RunAsync("key", "attenuate", Key(Tokens("gpt-*"), Caveat.Expires(s_now.AddHours(1))), option, value);

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was made. What the key has: causeway key verify\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_explained_without_being_shown()
    {
        string key = Key(Caveat.NotBefore(s_now.AddSeconds(30)), Caveat.Expires(s_now.AddHours(1)), Caveat.Of(CaveatType.MaxCalls, 1), Caveat.Confirmation(new byte[32]));

        (int code, string output, string error) = await RunAsync("key", "verify", key);
        (_, string json, _) = await RunAsync("key", "verify", key, "--json");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith(
            $"""
              Key         {s_key}, or narrowed from it
              Revocation  {Verified(key).Id}
              Grant       {s_grant}
              Made        2026-09-21 12:00 UTC, under master key 3
              Works       from 2026-09-21 12:00 UTC until 2026-09-21 13:00 UTC
              Checksum    sound

            #  CAVEAT     A CALL IS
            1  nbf        refused before 2026-09-21T12:00:30Z
            2  exp        refused from 2026-09-21T13:00:00Z on
            3  max_calls  at most 1 call in all
            4  cnf        only with proof of key 0000000000000000000000000000000000000000000000000000000000000000 (causeway key prove)

            """,
            output,
            StringComparison.Ordinal);
        Assert.Equal(["key_id", "revocation_id", "grant", "kid", "issued_at", "starts_at", "expires_at", "caveats"], JsonElement.Parse(json).EnumerateObject().Select(member => member.Name));
        Assert.All(new[] { output, json }, text => Assert.DoesNotContain("cw1_", text, StringComparison.Ordinal));
        Assert.All(Pieces(key), piece => Assert.DoesNotContain(piece, output + json, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_is_free_says_so()
    {
        (int code, string output, _) = await RunAsync("key", "verify", Key());

        Assert.Equal(0, code);
        Assert.Contains("Works       until it is revoked\n", output, StringComparison.Ordinal);
        Assert.Contains("It has no caveat: it may do all that its grant may.\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-2, -1, "Its time is over since 2026-09-21 11:00 UTC. (token_expired)\n")]
    [InlineData(1, 2, "Its time begins at 2026-09-21 13:00 UTC. (token_not_yet)\n")]
    public async Task A_key_out_of_its_time_is_explained_and_fails(int start, int end, string expected)
    {
        (int code, string output, string error) = await RunAsync("key", "verify", Key(Caveat.NotBefore(s_now.AddHours(start)), Caveat.Expires(s_now.AddHours(end))));

        Assert.Equal((1, expected), (code, error));
        Assert.Contains("  exp  ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_not_whole_is_told_and_not_repeated()
    {
        string key = Key();
        string changed = key[..20] + (key[20] == 'A' ? 'B' : 'A') + key[21..];

        (int code, string output, string error) = await RunAsync("key", "verify", changed);
        (int attenuated, _, string refused) = await RunAsync("key", "attenuate", changed, "--env", "dev");

        Assert.Equal((1, "", 2), (code, output, attenuated));
        Assert.StartsWith("That is not a whole capability key: a character was changed, lost or added. (auth_malformed)\n", error, StringComparison.Ordinal);
        Assert.Equal(error, refused);
        Assert.DoesNotContain(key[5..15], error, StringComparison.Ordinal);
    }

    private static string Key(params IReadOnlyList<Caveat> caveats) => CapabilityKey.Mint(s_master, s_grant, keyGen: 1, s_key, s_now, caveats);

    private static Caveat Tokens(params string[] models) => Caveat.Of(CaveatType.Model, models).Caveat!;

    private static VerifiedToken Verified(string key)
    {
        Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
        Assert.Equal(CapabilityFault.None, CapabilityToken.TryParse(Encoding.ASCII.GetBytes(key), buffer, out CapabilityToken token));
        Assert.Equal(CapabilityFault.None, token.Verify(s_master, keyGen: 1, out VerifiedToken? verified));
        return verified!;
    }

    private static IEnumerable<string> Types((int Code, string Output, string Error) run) =>
        JsonElement.Parse(run.Output).GetProperty("caveats").EnumerateArray().Select(caveat => caveat.GetProperty("type").GetString()!);

    // Any 12 characters of the tag's text would be a part of the secret.
    private static IEnumerable<string> Pieces(string key) => Enumerable.Range(key.Length - 50, 30).Select(at => key.Substring(at, 12));

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings { Variable = _variables.GetValueOrDefault, Input = () => new MemoryStream(Encoding.UTF8.GetBytes(_input)), Time = new Stopped() }, arguments);

    private sealed class Stopped : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => s_now;
    }
}
