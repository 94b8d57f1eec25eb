using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Causeway.Admin;
using Causeway.Admin.Audit;
using Causeway.Admin.Export;
using Causeway.Admin.Identity;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Causeway.Tests.Admin;

/// <summary>
/// Completes the OpenAPI document with what the endpoints say in metadata of our own: query parameters with their bounds, the body,
/// which codes a problem can have, and the token that every one of them asks for. It is made here and not in the program, which serves its
/// pinned text, docs/openapi.json: what makes it took 5 MiB of every gateway.
/// </summary>
internal static class AdminDescription
{
    private const string Bearer = "admin_token";
    private static readonly Lazy<Dictionary<string, string>> s_summaries = new(ReadSummaries);
    private static readonly OpenApiParameter s_ifMatch = new()
    {
        Name = "If-Match",
        In = ParameterLocation.Header,
        Required = true,
        Description = "The ETag that was read.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    public static void Describe(OpenApiOptions options)
    {
        options.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith(AdminApi.Root[1..], StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            DescribeDocument(document);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Describe(schema, context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(DescribeOperationAsync);
    }

    // What a type is: the framework tells it of public types only, and of every property.
    private static void Describe(OpenApiSchema schema, Type type)
    {
        if (s_summaries.Value.TryGetValue("T:" + type.FullName?.Replace('+', '.'), out string? summary))
        {
            schema.Description ??= summary;
        }
    }

    private static Dictionary<string, string> ReadSummaries() =>
        XDocument.Load(Path.ChangeExtension(typeof(AdminApi).Assembly.Location, ".xml")).Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(member => member.Attribute("name")!.Value, member => TextOf(member.Element("summary")!), StringComparer.Ordinal);

    private static string TextOf(XElement summary)
    {
        string text = string.Concat(summary.DescendantNodes().OfType<XText>().Select(node => node.Parent!.Name == "c" ? $"`{node.Value}`" : node.Value));
        return string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static void DescribeDocument(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Causeway admin API",
            Version = "v1",
            Description = "What the console and the command line do, they do through this. Money is in nano-USD (int64) and as exact decimal text in USD; times are RFC 3339, UTC.",
        };
        document.Servers = []; // The address is the deployment's business, and would make each document differ.
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The administrator's token: the one in \"admin.token\" of the configuration, or the one that \"causeway up\" printed at its first start.",
            },
        };
    }

    private static async Task DescribeOperationAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
        bool isOpen = metadata.OfType<TakesAnybody>().Any();
        operation.Security = isOpen ? [] : [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
        foreach (QueryParameter parameter in metadata.OfType<QueryParameters>().SelectMany(parameters => parameters.Known))
        {
            (operation.Parameters ??= []).Add(Describe(parameter));
        }

        if (metadata.OfType<RefusedWith>().Any(refused => refused.Errors.Contains(AdminError.VersionMissing)))
        {
            (operation.Parameters ??= []).Add(s_ifMatch);
        }

        if (metadata.OfType<RequestBodyType>().LastOrDefault() is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Description = body.Description,
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [body.File ?? (body.Type is null ? "application/yaml" : "application/json")] = new()
                    {
                        Schema = body.Type is null ? new OpenApiSchema { Type = JsonSchemaType.String, Format = body.File is null ? null : "binary" } : await ReferAsync(body.Type, context, cancellation),
                    },
                },
            };
        }

        DescribeTexts(operation);
        await DescribeProblemsAsync(operation, metadata, context, cancellation);
    }

    private static OpenApiParameter Describe(QueryParameter parameter) => new()
    {
        Name = parameter.Name,
        In = ParameterLocation.Query,
        Description = parameter.Description,
        Schema = parameter.Count is (int least, int most, int otherwise)
            ? new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = least.ToString(CultureInfo.InvariantCulture),
                Maximum = most.ToString(CultureInfo.InvariantCulture),
                Default = JsonValue.Create(otherwise),
            }
            : new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                MaxLength = parameter.Longest,
                Enum = parameter.Allowed is null ? null! : [.. parameter.Allowed.Select(allowed => (JsonNode)JsonValue.Create(allowed))],
            },
    };

    // A table, YAML or a stream of events is text to whoever reads it, whatever it was made of.
    private static void DescribeTexts(OpenApiOperation operation)
    {
        foreach ((string type, OpenApiMediaType text) in (operation.Responses ?? []).Values.SelectMany(response => response.Content ?? new Dictionary<string, OpenApiMediaType>()))
        {
            if (type is "text/csv" or "application/yaml" or AuditStream.ContentType)
            {
                text.Schema = new OpenApiSchema { Type = JsonSchemaType.String };
            }
            else if (type == FocusFile.ParquetType)
            {
                text.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
            }
        }
    }

    // Written once among the components, referred to from everywhere.
    private static async Task<IOpenApiSchema> ReferAsync(Type type, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        OpenApiDocument document = context.Document!;
        if (document.Components?.Schemas?.ContainsKey(type.Name) != true)
        {
            document.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, parameterDescription: null, cancellation));
        }

        return new OpenApiSchemaReference(type.Name, document);
    }

    // By status, with the codes that can stand behind it: the endpoint's own and those that every endpoint has.
    private static async Task DescribeProblemsAsync(OpenApiOperation operation, IList<object> metadata, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        AdminError[] known = metadata.OfType<TakesAnybody>().Any() ? [] : [AdminError.TokenMissing, AdminError.TokenWrong, AdminError.SessionOver];
        AdminError[] everywhere = [.. known, AdminError.CrossSite, AdminError.QueryInvalid, AdminError.Internal, AdminError.StoreUnavailable];
        IEnumerable<AdminError> errors = metadata.OfType<RefusedWith>().SelectMany(refused => refused.Errors).Concat(everywhere).Distinct();
        IOpenApiSchema problem = await ReferAsync(typeof(ProblemDocument), context, cancellation);
        operation.Responses ??= [];
        foreach (IGrouping<int, AdminError> status in errors.GroupBy(error => error.Status).OrderBy(group => group.Key))
        {
            operation.Responses[status.Key.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = string.Join(", ", status.Select(error => error.Code).Order(StringComparer.Ordinal)),
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [Problem.ContentType] = new() { Schema = problem },
                },
            };
        }
    }
}
