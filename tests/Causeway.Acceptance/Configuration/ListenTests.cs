using System.Net;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Configuration;

/// <summary>An address of its own keeps the admin API away from where inference is.</summary>
public sealed class ListenTests(House house) : IClassFixture<House>
{
    [Fact]
    public async Task Inference_and_admin_answer_each_on_its_own_address_and_not_on_the_others()
    {
        string file = await File.ReadAllTextAsync(house.ConfigurationFile);
        await File.WriteAllTextAsync(house.ConfigurationFile, file.Replace("admin:\n", "admin:\n  listen: 127.0.0.1:0\n", StringComparison.Ordinal));

        await house.RestartAsync();

        (Uri inference, Uri admin) = (house.Gateway.Address, house.Gateway.Welcome.Admin);
        Assert.NotEqual(inference.Port, admin.Port);
        foreach (string path in (string[])["/api/v1/keys", "/openapi/v1.json", "/metrics"])
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(admin, path));
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(inference, path));
        }

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(admin, "/v1/models"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(inference, "/healthz"));
    }

    private async Task<HttpStatusCode> StatusAsync(Uri address, string path)
    {
        using HttpResponseMessage response = await house.Gateway.Admin.GetAsync(new Uri(address, path));
        return response.StatusCode;
    }
}
