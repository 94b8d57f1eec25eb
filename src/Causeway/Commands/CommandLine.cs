using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Causeway.Commands;

/// <summary>The verbs of <c>causeway</c>.</summary>
internal static class CommandLine
{
    // A verb that is told to end bounds its own end (up: limits.drain); the library would cut it off after two seconds.
    private static readonly TimeSpan s_neverCutOff = TimeSpan.FromHours(1);

    /// <summary>All verbs; the three that run something here do it through these delegates.</summary>
    /// <param name="up">Runs the gateway.</param>
    /// <param name="simulate">Runs simulated providers.</param>
    /// <param name="doctor">Looks at a configuration.</param>
    /// <param name="surroundings">What is around the process; null: this process's own.</param>
    /// <param name="first">The first word of the line. Where it names a verb only that one is made: a server would keep the options of all others for as long as it runs, and the code that makes them. Null: all are made.</param>
    public static RootCommand Create(
        Func<UpOptions, CancellationToken, Task<int>> up,
        Func<SimulateOptions, CancellationToken, Task<int>> simulate,
        Func<DoctorOptions, CancellationToken, Task<int>> doctor,
        Surroundings? surroundings = null,
        string? first = null)
    {
        Verb[] verbs = Verbs(up, simulate, doctor, surroundings ?? new Surroundings());
        var root = new RootCommand("Causeway: the way to inference that teams choose, attributed and under control.");
        foreach (Verb verb in verbs.FirstOrDefault(verb => verb.Name == first) is { } named ? [named] : verbs)
        {
            root.Add(verb.Make());
        }

        root.WithExamples(
            "causeway up",
            "causeway key new --team search --feature answers --env dev",
            "causeway spend --by team,model --since 7d");
        foreach (Option option in root.Options)
        {
            option.Action = option switch
            {
                HelpOption { Action: HelpAction help } => new ExampleHelp(help),
                VersionOption => new PrintVersion(),
                _ => option.Action,
            };
        }

        TypedWords.Check(root);
        return root;
    }

    /// <summary>Runs what a command line says.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(this RootCommand root, IReadOnlyList<string> arguments, InvocationConfiguration? configuration = null)
    {
        // A key or a token may begin with "@": no argument is a file of arguments.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        configuration ??= new InvocationConfiguration();
        configuration.ProcessTerminationTimeout = s_neverCutOff;
        if (parsed.Action is not ParseErrorAction)
        {
            return await parsed.InvokeAsync(configuration);
        }

        if (arguments.Count == 0)
        {
            await root.Parse(["--help"]).InvokeAsync(configuration);
            return ExitCodes.Usage;
        }

        // Not the library's words: they go to where the answer is expected, and guess at what only follows from the first mistake.
        foreach (string line in Misreading.Of(parsed))
        {
            await configuration.Error.WriteLineAsync(line);
        }

        await configuration.Error.WriteLineAsync($"See: {Misreading.PathTo(parsed.CommandResult.Command)} --help");
        return ExitCodes.Usage;
    }

