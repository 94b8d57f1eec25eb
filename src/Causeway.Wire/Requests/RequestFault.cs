using System.Runtime.InteropServices;

namespace Causeway.Wire.Requests;

/// <summary>Why a request body was not taken. Holds nothing of the body but the field's name.</summary>
/// <param name="Code"><c>request_malformed</c>, <c>field_duplicated</c>, <c>model_missing</c>, <c>field_invalid</c> or <c>request_too_many</c>.</param>
/// <param name="Message">A sentence for the caller.</param>
/// <param name="Param">The field, dotted from the top (<c>stream_options.include_usage</c>); null when the body as a whole is at fault.</param>
/// <param name="BytePosition">Offset in the body at which the fault was noticed.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RequestFault(string Code, string Message, string? Param, long BytePosition);
