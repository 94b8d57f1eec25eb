using System.Runtime.InteropServices;

namespace Causeway.Wire.Errors;

/// <summary>What an error says, before a protocol gives it its shape.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ErrorText(ErrorKind Kind, string Code, string Message, string? Param, string RequestId);
