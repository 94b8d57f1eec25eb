using Causeway.Configuration;

namespace Causeway.Tests.Configuration;

public sealed class DeploymentTests
{
    [Fact]
    public void A_deployment_has_the_name_that_is_written_and_none_otherwise()
    {
        Assert.Null(Files.Load(Files.Good).Configuration!.Deployment);
        Assert.Equal("eu-prod", Files.Load(Files.Good + "deployment: eu-prod\n").Configuration!.Deployment);
    }

    [Theory]
    [InlineData("eu prod")]
    [InlineData("eu,us")]
    [InlineData("'*'")]
    public void What_no_key_could_name_is_no_name(string written)
    {
        ConfigurationResult result = Files.Load(Files.Good + "deployment: " + written + "\n");

        Assert.Null(result.Configuration);
        Assert.Contains("deployment: ", string.Join('\n', result.Errors), StringComparison.Ordinal);
    }
}
