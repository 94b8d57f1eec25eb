using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Deployment;

/// <summary>What Helm and Compose make of the files of <c>deploy/</c>.</summary>
public sealed class ChartTests
{
    private static readonly string s_chart = Path.Combine(Repository.Root, "deploy/helm/causeway");
    private static readonly string s_helm = new[] { Path.Combine(Repository.Root, "tests/Causeway.Acceptance/helm/node_modules/helm/helm") }.FirstOrDefault(File.Exists) ?? "helm";

    [Fact]
    public async Task Helm_finds_no_fault_with_the_chart()
    {
        (int exitCode, string said) = await RunAsync(s_helm, "lint", "--strict", s_chart, "--set", "secret=causeway");

        Assert.True(exitCode == 0, said);
    }

    [Fact]
    public async Task Helm_renders_the_chart_with_everything_on()
    {
        (int exitCode, string said) = await RunAsync(
            s_helm, "template", "gateway", s_chart,
            "--set", "secret=causeway", "--set", "ingress.enabled=true", "--set", "ingress.hosts={causeway.example.org}", "--set", "autoscaling.enabled=true");

        Assert.True(exitCode == 0, said);
        Assert.All(
            (string[])["kind: Deployment", "kind: ConfigMap", "kind: Service", "kind: Ingress", "kind: HorizontalPodAutoscaler", "kind: PodDisruptionBudget", "kind: ServiceAccount"],
            kind => Assert.Contains(kind + "\n", said, StringComparison.Ordinal));
        Assert.Contains("terminationGracePeriodSeconds: 80\n", said, StringComparison.Ordinal); // announce, drain, and ten more.
        Assert.Contains("secretName: causeway\n", said, StringComparison.Ordinal);
    }

    // The control: what is missing and what is misspelt is refused.
    [Theory]
    [InlineData("replicas=3")]
    [InlineData("secret=causeway,replica=3")]
    public async Task Helm_refuses_values_that_cannot_be(string values)
    {
        (int exitCode, string said) = await RunAsync(s_helm, "template", "gateway", s_chart, "--set", values);

        Assert.True(exitCode != 0, said);
    }

    [Theory]
    [InlineData("restart:", true)]
    [InlineData("restarts:", false)] // The control.
    public async Task Compose_reads_the_file(string written, bool isRead)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["compose.yaml"], Shipped.Read("compose.yaml", ("name: causeway\n", ""), ("    restart:", $"    {written}"))); // Compose 1.29, which is Debian's, knows no name.

        (int exitCode, string said) = await RunAsync("docker-compose", "--project-name", "causeway", "-f", folder["compose.yaml"], "config", "--services");

        Assert.True(exitCode == 0 == isRead, said);
        Assert.Equal(isRead, said.Split('\n').Order().Where(line => line is "one" or "two" or "three" or "haproxy" or "postgres").SequenceEqual(["haproxy", "one", "postgres", "three", "two"]));
    }

    private static async Task<(int ExitCode, string Said)> RunAsync(string name, params IEnumerable<string> arguments)
    {
        await using Program program = Program.Start(name, new Dictionary<string, string>(), arguments);
        int exitCode = await program.EndAsync();
        return (exitCode, program.Output.Text + program.Error.Text);
    }
}
