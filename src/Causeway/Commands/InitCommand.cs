using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Keys;
using Causeway.Admin.Sessions;
using Causeway.Budgets.Keys;

namespace Causeway.Commands;

/// <summary><c>causeway init</c>: in a project's directory, from nothing to a key in <c>.env</c>.</summary>
internal sealed class InitCommand : Command
{
    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options = new();
    private readonly Argument<DirectoryInfo?> _directory = new("DIRECTORY") { Arity = ArgumentArity.ZeroOrOne, Description = "The project. Default: here." };
    private readonly Option<string?> _team = new("--team") { HelpName = "TEAM", Description = "Whose requests they are. Default: your team." };
    private readonly Option<string?> _feature = new("--feature") { HelpName = "FEATURE", Description = "What they are for. Default: what the project is called." };
    private readonly Option<string?> _env = new("--env") { HelpName = "ENV", Description = "dev, eval, staging or prod. Default: dev." };
    private readonly Option<string?> _inference = new("--inference-url") { HelpName = "URL", Description = "Where inference is served, if not at the server's address." };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Take the guesses, and ask nothing." };
    private readonly Option<bool> _force = new("--force") { Description = "Overwrite variables that have another value in .env, and make a new key though the one there works." };

    public InitCommand(Surroundings surroundings)
        : base("init", "Give a project a key: guesses team and feature, signs in if need be, writes .env, and shows what changes per SDK.")
    {
        _surroundings = surroundings;
        Add(_directory);
        foreach (Option option in (Option[])[_team, _feature, _env, _inference, _yes, _force, _options.Json, _options.Url, _options.TokenFile])
        {
            Add(option);
        }

        this.WithExamples("causeway init", "causeway init --yes", "causeway init --team search --feature answers");
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        string directory = parsed.GetValue(_directory)?.FullName ?? Directory.GetCurrentDirectory();
        (Uri? server, string? problem) = Connection.ServerOf(parsed.GetValue(_options.Url), _surroundings);
        problem ??= Directory.Exists(directory) ? null : $"There is no directory {directory}.";
        if (server is null || problem is not null)
        {
            await error.WriteLineAsync(problem);
            return ExitCodes.Usage;
        }

        try
        {
            return await SignedInAsync(parsed, server, error, cancellation)
                ? await Talk.OpenAsync(parsed, _options, _surroundings, talk => InitAsync(talk, parsed, directory, cancellation), cancellation)
                : ExitCodes.Failed;
        }
        catch (ServerUnreachableException failure)
        {
            await error.WriteLineAsync(ProblemText.Of(failure, new Connection(server, "")));
            return ExitCodes.Failed;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(failure.Message);
            return ExitCodes.Failed;
        }
    }

    // Without a token and a session a person signs in first.
    private async Task<bool> SignedInAsync(ParseResult parsed, Uri server, TextWriter error, CancellationToken cancellation)
    {
        bool isSignedIn = parsed.GetValue(_options.TokenFile) is not null || _surroundings.Variable(Connection.TokenVariable) is { Length: > 0 }
            || _surroundings.Sessions is not { } sessions || (sessions.Find(server) is var (session, problem) && (problem is not null || _surroundings.Time.GetUtcNow() < session?.ExpiresAt));
        return isSignedIn || await LoginCommand.EnsureAsync(server, _surroundings, parsed.GetValue(_options.Json) ? error : parsed.InvocationConfiguration.Output, error, cancellation);
    }

