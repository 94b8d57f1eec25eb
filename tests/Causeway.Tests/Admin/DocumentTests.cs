using System.Text.Json;
using Causeway.Admin;
using Microsoft.AspNetCore.Http.Metadata;

namespace Causeway.Tests.Admin;

public sealed class DocumentTests
{
    [Fact]
    public async Task The_openapi_document_is_the_pinned_one()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        using var stranger = new HttpClient { BaseAddress = host.Address };

        string document = await stranger.GetStringAsync("openapi/v1.json");

        Pinned.Check("docs/openapi.json", document.ReplaceLineEndings("\n").TrimEnd('\n') + "\n");
    }

    [Fact]
    public async Task Every_operation_says_who_may_call_it_and_what_it_answers()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        (_, JsonElement document) = await host.GetAsync("openapi/v1.json");

        JsonElement[] operations = [.. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value)];

        Assert.Equal(140, operations.Length);
        foreach (JsonElement operation in operations)
        {
            bool isOpen = !operation.TryGetProperty("security", out JsonElement security) || security.GetArrayLength() == 0;
            Assert.Equal(isOpen, operation.GetProperty("operationId").GetString() is "show_identity" or "start_device_sign_in" or "poll_device_sign_in" or "authorize_sign_in" or "end_sign_in");
            Assert.True(isOpen || security[0].TryGetProperty("admin_token", out _));
            Assert.True(operation.GetProperty("summary").GetString()!.Length > 0);
            JsonElement responses = operation.GetProperty("responses");
            Assert.Equal(isOpen, !responses.TryGetProperty("401", out _));
            Assert.True(responses.TryGetProperty("302", out _) || responses.EnumerateObject().Any(response => response.Name[0] == '2' && response.Value.GetProperty("content").EnumerateObject().Any(content => content.Name is "application/json" or "text/csv" or "text/event-stream")));
        }
    }

    [Fact]
    public async Task Every_answer_can_be_written_without_reflection()
    {
        await using AdminHost host = await AdminHost.StartAsync();

        foreach (IProducesResponseTypeMetadata produces in host.Endpoints.SelectMany(endpoint => endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>()))
        {
            if (produces.Type is { } type && type != typeof(void))
            {
                Assert.NotNull(AdminJson.Api.GetTypeInfo(type));
            }
        }
    }

    [Fact]
    public void Every_code_is_in_the_guide_with_its_status()
    {
        string guide = Pinned.Read("docs/admin-api.md");

        Assert.All(AdminError.All, error => Assert.Contains($"| <a id=\"{error.Code}\"></a>`{error.Code}` | {error.Status} |", guide, StringComparison.Ordinal));
        Assert.Equal(AdminError.All.Count, AdminError.All.DistinctBy(error => error.Code).Count());
    }
}
