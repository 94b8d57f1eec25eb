using System.Collections.Immutable;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Causeway.Gateway.Passthrough;

/// <summary>Which provider a native call goes to, and as what.</summary>
internal sealed class FindProvider(Resolve resolve)
{
    private const int PassthroughSegments = 2;
    private const int VersionSegments = 1;

    /// <summary><c>/passthrough/{provider}/…</c>: the path says it.</summary>
    public static Verdict<NativeCall> ByName(Call call, string name, PooledBody body, PolicyRevision policy)
    {
        if (policy.FindProvider(name) is not { } route)
        {
            string nearest = NearestName.Hint(name, policy.Providers.Select(provider => provider.Provider.Name));
            return new GatewayError(ErrorKind.NotFound, "provider_unknown", $"There is no provider \"{name}\".{nearest} They are: {string.Join(", ", policy.Providers.Take(16).Select(provider => provider.Provider.Name))}.");
        }

        if (NativePathGuard.PathBehind(call.Context.Request, PassthroughSegments) is not { } path)
        {
            return PathRefused();
        }

        // For the books alone: what is sent stays as it is, so a body that cannot be read names no model.
        string model = NativePath.ModelOf(route.Provider.Protocol, path)
            ?? (ModelOf(call.Context.Request, path, body).Failed(out NamedModel? named, out _) ? null : named.Model)
            ?? "";
        return Read(call, new NativeCall(model.Length > 0 ? model : name, new PinRoute(route, model), WithoutDoubleVersion(route.Provider, path) + call.Context.Request.QueryString.Value, new SplicedBody(body.Memory, default)));
    }

    /// <summary>A native path of OpenAI: the model that the body names says it, or there is only one such provider.</summary>
    public async ValueTask<Verdict<NativeCall>> ByModelAsync(Call call, Caller caller, PooledBody body, PolicyRevision policy)
    {
        if (NativePathGuard.PathBehind(call.Context.Request, VersionSegments) is not { } path)
        {
            return PathRefused();
        }

        if (ModelOf(call.Context.Request, path, body).Failed(out NamedModel? named, out GatewayError? error))
        {
            return error;
        }

        if (named.Model is null)
        {
            return OnlyProvider(policy).Failed(out PinRoute? only, out error) ? error : To(call, only.Provider.Name, only, path, new SplicedBody(body.Memory, default));
        }

        if ((await resolve.RunAsync(call, caller, body, named.Model, policy)).Failed(out Plan? plan, out error))
        {
            return error;
        }

        return plan.Pins.FirstOrDefault(pin => pin.Protocol == Protocol.OpenAI) is { } pin
            ? To(call, named.Model, pin, path, new SplicedBody(body.Memory, named.Renamed(pin.Model))) with { Plan = plan }
            : new GatewayError(ErrorKind.Malformed, "protocol_mismatch", $"\"{named.Model}\" is not served by a provider that speaks openai, and {path} has no equivalent elsewhere.") { Param = "model" };
    }

    private static NativeCall To(Call call, string asked, PinRoute pin, string path, SplicedBody body) =>
        Read(call, new NativeCall(asked, pin, UpstreamPath.Native(pin.Provider.Address, path, pin.Model, call.Context.Request.QueryString.Value ?? ""), body));

    // Once, for all that ask later what the call is.
    private static NativeCall Read(Call call, NativeCall native) => HttpMethods.IsPost(call.Context.Request.Method)
        ? native with { Operation = NativePath.OperationOf(native.Pin.Protocol, native.Path), BatchAct = NativePath.BatchOf(native.Pin.Protocol, native.Path) }
        : native;

    private static Verdict<PinRoute> OnlyProvider(PolicyRevision policy)
    {
        ImmutableArray<ProviderRoute> routes = [.. policy.Providers.Where(route => route.Provider.Protocol == Protocol.OpenAI)];
        return routes.Length switch
        {
            1 => new PinRoute(routes[0], ""),
            0 => new GatewayError(ErrorKind.NotFound, "provider_unknown", "No configured provider speaks openai, which this path belongs to."),
            _ => new GatewayError(ErrorKind.Malformed, "provider_ambiguous", $"The request names no model, and {routes.Length} providers could take it. Say which: {string.Join(", ", routes.Take(8).Select(route => $"/passthrough/{route.Provider.Name}{UpstreamPath.Native(route.Provider.Address, "/…", "", "")}"))}."),
        };
    }

    // Where the vendor reads no model in the body, one that stands there must not pass for what the call is about.
    private static Verdict<NamedModel> ModelOf(HttpRequest request, string path, PooledBody body)
    {
        if (body.Length == 0 || !HttpMethods.IsPost(request.Method) || !NativePath.ReadsModel(path) || !MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type))
        {
            return NamedModel.None;
        }

        if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return MultipartModel.TryFind(HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), body.Memory.Span, out string? model, out ByteRange range)
                ? new NamedModel(model, range, IsJson: false)
                : new GatewayError(ErrorKind.Malformed, "request_malformed", "The form cannot be read, or it names the model more than once.") { Param = "model" };
        }

        if (!type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return NamedModel.None;
        }

        return RequestScanner.TryScan(Operation.Native, body.Memory.Span, out RequestScan scan, out RequestFault fault)
            ? new NamedModel(scan.Model, scan.ModelRange, IsJson: true)
            : new GatewayError(ErrorKind.Malformed, fault.Code, fault.Message) { Param = fault.Param };
    }

    // OpenAI's endpoints end in /v1, and so does the base URL that a person writes behind the provider's name, or not.
    public static string WithoutDoubleVersion(Provider provider, string path) =>
        provider.Endpoint.AbsolutePath.TrimEnd('/').EndsWith("/v1", StringComparison.Ordinal) && path.StartsWith("/v1/", StringComparison.Ordinal) ? path[3..] : path;

    private static GatewayError PathRefused() =>
        new(ErrorKind.Malformed, "path_invalid", "The path behind the provider's name is empty, longer than 2,048 characters, or one that two servers could read differently: \"..\", \"//\", a semicolon or a backslash, encoded or not. Write it plainly.");
}