    private static Verb[] Verbs(
        Func<UpOptions, CancellationToken, Task<int>> up,
        Func<SimulateOptions, CancellationToken, Task<int>> simulate,
        Func<DoctorOptions, CancellationToken, Task<int>> doctor,
        Surroundings surroundings) =>
        [
            new("up", () => UpCommand.Create(up)),
            new("login", () => new LoginCommand(surroundings)),
            new("logout", () => new LogoutCommand(surroundings)),
            new("whoami", () => new WhoamiCommand(surroundings)),
            new("init", () => new InitCommand(surroundings)),
            Group("key", "Make, list, revoke, narrow, explain and exchange the keys that teams call with.", () =>
            [
                new KeyNewCommand(surroundings),
                new KeyListCommand(surroundings),
                new KeyRevokeCommand(surroundings),
                new KeyRevocationsCommand(surroundings),
                new KeyAttenuateCommand(surroundings),
                new KeyProveCommand(surroundings),
                new KeyVerifyCommand(surroundings),
                new KeyExchangeCommand(surroundings),
            ]),
            new("grant", () => GrantCommand.Create(surroundings)),
            new("agreement", () => AgreementCommand.Create(surroundings)),
            new("capture", () => CaptureCommand.Create(surroundings)),
            new("residency", () => ResidencyReportCommand.Create(surroundings)),
            Group("request", "List requests, and show what happened to one.", () =>
            [
                new RequestListCommand(surroundings),
                new RequestShowCommand(surroundings),
                new RequestPayloadCommand(surroundings),
                new RequestSummaryCommand(surroundings),
            ]),
            Group("webhook", "See what a webhook did not take, and send it again.", () =>
            [
                new WebhookDeadCommand(surroundings),
                new WebhookRedeliverCommand(surroundings),
                new WebhookDropCommand(surroundings),
            ]),
            Group("batch", "See batches that providers took, and what became of them.", () =>
            [
                new BatchListCommand(surroundings),
            ]),
            Group("run", "See and lift runs of agents that were slowed or stopped.", () =>
            [
                new RunListCommand(surroundings),
                new RunLiftCommand(surroundings),
            ]),
            Group("release", "Make, list and compare releases: what answers, with which prompt and parameters.", () =>
            [
                new ReleaseNewCommand(surroundings),
                new ReleaseListCommand(surroundings),
                new ReleaseShowCommand(surroundings),
                new ReleaseDiffCommand(surroundings),
            ]),
            Group("channel", "Make and list channels: the names that callers send as model.", () =>
            [
                new ChannelNewCommand(surroundings),
                new ChannelListCommand(surroundings),
                new ChannelShowCommand(surroundings),
                new ChannelHistoryCommand(surroundings),
                new ChannelRollbacksCommand(surroundings),
                new ChannelSetCommand(surroundings),
            ]),
            new("cache", () => CacheCommand.Create(surroundings)),
            new("conversation", () => ConversationCommand.Create(surroundings)),
            new("rollout", () => RolloutCommand.Create(surroundings)),
            new("rollback", () => new RollbackCommand(surroundings)),
            new("quarantine", () => QuarantineCommand.Create(surroundings)),
            new("guard", () => GuardCommand.Create(surroundings)),
            new("drill", () => new DrillCommand(surroundings)),
            new("readiness", () => new ReadinessCommand(surroundings)),
            new("sentinel", () => SentinelCommand.Create(surroundings)),
            new("timeline", () => new TimelineCommand(surroundings)),
            new("blast", () => new BlastCommand(surroundings)),
            new("contract", () => ContractCommand.Create(surroundings)),
            new("dialect", () => DialectCommand.Create(surroundings)),
            new("apply", () => new ApplyCommand(surroundings)),
            new("export", () => new ExportCommand(surroundings)),
            new("spend", () => new SpendCommand(surroundings)),
            new("explain", () => new ExplainCommand(surroundings)),
            new("adjust", () => new AdjustCommand(surroundings)),
            new("shadow", () => ShadowCommand.Create(surroundings)),
            new("audit", () => new AuditCommand(surroundings)),
            new("models", () => new ModelsCommand(surroundings)),
            new("providers", () => new ProvidersCommand(surroundings)),
            new("status", () => new StatusCommand(surroundings)),
            new("instances", () => new InstancesCommand(surroundings)),
            new("operators", () => new OperatorsCommand(surroundings)),
            Group("store", "Move, back up, restore and check the store itself. Needs no server.", () =>
            [
                new StoreMigrateCommand(surroundings),
                new StoreBackupCommand(surroundings),
                new StoreRestoreCommand(surroundings),
                new StoreVerifyCommand(surroundings),
            ]),
            new("reload", () => new ReloadCommand(surroundings)),
            new("simulate", () => SimulateCommand.Create(simulate)),
            new("doctor", () => DoctorCommand.Create(doctor)),
        ];

    private static Verb Group(string name, string description, Func<Command[]> verbs) => new(name, () =>
    {
        var group = new Command(name, description);
        foreach (Command verb in verbs())
        {
            group.Add(verb);
        }

        return group;
    });

    private sealed record Verb(string Name, Func<Command> Make);

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            string version = typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            parseResult.InvocationConfiguration.Output.WriteLine($"causeway {version.Split('+')[0]}");
            return ExitCodes.Ok;
        }
    }
}
