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
    public static RootCommand Create(
        Func<UpOptions, CancellationToken, Task<int>> up,
        Func<SimulateOptions, CancellationToken, Task<int>> simulate,
        Func<DoctorOptions, CancellationToken, Task<int>> doctor) => Create(up, simulate, doctor, new Surroundings());

    /// <summary>As above, in other surroundings than this process's.</summary>
    public static RootCommand Create(
        Func<UpOptions, CancellationToken, Task<int>> up,
        Func<SimulateOptions, CancellationToken, Task<int>> simulate,
        Func<DoctorOptions, CancellationToken, Task<int>> doctor,
        Surroundings surroundings)
    {
        var root = new RootCommand("Causeway: the way to inference that teams choose, attributed and under control.")
        {
            UpCommand.Create(up),
            new LoginCommand(surroundings),
            new LogoutCommand(surroundings),
            new WhoamiCommand(surroundings),
            new InitCommand(surroundings),
            new Command("key", "Make, list, revoke, narrow, explain and exchange the keys that teams call with.")
            {
                new KeyNewCommand(surroundings),
                new KeyListCommand(surroundings),
                new KeyRevokeCommand(surroundings),
                new KeyRevocationsCommand(surroundings),
                new KeyAttenuateCommand(surroundings),
                new KeyProveCommand(surroundings),
                new KeyVerifyCommand(surroundings),
                new KeyExchangeCommand(surroundings),
            },
            GrantCommand.Create(surroundings),
            AgreementCommand.Create(surroundings),
            CaptureCommand.Create(surroundings),
            ResidencyReportCommand.Create(surroundings),
            new Command("request", "List requests, and show what happened to one.")
            {
                new RequestListCommand(surroundings),
                new RequestShowCommand(surroundings),
                new RequestPayloadCommand(surroundings),
                new RequestSummaryCommand(surroundings),
            },
            new Command("webhook", "See what a webhook did not take, and send it again.")
            {
                new WebhookDeadCommand(surroundings),
                new WebhookRedeliverCommand(surroundings),
                new WebhookDropCommand(surroundings),
            },
            new Command("batch", "See batches that providers took, and what became of them.")
            {
                new BatchListCommand(surroundings),
            },
            new Command("run", "See and lift runs of agents that were slowed or stopped.")
            {
                new RunListCommand(surroundings),
                new RunLiftCommand(surroundings),
            },
            new Command("release", "Make, list and compare releases: what answers, with which prompt and parameters.")
            {
                new ReleaseNewCommand(surroundings),
                new ReleaseListCommand(surroundings),
                new ReleaseShowCommand(surroundings),
                new ReleaseDiffCommand(surroundings),
            },
            new Command("channel", "Make and list channels: the names that callers send as model.")
            {
                new ChannelNewCommand(surroundings),
                new ChannelListCommand(surroundings),
                new ChannelShowCommand(surroundings),
                new ChannelHistoryCommand(surroundings),
                new ChannelRollbacksCommand(surroundings),
                new ChannelSetCommand(surroundings),
            },
            CacheCommand.Create(surroundings),
            ConversationCommand.Create(surroundings),
            RolloutCommand.Create(surroundings),
            new RollbackCommand(surroundings),
            QuarantineCommand.Create(surroundings),
            GuardCommand.Create(surroundings),
            new DrillCommand(surroundings),
            new ReadinessCommand(surroundings),
            SentinelCommand.Create(surroundings),
            new TimelineCommand(surroundings),
            new BlastCommand(surroundings),
            ContractCommand.Create(surroundings),
            DialectCommand.Create(surroundings),
            new ApplyCommand(surroundings),
            new ExportCommand(surroundings),
            new SpendCommand(surroundings),
            new ExplainCommand(surroundings),
            new AdjustCommand(surroundings),
            ShadowCommand.Create(surroundings),
            new AuditCommand(surroundings),
            new ModelsCommand(surroundings),
            new ProvidersCommand(surroundings),
            new StatusCommand(surroundings),
            new InstancesCommand(surroundings),
            new OperatorsCommand(surroundings),
            new Command("store", "Move, back up, restore and check the store itself. Needs no server.")
            {
                new StoreMigrateCommand(surroundings),
                new StoreBackupCommand(surroundings),
                new StoreRestoreCommand(surroundings),
                new StoreVerifyCommand(surroundings),
            },
            new ReloadCommand(surroundings),
            SimulateCommand.Create(simulate),
            DoctorCommand.Create(doctor),
        };
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
