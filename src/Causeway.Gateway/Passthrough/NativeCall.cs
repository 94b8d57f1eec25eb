using Causeway.Gateway.Flow;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Passthrough;

/// <summary>A native call on its way: where it goes and what is sent.</summary>
/// <param name="Pin">The provider, and the model where one is named (empty otherwise).</param>
/// <param name="PathAndQuery">Below the provider's endpoint.</param>
/// <param name="Body">What is sent; empty for calls without a body.</param>
internal sealed record NativeCall(PinRoute Pin, string PathAndQuery, SplicedBody Body);