    private async Task<int> InitAsync(Talk talk, ParseResult parsed, string directory, CancellationToken cancellation)
    {
        if (await talk.AskAsync(AdminRequest.Get("/session"), AdminJson.Api.SessionView, cancellation) is not { } who)
        {
            return ExitCodes.Failed;
        }

        var project = new Project(directory);
        if (Choose(parsed, who, project, talk) is not { } chosen)
        {
            return ExitCodes.Usage;
        }

        string inference = (parsed.GetValue(_inference) ?? talk.Connection.Address).TrimEnd('/');
        IReadOnlyList<ProjectSdk> sdks = project.Sdks();
        SdkVendor[] vendors = sdks.Count > 0 ? [.. sdks.Select(sdk => sdk.Vendor).Distinct()] : [.. SdkVendor.All];
        var file = new EnvFile(directory);
        if (file.Taken(Variables(vendors, inference, key: "")) is { Count: > 0 } taken && !parsed.GetValue(_force))
        {
            // Before a key is made that nobody could use.
            await talk.Error.WriteLineAsync($"{file.Place} has other values for {string.Join(", ", taken)}; nothing was made or changed.\n  Take these lines out, or overwrite them: causeway init --force");
            return ExitCodes.Failed;
        }

        (string? text, KeyView? known) = await WorkingAsync(file.Keys(Variables(vendors, inference, key: "")), talk, cancellation);
        if (known is not null && !parsed.GetValue(_force) && !IsFor(known, chosen))
        {
            await talk.Error.WriteLineAsync($"{file.Place} has {Named(known)}, which works; nothing was made or changed.\n  Put another one in its place: causeway init --force");
            return ExitCodes.Failed;
        }

        // A key that works is not made again: run twice, there would be two, and one that nobody ends.
        bool isKept = known is not null && !parsed.GetValue(_force);
        (string? secret, KeyView? key) = isKept ? (text, known) : await MakeAsync(chosen, who, talk, cancellation);
        if (secret is null || key is null)
        {
            return ExitCodes.Failed;
        }

        file.Put(Variables(vendors, inference, secret));
        bool isIgnored = file.Ignore();
        if (parsed.GetValue(_options.Json))
        {
            var made = new InitializedProject(key.Team, key.Feature, key.Env, key.Id, key.Grant, key.ExpiresAt, file.Place, [.. Variables(vendors, inference, "").Keys], [.. sdks.Select(sdk => $"{sdk.Vendor.Name} ({sdk.Language})")]);
            await talk.Output.WriteLineAsync(JsonSerializer.Serialize(made, AdminJson.Api.InitializedProject));
        }
        else
        {
            Show(key, isKept, file, isIgnored, vendors, sdks, inference, new Screen(talk.Output, _surroundings.WantsStyle(talk.Output)));
        }

        if (known is not null && !isKept)
        {
            await talk.Error.WriteLineAsync($"The one that was there still works: {Named(known)}. End it with: causeway key revoke {known.Id}");
        }

        return ExitCodes.Ok;
    }

    /// <summary>The first of some keys that the server knows and takes. None of them is sent: it may be another server's.</summary>
    private static async Task<(string? Text, KeyView? Key)> WorkingAsync(IReadOnlyList<string> texts, Talk talk, CancellationToken cancellation)
    {
        for (string? cursor = ""; texts.Count > 0 && cursor is not null;)
        {
            KeyPage? page = await talk.AskAsync(AdminRequest.Get("/keys", ("state", "active"), ("limit", "1000"), ("cursor", cursor.Length > 0 ? cursor : null)), AdminJson.Api.KeyPage, cancellation);
            foreach (KeyView key in page?.Keys ?? [])
            {
                if (texts.FirstOrDefault(text => IsText(text, key)) is { } text)
                {
                    return (text, key);
                }
            }

            cursor = page?.Next;
        }

        return default;
    }

    private static async Task<(string? Text, KeyView? Key)> MakeAsync((string Team, string Feature, string Env) chosen, SessionView who, Talk talk, CancellationToken cancellation)
    {
        var asked = new CreateKeyRequest { Team = chosen.Team, Feature = chosen.Feature, Env = chosen.Env == "dev" && who.Issuer is not null ? "" : chosen.Env };
        CreatedKey? made = await talk.AskAsync(new AdminRequest(HttpMethod.Post, "/keys", JsonSerializer.SerializeToUtf8Bytes(asked, AdminJson.Asked.CreateKeyRequest)), AdminJson.Api.CreatedKey, cancellation);
        return made is null ? default : (made.Key, new KeyView(made.Id, made.Prefix, made.Team, made.Feature, made.Env, null, made.Grant, made.Capability, KeyState.Active, made.CreatedAt, made.ExpiresAt, null));
    }

    // Capability keys of a grant begin alike, and say themselves which they are.
    private static bool IsText(string text, KeyView key) =>
        CapabilityText.IsOpaque(text) ? text.StartsWith(key.Prefix, StringComparison.Ordinal) : CapabilityText.Explain(text).View?.KeyId == key.Id;

    // Without a team of the person's the server decides, so that any team's is the one.
    private static bool IsFor(KeyView key, (string Team, string Feature, string Env) chosen) =>
        (chosen.Team.Length == 0 || key.Team == chosen.Team) && key.Feature == chosen.Feature && key.Env == chosen.Env;

    private static string Named(KeyView key) => $"the key {key.Id} of {key.Team}/{key.Feature}/{key.Env}";

    private static Dictionary<string, string> Variables(IEnumerable<SdkVendor> vendors, string inference, string key) =>
        vendors.SelectMany(vendor => (KeyValuePair<string, string>[])[new(vendor.BaseVariable, inference + vendor.Path), new(vendor.KeyVariable, key)]).ToDictionary();

    private (string Team, string Feature, string Env)? Choose(ParseResult parsed, SessionView who, Project project, Talk talk)
    {
        string? team = parsed.GetValue(_team) ?? (project.Owner is { } owner && who.Teams.Contains(owner) ? owner : who.Teams.Count > 0 ? who.Teams[0] : who.Issuer is null ? project.Owner : null);
        string? feature = parsed.GetValue(_feature) ?? project.Feature;
        string env = parsed.GetValue(_env) ?? "dev";
        bool asks = !parsed.GetValue(_yes) && !(parsed.GetValue(_team) is not null && parsed.GetValue(_feature) is not null);
        if (asks && !_surroundings.CanAsk())
        {
            talk.Error.WriteLine($"There is nobody to ask. Take the guesses (team {team ?? "none"}, feature {feature ?? "none"}, environment {env}): causeway init --yes\n  Or say them: --team TEAM --feature FEATURE");
            return null;
        }

        if (asks)
        {
            using var input = new StreamReader(_surroundings.Input());
            TextWriter to = parsed.GetValue(_options.Json) ? talk.Error : talk.Output;
            team = Ask(input, to, who.Teams.Count > 1 ? $"Team ({string.Join(", ", who.Teams)})" : "Team", team);
            feature = Ask(input, to, "Feature", feature);
            env = Ask(input, to, "Environment", env)!;
        }

        if (team is null && who.Issuer is null)
        {
            talk.Error.WriteLine("Whose requests are they? A token of the configuration belongs to no team: --team TEAM");
            return null;
        }

        if (feature is null)
        {
            talk.Error.WriteLine("What are the requests for? --feature FEATURE");
            return null;
        }

        return (team ?? "", feature, env); // Without a team the server says why there is none.
    }

    private static string? Ask(TextReader input, TextWriter output, string question, string? guess)
    {
        output.Write(guess is null ? $"{question}: " : $"{question} [{guess}]: ");
        output.Flush();
        return input.ReadLine()?.Trim() is { Length: > 0 } answer ? answer : guess;
    }

    private static void Show(KeyView key, bool isKept, EnvFile file, bool isIgnored, IReadOnlyList<SdkVendor> vendors, IReadOnlyList<ProjectSdk> sdks, string inference, Screen screen)
    {
        screen.Accent($"{EnvFile.Name} has a key for team {key.Team}, feature {key.Feature}, environment {key.Env}{(isKept ? " already; it works, and none was made" : "")}");
        screen.Pairs(
            ("File", $"{file.Place} (only you can read it{(isIgnored ? "; .gitignore has it now" : "")})"),
            ("Key", key.Id),
            ("Grant", key.Grant),
            ("Expires", Figures.Time(key.ExpiresAt, "never; end it with: causeway key revoke " + key.Id)));
        foreach (SdkVendor vendor in vendors)
        {
            screen.Line();
            screen.Line($"{vendor.Name}");
            screen.Line($"  {vendor.BaseVariable}={inference}{vendor.Path}");
            screen.Line($"  {vendor.KeyVariable}={key.Prefix}…");
            foreach (ProjectSdk sdk in sdks.Where(sdk => sdk.Vendor == vendor))
            {
                screen.Remark($"  {sdk.Language}: " + (sdk.Lines.Count == 0 ? "the SDK reads both; no line of code changes." : "two lines change:"));
                foreach (string line in sdk.Lines)
                {
                    screen.Line($"    {line}");
                }
            }
        }

        screen.Line();
        screen.Remark("Load them with your tool for .env files, or: set -a; . ./.env; set +a");
    }
}

/// <summary>A project that was given a key, without the key.</summary>
internal sealed record InitializedProject(
    string Team, string Feature, string Env, string KeyId, string Grant, DateTimeOffset? ExpiresAt, string File, IReadOnlyList<string> Variables, IReadOnlyList<string> Sdks);
